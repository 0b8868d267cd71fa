/* cli/command_plan.c: a plan goes in, is looked at, searched, exported. Decisions on an import:
 * command_review.c. */
#include "base/file.h"
#include "base/utf8.h"
#include "cli/place.h"
#include "cli/plan_place.h"
#include "plan/draft.h"
#include "plan/import.h"
#include "plan/repair.h"
#include "plan/warning.h"

enum { SEARCH_HITS = 20, EXPORT_MAX = 1 << 30 };

/* --- import
 * -------------------------------------------------------------------------------------------------------- */

/* A file, or the Markdown files of a folder. Names are the last part of the path: where a machine keeps a
 * file is nobody else's matter. */
static bool read_files(const Call *call, PlanFiles *files, Error *error)
{
    FileNames names = {0};
    Error not_a_folder = {0};
    if (directory_list(call->arena, call->arguments[0], S(".md"), &names, &not_a_folder)) {
        if (names.len == 0)
            return error_set(error, ERROR_INPUT, "%.*s holds no .md files", STR_ARGS(call->arguments[0]));
    } else {
        Str *only = VEC_PUSH(call->arena, &names);
        if (!only)
            return error_memory(error);
        *only = call->arguments[0];
    }
    return plan_files_read(call->arena, &names, files, error);
}

static void print_import(const PlanImportResult *result, Language language)
{
    const char *name = result->edition;
    bool ja = language == LANGUAGE_JA;
    if (result->change == PLAN_IMPORT_UNCHANGED) {
        printf(ja ? "変更はありません。この資料は、版「%s」として取り込んであります。\n"
                  : "unchanged: this document is edition %s already\n",
            name);
        return;
    }
    if (result->change == PLAN_IMPORT_FIXED)
        printf(ja ? "確認中の版「%s」に、直し方の案を採りました。\n"
                  : "fixes taken in edition %s, which is under review\n",
            name);
    else
        printf(ja ? "版「%s」を取り込みました：%zu項目\n" : "edition %s imported: %zu nodes\n", name,
            result->node_count);
    if (result->warning_count > 0)
        printf(ja ? "  気になった点 %zu件（直し方の案があり、決めていない物 %zu件）：hitomachi plan warnings "
                    "%s\n"
                  : "  %zu warnings, %zu of them with a fix to decide: hitomachi plan warnings %s\n",
            result->warning_count, result->fix_count, name);
    if (result->repair_count > 0)
        printf(ja ? "  字がつながったと思われる所 %zu件：hitomachi plan repairs %s\n"
                  : "  %zu places where words seem to have run together: hitomachi plan repairs %s\n",
            result->repair_count, name);
    if (result->under_review)
        printf(ja ? "  確認中です。決めたら：hitomachi plan confirm %s\n"
                  : "  under review until: hitomachi plan confirm %s\n",
            name);
}

static bool import(const Call *call, Error *error)
{
    PlanFiles files = {0};
    CLEANUP(city_cleanup) City *city = NULL;
    CLEANUP(db_cleanup) Db *db = NULL;
    NumberChoice fixes = {0};
    if (!number_choice_read(call->arena, call_option(call, "fix", STR_EMPTY), &fixes, error) ||
        !read_files(call, &files, error) || !place_city_if_any(call, &city, error) ||
        !place_db(call, false, &db, error))
        return false;
    PlanImport request = {
        .files = files.at,
        .file_count = files.len,
        .encoding = call_option(call, "encoding", STR_EMPTY),
        .edition = call_option(call, "edition", STR_EMPTY),
        .fixes = {.all = fixes.all, .numbers = fixes.numbers, .count = fixes.count},
        .actor = call_actor(),
        .instant = call->clock.instant,
    };
    if (!plan_import_for_city(&request, city, call_option(call, "plan", STR_EMPTY), error))
        return false;
    PlanImportResult result = {0};
    if (!plan_import(db, &request, &result, error))
        return false;
    print_import(&result, call_language());
    return true;
}

/* --- looking
 * ------------------------------------------------------------------------------------------------------- */

static void print_node(const PlanNode *node, int depth)
{
    static const char *const before[PLAN_KIND_COUNT] = {
        [PLAN_GROUP] = "《", [PLAN_INITIATIVE] = "●", [PLAN_FACT] = "●"};
    static const char *const after[PLAN_KIND_COUNT] = {[PLAN_GROUP] = "》"};
    const char *open = before[node->kind] ? before[node->kind] : "",
               *close = after[node->kind] ? after[node->kind] : "";
    printf("%-14.*s%*s%.*s%s%s%.*s%s\n", STR_ARGS(node->key), depth * 2, "", STR_ARGS(node->number),
        node->number.len > 0 ? " " : "", open, STR_ARGS(node->text), close);
}

