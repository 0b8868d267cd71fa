/* Services and records as JSON. Values are written by their kind: whole numbers, true and false, dates and
 * decimals as text; what the asker may not read, and what is sensitive, is not there. */
#include "web/api_service.h"

#include "base/json.h"
#include "web/page_service.h"

#define RECORDS_MAX 100
#define OFFSET_MAX 1000000

static void write_titles(JsonWriter *json, const char *key, const Titled *title)
{
    json_key(json, key);
    json_object_begin(json);
    json_key_text(json, "ja", title->in[LANGUAGE_JA]);
    json_key_text(json, "en", title->in[LANGUAGE_EN]);
    json_object_end(json);
}

static void write_type(const ServicePlace *place, JsonWriter *json, const CityRecordType *type)
{
    Arena *arena = place->asking.arena;
    json_object_begin(json);
    json_key_text(json, "name", type->name);
    write_titles(json, "title", &type->title);
    json_key_text(json, "url", arena_join(arena, S("/api/v1"), record_type_url(arena, type)));
    json_object_end(json);
}

static void write_service(const ServicePlace *place, JsonWriter *json, const CityService *service)
{
    json_object_begin(json);
    json_key_text(json, "id", service->id);
    write_titles(json, "title", &service->title);
    write_titles(json, "summary", &service->summary);
    json_key_text(json, "unit", service->unit);
    json_key(json, "carries_out");
    json_array_begin(json);
    for (size_t i = 0; i < service->carries_out.len; i++) {
        json_object_begin(json);
        json_key_text(json, "plan", service->carries_out.at[i].plan);
        json_key_text(json, "key", service->carries_out.at[i].key);
        json_object_end(json);
    }
    json_array_end(json);
    json_key(json, "record_types");
    json_array_begin(json);
    for (size_t i = 0; i < service->record_types.len; i++)
        if (door_may_read(place->door, &place->asking, service->record_types.at[i]))
            write_type(place, json, service->record_types.at[i]);
    json_array_end(json);
    json_key_text(json, "url", service_url(place->asking.arena, service));
    json_object_end(json);
}

bool api_services(Request *request, Response *response, Error *error)
{
    ServicePlace place;
    JsonWriter json;
    if (!service_ask(request, &place, error))
        return false;
    response->content_type = S("application/json");
    json_writer_init(&json, &response->body, false);
    json_object_begin(&json);
    json_key(&json, "services");
    json_array_begin(&json);
    for (size_t i = 0; i < place.city->services.len; i++)
        if (service_is_for_residents(place.city->services.at[i]) || (place.is_staff && i > 0))
            write_service(&place, &json, place.city->services.at[i]);
    json_array_end(&json);
    json_object_end(&json);
    return !response->body.failed || error_memory(error);
}

static void write_value(
    const ServicePlace *place, JsonWriter *json, const Record *record, const CityField *field)
{
    Value value = row_value(&record->row, field->column);
    if (field->type == CITY_FIELD_REFERENCE) {
        json_object_begin(json);
        json_key_text(json, "code", record->codes[field->column]);
        json_key_text(json, "label", record->reads[field->column]);
        json_object_end(json);
    } else if (value.type == VALUE_INTEGER) {
        json_int(json, value.integer);
    } else if (value.type == VALUE_BOOLEAN) {
        json_bool(json, value.integer != 0);
    } else {
        json_text(json, value_input(place->asking.arena, field, value));
    }
}

static void write_record(const ServicePlace *place, JsonWriter *json, const Record *record)
{
    const CityRecordType *type = record->type;
    json_object_begin(json);
    json_key_text(json, "code", record_code(record));
    json_key_text(json, "label", record->label);
    json_key_int(json, "receipt", record_receipt(record));
    if (type->states.len > 0)
        json_key_text(json, "state", record_state(record));
    if (type->about)
        json_key_text(json, "about", record->codes[CITY_COLUMN_ABOUT]);
    json_key(json, "fields");
    json_object_begin(json);
    for (size_t i = 0; i < type->fields.len; i++) {
        const CityField *field = &type->fields.at[i];
        bool is_empty = value_is_missing(row_value(&record->row, field->column));
        bool is_unread = field->type == CITY_FIELD_REFERENCE && record->codes[field->column].len == 0;
        if (record->hidden[field->column] || is_empty || is_unread)
            continue;
        json_key(json, arena_str(place->asking.arena, field->name).at);
        write_value(place, json, record, field);
    }
    json_object_end(json);
    json_key_text(json, "url", record_url(place->asking.arena, record_code(record)));
    json_object_end(json);
}

static bool read_number(
    const Request *request, Str name, int64_t low, int64_t high, int64_t otherwise, size_t *out, Error *error)
{
    Str text = request_query(request, name);
    int64_t number = otherwise;
    if (text.len > 0 && (!str_to_int(text, &number) || number < low || number > high))
        return error_set(error, ERROR_INPUT, "%.*s is a whole number from %lld to %lld", STR_ARGS(name),
            (long long)low, (long long)high);
    *out = (size_t)number;
    return true;
}

static bool read_query(const Request *request, const ServicePlace *place, RecordQuery *query, Error *error)
{
    *query = (RecordQuery){.type = place->type, .state = request_query(request, S("state"))};
    if (query->state.len > 0 && !city_state(place->type, query->state))
        return error_set(error, ERROR_INPUT, "there is no such state");
    return read_number(request, S("offset"), 0, OFFSET_MAX, 0, &query->offset, error) &&
           read_number(request, S("limit"), 1, RECORDS_MAX, RECORDS_MAX, &query->limit, error);
}

bool api_records(Request *request, Response *response, Error *error)
{
    ServicePlace place;
    RecordQuery query;
    RecordList list = {0};
    JsonWriter json;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!service_find_type(request, &place, error))
        return false;
    if (!door_may_read(place.door, &place.asking, place.type))
        return error_set(error, ERROR_NOT_FOUND, "there are no such records");
    if (!read_query(request, &place, &query, error) || !db_read_begin(request->site->db, &conn, error) ||
        !record_list(place.door, conn, &place.asking, &query, false, &list, error))
        return false;
    response->content_type = S("application/json");
    json_writer_init(&json, &response->body, false);
    json_object_begin(&json);
    json_key_int(&json, "total", (int64_t)list.total);
    json_key(&json, "records");
    json_array_begin(&json);
    for (size_t i = 0; i < list.at.len; i++)
        write_record(&place, &json, list.at.at[i]);
    json_array_end(&json);
    json_object_end(&json);
    return !response->body.failed || error_memory(error);
}
