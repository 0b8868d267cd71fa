/* plan/table_cell.c: what stands in one cell: tags, entities, marks and markers taken apart into blocks.
 *
 * One pass over the cell. The words of the block at hand grow in a buffer; a block ends where a tag divides,
 * where the next marker begins, or with the cell. A marker counts only where a block may begin: ● behind a
 * space or a full stop, 《 at the start of a block, behind a line break or a full stop; elsewhere both are
 * words. White space is added as it comes and taken back when it turns out to be layout: at the end of a
 * block, or around a line break. A blank line ends a paragraph.
 *
 * What must hold: the words of all blocks, one after the other, are the cell's characters without tags,
 * markers and layout, in their order. Marks count code points of their block's final text.
 */
#include "plan/table_internal.h"

#include "base/utf8.h"

#define ENTITY_MAX 12  /* bytes between & and ; */
#define SUBJECT_MAX 20 /* code points of a broken tag that a warning shows */
#define LEVEL_NONE PLAN_MARK_COUNT
#define FULL_STOP 0x3002 /* 。 */

typedef struct Scanner {
    const TableCellContext *context;
    const PlanProfile *profile;
    TableReading *out;
    Str text;
    size_t at;
    uint32_t line;

    /* the block at hand */
    bool open;
    TableBlock block;
    size_t points;         /* code points in the buffer */
    uint32_t last;         /* the last that is no white space; 0 at the start */
    unsigned inner_groups; /* brackets open inside a heading, its own included */
    bool in_space;         /* the buffer ends in white space that began at space_bytes, space_points */
    unsigned space_breaks; /* ... line breaks among it */
    size_t space_bytes, space_points;

    /* tags */
    bool after_paragraph_tag; /* nothing but white space since <p> */
    bool after_item_tag;      /* ... since <li> */
    uint32_t depth[PLAN_MARK_COUNT];
    uint32_t mark_line;
    Str mark_tag;
    PlanMarkKind level; /* the mark that is open, LEVEL_NONE */
    size_t level_from;  /* code points */
    uint32_t lists_opened, lists_closed;
} Scanner;

/* --- blocks --- */

static void add_slip(Scanner *s, const char *code, uint32_t line, Str subject)
{
    TableSlip *slip = VEC_PUSH(s->context->scratch, &s->out->slips);
    if (slip != NULL) {
        *slip = (TableSlip){code, line, subject};
    }
}

static void add_mark(Scanner *s, size_t to)
{
    if (s->level == LEVEL_NONE || s->level_from >= to) {
        return;
    }
    PlanMarks *marks = &s->block.marks;
    if (marks->len > 0 && marks->at[marks->len - 1].kind == s->level &&
        marks->at[marks->len - 1].to == s->level_from) {
        marks->at[marks->len - 1].to = to;
        return;
    }
    PlanMark *mark = VEC_PUSH(s->context->arena, marks);
    if (mark != NULL) {
        *mark = (PlanMark){.kind = s->level, .from = s->level_from, .to = to};
    }
}

/* Takes trailing white space back; marks that reached into it end before it. */
static void drop_space(Scanner *s)
{
    if (!s->in_space) {
        return;
    }
    s->context->words->len = s->space_bytes;
    s->points = s->space_points;
    s->in_space = false;
    s->space_breaks = 0;
    s->level_from = s->level_from > s->points ? s->points : s->level_from;
    PlanMarks *marks = &s->block.marks;
    while (marks->len > 0 && marks->at[marks->len - 1].to > s->points) {
        PlanMark *mark = &marks->at[marks->len - 1];
        mark->to = s->points;
        if (mark->from < mark->to) {
            break;
        }
        marks->len--;
    }
}

