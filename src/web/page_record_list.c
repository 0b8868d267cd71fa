/* A list of records: by words, by state, page by page, and as a file.
 *
 * A line of the file is made from the same fields as a line of the page; what is sensitive stands in neither,
 * nor what the reader may never read.
 */
#include "web/page_record.h"

#include "base/csv.h"
#include "base/utf8.h"
#include "web/page.h"
#include "web/templates.h"

#define WORDS_MAX 100 /* code points */
#define COLUMNS_MAX 5 /* fields shown in a list, so that it stays a list */
#define PAGES_MAX 100000

static bool add_states(const ServicePlace *place, const Request *request, DbConn *conn,
    const RecordQuery *query, RecordsPage *page, Error *error)
{
    const CityRecordType *type = place->type;
    Str here = layout_url_with(request, S("state"), STR_EMPTY);
    StateFilter *all = VEC_PUSH(request->arena, &page->states);
    if (!all)
        return error_memory(error);
    *all = (StateFilter){.title = message_text(place->language, MESSAGE_list_all_states),
        .url = here,
        .here = query->state.len == 0};
    for (size_t i = 0; i < type->states.len; i++) {
        RecordQuery of_state = *query;
        RecordList list = {0};
        of_state.state = type->states.at[i].name;
        of_state.offset = 0;
        of_state.limit = 1;
        if (!record_list(place->door, conn, &place->asking, &of_state, false, &list, error))
            return false;
        StateFilter *filter = VEC_PUSH(request->arena, &page->states);
        if (!filter)
            return error_memory(error);
        *filter = (StateFilter){.title = type->states.at[i].title.in[place->language],
            .url = layout_url_with(request, S("state"), of_state.state),
            .count = list.total,
            .here = str_equal(query->state, of_state.state)};
        page->states.at[0].count += list.total;
    }
    return true;
}

static void add_pages(const Request *request, RecordsPage *page)
{
    Arena *arena = request->arena;
    page->page_count = (page->total + RECORDS_PAGE_SIZE - 1) / RECORDS_PAGE_SIZE;
    if (page->page_number > 1)
        page->previous_url =
            layout_url_with(request, S("page"), arena_printf(arena, "%zu", page->page_number - 1));
    if (page->page_number < page->page_count)
        page->next_url =
            layout_url_with(request, S("page"), arena_printf(arena, "%zu", page->page_number + 1));
}

/* Fields that have something to say stand in the list, the first few of them. */
static void limit_facts(RecordView *view)
{
    size_t kept = 0;
    for (size_t i = 0; i < view->facts.len && kept < COLUMNS_MAX; i++)
        if (view->facts.at[i].field->type != CITY_FIELD_PARAGRAPH)
            view->facts.at[kept++] = view->facts.at[i];
    view->facts.len = kept;
}

static bool fill(
    const ServicePlace *place, const Request *request, DbConn *conn, RecordsPage *page, Error *error)
{
    RecordQuery query = {.type = place->type,
        .words = page->words,
        .state = page->state,
        .newest_first = true,
        .offset = (page->page_number - 1) * RECORDS_PAGE_SIZE,
        .limit = RECORDS_PAGE_SIZE};
    RecordList list = {0};
    if (!record_list(place->door, conn, &place->asking, &query, false, &list, error) ||
        (place->type->states.len > 0 && !add_states(place, request, conn, &query, page, error)))
        return false;
    page->total = list.total;
    for (size_t i = 0; i < list.at.len; i++) {
        RecordView *view = VEC_PUSH(request->arena, &page->records);
        if (!view)
            return error_memory(error);
        record_view(place, list.at.at[i], view);
        limit_facts(view);
    }
    add_pages(request, page);
    return !arena_failed(request->arena) || error_memory(error);
}

static Str known_state(const CityRecordType *type, Str state)
{
    return state.len > 0 && city_state(type, state) ? state : STR_EMPTY;
}

static bool find(const Request *request, ServicePlace *place, Error *error)
{
    if (!service_find_type(request, place, error))
        return false;
    return door_may_read(place->door, &place->asking, place->type) ||
           error_set(error, ERROR_NOT_FOUND, "there are no such records");
}

