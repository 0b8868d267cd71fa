/* plan/read_markdown.c: plan text in Markdown, one file or many, made into one plan.
 *
 * Front matter is taken off each file and says the plan, the edition and, where names do not, the order;
 * cmark divides the rest into blocks, which markdown_blocks.c reads and markdown_layout.c makes a plan of.
 * Every line that is not blank must have become part of a block: what cmark swallows (the definition of a
 * link) is an error too.
 */
#include "plan/format.h"

#include <cmark.h>

#include "base/utf8.h"
#include "base/yaml.h"
#include "plan/encoding.h"
#include "plan/markdown_reader_internal.h"

/* A value of the front matter that all files must agree on. */
static void take_front(MarkdownReader *reader, const YamlNode *front, Str name, Str *value)
{
    Str found = STR_EMPTY;
    const YamlNode *node = yaml_get(front, name);
    if (node == NULL || !yaml_get_text(front, name, &found)) {
        return;
    }
    if (value->len > 0 && !str_equal(*value, found)) {
        COMPLAIN(reader, node->line, node->column, "%.*s is \"%.*s\" here, but \"%.*s\" in another file",
            STR_ARGS(name), STR_ARGS(utf8_slice(found, 0, 40)), STR_ARGS(utf8_slice(*value, 0, 40)));
        return;
    }
    *value = found;
}

typedef struct SortedFile {
    const PlanFile *file;
    Str text, stem;
    long front_lines;
    int64_t order; /* from the front matter; INT64_MAX without one */
    size_t place;
    bool refused; /* not to be read any further */
} SortedFile;

/* Reads `---` ... `---` at the head of a file; errors in it are complained about. */
static void read_front(MarkdownReader *reader, SortedFile *sorted)
{
    static const char *const known[] = {"plan", "title", "edition", "notice", "order"};
    Str rest = sorted->text, line = STR_EMPTY;
    if (!str_line(&rest, &line) || !str_equal(str_trim(line), S("---"))) {
        return;
    }
    const char *start = rest.at;
    long lines = 1;
    bool closed = false;
    while (!closed && str_line(&rest, &line)) {
        lines++;
        closed = str_equal(str_trim(line), S("---"));
    }
    if (!closed) {
        sorted->refused = true;
        COMPLAIN(reader, 1, 1, "the front matter, which begins here, has no second line of ---");
        return;
    }
    sorted->front_lines = lines;
    /* from the line end behind the first ---, so that lines count as in the file */
    const Str yaml = {start - 1, (size_t)(line.at - start) + 1};
    Error error = {0};
    const YamlNode *front = yaml_read(reader->arena, yaml, sorted->file->name, &error);
    if (front == NULL ||
        !yaml_expect_map(front, sorted->file->name, "front matter", known, COUNT_OF(known), &error)) {
        *markdown_next_error(reader->errors) = error;
        return;
    }
    take_front(reader, front, S("plan"), &reader->plan->id);
    take_front(reader, front, S("title"), &reader->plan->title);
    take_front(reader, front, S("edition"), &reader->plan->edition);
    take_front(reader, front, S("notice"), &reader->plan->notice);
    Str order = STR_EMPTY;
    if (yaml_get_text(front, S("order"), &order) &&
        (!str_to_int(order, &sorted->order) || sorted->order < 1)) {
        const YamlNode *node = yaml_get(front, S("order"));
        COMPLAIN(reader, node->line, node->column, "order is a whole number, 1 or more");
    }
}

static bool find_lines(MarkdownReader *reader, MarkdownFile *file)
{
    for (size_t at = 0; at < file->text.len; at++) {
        if (at == 0 || file->text.at[at - 1] == '\n') {
            size_t *line = VEC_PUSH(reader->arena, &file->lines);
            if (line == NULL) {
                return false;
            }
            *line = at;
        }
    }
    return true;
}

static void cover_lines(bool *covered, const MarkdownFile *file, cmark_node *block)
{
    const long from = cmark_node_get_start_line(block) + file->front_lines;
    const long to = cmark_node_get_end_line(block) + file->front_lines;
    for (long line = from; line <= to && (size_t)line <= file->lines.len; line++) {
        covered[line - 1] = true;
    }
}

/* A list covers the lines of what its items hold; an empty item was complained about already. */
static void cover_list(bool *covered, const MarkdownFile *file, cmark_node *list)
{
    for (cmark_node *item = cmark_node_first_child(list); item != NULL; item = cmark_node_next(item)) {
        cmark_node *block = cmark_node_first_child(item);
        if (block == NULL) {
            cover_lines(covered, file, item);
        }
        for (; block != NULL; block = cmark_node_next(block)) {
            cover_lines(covered, file, block);
        }
    }
}