/* Cuts `bytes` (`points` code points) off the front of the block's words. */
static Str cut_front(Scanner *s, size_t bytes, size_t points)
{
    PlanMarks *marks = &s->block.marks;
    size_t kept = 0;
    for (size_t i = 0; i < marks->len; i++) {
        PlanMark mark = marks->at[i];
        mark.from = mark.from > points ? mark.from - points : 0;
        mark.to = mark.to > points ? mark.to - points : 0;
        if (mark.from < mark.to) {
            marks->at[kept++] = mark;
        }
    }
    marks->len = kept;
    return str_slice(buf_str(s->context->words), bytes, s->context->words->len);
}

/* The words of a heading that was closed stand behind its opening bracket and the white space there. */
static Str heading_words(Scanner *s)
{
    const Str all = buf_str(s->context->words);
    const Str behind = str_slice(all, s->profile->group_open.len, all.len);
    const Str words = table_trim(behind);
    const size_t bytes = all.len - behind.len + (words.len > 0 ? (size_t)(words.at - behind.at) : behind.len);
    return cut_front(s, bytes, utf8_count(str_slice(all, 0, bytes)));
}

static void add_block(Scanner *s, Str words)
{
    TableBlock *block = VEC_PUSH(s->context->scratch, &s->out->blocks);
    if (block != NULL) {
        *block = s->block;
        block->text = arena_str(s->context->arena, words);
    }
}

/* Ends the block at hand, if any. A heading that nobody closed is words, its bracket among them. */
static void end_block(Scanner *s, bool heading_closed)
{
    if (!s->open) {
        return;
    }
    drop_space(s);
    add_mark(s, s->points);
    Str words = buf_str(s->context->words);
    if (s->block.kind == TABLE_HEADING && heading_closed) {
        words = heading_words(s);
    } else if (s->block.kind == TABLE_HEADING) {
        s->block.kind = TABLE_WORDS;
        add_slip(s, "heading_never_closed", s->block.line, arena_str(s->context->scratch, words));
    }
    if (words.len > 0) {
        add_block(s, words);
    }
    s->open = false;
    s->last = 0;
    s->level_from = 0;
}

static void begin_block(Scanner *s, TableBlockKind kind)
{
    end_block(s, false);
    s->open = true;
    s->block = (TableBlock){.kind = kind, .line = s->line, .own_paragraph = s->after_paragraph_tag};
    s->points = 0;
    s->in_space = false;
    s->space_breaks = 0;
    s->level_from = 0;
    s->after_paragraph_tag = s->after_item_tag = false;
    buf_clear(s->context->words);
}

/* --- characters --- */

/* Characters between which a line break is a space: all below Hangul Jamo, where the wide scripts begin. */
static bool is_narrow(uint32_t code_point)
{
    return code_point < 0x1100;
}

static void add_bytes(Scanner *s, Str bytes, uint32_t code_point)
{
    if (!s->open) {
        begin_block(s, s->after_item_tag ? TABLE_ITEM : TABLE_WORDS);
    } else if (s->space_breaks > 1) {
        begin_block(s, TABLE_WORDS);
        s->block.own_paragraph = true;
    }
    if (s->space_breaks > 0) {
        drop_space(s);
        if (s->last != 0 && is_narrow(s->last) && is_narrow(code_point)) {
            buf_add_byte(s->context->words, ' ');
            s->points++;
        }
    }
    s->in_space = false;
    buf_add(s->context->words, bytes);
    s->points++;
    s->last = code_point;
}

/* White space with so many line breaks: kept inside a block until the next word says how to read it,
 * forgotten in front of one. */
static void add_space(Scanner *s, Str bytes, unsigned breaks)
{
    if (!s->open || s->last == 0) {
        return;
    }
    if (!s->in_space) {
        s->in_space = true;
        s->space_breaks = 0;
        s->space_bytes = s->context->words->len;
        s->space_points = s->points;
    }
    s->space_breaks += breaks;
    buf_add(s->context->words, bytes);
    s->points++;
}

/* --- entities --- */

typedef struct Entity {
    Str name;
    uint32_t code_point;
} Entity;