static void print_part(const PlanPart *part)
{
    for (size_t i = 0; i < part->above_count; i++)
        printf("%s%.*s%s%.*s", i > 0 ? " / " : "", STR_ARGS(part->above[i].number),
            part->above[i].number.len > 0 ? " " : "", STR_ARGS(part->above[i].text));
    if (part->above_count > 0)
        printf("\n\n");
    const Plan *plan = part->plan;
    for (size_t i = 0; i < plan->nodes.len; i++) {
        int depth = 0;
        for (int32_t up = plan->nodes.at[i].parent; up != PLAN_NO_PARENT; up = plan->nodes.at[up].parent)
            depth++;
        print_node(&plan->nodes.at[i], depth);
        for (size_t a = 0; a < plan->annotations.len; a++)
            if (plan->annotations.at[a].node == (int32_t)i)
                printf("%-14s%*s  [%s] %.*s\n", "", depth * 2, "",
                    plan_annotation_name(plan->annotations.at[a].kind),
                    STR_ARGS(plan->annotations.at[a].text));
    }
}

static bool show(const Call *call, Error *error)
{
    CLEANUP(plan_place_end) PlanPlace place = {0};
    if (!plan_place_begin(call, call_option(call, "edition", STR_EMPTY), &place, error))
        return false;
    Str key = call->argument_count > 0 ? call->arguments[0] : STR_EMPTY, plan, rest;
    if (str_cut(key, S("/"), &plan, &rest))
        key = rest;
    if (key.len == 0) {
        Plan *outline = plan_load_outline(place.conn, call->arena, &place.edition, 3, error);
        for (size_t i = 0; outline && i < outline->nodes.len; i++)
            print_node(&outline->nodes.at[i], 0);
        return outline != NULL;
    }
    PlanPart *part = plan_load_part(place.conn, call->arena, &place.edition, key, error);
    if (part)
        print_part(part);
    return part != NULL;
}

static bool search(const Call *call, Error *error)
{
    CLEANUP(plan_place_end) PlanPlace place = {0};
    if (!plan_place_begin(call, call_option(call, "edition", STR_EMPTY), &place, error))
        return false;
    Str query = call->arguments[0];
    for (size_t i = 1; i < call->argument_count; i++)
        query = arena_printf(call->arena, "%.*s %.*s", STR_ARGS(query), STR_ARGS(call->arguments[i]));
    int64_t limit = SEARCH_HITS;
    if (call_has(call, "limit") && (!str_to_int(call_option(call, "limit", STR_EMPTY), &limit) || limit < 1))
        return error_set(error, ERROR_INPUT, "--limit takes a number from 1");
    PlanHits hits = {0};
    size_t total = 0;
    if (!plan_search(place.conn, call->arena, &place.edition, query, 0, (size_t)limit, &hits, &total, error))
        return false;
    for (size_t i = 0; i < hits.len; i++) {
        print_node(&hits.at[i].node, 0);
        if (hits.at[i].note.len > 0)
            printf("%-14s  %.*s\n", "", STR_ARGS(hits.at[i].note));
    }
    fprintf(stderr, call_language() == LANGUAGE_JA ? "%zu件中 %zu件\n" : "%zu found, %zu shown\n", total,
        hits.len);
    return true;
}

static bool editions(const Call *call, Error *error)
{
    CLEANUP(db_cleanup) Db *db = NULL;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    PlanEditions list = {0};
    if (!place_db(call, true, &db, error) || !db_read_begin(db, &conn, error) ||
        !plan_edition_list(conn, call->arena, call_option(call, "plan", STR_EMPTY), &list, error))
        return false;
    for (size_t i = 0; i < list.len; i++)
        printf("%.*s\t%.*s\t%s\t%zu\t%.*s\t%.*s\n", STR_ARGS(list.at[i].plan), STR_ARGS(list.at[i].name),
            plan_edition_state_name(list.at[i].state), list.at[i].node_count,
            STR_ARGS(instant_print(call->arena, list.at[i].created_at)), STR_ARGS(list.at[i].content_hash));
    return true;
}

/* --- freezing
 * ------------------------------------------------------------------------------------------------------ */