bool page_records(Request *request, Response *response, Error *error)
{
    ServicePlace place;
    if (!find(request, &place, error))
        return service_lead_to_sign_in(request, response, error);
    Arena *arena = request->arena;
    RecordsPage page = {.type = place.type,
        .title = place.type->title.in[place.language],
        .words = utf8_slice(str_trim(request_query(request, S("q"))), 0, WORDS_MAX),
        .state = known_state(place.type, request_query(request, S("state"))),
        .action = record_type_url(arena, place.type),
        .page_number = (size_t)request_query_int(request, S("page"), 1, PAGES_MAX, 1)};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) || !fill(&place, request, conn, &page, error))
        return false;
    if (!place.type->about && door_may_create(place.door, &place.asking, place.type))
        page.new_url = arena_join(arena, page.action, S("/new"));
    if (place.is_staff)
        page.csv_url = arena_join(arena, page.action, S("/list.csv"));
    crumbs_of_type(&place, place.type, &page.crumbs);
    if (place.is_staff && page.crumbs.len > 0)
        page.crumbs.len--; /* the list itself */
    page.layout = layout_of(request, page.title, place.is_staff ? MENU_WORK : MENU_SERVICES);
    Html html = page_begin(request, response);
    records_page(&html, &page);
    return page_end(&html, error);
}

/* --- the file --- */

/* Whether the field has a column in the actor's file. */
static bool is_in_file(const ServicePlace *place, const CityField *field)
{
    return !field->sensitive && door_may_read_field(place->door, &place->asking, place->type, field);
}

static void add_heading(const ServicePlace *place, Buf *out)
{
    const CityRecordType *type = place->type;
    bool first = true;
    csv_cell(out, &first, message_text(place->language, MESSAGE_list_receipt));
    if (type->about)
        csv_cell(out, &first, type->about->title.in[place->language]);
    if (type->states.len > 0)
        csv_cell(out, &first, message_text(place->language, MESSAGE_list_state));
    for (size_t i = 0; i < type->fields.len; i++)
        if (is_in_file(place, &type->fields.at[i]))
            csv_cell(out, &first, type->fields.at[i].title.in[place->language]);
    csv_row_end(out);
}

static void add_line(const ServicePlace *place, const Record *record, Buf *out)
{
    const CityRecordType *type = place->type;
    bool first = true;
    csv_cell(out, &first, arena_printf(place->asking.arena, "%lld", (long long)record_receipt(record)));
    if (type->about)
        csv_cell(out, &first, record->reads[CITY_COLUMN_ABOUT]);
    if (type->states.len > 0)
        csv_cell(out, &first, state_title(type, record_state(record), place->language));
    for (size_t i = 0; i < type->fields.len; i++)
        if (is_in_file(place, &type->fields.at[i]))
            csv_cell(out, &first,
                type->fields.at[i].type == CITY_FIELD_DATE
                    ? field_input(place->asking.arena, record, &type->fields.at[i])
                    : field_words(place->asking.arena, place->language, record, &type->fields.at[i]));
    csv_row_end(out);
}

bool page_records_csv(Request *request, Response *response, Error *error)
{
    ServicePlace place;
    if (!find(request, &place, error))
        return false;
    if (!place.is_staff)
        return error_set(error, ERROR_DENIED, "lists as files are for staff");
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error))
        return false;
    RecordQuery query = {.type = place.type,
        .words = str_trim(request_query(request, S("q"))),
        .state = known_state(place.type, request_query(request, S("state"))),
        .limit = RECORD_LIST_MAX};
    buf_add(&response->body, S("\xEF\xBB\xBF"));
    add_heading(&place, &response->body);
    for (RecordList list = {0};; query.offset += list.at.len) {
        list = (RecordList){0};
        if (!record_list(place.door, conn, &place.asking, &query, false, &list, error))
            return false;
        for (size_t i = 0; i < list.at.len; i++)
            add_line(&place, list.at.at[i], &response->body);
        if (query.offset + list.at.len >= list.total || list.at.len == 0)
            break;
    }
    response->content_type = S("text/csv; charset=utf-8");
    response_download(response, arena_join(request->arena, place.type->title.in[LANGUAGE_JA], S(".csv")));
    return !response->body.failed || error_memory(error);
}