static const Entity entities[] = {
    {STR_LITERAL("amp"), '&'},
    {STR_LITERAL("lt"), '<'},
    {STR_LITERAL("gt"), '>'},
    {STR_LITERAL("quot"), '"'},
    {STR_LITERAL("apos"), '\''},
    {STR_LITERAL("nbsp"), 0xA0},
};

/* #8212 or #x2014. */
static uint32_t numeric_entity(Str name)
{
    const bool hex = name.len > 1 && (name.at[1] == 'x' || name.at[1] == 'X');
    const uint32_t base = hex ? 16 : 10;
    const size_t start = hex ? 2 : 1;
    uint32_t value = 0;
    for (size_t i = start; i < name.len; i++) {
        const char c = name.at[i];
        uint32_t digit = 99;
        if (c >= '0' && c <= '9') {
            digit = (uint32_t)(c - '0');
        } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
            digit = (uint32_t)((c | 0x20) - 'a') + 10;
        }
        if (digit >= base || value > 0x10FFFF) {
            return 0;
        }
        value = value * base + digit;
    }
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    return name.len == start || value < 0x20 || value == 0x7F || value > 0x10FFFF || surrogate ? 0 : value;
}

/* The entity at `at`, a character of the text whatever it stands for; false when it is no entity. */
static bool scan_entity(Scanner *s)
{
    const Str window = str_slice(s->text, s->at + 1, s->at + 1 + ENTITY_MAX);
    const char *end = window.len > 0 ? memchr(window.at, ';', window.len) : NULL;
    if (end == NULL || end == window.at) {
        return false;
    }
    const Str name = str_slice(window, 0, (size_t)(end - window.at));
    uint32_t code_point = name.at[0] == '#' ? numeric_entity(name) : 0;
    for (size_t i = 0; i < COUNT_OF(entities); i++) {
        if (str_equal(name, entities[i].name)) {
            code_point = entities[i].code_point;
        }
    }
    if (code_point == 0) {
        return false;
    }
    char bytes[4];
    const size_t length = utf8_put(bytes, code_point);
    add_bytes(s, (Str){bytes, length}, code_point);
    s->at += name.len + 2;
    return true;
}

/* --- tags
 * ---------------------------------------------------------------------------------------------------------
 */

typedef enum TagClass {
    TAG_DIVIDES,
    TAG_LIST,
    TAG_LIST_ITEM,
    TAG_BREAK,
    TAG_INSERTION,
    TAG_DELETION,
    TAG_DRESS, /* says nothing about the structure */
} TagClass;

typedef struct TagRow {
    const char *name;
    TagClass class;
} TagRow;

static const TagRow tags[] = {
    {"p", TAG_DIVIDES},
    {"div", TAG_DIVIDES},
    {"table", TAG_DIVIDES},
    {"tbody", TAG_DIVIDES},
    {"tr", TAG_DIVIDES},
    {"td", TAG_DIVIDES},
    {"th", TAG_DIVIDES},
    {"ul", TAG_LIST},
    {"ol", TAG_LIST},
    {"li", TAG_LIST_ITEM},
    {"br", TAG_BREAK},
    {"ins", TAG_INSERTION},
    {"del", TAG_DELETION},
    {"strike", TAG_DELETION},
    {"s", TAG_DELETION},
    {"b", TAG_DRESS},
    {"strong", TAG_DRESS},
    {"i", TAG_DRESS},
    {"em", TAG_DRESS},
    {"u", TAG_DRESS},
    {"span", TAG_DRESS},
    {"font", TAG_DRESS},
    {"a", TAG_DRESS},
    {"sub", TAG_DRESS},
    {"sup", TAG_DRESS},
};

typedef struct Tag {
    Str all, name;
    bool closes;
    TagClass class;
} Tag;

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name(Str name, Str lower)
{
    bool same = name.len == lower.len;
    for (size_t i = 0; same && i < name.len; i++) {
        const char c = name.at[i];
        same = (c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c) == lower.at[i];
    }
    return same;
}

