/* GET /opinions/{period}/work: what came in, for staff: filtered, grouped, and what is still missing before
 * results can be published. GET /opinions/{period}/received/{number}: one opinion and those like it.
 *
 * Names and addresses are on the page of one opinion alone, and only for whoever manages periods. */
#include "web/page_opinion.h"

#include "web/page.h"
#include "web/site.h"
#include "web/templates.h"

#define SIMILAR_LEAST 200 /* thousandths; short opinions on one passage share little more */
#define SIMILAR_MAX 8
#define HEAD_GRAPHEMES 40

typedef struct Show {
    const char *name;
    MessageId title;
} Show;

static const Show SHOWS[] = {
    {"all", MESSAGE_opinion_show_all},
    {"unread", MESSAGE_opinion_show_unread},
    {"unanswered", MESSAGE_opinion_show_unanswered},
    {"late", MESSAGE_opinion_show_late},
};

typedef struct Said {
    const char *name;
    MessageId message;
} Said;

static const Said SAID[] = {
    {"opened", MESSAGE_opinion_said_opened},
    {"grouped", MESSAGE_opinion_said_grouped},
    {"answered", MESSAGE_opinion_said_answered},
    {"extended", MESSAGE_opinion_said_extended},
    {"published", MESSAGE_opinion_said_published},
};

static MessageId said(const Request *request)
{
    for (size_t i = 0; i < COUNT_OF(SAID); i++)
        if (str_equal(request_query(request, S("said")), str_of(SAID[i].name)))
            return SAID[i].message;
    return MESSAGE_COUNT;
}

/* --- filters --- */

static const OpinionTopicView *topic_of(const OpinionTopicViews *topics, int64_t id)
{
    for (size_t i = 0; i < topics->len; i++)
        if (topics->at[i].topic->id == id)
            return &topics->at[i];
    return NULL;
}

static Str key_of(const Opinion *opinion)
{
    return opinion->anchor.id > 0 ? opinion->anchor.passage.key : STR_EMPTY;
}

static bool is_shown(const Request *request, const OpinionTopicViews *topics, const Opinion *opinion)
{
    int64_t wanted_topic = 0;
    const Str show = request_query(request, S("show")), key = request_query(request, S("key"));
    const OpinionTopicView *topic = topic_of(topics, opinion->topic_id);
    if (str_equal(show, S("unread")) && topic)
        return false;
    if (str_equal(show, S("unanswered")) && topic && topic->topic->kind != OPINION_UNANSWERED)
        return false;
    if (str_equal(show, S("late")) && !opinion->late)
        return false;
    if (str_to_int(request_query(request, S("topic")), &wanted_topic) && opinion->topic_id != wanted_topic)
        return false;
    return key.len == 0 ||
           (str_equal(key, S("-")) ? key_of(opinion).len == 0 : str_equal(key, key_of(opinion)));
}

static void add_shows(const Request *request, OpinionWorkPage *page)
{
    const Str show = request_query(request, S("show"));
    for (size_t i = 0; i < COUNT_OF(SHOWS); i++) {
        OpinionOption *option = VEC_PUSH(request->arena, &page->shows);
        if (option)
            *option = (OpinionOption){.name = str_of(SHOWS[i].name),
                .title = message_text(request->language, SHOWS[i].title),
                .chosen = str_equal(show, str_of(SHOWS[i].name)) || (show.len == 0 && i == 0)};
    }
}

/* The places that opinions speak of, each once, as they came. */
static void add_place(const Request *request, const Opinion *opinion, OpinionWorkPage *page)
{
    const Str key = key_of(opinion), name = key.len > 0 ? key : S("-");
    for (size_t i = 0; i < page->places.len; i++)
        if (str_equal(page->places.at[i].name, name))
            return;
    OpinionOption *option = VEC_PUSH(request->arena, &page->places);
    if (option)
        *option = (OpinionOption){.name = name,
            .title = opinion_place_words(request, page->place->plan, key),
            .chosen = str_equal(request_query(request, S("key")), name)};
}

/* A topic's name in lists: its summary, or where and which. */
static Str topic_name(const Request *request, const OpinionTopicView *view)
{
    const Str arguments[] = {arena_printf(request->arena, "%lld", (long long)view->topic->id),
        view->topic->summary.len > 0 ? text_head(request->arena, view->topic->summary, HEAD_GRAPHEMES)
                                     : message_text(request->language, MESSAGE_opinion_topic_unnamed)};
    return message_print(request->arena, request->language, MESSAGE_opinion_topic_name, 2, arguments);
}

static void add_topic_choices(const Request *request, OpinionWorkPage *page)
{
    int64_t wanted = 0;
    const bool asked = str_to_int(request_query(request, S("topic")), &wanted);
    for (size_t i = 0; i < page->topics.len; i++) {
        const OpinionTopicView *view = &page->topics.at[i];
        OpinionOption *option = VEC_PUSH(request->arena, &page->topic_choices);
        if (option)
            *option =
                (OpinionOption){.name = arena_printf(request->arena, "%lld", (long long)view->topic->id),
                    .title = topic_name(request, view),
                    .chosen = asked && wanted == view->topic->id};
    }
}

