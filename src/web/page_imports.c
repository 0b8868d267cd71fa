/* What was imported, and the form to import more.
 *
 * An upload is looked at in this process only as far as a plain sentence about it needs (is it empty, is it
 * UTF-8); it is parsed in the sandboxed child that plan_import starts. When it fails, the same page says why
 * and keeps what was typed. */
#include "web/page_imports.h"

#include "base/utf8.h"
#include "city/city.h"
#include "plan/encoding.h"
#include "plan/import.h"
#include "web/edition_choice.h"
#include "web/page.h"
#include "web/review_place.h"
#include "web/site.h"
#include "web/templates.h"

static void add_plans(const Request *request, ImportsPage *page, Str chosen)
{
    const City *city = request->site->city;
    for (size_t i = 0; city && i < city->plans.len; i++) {
        const CityPlan *plan = &city->plans.at[i];
        ImportPlanView *view = VEC_PUSH(request->arena, &page->plans);
        if (!view)
            return;
        *view = (ImportPlanView){plan->id, plan->title.in[request->language], str_equal(plan->id, chosen)};
        if (i > 0)
            continue;
        for (size_t n = 0; n < plan->steps.len; n++)
            page->steps = arena_printf(request->arena, "%.*s%s%.*s", STR_ARGS(page->steps), n > 0 ? "、" : "",
                STR_ARGS(plan->steps.at[n]));
    }
}

static void add_counts(const PlanReview *review, ImportView *view)
{
    for (size_t i = 0; i < review->warnings.len; i++) {
        if (!review->warnings.at[i].warning.has_fix)
            continue;
        view->total++;
        view->open += review->warnings.at[i].decision == PLAN_OPEN;
    }
    view->total += review->repairs.len;
    for (size_t i = 0; i < review->repairs.len; i++)
        view->open += review->repairs.at[i].decision == PLAN_OPEN;
}

static bool add_imports(const Request *request, DbConn *conn, ImportsPage *page, Error *error)
{
    PlanEditions editions;
    if (!plan_edition_list(conn, request->arena, STR_EMPTY, &editions, error))
        return false;
    for (size_t i = editions.len; i-- > 0;) {
        const PlanEdition *edition = &editions.at[i];
        PlanReview *review = NULL;
        if (!plan_review_load(conn, request->arena, edition->id, &review, error))
            return false;
        ImportView *view = review ? VEC_PUSH(request->arena, &page->imports) : NULL;
        if (!view)
            continue;
        *view = (ImportView){
            .edition = edition->name,
            .plan_title = edition->title,
            .url = review_url(request->arena, edition->id),
            .source = review->source_name,
            .when = day_print(request->arena, request->language, review->created_at),
            .by = review->created_by,
            .confirmed = !review->under_review,
        };
        add_counts(review, view);
    }
    return !arena_failed(request->arena) || error_memory(error);
}

static bool show(const Request *request, Response *response, ImportsPage *page, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) || !add_imports(request, conn, page, error))
        return false;
    add_plans(request, page, request_form(request, S("plan")));
    MessageId title = page->wrong.len > 0 ? MESSAGE_imports_title_wrong : MESSAGE_imports_title;
    page->layout = layout_of(request, message_text(request->language, title), MENU_IMPORTS);
    Html html = page_begin(request, response);
    imports_page(&html, page);
    return page_end(&html, error);
}

bool page_imports(Request *request, Response *response, Error *error)
{
    ImportsPage page = {0};
    return show(request, response, &page, error);
}

/* --- an upload
 * ------------------------------------------------------------------------------------------------------- */

static void refuse(const Request *request, ImportsPage *page, ImportField field, MessageId why)
{
    page->wrong_field = field;
    page->wrong = message_text(request->language, why);
}

/* What can be said of the bytes before anybody parses them. */
static bool check_bytes(const Request *request, ImportsPage *page, Str bytes)
{
    size_t bad;
    long line, column;
    if (str_trim(bytes).len == 0) {
        refuse(request, page, IMPORT_FIELD_FILE, MESSAGE_imports_empty_file);
    } else if (memchr(bytes.at, '\0', bytes.len)) {
        refuse(request, page, IMPORT_FIELD_FILE, MESSAGE_imports_binary);
    } else if (page->encoding.len == 0 && !utf8_check(bytes, &bad)) {
        text_place(bytes, bad, &line, &column);
        Str number = arena_printf(request->arena, "%ld", line);
        page->wrong_field = IMPORT_FIELD_FILE;
        page->wrong = message_print(request->arena, request->language, MESSAGE_imports_not_utf8, 1, &number);
    }
    return page->wrong.len == 0;
}

