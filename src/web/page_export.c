/* An edition as a file. The writers are plan/format.h's; this file picks one and names what it made. */
#include "web/page_export.h"

#include "base/utf8.h"
#include "web/edition_choice.h"
#include "web/page.h"
#include "web/site.h"
#include "web/templates.h"

typedef bool ExportWrite(const Plan *plan, Arena *arena, Buf *out, Error *error);

typedef struct Export {
    Str name; /* last part of the address */
    Str ending;
    Str content_type;
    ExportWrite *write;
} Export;

static bool write_json(const Plan *plan, Arena *arena, Buf *out, Error *error)
{
    (void)arena;
    return plan_write_json(plan, true, out, error);
}

static bool write_markdown(const Plan *plan, Arena *arena, Buf *out, Error *error)
{
    (void)arena;
    return plan_write_markdown(plan, out, error);
}

static bool write_csv(const Plan *plan, Arena *arena, Buf *out, Error *error)
{
    PlanReplacements replaced = {0};
    return plan_write_csv(plan, PLAN_CSV_UTF8, arena, &replaced, out, error);
}

static bool write_csv_sjis(const Plan *plan, Arena *arena, Buf *out, Error *error)
{
    PlanReplacements replaced = {0};
    return plan_write_csv(plan, PLAN_CSV_CP932, arena, &replaced, out, error);
}

static bool write_html(const Plan *plan, Arena *arena, Buf *out, Error *error)
{
    (void)arena;
    return plan_write_html(plan, out, error);
}

static const Export EXPORTS[] = {
    {STR_LITERAL("plan.json"), STR_LITERAL(".json"), STR_LITERAL("application/json"), write_json},
    {STR_LITERAL("plan.md"), STR_LITERAL(".md"), STR_LITERAL("text/markdown; charset=utf-8"), write_markdown},
    {STR_LITERAL("plan.csv"), STR_LITERAL(".csv"), STR_LITERAL("text/csv; charset=utf-8"), write_csv},
    {STR_LITERAL("plan-sjis.csv"), STR_LITERAL("-sjis.csv"), STR_LITERAL("text/csv; charset=Windows-31J"),
        write_csv_sjis},
    {STR_LITERAL("plan.html"), STR_LITERAL(".html"), STR_LITERAL("text/html; charset=utf-8"), write_html},
};

/* The whole edition that the request asks for. */
static const Plan *load(const Request *request, EditionChoice *choice, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) ||
        !edition_choose(request, conn, request_query(request, S("plan")),
            request_query(request, S("edition")), choice, error))
        return NULL;
    if (!choice->edition) {
        error_set(error, ERROR_NOT_FOUND, "the plan has no edition yet");
        return NULL;
    }
    return plan_load(conn, request->arena, choice->edition, error);
}

bool page_export(Request *request, Response *response, Error *error)
{
    Str name = request_parameter(request, S("file"));
    const Export *export = NULL;
    for (size_t i = 0; i < COUNT_OF(EXPORTS); i++)
        if (str_equal(EXPORTS[i].name, name))
            export = &EXPORTS[i];
    if (!export)
        return error_set(error, ERROR_NOT_FOUND, "there is no such file");
    EditionChoice choice;
    const Plan *plan = load(request, &choice, error);
    if (!plan || !export->write(plan, request->arena, &response->body, error))
        return false;
    response->content_type = export->content_type;
    response_download(response, arena_printf(request->arena, "%.*s-%.*s%.*s", STR_ARGS(choice.plan),
                                    STR_ARGS(choice.edition->name), STR_ARGS(export->ending)));
    return true;
}

static void add_replaced(Arena *arena, ReplacedPage *page, const PlanReplaced *replaced)
{
    ReplacedView *view = VEC_PUSH(arena, &page->replaced);
    if (!view)
        return;
    char bytes[4];
    Str character = {bytes, utf8_put(bytes, replaced->code_point)};
    *view = (ReplacedView){
        .character = arena_str(arena, character),
        .code = arena_printf(arena, "U+%04X", (unsigned)replaced->code_point),
        .replacement = replaced->replacement,
        .key = replaced->key,
        .url = node_url(arena, replaced->key, &page->frame.place),
        .count = replaced->count,
    };
}

bool page_export_sjis(Request *request, Response *response, Error *error)
{
    EditionChoice choice;
    const Plan *plan = load(request, &choice, error);
    AUTO_BUF csv;
    buf_init(&csv, RESPONSE_BODY_MAX);
    PlanReplacements replaced = {0};
    if (!plan || !plan_write_csv(plan, PLAN_CSV_CP932, request->arena, &replaced, &csv, error))
        return false;
    ReplacedPage page = {.frame = edition_frame(request, &choice)};
    page.file_url = arena_join(request->arena, S("/export/plan-sjis.csv"), page.frame.place.query);
    for (size_t i = 0; i < replaced.len; i++)
        add_replaced(request->arena, &page, &replaced.at[i]);
    if (arena_failed(request->arena))
        return error_memory(error);
    page.layout = layout_of(request, message_text(request->language, MESSAGE_sjis_title), MENU_PLAN);
    Html html = page_begin(request, response);
    replaced_page(&html, &page);
    return page_end(&html, error);
}