static void view_one(const Request *request, const OpinionPlace *place, const OpinionTopicViews *topics,
    const Opinion *opinion, OpinionView *view)
{
    const OpinionTopicView *topic = topic_of(topics, opinion->topic_id);
    opinion_view(request, place, opinion, view);
    if (!topic)
        return;
    view->topic = topic_name(request, topic);
    view->topic_url = topic->url;
    view->kind = topic->topic->kind;
}

static bool add_opinions(const Request *request, DbConn *conn, OpinionWorkPage *page, Error *error)
{
    Opinions opinions;
    const OpinionPlace *place = page->place;
    if (!opinion_list(conn, request->arena, place->period.id, place->right, &opinions, error))
        return false;
    for (size_t i = 0; i < opinions.len; i++) {
        const Opinion *opinion = &opinions.at[i];
        add_place(request, opinion, page);
        page->unread += opinion->topic_id == 0;
        if (!is_shown(request, &page->topics, opinion))
            continue;
        OpinionView *view = VEC_PUSH(request->arena, &page->opinions);
        if (!view)
            return error_memory(error);
        view_one(request, place, &page->topics, opinion, view);
    }
    return true;
}

/* --- the page --- */

static bool load(const Request *request, OpinionPlace *place, OpinionWorkPage *page, Error *error)
{
    OpinionTopics topics;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) ||
        !request_opinion_place(request, conn, place, error) ||
        !opinion_topic_list(conn, request->arena, place->period.id, place->right, &topics, error) ||
        !opinion_topic_views(request, conn, place, &topics, false, &page->topics, error) ||
        !opinion_obstacles(
            conn, request->arena, &place->period, request->clock.today, &page->obstacles, error))
        return false;
    page->place = place;
    page->view = &place->view;
    page->may_manage = place->right == OPINION_MANAGE;
    page->may_publish = page->may_manage && !page->view->is_published && !page->obstacles.is_open &&
                        page->obstacles.unanswered == 0 && page->obstacles.unchanged == 0;
    page->url = opinion_period_url(request->arena, place->period.id, "");
    add_shows(request, page);
    add_topic_choices(request, page);
    return add_opinions(request, conn, page, error) && (!arena_failed(request->arena) || error_memory(error));
}

static bool show(const Request *request, Response *response, OpinionWorkPage *page, Error *error)
{
    OpinionPlace place;
    if (!load(request, &place, page, error))
        return false;
    page->layout = layout_of(request, message_text(request->language, MESSAGE_opinion_work_title), MENU_WORK);
    Html html = page_begin(request, response);
    opinion_work_page(&html, page);
    return page_end(&html, error);
}

bool page_opinion_work(Request *request, Response *response, Error *error)
{
    OpinionWorkPage page = {.said = said(request)};
    if (!request_opinion_staff(request, error))
        return site_lead_to_sign_in(request, response);
    return show(request, response, &page, error);
}

/* The page once more, with what is wrong. */
static bool show_wrong(const Request *request, Response *response, MessageId wrong, int status, Error *error)
{
    OpinionWorkPage page = {.said = MESSAGE_COUNT,
        .wrong = message_text(request->language, wrong),
        .to = request_form(request, S("to"))};
    response->status = status;
    return show(request, response, &page, error);
}

static void lead_back(const Request *request, Response *response, int64_t period, const char *said_name)
{
    response_redirect(response, 303,
        arena_printf(request->arena, "/opinions/%lld/work?said=%s", (long long)period, said_name));
}

static bool period_number(const Request *request, int64_t *out, Error *error)
{
    return request_opinion_manager(request, error) &&
           opinion_number(request_parameter(request, S("period")), out, error);
}

/* --- what is done --- */

typedef VEC_OF(int64_t) OpinionIds;

/* The ids that a field of the form has. */
static bool read_ids(const Request *request, Str name, OpinionIds *out, Error *error)
{
    Str value;
    for (size_t at = 0; request_form_next(request, name, &at, &value);) {
        int64_t *id = VEC_PUSH(request->arena, out);
        if (!id)
            return error_memory(error);
        if (!opinion_number(value, id, error))
            return false;
    }
    return true;
}

