/* The JSON API: what the pages show, for programs. Read only.
 *
 * Whole editions and parts are written by plan/format.h, so that a file that was downloaded and an answer of
 * the API are the same format. "current" in the place of an edition's name is the edition in force. */
#include "web/api_plan.h"

#include "base/json.h"
#include "base/utf8.h"
#include "city/city.h"
#include "plan/format.h"
#include "web/asset.h"
#include "web/edition_choice.h"
#include "web/page_search.h"
#include "web/site.h"

#define HITS_MAX 100
#define OFFSET_MAX 1000000

/* --- parts of answers
 * ------------------------------------------------------------------------------------------------- */

static void json_begin(Response *response, JsonWriter *json)
{
    response->content_type = S("application/json");
    json_writer_init(json, &response->body, false);
    json_object_begin(json);
}

static bool json_end(Response *response, JsonWriter *json, Error *error)
{
    json_object_end(json);
    return !response->body.failed || error_memory(error);
}

static void write_titles(JsonWriter *json, const Titled *title)
{
    json_key(json, "title");
    json_object_begin(json);
    json_key_text(json, "ja", title->in[LANGUAGE_JA]);
    json_key_text(json, "en", title->in[LANGUAGE_EN]);
    json_object_end(json);
}

static Str plan_path(Arena *arena, Str plan)
{
    return arena_printf(arena, "/api/v1/plans/%.*s/editions", STR_ARGS(url_encoded(arena, plan)));
}

static Str edition_path(Arena *arena, Str plan, Str edition)
{
    Str path = plan_path(arena, plan);
    return arena_printf(arena, "%.*s/%.*s", STR_ARGS(path), STR_ARGS(url_encoded(arena, edition)));
}

static void write_edition(
    JsonWriter *json, Arena *arena, const EditionChoice *choice, const PlanEdition *edition)
{
    json_object_begin(json);
    json_key_text(json, "name", edition->name);
    json_key_text(json, "state", str_of(plan_edition_state_name(edition->state)));
    json_key_bool(json, "current", edition == choice->current);
    json_key_text(json, "created", instant_print(arena, edition->created_at));
    json_key_int(json, "nodes", (int64_t)edition->node_count);
    json_key_int(json, "policies", (int64_t)edition->policy_count);
    json_key_int(json, "annotations", (int64_t)edition->annotation_count);
    json_key_text(json, "content_hash", edition->content_hash);
    json_key_text(json, "url", edition_path(arena, choice->plan, edition->name));
    json_object_end(json);
}

/* A node by name, as a step on the way to another. */
static void write_step(JsonWriter *json, const PlanNode *node)
{
    json_object_begin(json);
    json_key_text(json, "key", node->key);
    json_key_text(json, "kind", str_of(plan_kind_name(node->kind)));
    json_key_text(json, "number", node->number);
    json_key_text(json, "text", node->text);
    json_object_end(json);
}

static void write_above(JsonWriter *json, const PlanNode *above, size_t count)
{
    json_key(json, "above");
    json_array_begin(json);
    for (size_t i = 0; i < count; i++)
        write_step(json, &above[i]);
    json_array_end(json);
}

/* --- what is asked for
 * -------------------------------------------------------------------------------------------------- */

/* The edition named by path or query; an answer needs one. */
static bool choose(
    const Request *request, DbConn *conn, Str plan, Str edition, EditionChoice *choice, Error *error)
{
    if (str_equal(edition, S("current")))
        edition = STR_EMPTY;
    if (!edition_choose(request, conn, plan, edition, choice, error))
        return false;
    return choice->edition || error_set(error, ERROR_NOT_FOUND, "the plan has no edition yet");
}

static bool choose_by_path(const Request *request, DbConn *conn, EditionChoice *choice, Error *error)
{
    return choose(request, conn, request_parameter(request, S("plan")),
        request_parameter(request, S("edition")), choice, error);
}

/* A whole number of the query, or `otherwise` when it is not given. */
static bool read_number(const Request *request, const char *name, int64_t low, int64_t high,
    int64_t otherwise, int64_t *out, Error *error)
{
    Str text = request_query(request, str_of(name));
    *out = otherwise;
    if (text.len == 0 || (str_to_int(text, out) && *out >= low && *out <= high))
        return true;
    return error_set(
        error, ERROR_INPUT, "%s is a whole number from %lld to %lld", name, (long long)low, (long long)high);
}

/* --- answers
 * -------------------------------------------------------------------------------------------------------------
 */

static bool write_plan(const Request *request, DbConn *conn, JsonWriter *json, const CityPlan *plan,
    bool is_default, Error *error)
{
    EditionChoice choice;
    if (!edition_choose(request, conn, plan->id, STR_EMPTY, &choice, error))
        return false;
    json_object_begin(json);
    json_key_text(json, "id", plan->id);
    write_titles(json, &plan->title);
    json_key_bool(json, "default", is_default);
    json_key_int(json, "editions", (int64_t)choice.editions.len);
    json_key(json, "current");
    if (choice.current)
        json_text(json, choice.current->name);
    else
        json_none(json);
    json_key_text(json, "url", plan_path(request->arena, plan->id));
    json_object_end(json);
    return true;
}

bool api_plans(Request *request, Response *response, Error *error)
{
    JsonWriter json;
    const City *city = request->site->city;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error))
        return false;
    json_begin(response, &json);
    json_key(&json, "plans");
    json_array_begin(&json);
    for (size_t i = 0; city && i < city->plans.len; i++)
        if (!write_plan(request, conn, &json, &city->plans.at[i], i == 0, error))
            return false;
    json_array_end(&json);
    return json_end(response, &json, error);
}

