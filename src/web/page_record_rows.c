/* The roster: records about one, as a table. Fields that are there only at a certain time (`when`) and can be
 * written now, attendance for one, are form parts; all rows are saved in one go, or none.
 *
 * Each row carries the version it was shown in, each cell what it held. Only cells that were changed are
 * written. When somebody else has saved one of these rows meanwhile, nothing is written: the page comes back
 * with both values, and with the newer version, so that sending it again is a decision. */
#include "web/page_record.h"

#include "web/page.h"

/* --- reading
 * -----------------------------------------------------------------------------------------------------------
 */

static bool is_later_field(const CityField *field)
{
    return field->when && !field->value && field->type != CITY_FIELD_REFERENCE &&
           field->type != CITY_FIELD_PARAGRAPH;
}

/* Where places are limited, only who has one takes part. */
static bool takes_part(const Record *record)
{
    return !record->type->has_seats || str_equal(record_state(record), record->type->starts);
}

static bool is_writable(const Record *record, const CityField *field)
{
    return is_later_field(field) && !record->fixed[field->column] && !record->hidden[field->column] &&
           takes_part(record);
}

static Str cell_name(Arena *arena, const Record *record, const CityField *field)
{
    return arena_printf(arena, "r.%.*s.%.*s", STR_ARGS(field->name), STR_ARGS(record_code(record)));
}

static bool add_cell(const ServicePlace *place, const Request *request, DbConn *conn, const Record *record,
    const CityField *field, bool is_sent, RosterRow *row, Error *error)
{
    Arena *arena = request->arena;
    RosterCell *cell = VEC_PUSH(arena, &row->cells);
    if (!cell)
        return error_memory(error);
    *cell = (RosterCell){.text = field_words(arena, place->language, record, field)};
    if (!is_writable(record, field))
        return true;
    Str name = cell_name(arena, record, field), now = field_input(arena, record, field);
    Str behind = arena_join(arena, S("."), record_code(record));
    Str typed = is_sent ? str_trim(form_sent(request, "r.", field, behind)) : now;
    Str before = is_sent ? form_sent(request, "old.r.", field, behind) : now;
    cell->is_writable = true;
    cell->original = now;
    bool was_touched = !str_equal(typed, before);
    bool has_moved = !str_equal(before, now);
    cell->is_conflict = was_touched && has_moved && !str_equal(typed, now);
    if (cell->is_conflict)
        cell->other = cell->text.len > 0 ? cell->text : message_text(place->language, MESSAGE_value_none);
    row->is_conflict |= cell->is_conflict;
    return form_field(place, conn, field, name, was_touched ? typed : now, &cell->field, error);
}

static void add_columns(const ServicePlace *place, const RecordList *list, Roster *out)
{
    const CityRecordType *type = out->type;
    for (size_t i = 0; i < type->fields.len; i++) {
        const CityField *field = &type->fields.at[i];
        bool is_shown = false, is_open = false;
        for (size_t n = 0; n < list->at.len && !(is_shown && is_open); n++) {
            is_open |= is_writable(list->at.at[n], field);
            is_shown |= field_words(place->asking.arena, place->language, list->at.at[n], field).len > 0;
        }
        RosterColumn *column = (is_shown || is_open) && type->label != (ptrdiff_t)i
                                   ? VEC_PUSH(place->asking.arena, &out->columns)
                                   : NULL;
        if (column)
            *column = (RosterColumn){field, field->title.in[place->language], is_open};
        out->has_writable |= is_open;
    }
}

static bool add_row(const ServicePlace *place, const Request *request, DbConn *conn, const Record *record,
    bool is_sent, Roster *out, Error *error)
{
    Arena *arena = request->arena;
    RosterRow *row = VEC_PUSH(arena, &out->rows);
    if (!row)
        return error_memory(error);
    record_view(place, record, &row->view);
    if (!record_view_seat(place, conn, &row->view, error))
        return false;
    row->version_name = arena_join(arena, S("v."), record_code(record));
    row->version = arena_printf(arena, "%lld", (long long)record_version(record));
    for (size_t i = 0; i < out->columns.len; i++)
        if (!add_cell(place, request, conn, record, out->columns.at[i].field, is_sent, row, error))
            return false;
    out->has_conflict |= row->is_conflict;
    return true;
}

/* State by state as declared, so that who takes part stands first; by receipt within. */
static bool add_rows(const ServicePlace *place, const Request *request, DbConn *conn, const RecordList *list,
    bool is_sent, Roster *out, Error *error)
{
    const CityRecordType *type = out->type;
    for (size_t s = 0; s < type->states.len || s == 0; s++)
        for (size_t i = 0; i < list->at.len; i++) {
            bool here =
                type->states.len == 0 || str_equal(record_state(list->at.at[i]), type->states.at[s].name);
            if (here && !add_row(place, request, conn, list->at.at[i], is_sent, out, error))
                return false;
        }
    return true;
}

/* What is sensitive is shown when it is asked for, by staff, and the reads are noted first. */
static bool show_sensitive(const ServicePlace *place, const Request *request, DbConn **conn,
    const RecordList *list, Roster *out, Error *error)
{
    bool is_asked = str_equal(request_query(request, S("show")), S("sensitive"));
    if (!place->is_staff || !out->type->has_sensitive || list->at.len == 0)
        return true;
    if (!is_asked) {
        out->sensitive_url = layout_url_with(request, S("show"), S("sensitive"));
        return true;
    }
    db_read_end(conn);
    return record_show_sensitive(place->door, &place->asking, list->at.at, list->at.len, error) &&
           db_read_begin(request->site->db, conn, error);
}

