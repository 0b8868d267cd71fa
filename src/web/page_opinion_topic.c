/* GET and POST /opinions/{period}/topics/{topic}: the answer to opinions that belong together, and the
 * changes of the plan that it caused. The version that the writer saw travels with the form: when somebody
 * else answered meanwhile, the form comes back with what was typed and shows the other beside it. */
#include "web/page_opinion.h"

#include "web/page.h"
#include "web/page_evaluation_view.h"
#include "web/site.h"
#include "web/templates.h"

static const MessageId STATES[PLAN_CHANGE_STATE_COUNT] = {
    [PLAN_CHANGE_PENDING] = MESSAGE_opinion_change_pending,
    [PLAN_CHANGE_ACCEPTED] = MESSAGE_opinion_change_accepted,
    [PLAN_CHANGE_REJECTED] = MESSAGE_opinion_change_rejected,
    [PLAN_CHANGE_WITHDRAWN] = MESSAGE_opinion_change_withdrawn,
    [PLAN_CHANGE_REVISED] = MESSAGE_opinion_change_revised,
};

static bool add_opinions(const Request *request, DbConn *conn, OpinionTopicPage *page, Error *error)
{
    Opinions opinions;
    const OpinionPlace *place = page->place;
    if (!opinion_list(conn, request->arena, place->period.id, place->right, &opinions, error))
        return false;
    for (size_t i = 0; i < opinions.len; i++) {
        OpinionView *view = opinions.at[i].topic_id == page->topic.topic->id
                                ? VEC_PUSH(request->arena, &page->opinions)
                                : NULL;
        if (view)
            opinion_view(request, place, &opinions.at[i], view);
    }
    return true;
}

static bool version_view(
    const Request *request, DbConn *conn, const OpinionTopic *topic, OpinionTopicVersion *out, Error *error)
{
    *out = (OpinionTopicVersion){.when = day_print(request->arena, request->language, topic->edited_at),
        .kind = opinion_answer_title(topic->kind, request->language),
        .summary = topic->summary,
        .answer = topic->answer};
    return person_print(conn, request->arena, topic->edited_by, &out->who, error);
}

static bool add_versions(const Request *request, DbConn *conn, OpinionTopicPage *page, Error *error)
{
    OpinionTopics history;
    if (!opinion_topic_history(conn, request->arena, page->topic.topic->id, &history, error))
        return false;
    for (size_t i = 0; i < history.len; i++) {
        OpinionTopicVersion *view = VEC_PUSH(request->arena, &page->versions);
        if (!view)
            return error_memory(error);
        if (!version_view(request, conn, &history.at[i], view, error))
            return false;
    }
    if (page->versions.len > 0)
        page->other = page->versions.at[0];
    return true;
}

/* --- changes --- */

static bool is_tied(const OpinionTopic *topic, int64_t change)
{
    for (size_t i = 0; i < topic->changes.len; i++)
        if (topic->changes.at[i] == change)
            return true;
    return false;
}

static bool is_ticked(const Request *request, const OpinionTopic *topic, int64_t change)
{
    Str value;
    int64_t id = 0;
    if (request->method != HTTP_POST)
        return is_tied(topic, change);
    for (size_t at = 0; request_form_next(request, S("change"), &at, &value);)
        if (str_to_int(value, &id) && id == change)
            return true;
    return false;
}

/* Whether a change can be tied: it is tied already, or stands on the topic's node or below and is under way
 * or made since. */
static bool may_be_tied(const OpinionTopicPage *page, const PlanChange *change)
{
    const OpinionTopic *topic = page->topic.topic;
    const Plan *plan = page->place->plan;
    if (is_tied(topic, change->id))
        return true;
    if (change->state != PLAN_CHANGE_PENDING && change->state != PLAN_CHANGE_ACCEPTED)
        return false;
    if (topic->key.len == 0)
        return true;
    const Str key = change->operation.key.len > 0 ? change->operation.key : change->operation.parent;
    const int32_t node = plan_find(plan, topic->key), at = plan_find(plan, key);
    return node >= 0 && at >= node && at < plan_subtree_end(plan, node);
}

static bool add_changes(const Request *request, DbConn *conn, OpinionTopicPage *page, Error *error)
{
    PlanChanges changes;
    const PlanChangeQuery query = {.plan_id = page->place->period.plan_id};
    if (!plan_change_list(conn, request->arena, &query, &changes, error))
        return false;
    for (size_t i = 0; i < changes.len; i++) {
        const PlanChange *change = &changes.at[i];
        if (!may_be_tied(page, change))
            continue;
        OpinionChangeChoice *choice = VEC_PUSH(request->arena, &page->changes);
        if (!choice)
            return error_memory(error);
        *choice = (OpinionChangeChoice){.id = change->id,
            .state = change->made > 0 ? MESSAGE_opinion_change_made : STATES[change->state],
            .reason = change->reason,
            .is_cause = opinion_of_cause(change->cause) == page->topic.topic->id,
            .chosen = is_ticked(request, page->topic.topic, change->id)};
        if (!opinion_change_views(request, conn, page->place, &change->id, 1, false, &choice->views, error))
            return false;
    }
    return true;
}

/* --- the page --- */

static void add_kinds(const Request *request, OpinionAnswerKind chosen, OpinionTopicPage *page)
{
    for (int i = OPINION_UNANSWERED + 1; i < OPINION_ANSWER_KIND_COUNT; i++) {
        const OpinionAnswerKind kind = (OpinionAnswerKind)i;
        OpinionOption *option = VEC_PUSH(request->arena, &page->kinds);
        if (option)
            *option = (OpinionOption){.name = str_of(opinion_answer_name(kind)),
                .title = opinion_answer_title(kind, request->language),
                .says = opinion_answer_says(kind, request->language),
                .chosen = kind == chosen};
    }
}

