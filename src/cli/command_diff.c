/* cli/command_diff.c: two editions or files compared, as a redline (見え消し) or a comparison table
 * (新旧対照表).
 *
 * A name that is a file, or a folder of Markdown, is read as one; any other name is an edition of the plan in
 * the database, which is not opened otherwise.
 */
#include "base/base.h"

#include <sys/stat.h>

#include "cli/plan_place.h"
#include "plan/comparison.h"

enum { REDLINE_MAX = 1 << 30 };

typedef enum DiffFormat { DIFF_TEXT, DIFF_HTML, DIFF_JSON, DIFF_SCRIPT, DIFF_FORMAT_COUNT } DiffFormat;
static const char *const format_names[DIFF_FORMAT_COUNT] = {"text", "html", "json", "script"};
static const char *const view_names[] = {
    [REDLINE_CHARACTERS] = "characters",
    [REDLINE_WORDS] = "words",
};
enum { MATCH_AUTO = REDLINE_BLIND + 1 };
static const char *const match_names[] = {
    [REDLINE_BY_NAME] = "key",
    [REDLINE_BLIND] = "blind",
    [MATCH_AUTO] = "auto",
};

/* Which of the names the option has; the first is meant when it was not given. */
static bool choose(const Call *call, const char *option, const char *const *names, size_t count,
    size_t otherwise, size_t *out, Error *error)
{
    const Str given = call_option(call, option, str_of(names[otherwise]));
    for (*out = 0; *out < count; (*out)++) {
        if (str_equal(given, str_of(names[*out])))
            return true;
    }
    Str list = STR_EMPTY;
    for (size_t i = 0; i < count; i++) {
        list = arena_printf(call->arena, "%.*s%s%s", STR_ARGS(list),
            i == 0          ? ""
            : i + 1 < count ? ", "
                            : " or ",
            names[i]);
    }
    return error_set(error, ERROR_INPUT, "--%s takes %.*s", option, STR_ARGS(list));
}

/* --- what is compared --- */

