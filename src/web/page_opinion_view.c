/* Public comment in words: periods, places of the plan, opinions and topics, for the pages of /opinions. */
#include "web/page_opinion_view.h"

#include "base/utf8.h"
#include "web/page_opinion.h"
#include "web/page_plan_internal.h"
#include "web/record_words.h"
#include "web/site.h"

#define PLACE_GRAPHEMES 30

/* --- from a request --- */

OpinionRight request_opinion_right(const Request *request)
{
    return opinion_right_of(request->session ? &request->session->account : NULL);
}

OpinionBy request_opinion_by(const Request *request)
{
    return (OpinionBy){.right = request_opinion_right(request),
        .actor = request->session ? request->session->account.login : STR_EMPTY,
        .clock = request->clock};
}

bool request_opinion_staff(const Request *request, Error *error)
{
    return request_opinion_right(request) != OPINION_PUBLIC ||
           error_set(error, ERROR_DENIED, "opinions are worked on by staff");
}

bool request_opinion_manager(const Request *request, Error *error)
{
    return request_opinion_right(request) == OPINION_MANAGE ||
           error_set(error, ERROR_DENIED, "only planning handles public comment");
}

bool opinion_number(Str text, int64_t *out, Error *error)
{
    return (str_to_int(text, out) && *out > 0) || error_set(error, ERROR_NOT_FOUND, "there is no such thing");
}

bool opinion_place_of(const Request *request, DbConn *conn, int64_t period, OpinionPlace *out, Error *error)
{
    PlanEdition edition;
    *out = (OpinionPlace){.right = request_opinion_right(request)};
    if (!opinion_period_get(conn, request->arena, period, &out->period, error) ||
        !plan_edition_get(conn, request->arena, out->period.edition_id, &edition, error) ||
        !edition_choose(request, conn, edition.plan, edition.name, &out->choice, error))
        return false;
    out->plan = plan_load(conn, request->arena, out->choice.edition, error);
    if (!out->plan)
        return false;
    out->plan_place = edition_place(request, &out->choice, out->choice.edition);
    opinion_period_view(request, &out->period, &out->view);
    out->view.edition = edition.name;
    out->view.edition_url = arena_join(request->arena, S("/"), out->plan_place.query);
    return true;
}

bool request_opinion_place(const Request *request, DbConn *conn, OpinionPlace *out, Error *error)
{
    int64_t id;
    return opinion_number(request_parameter(request, S("period")), &id, error) &&
           opinion_place_of(request, conn, id, out, error);
}

/* --- in words --- */

Str opinion_period_url(Arena *arena, int64_t period, const char *rest)
{
    return arena_printf(arena, "/opinions/%lld%s", (long long)period, rest);
}

Str opinion_day(const Request *request, Date day)
{
    const Value value = {.type = VALUE_DATE, .integer = date_to_days(day)};
    return date_words(request->arena, request->language, value);
}

void opinion_period_view(const Request *request, const OpinionPeriod *period, OpinionPeriodView *out)
{
    const Date today = request->clock.today;
    *out = (OpinionPeriodView){.title = period->title,
        .asks = period->asks,
        .ways = period->ways,
        .from = opinion_day(request, period->from),
        .to = opinion_day(request, period->to),
        .url = opinion_period_url(request->arena, period->id, ""),
        .is_before = date_compare(today, period->from) < 0,
        .is_open = opinion_is_open(period, today),
        .is_over = date_compare(today, period->to) > 0,
        .is_published = period->published_at != 0,
        .days_left = date_to_days(period->to) - date_to_days(today),
        .opinions = period->opinions,
        .people = period->people,
        .unanswered = period->unanswered};
    if (out->is_published)
        out->published_on = day_print(request->arena, request->language, period->published_at);
}

/* Sections and chapters say little of where something stands. */
static bool names_place(PlanKind kind)
{
    return kind != PLAN_BASIC_POLICY && kind != PLAN_MEASURES;
}

Str opinion_place_words(const Request *request, const Plan *plan, Str key)
{
    Arena *arena = request->arena;
    const int32_t index = key.len > 0 ? plan_find(plan, key) : -1;
    Str words = STR_EMPTY;
    if (index < 0)
        return message_text(request->language, MESSAGE_opinion_whole);
    for (int32_t at = index; at >= 0; at = plan->nodes.at[at].parent) {
        const PlanNode *node = &plan->nodes.at[at];
        if (!names_place(node->kind) && at != index)
            continue;
        const Str title = text_head(arena, node_title(arena, node), PLACE_GRAPHEMES);
        words =
            words.len == 0 ? title : arena_printf(arena, "%.*s ＞ %.*s", STR_ARGS(title), STR_ARGS(words));
    }
    return words;
}

Str opinion_place_url(const Request *request, const OpinionPlace *place, Str key)
{
    return key.len > 0 ? node_url(request->arena, key, &place->plan_place) : STR_EMPTY;
}