/* The first declared step behind those that editions stand at, by the step they were frozen as or by name. */
static Str next_step(const CityPlan *plan, const PlanEditions *editions)
{
    size_t next = 0;
    for (size_t i = 0; plan && i < plan->steps.len; i++)
        for (size_t j = 0; j < editions->len; j++)
            if (str_equal(editions->at[j].step, plan->steps.at[i]) ||
                str_equal(editions->at[j].name, plan->steps.at[i]))
                next = i + 1;
    return plan && next < plan->steps.len ? plan->steps.at[next] : STR_EMPTY;
}

static bool check_step(const CityPlan *plan, Str step, Error *error)
{
    bool known = !plan || plan->steps.len == 0;
    for (size_t i = 0; plan && i < plan->steps.len; i++)
        known |= str_equal(plan->steps.at[i], step);
    return known ||
           error_set(error, ERROR_INPUT,
               "the city declares no step '%.*s' for this plan; city.yaml names its steps", STR_ARGS(step));
}

/* What is decided and what waits on the newest edition, and what it would be frozen as. */
static bool read_freeze(const Call *call, PlanFreeze *freeze, size_t *pending, Error *error)
{
    CLEANUP(city_cleanup) City *city = NULL;
    CLEANUP(plan_place_end) PlanPlace place = {0};
    PlanEditions editions;
    PlanChanges changes;
    if (!place_city_if_any(call, &city, error) || !plan_place_begin(call, STR_EMPTY, &place, error) ||
        !plan_edition_list(place.conn, call->arena, place.edition.plan, &editions, error))
        return false;
    const CityPlan *plan = city ? city_plan(city, place.edition.plan) : NULL;
    const PlanChangeQuery query = {
        .plan_id = place.edition.plan_id, .edition_id = place.edition.id, .open = true};
    freeze->base = place.edition.id;
    freeze->step = arena_str(call->arena, call_option(call, "step", next_step(plan, &editions)));
    freeze->name = call_option(call, "name", freeze->step);
    if (freeze->name.len == 0)
        return error_set(error, ERROR_INPUT, "every declared step has an edition; give --name, and --step");
    if ((freeze->step.len > 0 && !check_step(plan, freeze->step, error)) ||
        !plan_change_list(place.conn, call->arena, &query, &changes, error))
        return false;
    for (size_t i = 0; i < changes.len; i++)
        *pending += changes.at[i].state == PLAN_CHANGE_PENDING;
    return true;
}

static bool freeze(const Call *call, Error *error)
{
    PlanFreeze wanted = {.actor = call_actor(), .instant = call->clock.instant};
    size_t pending = 0;
    int64_t id = 0;
    PlanEdition edition;
    PlanChanges made;
    CLEANUP(db_cleanup) Db *db = NULL;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!read_freeze(call, &wanted, &pending, error) || !place_db(call, true, &db, error) ||
        !plan_draft_freeze(db, &wanted, &id, error) || !db_read_begin(db, &conn, error) ||
        !plan_edition_get(conn, call->arena, id, &edition, error))
        return false;
    const PlanChangeQuery query = {.plan_id = edition.plan_id, .made = id};
    if (!plan_change_list(conn, call->arena, &query, &made, error))
        return false;
    printf(call_language() == LANGUAGE_JA
               ? "版「%.*s」を確定しました：反映した変更 %zu件、採否を決めていない変更 %zu件\n%.*s\n"
               : "edition %.*s frozen: %zu changes in it, %zu still pending\n%.*s\n",
        STR_ARGS(edition.name), made.len, pending, STR_ARGS(edition.content_hash));
    return true;
}

/* --- export
 * -------------------------------------------------------------------------------------------------------- */

static void say_replaced(const PlanReplacements *replaced, Arena *arena)
{
    for (size_t i = 0; i < replaced->len; i++) {
        char character[4];
        size_t len = utf8_put(character, replaced->at[i].code_point);
        Str written = replaced->at[i].replacement;
        Str line =
            arena_printf(arena, "U+%04X %.*s -> %.*s, %zu times, first in %.*s", replaced->at[i].code_point,
                (int)len, character, STR_ARGS(written), replaced->at[i].count, STR_ARGS(replaced->at[i].key));
        fprintf(stderr, "%.*s\n", STR_ARGS(line));
    }
}