bool api_editions(Request *request, Response *response, Error *error)
{
    JsonWriter json;
    EditionChoice choice;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) ||
        !edition_choose(request, conn, request_parameter(request, S("plan")), STR_EMPTY, &choice, error))
        return false;
    json_begin(response, &json);
    json_key_text(&json, "plan", choice.plan);
    json_key(&json, "editions");
    json_array_begin(&json);
    for (size_t i = 0; i < choice.editions.len; i++)
        write_edition(&json, request->arena, &choice, &choice.editions.at[i]);
    json_array_end(&json);
    return json_end(response, &json, error);
}

bool api_edition(Request *request, Response *response, Error *error)
{
    EditionChoice choice;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) || !choose_by_path(request, conn, &choice, error))
        return false;
    const Plan *plan = plan_load(conn, request->arena, choice.edition, error);
    response->content_type = S("application/json");
    return plan && plan_write_json(plan, false, &response->body, error);
}

static void write_history(
    const Request *request, const EditionChoice *choice, JsonWriter *json, const PlanVersions *versions)
{
    json_key(json, "history");
    json_array_begin(json);
    for (size_t i = 0; i < versions->len; i++) {
        const PlanVersion *version = &versions->at[i];
        if (version->state == PLAN_EDITION_REVIEW && !may_see_reviews(request))
            continue;
        json_object_begin(json);
        json_key_text(json, "edition", version->edition);
        json_key_text(json, "created", instant_print(request->arena, version->created_at));
        json_key_text(json, "kind", str_of(plan_kind_name(version->kind)));
        json_key_text(json, "number", version->number);
        json_key_text(json, "text", version->text);
        Str path = edition_path(request->arena, choice->plan, version->edition);
        json_key_text(json, "edition_url", path);
        json_object_end(json);
    }
    json_array_end(json);
}

bool api_node(Request *request, Response *response, Error *error)
{
    JsonWriter json;
    EditionChoice choice;
    PlanVersions versions;
    Str key = request_parameter(request, S("key"));
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) || !choose_by_path(request, conn, &choice, error))
        return false;
    const PlanPart *part = plan_load_part(conn, request->arena, choice.edition, key, error);
    if (!part || !plan_node_history(conn, request->arena, choice.edition->plan_id, key, &versions, error))
        return false;
    AUTO_BUF tree;
    buf_init(&tree, RESPONSE_BODY_MAX);
    if (!plan_write_json(part->plan, false, &tree, error))
        return false;
    json_begin(response, &json);
    json_key_text(&json, "plan", choice.plan);
    json_key_text(&json, "edition", choice.edition->name);
    json_key_text(&json, "key", key);
    write_above(&json, part->above, part->above_count);
    json_key(&json, "part");
    json_raw(&json, buf_str(&tree));
    write_history(request, &choice, &json, &versions);
    return json_end(response, &json, error);
}

/* --- search
 * --------------------------------------------------------------------------------------------------------------
 */

static void write_hit(
    const Request *request, const EditionChoice *choice, JsonWriter *json, const PlanHit *hit)
{
    Str path = edition_path(request->arena, choice->plan, choice->edition->name);
    json_object_begin(json);
    json_key_text(json, "key", hit->node.key);
    json_key_text(json, "kind", str_of(plan_kind_name(hit->node.kind)));
    json_key_text(json, "number", hit->node.number);
    json_key_text(json, "text", hit->node.text);
    json_key_text(json, "note", hit->note);
    write_above(json, hit->above, hit->above_count);
    json_key_text(json, "url",
        arena_printf(request->arena, "%.*s/nodes/%.*s", STR_ARGS(path),
            STR_ARGS(url_encoded(request->arena, hit->node.key))));
    json_object_end(json);
}

bool api_search(Request *request, Response *response, Error *error)
{
    JsonWriter json;
    EditionChoice choice;
    PlanHits hits;
    size_t total;
    int64_t offset, limit;
    Str query = str_trim(request_query(request, S("q")));
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (query.len == 0 || utf8_count(query) > SEARCH_QUERY_MAX)
        return error_set(
            error, ERROR_INPUT, "q holds the words to look for, 1 to %d characters", SEARCH_QUERY_MAX);
    if (!read_number(request, "offset", 0, OFFSET_MAX, 0, &offset, error) ||
        !read_number(request, "limit", 1, HITS_MAX, SEARCH_PAGE_SIZE, &limit, error) ||
        !db_read_begin(request->site->db, &conn, error) ||
        !choose(request, conn, request_query(request, S("plan")), request_query(request, S("edition")),
            &choice, error) ||
        !plan_search(
            conn, request->arena, choice.edition, query, (size_t)offset, (size_t)limit, &hits, &total, error))
        return false;
    json_begin(response, &json);
    json_key_text(&json, "plan", choice.plan);
    json_key_text(&json, "edition", choice.edition->name);
    json_key_text(&json, "query", query);
    json_key_int(&json, "total", (int64_t)total);
    json_key_int(&json, "offset", offset);
    json_key(&json, "hits");
    json_array_begin(&json);
    for (size_t i = 0; i < hits.len; i++)
        write_hit(request, &choice, &json, &hits.at[i]);
    json_array_end(&json);
    return json_end(response, &json, error);
}

/* --- descriptions
 * -----------------------------------------------------------------------------------------------------------
 */

static bool answer_asset(Response *response, AssetId id)
{
    const Asset *asset = asset_get(id);
    response->content_type = S("application/json");
    response->fixed = asset->bytes;
    response->fixed_gzip = asset->gzip;
    return true;
}

bool api_description(Request *request, Response *response, Error *error)
{
    (void)request, (void)error;
    return answer_asset(response, ASSET_openapi_json);
}

bool api_plan_schema(Request *request, Response *response, Error *error)
{
    (void)request, (void)error;
    return answer_asset(response, ASSET_plan_schema_json);
}