void opinion_view(const Request *request, const OpinionPlace *place, const Opinion *opinion, OpinionView *out)
{
    const PlanAnchor *anchor = &opinion->anchor;
    const Str key = anchor->id > 0 ? anchor->passage.key : STR_EMPTY;
    *out = (OpinionView){.opinion = opinion,
        .place = opinion_place_words(request, place->plan, key),
        .place_url = opinion_place_url(request, place, key),
        .quote = anchor->id > 0 ? anchor->quote : STR_EMPTY,
        .way = opinion_way_title(opinion->way, request->language),
        .standing = opinion_standing_title(opinion->standing, request->language),
        .received = opinion_day(request, opinion->received_on),
        .url = arena_printf(request->arena, "/opinions/%lld/received/%lld", (long long)opinion->period_id,
            (long long)opinion->number)};
}

/* --- changes --- */

static const MessageId STRUCTURES[PLAN_OPERATION_KIND_COUNT] = {
    [PLAN_RENUMBER] = MESSAGE_opinion_change_renumber,
    [PLAN_MOVE] = MESSAGE_opinion_change_move,
    [PLAN_SPLIT] = MESSAGE_opinion_change_split,
    [PLAN_MERGE] = MESSAGE_opinion_change_merge,
};

static bool is_wording_change(const PlanChange *change)
{
    return change->operation.kind == PLAN_EDIT || change->operation.kind == PLAN_RENAME;
}

static void add_piece(Arena *arena, RedlinePieces *pieces, char op, Str text)
{
    RedlinePiece *piece = text.len > 0 ? VEC_PUSH(arena, pieces) : NULL;
    if (piece)
        *piece = (RedlinePiece){op, text};
}

/* The node's wording with the hunks of changes [0, count), which stand on it in order of place. */
static void add_hunks(
    Arena *arena, Str text, const PlanChange *const *changes, size_t count, RedlinePieces *out)
{
    size_t done = 0;
    for (size_t i = 0; i < count; i++) {
        const PlanOperation *operation = &changes[i]->operation;
        const size_t from = grapheme_head(text, operation->from).len;
        const size_t to = grapheme_head(text, operation->to).len;
        if (from < done)
            continue; /* told in the other one already */
        add_piece(arena, out, REDLINE_KEPT, str_slice(text, done, from));
        add_piece(arena, out, REDLINE_STRUCK, str_slice(text, from, to));
        add_piece(arena, out, REDLINE_INSERTED, operation->text);
        done = to;
    }
    add_piece(arena, out, REDLINE_KEPT, str_slice(text, done, text.len));
}

static bool same_wording(const PlanChange *a, const PlanChange *b)
{
    return is_wording_change(a) && is_wording_change(b) && a->edition_id == b->edition_id &&
           a->made == b->made && a->state == b->state && str_equal(a->operation.key, b->operation.key);
}

/* What the node said in the edition that the change is told in; empty without such a node. */
static bool base_text(DbConn *conn, Arena *arena, const PlanChange *change, Str *out, Error *error)
{
    PlanEdition edition;
    Error missing = {0};
    *out = STR_EMPTY;
    if (!plan_edition_get(conn, arena, change->edition_id, &edition, error))
        return false;
    const PlanPart *part = plan_load_part(conn, arena, &edition, change->operation.key, &missing);
    if (part)
        *out = part->plan->nodes.at[0].text;
    else if (missing.code != ERROR_NOT_FOUND)
        *error = missing;
    return part || missing.code == ERROR_NOT_FOUND;
}

static bool edition_name(DbConn *conn, Arena *arena, int64_t id, Str *out, Error *error)
{
    PlanEdition edition;
    *out = STR_EMPTY;
    if (id == 0)
        return true;
    if (!plan_edition_get(conn, arena, id, &edition, error))
        return false;
    *out = edition.name;
    return true;
}

typedef VEC_OF(const PlanChange *) ChangeRun;

static bool add_change_view(const Request *request, DbConn *conn, const OpinionPlace *place,
    const ChangeRun *run, OpinionChangeViews *out, Error *error)
{
    Arena *arena = request->arena;
    const PlanChange *change = run->at[0];
    const PlanOperation *operation = &change->operation;
    const Str key = operation->key.len > 0 ? operation->key : operation->parent;
    Str text;
    OpinionChangeView *view = VEC_PUSH(arena, out);
    if (!view)
        return error_memory(error);
    *view = (OpinionChangeView){.node = opinion_place_words(request, place->plan, key),
        .node_url = plan_find(place->plan, key) >= 0 ? opinion_place_url(request, place, key) : STR_EMPTY,
        .state = change->state,
        .is_made = change->made > 0};
    if (operation->kind == PLAN_INSERT)
        add_piece(arena, &view->pieces, REDLINE_INSERTED, operation->text);
    else if (operation->kind == PLAN_DELETE)
        add_piece(arena, &view->pieces, REDLINE_STRUCK, change->before);
    else if (!is_wording_change(change))
        view->says =
            message_print(arena, request->language, STRUCTURES[operation->kind], 1, &operation->text);
    if (is_wording_change(change)) {
        if (!base_text(conn, arena, change, &text, error))
            return false;
        add_hunks(arena, text, run->at, run->len, &view->pieces);
    }
    return edition_name(conn, arena, change->made, &view->edition, error);
}