static bool write_csv(const Call *call, const Plan *plan, Buf *out, Error *error)
{
    Str encoding = call_option(call, "encoding", S("utf-8"));
    bool cp932 = str_equal(encoding, S("cp932"));
    if (!cp932 && !str_equal(encoding, S("utf-8")))
        return error_set(error, ERROR_INPUT, "--encoding takes utf-8 or cp932");
    PlanReplacements replaced = {0};
    if (!plan_write_csv(plan, cp932 ? PLAN_CSV_CP932 : PLAN_CSV_UTF8, call->arena, &replaced, out, error))
        return false;
    say_replaced(&replaced, call->arena);
    return true;
}

static bool write_folder(const Call *call, const Plan *plan, Str folder, Error *error)
{
    PlanFiles files = {0};
    if (!plan_write_markdown_files(plan, call->arena, EXPORT_MAX, &files, error) ||
        !directory_make(folder, error))
        return false;
    for (size_t i = 0; i < files.len; i++) {
        Str path = arena_printf(call->arena, "%.*s/%.*s", STR_ARGS(folder), STR_ARGS(files.at[i].name));
        if (!file_write(path, files.at[i].text, error))
            return false;
        printf("%.*s\n", STR_ARGS(path));
    }
    return true;
}

static bool export(const Call *call, Error *error)
{
    CLEANUP(plan_place_end) PlanPlace place = {0};
    Str name = call->argument_count > 0 ? call->arguments[0] : STR_EMPTY;
    Str format = call_option(call, "format", S("json")), path = call_option(call, "out", S("-"));
    if (!plan_place_begin(call, name, &place, error))
        return false;
    Plan *plan = plan_load(place.conn, call->arena, &place.edition, error);
    if (!plan)
        return false;
    bool markdown = str_equal(format, S("md"));
    if (markdown && !str_equal(path, S("-")))
        return write_folder(call, plan, path, error);
    AUTO_BUF out;
    buf_init(&out, EXPORT_MAX);
    bool written;
    if (markdown)
        written = plan_write_markdown(plan, &out, error);
    else if (str_equal(format, S("json")))
        written = plan_write_json(plan, true, &out, error);
    else if (str_equal(format, S("csv")))
        written = write_csv(call, plan, &out, error);
    else if (str_equal(format, S("html")))
        written = plan_write_html(plan, &out, error);
    else
        return error_set(error, ERROR_INPUT, "--format takes json, md, csv or html");
    return written && file_write(path, buf_str(&out), error);
}

const Command plan_commands[] = {
    {"plan import", "FILE-or-DIR", 1, 1, "reads a document into an edition that is under review",
        "  Tables flattened to text, Markdown (one file, or a folder of them) or JSON; which, the document "
        "says itself.\n"
        "  The literal reading is kept; a fix is taken only when asked for.",
        {{"edition", "NAME", "the edition's name: 素案, 案 ..."},
            {"fix", "LIST", "fixes to take: 3,5 or all"},
            {"encoding", "NAME", "when the document is not UTF-8: shift_jis, euc-jp, utf-16 ..."},
            OPTION_PLAN, OPTION_CITY, OPTION_DB},
        import},
    {"plan show", "[KEY]", 0, 1,
        "prints a node and what is below it; without a key, the policies and measures", NULL,
        {OPTION_EDITION, OPTION_PLAN, OPTION_DB}, show},
    {"plan export", "[EDITION]", 0, 1, "writes an edition; without a name, the newest", NULL,
        {{"format", "FORMAT", "json, md, csv or html"},
            {"out", "PATH", "a file; for md a folder, one file a policy"},
            {"encoding", "NAME", "csv: utf-8 (with a byte order mark) or cp932"}, OPTION_PLAN, OPTION_DB},
        export},
    {"plan search", "WORDS...", 1, COMMAND_ARGUMENTS_MAX, "finds the nodes that hold every word", NULL,
        {{"limit", "N", "how many to print; 20 when not given"}, OPTION_EDITION, OPTION_PLAN, OPTION_DB},
        search},
    {"plan editions", "", 0, 0, "plan, name, state, nodes, when, content hash: a line each", NULL,
        {OPTION_PLAN, OPTION_DB}, editions},
    {"plan freeze", "", 0, 0, "freezes the newest edition with its accepted changes as the next one",
        "  What nobody has decided stays pending on the new edition. Prints the hash of its content.",
        {{"name", "NAME", "of the new edition; the step's when not given"},
            {"step", "STEP", "a declared step of the plan; the next one when not given"}, OPTION_PLAN,
            OPTION_CITY, OPTION_DB},
        freeze},
    {0},
};