/* Whether somebody who is not signed in could make one once she is: only then is she asked to sign in. */
static bool could_sign_in(const ServicePlace *place, DbConn *conn, const CityRecordType *type,
    const Record *about, bool *could, Error *error)
{
    Asking asking = place->asking;
    asking.actor = actor_of_some_resident();
    return record_may_create(place->door, conn, &asking, type, about, could, error);
}

bool roster_read(const ServicePlace *place, const Request *request, DbConn **conn, const CityRecordType *type,
    const Record *about, bool is_sent, Roster *out, Error *error)
{
    Arena *arena = request->arena;
    bool may = false;
    *out = (Roster){.type = type,
        .id = type->name,
        .title = type->title.in[place->language],
        .has_states = type->states.len > 0,
        .is_staff = place->is_staff};
    if (!seats_view(place, *conn, type, about, &out->seats, error) ||
        !record_may_create(place->door, *conn, &place->asking, type, about, &may, error))
        return false;
    if (place->asking.actor.account == 0 &&
        !could_sign_in(place, *conn, type, about, &out->asks_sign_in, error))
        return false;
    Str url = record_type_url(arena, type), code = url_encoded(arena, record_code(about));
    if (may)
        out->new_url = arena_printf(arena, "%.*s/new?about=%.*s", STR_ARGS(url), STR_ARGS(code));
    if (!door_may_read(place->door, &place->asking, type))
        return true;
    out->list_url = url;
    out->action = arena_printf(arena, "/records/%.*s/rows%.*s", STR_ARGS(code),
        STR_ARGS(str_slice(url, S("/services").len, url.len)));
    RecordQuery query = {
        .type = type, .about = record_code(about), .is_mine = !place->is_staff, .limit = RECORD_LIST_MAX};
    RecordList list = {0};
    if (!record_list(place->door, *conn, &place->asking, &query, place->is_staff, &list, error))
        return false;
    out->total = list.total;
    if (!show_sensitive(place, request, conn, &list, out, error))
        return false;
    add_columns(place, &list, out);
    return add_rows(place, request, *conn, &list, is_sent, out, error);
}

/* --- saving
 * ------------------------------------------------------------------------------------------------------------
 */

/* What was changed in one row; nothing: no edit. */
static void add_edit(
    const Request *request, const Roster *roster, const RosterRow *row, RecordEdit **next, size_t *count)
{
    Arena *arena = request->arena;
    VEC_OF(RecordInput) inputs = {0};
    int64_t version = 0;
    for (size_t i = 0; i < row->cells.len; i++) {
        const RosterCell *cell = &row->cells.at[i];
        if (!cell->is_writable || str_equal(cell->field.text, cell->original))
            continue;
        RecordInput *input = VEC_PUSH(arena, &inputs);
        if (input)
            *input = (RecordInput){roster->columns.at[i].field->name, cell->field.text};
    }
    if (inputs.len == 0 || !str_to_int(request_form(request, row->version_name), &version))
        return;
    **next = (RecordEdit){record_code(row->view.record), version, inputs.at, inputs.len, STR_EMPTY};
    *next += 1;
    *count += 1;
}

/* Faults of edits, beside their cells. */
static void mark_faults(
    const ServicePlace *place, const RecordEdit *edits, const RecordFaults *faults, Roster *roster)
{
    for (size_t i = 0; i < faults->len; i++) {
        const RecordFault *fault = &faults->at[i];
        for (size_t r = 0; r < roster->rows.len; r++) {
            RosterRow *row = &roster->rows.at[r];
            if (!str_equal(record_code(row->view.record), edits[fault->item].code))
                continue;
            for (size_t c = 0; c < row->cells.len; c++)
                if (roster->columns.at[c].field == fault->field && row->cells.at[c].is_writable)
                    row->cells.at[c].field.wrong = fault_words(place, fault);
        }
    }
    roster->is_wrong = true;
}

static bool read_roster(
    const ServicePlace *place, const Request *request, Roster *roster, Record **record, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    return db_read_begin(request->site->db, &conn, error) &&
           record_of_route(request, place, conn, record, error) &&
           (place->type->about == (*record)->type ||
               error_set(error, ERROR_NOT_FOUND, "these records are about something else")) &&
           roster_read(place, request, &conn, place->type, *record, true, roster, error);
}

static bool show_again(const Request *request, Response *response, const ServicePlace *place,
    const Record *record, const Roster *roster, int status, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    response->status = status;
    return db_read_begin(request->site->db, &conn, error) &&
           record_page_show(request, response, place, &conn, record, roster, error);
}

bool page_record_rows_post(Request *request, Response *response, Error *error)
{
    ServicePlace place;
    Roster roster;
    Record *record = NULL;
    RecordFaults faults = {0};
    if (!service_find_type(request, &place, error) || !read_roster(&place, request, &roster, &record, error))
        return false;
    RecordEdit *edits = arena_array(request->arena, roster.rows.len + 1, sizeof *edits), *next = edits;
    size_t count = 0;
    if (!edits)
        return error_memory(error);
    for (size_t i = 0; i < roster.rows.len; i++)
        add_edit(request, &roster, &roster.rows.at[i], &next, &count);
    if (roster.has_conflict)
        return show_again(request, response, &place, record, &roster, 409, error);
    if (count > 0 && !record_change(place.door, &place.asking, edits, count, &faults, error)) {
        if (error->code == ERROR_CONFLICT) {
            if (!read_roster(&place, request, &roster, &record, error))
                return false;
            roster.has_conflict = true;
            return show_again(request, response, &place, record, &roster, 409, error);
        }
        if (error->code != ERROR_INPUT || faults.len == 0)
            return false;
        mark_faults(&place, edits, &faults, &roster);
        return show_again(request, response, &place, record, &roster, 422, error);
    }
    Str back = record_url(request->arena, record_code(record));
    service_return(response, back, count > 0 ? "rows" : "nothing");
    return true;
}