static bool load_topic(const Request *request, DbConn *conn, const OpinionPlace *place, OpinionTopics *topics,
    OpinionTopicViews *views, Error *error)
{
    int64_t id;
    OpinionTopic *topic = VEC_PUSH(request->arena, topics);
    if (!topic)
        return error_memory(error);
    if (!opinion_number(request_parameter(request, S("topic")), &id, error) ||
        !opinion_topic_get(conn, request->arena, id, place->right, topic, error))
        return false;
    if (topic->period_id != place->period.id)
        return error_set(error, ERROR_NOT_FOUND, "there is no such topic");
    return opinion_topic_views(request, conn, place, topics, false, views, error);
}

static Str draft_url(const Request *request, const OpinionTopic *topic)
{
    if (topic->key.len == 0)
        return S("/draft");
    return arena_printf(request->arena, "/draft/%.*s?opinion=%lld",
        STR_ARGS(url_encoded(request->arena, topic->key)), (long long)topic->id);
}

/* The form; `typed` (may be NULL) is what stands in it instead of what is kept. */
static bool show(const Request *request, Response *response, const OpinionTopic *typed,
    OpinionTopicPage *page, Error *error)
{
    OpinionPlace place;
    OpinionTopics topics = {0};
    OpinionTopicViews views = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) ||
        !request_opinion_place(request, conn, &place, error) ||
        !load_topic(request, conn, &place, &topics, &views, error))
        return false;
    const OpinionTopic *kept = &topics.at[0], *shown = typed ? typed : kept;
    page->place = &place;
    page->view = &place.view;
    page->topic = views.at[0];
    page->may_manage = place.right == OPINION_MANAGE;
    page->summary = shown->summary;
    page->answer = shown->answer;
    page->version = kept->version;
    page->url = page->topic.url;
    page->draft_url = draft_url(request, kept);
    page->back_url = opinion_period_url(request->arena, place.period.id, "/work");
    add_kinds(request, shown->kind, page);
    if (!add_opinions(request, conn, page, error) || !add_changes(request, conn, page, error) ||
        !add_versions(request, conn, page, error))
        return false;
    if (arena_failed(request->arena))
        return error_memory(error);
    const MessageId title =
        page->wrong.len > 0 ? MESSAGE_opinion_topic_title_wrong : MESSAGE_opinion_topic_title;
    page->layout = layout_of(request, message_text(request->language, title), MENU_WORK);
    Html html = page_begin(request, response);
    opinion_topic_page(&html, page);
    return page_end(&html, error);
}

bool page_opinion_topic(Request *request, Response *response, Error *error)
{
    OpinionTopicPage page = {.said = str_equal(request_query(request, S("said")), S("grouped"))};
    if (!request_opinion_staff(request, error))
        return site_lead_to_sign_in(request, response);
    return show(request, response, NULL, &page, error);
}

/* --- answering --- */

static bool read_answer(const Request *request, OpinionTopic *typed, int64_t *period, Error *error)
{
    Str value;
    *typed = (OpinionTopic){
        .summary = request_form(request, S("summary")), .answer = request_form(request, S("answer"))};
    if (!opinion_number(request_parameter(request, S("period")), period, error) ||
        !opinion_number(request_parameter(request, S("topic")), &typed->id, error) ||
        !opinion_number(request_form(request, S("version")), &typed->version, error))
        return false;
    if (!opinion_answer_from_name(request_form(request, S("kind")), &typed->kind))
        return error_set(error, ERROR_INPUT, "there is no such kind of answer");
    for (size_t at = 0; request_form_next(request, S("change"), &at, &value);) {
        int64_t *id = VEC_PUSH(request->arena, &typed->changes);
        if (!id)
            return error_memory(error);
        if (!opinion_number(value, id, error))
            return false;
    }
    return true;
}

/* Why the answer cannot be kept as it was typed; MESSAGE_COUNT: nothing is wrong. */
static MessageId check(const OpinionTopic *typed)
{
    const bool answered = typed->kind != OPINION_UNANSWERED;
    if (!opinion_is_plain(typed->summary) || !opinion_is_plain(typed->answer))
        return MESSAGE_opinion_wrong_control;
    if (answered && str_trim(typed->summary).len == 0)
        return MESSAGE_opinion_wrong_summary;
    if (answered && str_trim(typed->answer).len == 0)
        return MESSAGE_opinion_wrong_answer;
    return MESSAGE_COUNT;
}

static bool show_wrong(const Request *request, Response *response, const OpinionTopic *typed, MessageId wrong,
    int status, Error *error)
{
    OpinionTopicPage page = {.wrong = message_text(request->language, wrong), .is_conflict = status == 409};
    response->status = status;
    return show(request, response, typed, &page, error);
}

bool page_opinion_topic_post(Request *request, Response *response, Error *error)
{
    OpinionTopic typed;
    int64_t period;
    const OpinionBy by = request_opinion_by(request);
    if (!request_opinion_manager(request, error) || !read_answer(request, &typed, &period, error))
        return false;
    const MessageId wrong = check(&typed);
    if (wrong != MESSAGE_COUNT)
        return show_wrong(request, response, &typed, wrong, 422, error);
    if (opinion_answer(request->site->db, &by, &typed, error)) {
        response_redirect(response, 303,
            arena_printf(request->arena, "/opinions/%lld/work?said=answered#topics", (long long)period));
        return true;
    }
    if (error->code == ERROR_CONFLICT)
        return show_wrong(request, response, &typed, MESSAGE_opinion_wrong_answered, 409, error);
    if (error->code == ERROR_LIMIT)
        return show_wrong(request, response, &typed, MESSAGE_opinion_wrong_long, 422, error);
    return false;
}