static const HttpFile *check_form(const Request *request, ImportsPage *page)
{
    const HttpFile *file = request_file(request, S("file"));
    if (!file || (file->file_name.len == 0 && file->bytes.len == 0)) {
        refuse(request, page, IMPORT_FIELD_FILE, MESSAGE_imports_no_file);
        return NULL;
    }
    if (!check_bytes(request, page, file->bytes))
        return NULL;
    if (page->edition.len == 0) {
        refuse(request, page, IMPORT_FIELD_EDITION, MESSAGE_imports_no_edition);
        return NULL;
    }
    return file;
}

/* The last part of what the browser says the file is called. */
static Str base_name(Str name)
{
    for (size_t i = name.len; i-- > 0;)
        if (name.at[i] == '/' || name.at[i] == '\\')
            return str_slice(name, i + 1, name.len);
    return name;
}

static bool import(const Request *request, const ImportsPage *page, const HttpFile *file,
    PlanImportResult *result, Error *error)
{
    const City *city = request->site->city;
    Str plan = request_form(request, S("plan"));
    const CityPlan *declared = NULL;
    if (city)
        declared = plan.len > 0 ? city_plan(city, plan) : city->plans.len > 0 ? &city->plans.at[0] : NULL;
    if (city && !declared)
        return error_set(error, ERROR_INPUT, "the city has no plan %.*s", STR_ARGS(plan));
    PlanFile source = {.name = base_name(file->file_name), .text = file->bytes};
    PlanImport what = {
        .files = &source,
        .file_count = 1,
        .profile = city ? city->import_profile : STR_EMPTY,
        .profile_name = city ? city->import_profile_name : STR_EMPTY,
        .encoding = page->encoding,
        .plan = declared ? declared->id : STR_EMPTY,
        .title = declared ? declared->title.in[LANGUAGE_JA] : STR_EMPTY,
        .edition = page->edition,
        .actor = request->session->account.login,
        .instant = request->clock.instant,
    };
    return plan_import(request->site->db, &what, result, error);
}

/* Why an import failed, as far as the kind of the error says it; the words of the reader stand below. */
static void explain(const Request *request, ImportsPage *page, const Error *error)
{
    MessageId why = error->code == ERROR_CONFLICT ? MESSAGE_imports_conflict
                    : error->code == ERROR_LIMIT  ? MESSAGE_imports_limit
                                                  : MESSAGE_imports_unreadable;
    ImportField field = error->code == ERROR_CONFLICT ? IMPORT_FIELD_EDITION : IMPORT_FIELD_FILE;
    refuse(request, page, field, why);
    Str place =
        error->line > 0 ? arena_printf(request->arena, "%ld:%ld: ", error->line, error->column) : STR_EMPTY;
    page->wrong_detail = arena_join(request->arena, place, arena_str(request->arena, str_of(error->message)));
}

bool page_imports_post(Request *request, Response *response, Error *error)
{
    ImportsPage page = {.edition = str_trim(request_form(request, S("edition")))};
    if (str_equal(request_form(request, S("encoding")), S("shift_jis")))
        page.encoding = S("shift_jis");
    PlanImportResult result = {0};
    const HttpFile *file = check_form(request, &page);
    if (file && !import(request, &page, file, &result, error)) {
        bool fault =
            error->code != ERROR_INPUT && error->code != ERROR_CONFLICT && error->code != ERROR_LIMIT;
        if (fault)
            return false;
        explain(request, &page, error);
    }
    if (page.wrong.len > 0) {
        response->status = 422;
        return show(request, response, &page, error);
    }
    if (result.change == PLAN_IMPORT_UNCHANGED) {
        page.unchanged_url = review_url(request->arena, result.edition_id);
        return show(request, response, &page, error);
    }
    response_redirect(response, 303, review_url(request->arena, result.edition_id));
    return true;
}