static bool is_folder(Arena *arena, Str path)
{
    struct stat status;
    const Str c_path = arena_str(arena, path);
    return c_path.len > 0 && stat(c_path.at, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool read_files(const Call *call, Str path, RedlineTree *tree, Error *error)
{
    FileNames names = {0};
    PlanFiles files = {0};
    if (is_folder(call->arena, path)) {
        if (!directory_list(call->arena, path, S(".md"), &names, error))
            return false;
        if (names.len == 0)
            return error_set(error, ERROR_INPUT, "%.*s holds no .md files", STR_ARGS(path));
    } else {
        Str *only = VEC_PUSH(call->arena, &names);
        if (!only)
            return error_memory(error);
        *only = path;
    }
    return plan_files_read(call->arena, &names, &files, error) &&
           redline_tree_of_files(call->arena, files.at, files.len, tree, error);
}

static bool load_edition(const Call *call, Str name, RedlineTree *tree, Error *error)
{
    CLEANUP(plan_place_end) PlanPlace place = {0};
    if (!plan_place_begin(call, name, &place, error))
        return false;
    Plan *plan = plan_load(place.conn, call->arena, &place.edition, error);
    if (!plan || !redline_tree_of_plan(call->arena, plan, tree, error))
        return false;
    tree->title = place.edition.name;
    return true;
}

static bool read_side(const Call *call, Str name, RedlineTree *tree, Error *error)
{
    const bool is_file = str_equal(name, S("-")) || file_exists(name) || is_folder(call->arena, name);
    return is_file ? read_files(call, name, tree, error) : load_edition(call, name, tree, error);
}

/* --- the command --- */

static bool write_redline(const Redline *redline, DiffFormat format, Buf *out, Error *error)
{
    switch (format) {
    case DIFF_HTML:
        return redline_write_html(redline, call_language(), out, error);
    case DIFF_JSON:
        return redline_write_json(redline, out, error);
    case DIFF_SCRIPT:
        return redline_write_script(redline, out, error);
    default:
        return redline_write_text(redline, call_language(), out, error);
    }
}

/* Both sides and their redline. */
typedef struct Sides {
    RedlineTree old_tree, new_tree;
    Redline redline;
} Sides;

static bool compare_sides(const Call *call, RedlineView view, Sides *out, Error *error)
{
    size_t matching = 0;
    if (!choose(call, "match", match_names, COUNT_OF(match_names), MATCH_AUTO, &matching, error) ||
        !read_side(call, call->arguments[0], &out->old_tree, error) ||
        !read_side(call, call->arguments[1], &out->new_tree, error))
        return false;
    if (matching == MATCH_AUTO)
        matching = redline_matching_for(&out->old_tree, &out->new_tree);
    return redline_trees(
        call->arena, &out->old_tree, &out->new_tree, (RedlineMatching)matching, view, &out->redline, error);
}

static bool diff(const Call *call, Error *error)
{
    size_t format = 0, view = 0;
    Sides sides = {0};
    if (!choose(call, "format", format_names, COUNT_OF(format_names), DIFF_TEXT, &format, error) ||
        !choose(call, "view", view_names, COUNT_OF(view_names), REDLINE_CHARACTERS, &view, error) ||
        !compare_sides(call, (RedlineView)view, &sides, error))
        return false;
    AUTO_BUF out;
    buf_init(&out, REDLINE_MAX);
    return write_redline(&sides.redline, (DiffFormat)format, &out, error) &&
           file_write(call_option(call, "out", S("-")), buf_str(&out), error);
}

/* --- the comparison table --- */

static bool choose_profile(const Call *call, const City *city, const ComparisonProfile **out, Error *error)
{
    *out = city_find_comparison_table(city, call_option(call, "profile", STR_EMPTY));
    if (*out)
        return true;
    Str list = STR_EMPTY;
    const ComparisonProfile *profile = NULL;
    for (size_t n = 0; (profile = city_comparison_table(city, n)) != NULL; n++)
        list =
            arena_printf(call->arena, "%.*s%s%.*s", STR_ARGS(list), n > 0 ? ", " : "", STR_ARGS(profile->id));
    return error_set(error, ERROR_INPUT, "--profile takes one of: %.*s", STR_ARGS(list));
}

/* Rebuilds the new text from the old one and the table, and says so; the table has no say in what is right.
 */
static bool check_table(const Sides *sides, const Comparison *table, Error *error)
{
    AUTO_BUF found, expected;
    buf_init(&found, REDLINE_MAX);
    buf_init(&expected, REDLINE_MAX);
    comparison_print_lines(&sides->new_tree, &expected);
    if (!comparison_rebuild(&sides->old_tree, table, &found, error))
        return false;
    if (found.failed || expected.failed || !str_equal(buf_str(&found), buf_str(&expected)))
        return error_set(error, ERROR_CONFLICT, "the old text and the table do not give the new text");
    const size_t lines = sides->new_tree.nodes.len - 1;
    printf(call_language() == LANGUAGE_JA
               ? "旧の文と対照表の%zu行だけから、新の文の%zu行をすべて復元できました。\n"
               : "the old text and %zu rows of the table give all %zu lines of the new text\n",
        table->rows.len, lines);
    return true;
}

static bool compare(const Call *call, Error *error)
{
    static const char *const formats[] = {"html", "json"};
    size_t format = 0;
    Sides sides = {0};
    Comparison table;
    const ComparisonProfile *profile = NULL;
    CLEANUP(city_cleanup) City *city = NULL;
    if (!choose(call, "format", formats, COUNT_OF(formats), 0, &format, error) ||
        !place_city_if_any(call, &city, error) || !choose_profile(call, city, &profile, error) ||
        !compare_sides(call, profile->view, &sides, error) ||
        !comparison_make(call->arena, &sides.redline, profile, NULL, NULL, &table, error))
        return false;
    if (call_has(call, "check"))
        return check_table(&sides, &table, error);
    AUTO_BUF out;
    buf_init(&out, REDLINE_MAX);
    return (format == 0 ? comparison_write_html(&table, &out, error)
                        : comparison_write_json(&table, &out, error)) &&
           file_write(call_option(call, "out", S("-")), buf_str(&out), error);
}

const Command diff_commands[] = {
    {"plan diff", "OLD NEW", 2, 2, "compares two editions or files, as a redline",
        "  OLD and NEW are files (Markdown, a folder of it, JSON, table text, or text of one node a line "
        "with\n"
        "  the markers 《》 ● ①) or names of editions. Accepting the redline gives NEW, rejecting it OLD.",
        {{"format", "FORMAT", "text, html, json or script (runs of characters); text when not given"},
            {"view", "VIEW", "characters (字, for 見え消し) or words (語, for comparison tables)"},
            {"match", "HOW",
                "key (nodes of one plan), blind (foreign texts) or auto: key when both are of one plan"},
            {"out", "PATH", "a file; the standard output when not given"}, OPTION_PLAN, OPTION_DB},
        diff},
    {"plan compare", "OLD NEW", 2, 2, "two editions or files as a comparison table (新旧対照表)",
        "  OLD and NEW as for plan diff. The forms are plan, ordinance and those the city declares "
        "(comparison_tables).",
        {{"profile", "ID", "the form of the table; the first when not given"},
            {"format", "FORMAT", "html (for print on A4 landscape) or json; html when not given"},
            {"check", NULL, "rebuilds NEW from OLD and the table alone and says whether it is the same"},
            {"match", "HOW", "as for plan diff"},
            {"out", "PATH", "a file; the standard output when not given"}, OPTION_PLAN, OPTION_CITY,
            OPTION_DB},
        compare},
    {0},
};
