/* plan/markdown.c: what the plain form of the plan's Markdown means, for its reader and its writer. */
#include "plan/markdown_internal.h"

#include "base/utf8.h"

static const char *const note_labels[PLAN_ANNOTATION_COUNT] = {
    [PLAN_RATIONALE] = "理由",
    [PLAN_FOOTNOTE] = "注",
    [PLAN_QUESTION] = "照会",
    [PLAN_REPAIR] = "校正",
};

bool markdown_is_section(PlanKind kind)
{
    return kind == PLAN_SITUATION || kind == PLAN_DIRECTION || kind == PLAN_MEASURES;
}

bool markdown_shows_number(PlanKind kind)
{
    return kind == PLAN_BASIC_POLICY || kind == PLAN_POLICY || kind == PLAN_MEASURE;
}

static bool section_of_title(Str title, PlanKind *out)
{
    for (size_t i = 0; i < PLAN_KIND_COUNT; i++) {
        if (markdown_is_section((PlanKind)i) && str_equal(title, str_of(plan_kind_title((PlanKind)i)))) {
            *out = (PlanKind)i;
            return true;
        }
    }
    return false;
}

static bool plain_heading(const PlanKind *parent, Str text, PlanKind *out)
{
    *out = PLAN_POLICY;
    if (parent == NULL) {
        return true;
    }
    switch (*parent) {
    case PLAN_POLICY:
        return section_of_title(text, out);
    case PLAN_MEASURES:
        *out = PLAN_MEASURE;
        return true;
    case PLAN_SITUATION:
    case PLAN_DIRECTION:
    case PLAN_MEASURE:
        *out = PLAN_GROUP;
        return true;
    default:
        return false;
    }
}

bool markdown_plain_kind(
    MarkdownBlock block, const PlanKind *parent, PlanKind section, Str text, PlanKind *out)
{
    if (block == MARKDOWN_HEADING) {
        return plain_heading(parent, text, out);
    }
    if (block == MARKDOWN_PARAGRAPH) {
        *out = PLAN_DIRECTION;
        return parent != NULL && *parent == PLAN_DIRECTION;
    }
    *out = section == PLAN_MEASURES ? PLAN_INITIATIVE : PLAN_FACT;
    return section != PLAN_KIND_COUNT;
}

/* Digits and the letters of sections between hyphens, a digit first: 2-1-s-1. */
static bool looks_like_place(Str key)
{
    for (size_t i = 0; i < key.len; i++) {
        const char c = key.at[i];
        const bool digit = c >= '0' && c <= '9';
        if (!digit && (i == 0 || (c != '-' && c != 's' && c != 'd' && c != 'm'))) {
            return false;
        }
    }
    return key.len > 0;
}

bool markdown_key_fits(Str key, PlanKind parent_kind, Str parent_key)
{
    Str stem = parent_key;
    if (parent_kind == PLAN_MEASURES && str_ends(stem, S("-m"))) {
        stem.len -= 2;
    }
    if (stem.len == 0 || !looks_like_place(key)) {
        return true;
    }
    return str_starts(key, stem) && key.len > stem.len + 1 && key.at[stem.len] == '-';
}

const char *markdown_note_label(PlanAnnotationKind kind)
{
    assert(kind < PLAN_ANNOTATION_COUNT);
    return note_labels[kind];
}