static bool classify_tag(const Scanner *s, Tag *tag)
{
    if (is_name(tag->name, s->profile->insertion_tag) || is_name(tag->name, s->profile->deletion_tag)) {
        tag->class = is_name(tag->name, s->profile->insertion_tag) ? TAG_INSERTION : TAG_DELETION;
        return true;
    }
    for (size_t i = 0; i < COUNT_OF(tags); i++) {
        if (is_name(tag->name, str_of(tags[i].name))) {
            tag->class = tags[i].class;
            return true;
        }
    }
    return false;
}

/* A tag from '<' to '>'. False, with a warning where a name stands behind '<', when it is none that is known.
 */
static bool find_tag(Scanner *s, Tag *tag)
{
    size_t at = s->at + 1;
    tag->closes = at < s->text.len && s->text.at[at] == '/';
    at += tag->closes;
    const size_t name = at;
    while (at < s->text.len &&
           (is_letter(s->text.at[at]) || (at > name && s->text.at[at] >= '0' && s->text.at[at] <= '9'))) {
        at++;
    }
    if (at == name) {
        return false;
    }
    tag->name = str_slice(s->text, name, at);
    while (at < s->text.len && s->text.at[at] != '>' && s->text.at[at] != '<') {
        at++;
    }
    if (at == s->text.len || s->text.at[at] == '<') {
        add_slip(s, "tag_broken", s->line, utf8_slice(str_slice(s->text, s->at, at), 0, SUBJECT_MAX));
        return false;
    }
    tag->all = str_slice(s->text, s->at, at + 1);
    if (!classify_tag(s, tag)) {
        add_slip(s, "tag_unknown", s->line, tag->all);
        return false;
    }
    return true;
}

/* Words that are both inserted and struck are struck. */
static void update_level(Scanner *s)
{
    PlanMarkKind level = s->depth[PLAN_MARK_INSERTION] > 0 ? PLAN_MARK_INSERTION : LEVEL_NONE;
    level = s->depth[PLAN_MARK_DELETION] > 0 ? PLAN_MARK_DELETION : level;
    if (level == s->level) {
        return;
    }
    if (s->open) {
        add_mark(s, s->points);
    }
    s->level = level;
    s->level_from = s->open ? s->points : 0;
}

static void take_mark_tag(Scanner *s, const Tag *tag)
{
    uint32_t *depth = &s->depth[tag->class == TAG_INSERTION ? PLAN_MARK_INSERTION : PLAN_MARK_DELETION];
    if (tag->closes && *depth == 0) {
        add_slip(s, "mark_never_opened", s->line, tag->all);
        return;
    }
    if (!tag->closes && s->level == LEVEL_NONE) {
        s->mark_line = s->line;
        s->mark_tag = tag->all;
    }
    *depth = tag->closes ? *depth - 1 : *depth + 1;
    update_level(s);
}

static void count_tag(TableTagCount *count, Str tag, uint32_t line)
{
    if (count->count++ == 0) {
        count->first = tag;
        count->line = line;
    }
}

static void take_tag(Scanner *s, const Tag *tag)
{
    switch (tag->class) {
    case TAG_DIVIDES:
        end_block(s, false);
        s->after_paragraph_tag = !tag->closes;
        break;
    case TAG_LIST:
        end_block(s, false);
        s->after_paragraph_tag = false;
        if (tag->closes) {
            s->lists_closed++;
        } else {
            s->lists_opened++;
            count_tag(&s->out->open_lists, tag->all, s->line);
        }
        break;
    case TAG_LIST_ITEM:
        end_block(s, false);
        s->after_item_tag = !tag->closes;
        break;
    case TAG_BREAK:
        add_space(s, S("\n"), 1);
        break;
    case TAG_INSERTION:
    case TAG_DELETION:
        take_mark_tag(s, tag);
        break;
    case TAG_DRESS:
        if (!tag->closes) {
            count_tag(&s->out->ignored, tag->all, s->line);
        }
        break;
    }
}