static int compare_places(const void *left, const void *right)
{
    const PlanChange *a = *(const PlanChange *const *)left, *b = *(const PlanChange *const *)right;
    const size_t from_a = a->operation.from, from_b = b->operation.from;
    return from_a != from_b ? (from_a > from_b) - (from_a < from_b) : (a->id > b->id) - (a->id < b->id);
}

bool opinion_change_views(const Request *request, DbConn *conn, const OpinionPlace *place,
    const int64_t *changes, size_t count, bool made, OpinionChangeViews *out, Error *error)
{
    Arena *arena = request->arena;
    PlanChange *all = arena_array(arena, count + 1, sizeof *all);
    bool *told = arena_array(arena, count + 1, sizeof *told);
    if (!all || !told)
        return error_memory(error);
    for (size_t i = 0; i < count; i++) {
        if (!plan_change_get(conn, arena, changes[i], &all[i], error))
            return false;
        told[i] = made && (all[i].made == 0 || all[i].state != PLAN_CHANGE_ACCEPTED);
    }
    for (size_t i = 0; i < count; i++) {
        ChangeRun run = {0};
        for (size_t k = i; k < count && !told[i]; k++) {
            if (told[k] || (k != i && !same_wording(&all[i], &all[k])))
                continue;
            const PlanChange **place_of = VEC_PUSH(arena, &run);
            if (!place_of)
                return error_memory(error);
            *place_of = &all[k];
            told[k] = k != i; /* i itself stays open until its run is gathered */
        }
        if (run.len == 0)
            continue;
        told[i] = true;
        qsort(run.at, run.len, sizeof run.at[0], compare_places);
        if (!add_change_view(request, conn, place, &run, out, error))
            return false;
    }
    return true;
}

/* --- topics --- */

static int compare_topics(const void *left, const void *right)
{
    const OpinionTopicView *a = left, *b = right;
    if (a->index != b->index)
        return (a->index > b->index) - (a->index < b->index);
    return (a->topic->id > b->topic->id) - (a->topic->id < b->topic->id);
}

bool opinion_topic_views(const Request *request, DbConn *conn, const OpinionPlace *place,
    const OpinionTopics *topics, bool made, OpinionTopicViews *out, Error *error)
{
    for (size_t i = 0; i < topics->len; i++) {
        const OpinionTopic *topic = &topics->at[i];
        OpinionTopicView *view = VEC_PUSH(request->arena, out);
        if (!view)
            return error_memory(error);
        *view = (OpinionTopicView){.topic = topic,
            .place = opinion_place_words(request, place->plan, topic->key),
            .place_url = opinion_place_url(request, place, topic->key),
            .url = arena_printf(request->arena, "/opinions/%lld/topics/%lld", (long long)topic->period_id,
                (long long)topic->id),
            .kind = opinion_answer_title(topic->kind, request->language),
            .count = topic->opinions.len,
            .index = topic->key.len > 0 ? plan_find(place->plan, topic->key) : -1};
        if (!opinion_change_views(
                request, conn, place, topic->changes.at, topic->changes.len, made, &view->changes, error))
            return false;
        for (size_t k = 0; k < view->changes.len; k++)
            view->is_made |= view->changes.at[k].is_made;
    }
    if (out->len > 0)
        qsort(out->at, out->len, sizeof out->at[0], compare_topics);
    return true;
}

/* --- invitations --- */

bool opinion_invite(const Request *request, DbConn *conn, const PlanEdition *edition, Str key,
    OpinionInvite *out, Error *error)
{
    OpinionPeriods periods;
    *out = (OpinionInvite){0};
    if (!edition)
        return true;
    if (!opinion_period_list(conn, request->arena, edition->plan_id, &periods, error))
        return false;
    out->has_periods = periods.len > 0;
    for (size_t i = 0; i < periods.len; i++) {
        const OpinionPeriod *period = &periods.at[i];
        const bool is_other = key.len > 0 && period->edition_id != edition->id;
        if (is_other || !opinion_is_open(period, request->clock.today))
            continue;
        out->title = period->title;
        out->url = opinion_period_url(request->arena, period->id, "");
        out->until = opinion_day(request, period->to);
        out->new_url = key.len > 0 ? arena_printf(request->arena, "/opinions/%lld/new?key=%.*s",
                                         (long long)period->id, STR_ARGS(url_encoded(request->arena, key)))
                                   : opinion_period_url(request->arena, period->id, "/new");
        return !arena_failed(request->arena) || error_memory(error);
    }
    return true;
}