bool page_opinion_group_post(Request *request, Response *response, Error *error)
{
    OpinionIds ids = {0};
    int64_t period, topic = 0;
    Str value;
    const OpinionBy by = request_opinion_by(request);
    if (!period_number(request, &period, error) || !read_ids(request, S("first"), &ids, error) ||
        !read_ids(request, S("opinion"), &ids, error))
        return false;
    value = request_form(request, S("topic"));
    if (ids.len == 0)
        return show_wrong(request, response, MESSAGE_opinion_wrong_choose, 422, error);
    if (value.len > 0 && !opinion_number(value, &topic, error))
        return false;
    if (!opinion_group(request->site->db, &by, ids.at, ids.len, &topic, error))
        return error->code == ERROR_CONFLICT
                   ? show_wrong(request, response, MESSAGE_opinion_wrong_published, 409, error)
                   : false;
    response_redirect(response, 303,
        arena_printf(
            request->arena, "/opinions/%lld/topics/%lld?said=grouped", (long long)period, (long long)topic));
    return true;
}

bool page_opinion_extend_post(Request *request, Response *response, Error *error)
{
    int64_t period;
    Date to;
    Error why = {0};
    const OpinionBy by = request_opinion_by(request);
    if (!period_number(request, &period, error))
        return false;
    if (!date_parse(str_trim(request_form(request, S("to"))), &to, &why))
        return show_wrong(request, response, MESSAGE_opinion_wrong_date, 422, error);
    if (!opinion_extend(request->site->db, &by, period, to, error)) {
        if (error->code == ERROR_INPUT)
            return show_wrong(request, response, MESSAGE_opinion_wrong_extend, 422, error);
        return error->code == ERROR_CONFLICT
                   ? show_wrong(request, response, MESSAGE_opinion_wrong_published, 409, error)
                   : false;
    }
    lead_back(request, response, period, "extended");
    return true;
}

bool page_opinion_publish_post(Request *request, Response *response, Error *error)
{
    int64_t period;
    const OpinionBy by = request_opinion_by(request);
    if (!period_number(request, &period, error))
        return false;
    if (!opinion_publish(request->site->db, &by, period, error))
        return error->code == ERROR_CONFLICT
                   ? show_wrong(request, response, MESSAGE_opinion_wrong_publish, 409, error)
                   : false;
    lead_back(request, response, period, "published");
    return true;
}

/* --- one opinion --- */

static int compare_similar(const void *left, const void *right)
{
    const OpinionView *a = left, *b = right;
    if (a->similarity != b->similarity)
        return b->similarity - a->similarity;
    return (a->opinion->number > b->opinion->number) - (a->opinion->number < b->opinion->number);
}

/* Those that say much the same, most alike first. */
static bool add_similar(
    const Request *request, DbConn *conn, const OpinionTopicViews *topics, OpinionOnePage *page, Error *error)
{
    Opinions opinions;
    const OpinionPlace *place = page->place;
    const Opinion *one = page->one.opinion;
    if (!opinion_list(conn, request->arena, place->period.id, place->right, &opinions, error))
        return false;
    for (size_t i = 0; i < opinions.len; i++) {
        const Opinion *other = &opinions.at[i];
        const int similarity =
            other->id == one->id ? 0 : opinion_similarity(request->arena, one->text, other->text);
        OpinionView *view = similarity >= SIMILAR_LEAST ? VEC_PUSH(request->arena, &page->similar) : NULL;
        if (!view)
            continue;
        view_one(request, place, topics, other, view);
        view->similarity = similarity;
    }
    if (page->similar.len > 0)
        qsort(page->similar.at, page->similar.len, sizeof page->similar.at[0], compare_similar);
    if (page->similar.len > SIMILAR_MAX)
        page->similar.len = SIMILAR_MAX;
    return !arena_failed(request->arena) || error_memory(error);
}

bool page_opinion_one(Request *request, Response *response, Error *error)
{
    OpinionPlace place;
    Opinion one;
    OpinionTopics topics;
    OpinionTopicViews views = {0};
    int64_t number;
    OpinionOnePage page = {.place = &place, .view = &place.view};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!request_opinion_staff(request, error))
        return site_lead_to_sign_in(request, response);
    if (!opinion_number(request_parameter(request, S("number")), &number, error) ||
        !db_read_begin(request->site->db, &conn, error) ||
        !request_opinion_place(request, conn, &place, error) ||
        !opinion_get(conn, request->arena, place.period.id, number, place.right, &one, error) ||
        !opinion_topic_list(conn, request->arena, place.period.id, place.right, &topics, error) ||
        !opinion_topic_views(request, conn, &place, &topics, false, &views, error))
        return false;
    view_one(request, &place, &views, &one, &page.one);
    page.may_manage = place.right == OPINION_MANAGE;
    page.may_group = page.may_manage && !place.view.is_published;
    page.group_url = opinion_period_url(request->arena, place.period.id, "/group");
    page.back_url = opinion_period_url(request->arena, place.period.id, "/work");
    if (!add_similar(request, conn, &views, &page, error))
        return false;
    const Str argument = arena_printf(request->arena, "%lld", (long long)number);
    page.layout = layout_of(request,
        message_print(request->arena, request->language, MESSAGE_opinion_one_title, 1, &argument), MENU_WORK);
    Html html = page_begin(request, response);
    opinion_one_page(&html, &page);
    return page_end(&html, error);
}