static bool scan_tag(Scanner *s)
{
    Tag tag = {0};
    if (!find_tag(s, &tag)) {
        return false;
    }
    take_tag(s, &tag);
    for (size_t i = 0; i < tag.all.len; i++) {
        s->line += tag.all.at[i] == '\n';
    }
    s->at += tag.all.len;
    return true;
}

/* --- markers --- */

static bool is_at(const Scanner *s, Str sign)
{
    return s->text.at[s->at] == sign.at[0] && str_starts(str_slice(s->text, s->at, s->text.len), sign);
}

/* Inside a heading, which may run over a line's end: brackets of the same sort may nest; the last one ends
 * it. */
static bool scan_heading_bracket(Scanner *s)
{
    if (is_at(s, s->profile->group_open)) {
        s->inner_groups++;
        return false;
    }
    if (!is_at(s, s->profile->group_close)) {
        return false;
    }
    if (--s->inner_groups > 0) {
        return false;
    }
    end_block(s, true);
    s->at += s->profile->group_close.len;
    return true;
}

/* Whether a heading may begin here: not in the middle of a line of words. */
static bool may_head(const Scanner *s)
{
    return !s->open || s->last == FULL_STOP || s->space_breaks > 0;
}

static bool scan_marker(Scanner *s)
{
    if (s->open && s->block.kind == TABLE_HEADING) {
        const bool next_begins = (s->in_space && is_at(s, s->profile->item)) ||
                                 (s->space_breaks > 0 && is_at(s, s->profile->group_open));
        if (!next_begins) {
            return scan_heading_bracket(s);
        }
        end_block(s, false);
    }
    if (is_at(s, s->profile->item) && (may_head(s) || s->in_space)) {
        begin_block(s, TABLE_ITEM);
        s->at += s->profile->item.len;
        return true;
    }
    if (is_at(s, s->profile->group_open) && may_head(s)) {
        begin_block(s, TABLE_HEADING);
        s->inner_groups = 1;
        add_bytes(s, s->profile->group_open, ' ');
        s->at += s->profile->group_open.len;
        return true;
    }
    return false;
}

/* --- the cell --- */

/* The code point at hand: white space or a character of the words. */
static void scan_character(Scanner *s)
{
    const size_t from = s->at;
    const uint32_t code_point = utf8_next(s->text, &s->at);
    const Str bytes = str_slice(s->text, from, s->at);
    s->line += code_point == '\n';
    if (code_point == ' ' || code_point == 0x3000) {
        add_space(s, bytes, 0);
    } else if (code_point < 0x20) {
        add_space(s, bytes, code_point != '\r');
    } else {
        add_bytes(s, bytes, code_point);
    }
}

static void finish_cell(Scanner *s)
{
    end_block(s, false);
    if (s->level != LEVEL_NONE) {
        add_slip(s, "mark_never_closed", s->mark_line, s->mark_tag);
    }
    s->out->open_lists.count = s->lists_opened > s->lists_closed ? s->lists_opened - s->lists_closed : 0;
}

void table_read_cell(const TableCellContext *context, TableCell cell, bool plain, TableReading *out)
{
    out->blocks.len = out->slips.len = 0;
    out->open_lists = out->ignored = (TableTagCount){0};
    Scanner s = {.context = context,
        .profile = context->profile,
        .out = out,
        .text = cell.text,
        .line = cell.line,
        .level = LEVEL_NONE};
    while (s.at < s.text.len) {
        const char c = s.text.at[s.at];
        const bool taken =
            (c == '<' && scan_tag(&s)) || (c == '&' && scan_entity(&s)) || (!plain && scan_marker(&s));
        if (!taken) {
            scan_character(&s);
        }
    }
    finish_cell(&s);
}