/* Complains about lines that became no block: link definitions. */
static void check_coverage(MarkdownReader *reader, cmark_node *document)
{
    const MarkdownFile *file = reader->file;
    bool *covered = arena_array(reader->arena, file->lines.len + 1, sizeof(bool));
    if (covered == NULL) {
        return;
    }
    for (cmark_node *block = cmark_node_first_child(document); block != NULL;
         block = cmark_node_next(block)) {
        if (cmark_node_get_type(block) == CMARK_NODE_LIST) {
            cover_list(covered, file, block);
        } else {
            cover_lines(covered, file, block);
        }
    }
    for (size_t i = (size_t)file->front_lines; i < file->lines.len; i++) {
        if (!covered[i] && str_trim(markdown_source_line(file, (long)i + 1)).len > 0) {
            COMPLAIN(reader, (long)i + 1, 1,
                "Markdown takes this line for a definition of a link; write \\[ for the character");
        }
    }
}

static void read_file(MarkdownReader *reader, const SortedFile *sorted)
{
    MarkdownFile *file = reader->file;
    *file = (MarkdownFile){.name = sorted->file->name,
        .text = sorted->text,
        .front_lines = sorted->front_lines,
        .errors = reader->errors};
    reader->in_notes = false;
    markdown_open_heading(reader, NOTHING, 1);
    if (sorted->refused || !find_lines(reader, file)) {
        return;
    }
    const size_t front = (size_t)file->front_lines;
    const size_t body = front < file->lines.len ? file->lines.at[front] : file->text.len;
    const Str text = str_slice(file->text, body, file->text.len);
    cmark_node *document = cmark_parse_document(text.at, text.len, CMARK_OPT_DEFAULT | CMARK_OPT_SOURCEPOS);
    for (cmark_node *block = cmark_node_first_child(document); block != NULL;
         block = cmark_node_next(block)) {
        markdown_read_block(reader, block);
    }
    check_coverage(reader, document);
    cmark_node_free(document);
}

static int compare_files(const void *left, const void *right)
{
    const SortedFile *a = left, *b = right;
    if (a->order != b->order) {
        return a->order < b->order ? -1 : 1;
    }
    const int order = markdown_compare_names(a->stem, b->stem);
    return order != 0 ? order : (a->place > b->place) - (a->place < b->place);
}

static Str file_stem(Str name)
{
    size_t from = name.len;
    while (from > 0 && name.at[from - 1] != '/') {
        from--;
    }
    Str stem = str_slice(name, from, name.len);
    if (str_ends(stem, S(".md"))) {
        stem.len -= 3;
    }
    return stem;
}

static SortedFile *sort_files(MarkdownReader *reader, size_t count, const PlanFile *files)
{
    SortedFile *sorted = arena_array(reader->arena, count + 1, sizeof *sorted);
    for (size_t i = 0; sorted != NULL && i < count; i++) {
        size_t bad = 0;
        reader->file->name = files[i].name;
        sorted[i] =
            (SortedFile){.file = &files[i], .stem = file_stem(files[i].name), .order = INT64_MAX, .place = i};
        if (!utf8_check(files[i].text, &bad)) {
            long line = 0, column = 0;
            text_place(files[i].text, bad, &line, &column);
            sorted[i].refused = true;
            COMPLAIN(reader, line, column, "byte %zu of the file is not UTF-8", bad + 1);
            continue;
        }
        const bool marked = str_starts(files[i].text, S("\xEF\xBB\xBF"));
        sorted[i].text = str_slice(files[i].text, marked ? 3 : 0, files[i].text.len);
        read_front(reader, &sorted[i]);
    }
    if (sorted != NULL) {
        qsort(sorted, count, sizeof *sorted, compare_files);
    }
    return sorted;
}

static Plan *read_plan(Arena *arena, size_t count, const PlanFile *files, Str *stand_in, PlanErrors *errors)
{
    MarkdownFile file = {.name = count > 0 ? files[0].name : STR_EMPTY, .errors = errors};
    MarkdownReader reader = {.arena = arena,
        .errors = errors,
        .plan = plan_new(arena),
        .file = &file,
        .stand_in = stand_in,
        .root = NOTHING};
    errors->len = errors->total = 0;
    if (reader.plan == NULL) {
        error_memory(markdown_next_error(errors));
        return NULL;
    }
    map_init(&reader.keys, arena);
    map_init(&reader.basics, arena);
    const SortedFile *sorted = sort_files(&reader, count, files);
    for (size_t i = 0; sorted != NULL && i < count; i++) {
        read_file(&reader, &sorted[i]);
    }
    Error error = {0};
    if (errors->total == 0 && !markdown_lay_out(&reader, &error) && errors->total == 0) {
        *markdown_next_error(errors) = error;
    }
    if (arena_failed(arena)) { /* whatever else was found is not to be trusted */
        errors->len = errors->total = 0;
        error_memory(markdown_next_error(errors));
    }
    return errors->total == 0 ? reader.plan : NULL;
}

Plan *plan_read_markdown(Arena *arena, size_t count, const PlanFile *files, PlanErrors *errors)
{
    return read_plan(arena, count, files, NULL, errors);
}

Plan *markdown_read_unkeyed(
    Arena *arena, size_t count, const PlanFile *files, Str *prefix, PlanErrors *errors)
{
    *prefix = STR_EMPTY;
    return read_plan(arena, count, files, prefix, errors);
}