bool markdown_note_from_label(Str label, PlanAnnotationKind *out)
{
    for (size_t i = 0; i < PLAN_ANNOTATION_COUNT; i++) {
        if (str_equal(label, str_of(note_labels[i]))) {
            *out = (PlanAnnotationKind)i;
            return true;
        }
    }
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The run of digits at *at without leading zeros; *at moves behind it. */
static Str digit_run(Str s, size_t *at)
{
    while (*at < s.len && s.at[*at] == '0') {
        (*at)++;
    }
    const size_t from = *at;
    while (*at < s.len && is_digit(s.at[*at])) {
        (*at)++;
    }
    return str_slice(s, from, *at);
}

int markdown_compare_names(Str a, Str b)
{
    size_t i = 0, j = 0;
    while (i < a.len && j < b.len) {
        if (is_digit(a.at[i]) && is_digit(b.at[j])) {
            const Str x = digit_run(a, &i), y = digit_run(b, &j);
            const int order = x.len != y.len ? (x.len < y.len ? -1 : 1) : str_compare(x, y);
            if (order != 0) {
                return order;
            }
        } else if (a.at[i] != b.at[j]) {
            return (unsigned char)a.at[i] < (unsigned char)b.at[j] ? -1 : 1;
        } else {
            i++;
            j++;
        }
    }
    const size_t left = a.len - i, right = b.len - j;
    return left != right ? (left < right ? -1 : 1) : str_compare(a, b);
}

ptrdiff_t markdown_find_passage(Str text, Str passage, size_t n)
{
    ptrdiff_t found = -1;
    for (size_t from = 0; n > 0 && from <= text.len; n--) {
        found = str_find(text, passage, from);
        if (found < 0) {
            return -1;
        }
        from = (size_t)found + 1;
    }
    return n == 0 ? found : -1;
}

/* A number without sign at the start of *s, which moves behind it. */
static bool take_number(Str *s, size_t *out)
{
    size_t digits = 0;
    while (digits < s->len && digits < 9 && s->at[digits] >= '0' && s->at[digits] <= '9') {
        digits++;
    }
    int64_t value = 0;
    if (digits == 0 || !str_to_int(str_slice(*s, 0, digits), &value)) {
        return false;
    }
    *out = (size_t)value;
    *s = str_slice(*s, digits, s->len);
    return true;
}

static bool take(Str *s, Str prefix)
{
    if (!str_starts(*s, prefix)) {
        return false;
    }
    *s = str_slice(*s, prefix.len, s->len);
    return true;
}

/* `: text`; the space belongs to the colon. */
static bool take_text(Str rest, Str *text)
{
    if (!take(&rest, S(":"))) {
        return false;
    }
    (void)take(&rest, S(" "));
    *text = rest;
    return true;
}

static MarkdownNoteFault read_range(Str rest, Str node_text, size_t *from, size_t *to, Str *text)
{
    if (!take_number(&rest, from) || !take(&rest, S("-")) || !take_number(&rest, to) ||
        !take_text(rest, text)) {
        return MARKDOWN_NOTE_SHAPE;
    }
    const bool inside = *from <= *to && *to <= utf8_count(node_text);
    return inside ? MARKDOWN_NOTE_FINE : MARKDOWN_NOTE_RANGE;
}

/* A passage may itself hold 」: the first closing bracket counts behind which the line goes on as it must and
 * before which stands a passage of the text. */
static MarkdownNoteFault read_passage(Str rest, Str node_text, size_t *from, size_t *to, Str *text)
{
    const Str close = S("」");
    MarkdownNoteFault fault = MARKDOWN_NOTE_SHAPE;
    for (ptrdiff_t end = str_find(rest, close, 0); end >= 0; end = str_find(rest, close, (size_t)end + 1)) {
        const Str passage = str_slice(rest, 0, (size_t)end);
        Str behind = str_slice(rest, (size_t)end + close.len, rest.len);
        size_t n = 1;
        if ((take(&behind, S("#")) && !take_number(&behind, &n)) || !take_text(behind, text)) {
            continue;
        }
        fault = MARKDOWN_NOTE_PASSAGE;
        const ptrdiff_t at = passage.len == 0 ? -1 : markdown_find_passage(node_text, passage, n);
        if (at >= 0) {
            *from = utf8_count(str_slice(node_text, 0, (size_t)at));
            *to = *from + utf8_count(passage);
            return MARKDOWN_NOTE_FINE;
        }
        if (passage.len > node_text.len) {
            break;
        }
    }
    return fault;
}

MarkdownNoteFault markdown_read_note(Str rest, Str node_text, size_t *from, size_t *to, Str *text)
{
    *from = *to = 0;
    if (take_text(rest, text)) {
        return MARKDOWN_NOTE_FINE;
    }
    if (take(&rest, S(" @"))) {
        return read_range(rest, node_text, from, to, text);
    }
    if (take(&rest, S(" 「"))) {
        return read_passage(rest, node_text, from, to, text);
    }
    return MARKDOWN_NOTE_SHAPE;
}
