/* review/opinion_topic.c: opinions that are answered together, the answer, and the changes it caused.
 *
 * A topic's texts are rows of opinion_topic_text, one a version, never changed; the changes tied to it are
 * rows of the same version. Changes that name the topic as their cause belong to it as well.
 */
#include "review/opinion_internal.h"

#define TOPIC_COLUMNS                                                                                     \
    "select t.id, t.period_id, t.version, t.key, x.summary, x.kind, x.answer, x.edited_by, x.edited_at, " \
    "p.plan_id, p.published_at from opinion_topic t join opinion_period p on p.id = t.period_id "         \
    "join opinion_topic_text x on x.topic_id = t.id and x.version = t.version "

static bool none(Error *error)
{
    return error_set(error, ERROR_NOT_FOUND, "there is no such topic");
}

static void take_topic(DbStmt *stmt, Arena *arena, OpinionTopic *out)
{
    *out = (OpinionTopic){.id = db_integer(stmt, 0),
        .period_id = db_integer(stmt, 1),
        .version = db_integer(stmt, 2),
        .key = db_text_copy(stmt, 3, arena),
        .summary = db_text_copy(stmt, 4, arena),
        .answer = db_text_copy(stmt, 6, arena),
        .edited_by = db_text_copy(stmt, 7, arena),
        .edited_at = db_integer(stmt, 8)};
    if (!opinion_answer_from_name(db_text(stmt, 5), &out->kind))
        out->kind = OPINION_UNANSWERED;
}

/* --- reading --- */

/* The topic with that id among some in order of ids; NULL when it is not there. */
static OpinionTopic *find_topic(const OpinionTopics *topics, int64_t id)
{
    for (size_t i = 0; i < topics->len; i++)
        if (topics->at[i].id == id)
            return &topics->at[i];
    return NULL;
}

static bool add_opinions(
    DbConn *conn, Arena *arena, int64_t period, const OpinionTopics *topics, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error,
            "select topic_id, id from opinion where period_id = ?1 and topic_id is not null order by number",
            value_integer(period)))
        return false;
    while (db_next(stmt, error)) {
        OpinionTopic *topic = find_topic(topics, db_integer(stmt, 0));
        int64_t *id = topic ? VEC_PUSH(arena, &topic->opinions) : NULL;
        if (id)
            *id = db_integer(stmt, 1);
    }
    return !db_broken(stmt);
}

static bool has_change(const OpinionTopic *topic, int64_t change)
{
    for (size_t i = 0; change > 0 && i < topic->changes.len; i++)
        if (topic->changes.at[i] == change)
            return true;
    return false;
}

/* In order, each once. */
static void add_change(Arena *arena, OpinionTopic *topic, int64_t change)
{
    size_t place = topic->changes.len;
    while (place > 0 && topic->changes.at[place - 1] > change)
        place--;
    if ((place > 0 && topic->changes.at[place - 1] == change) || !VEC_PUSH(arena, &topic->changes))
        return;
    for (size_t i = topic->changes.len - 1; i > place; i--)
        topic->changes.at[i] = topic->changes.at[i - 1];
    topic->changes.at[place] = change;
}

static bool add_changes(
    DbConn *conn, Arena *arena, int64_t plan_id, const OpinionTopics *topics, Error *error)
{
    PlanChanges changes;
    const PlanChangeQuery query = {.plan_id = plan_id};
    for (size_t i = 0; i < topics->len; i++) {
        CLEANUP(db_done) DbStmt *stmt = NULL;
        OpinionTopic *topic = &topics->at[i];
        if (!db_query(conn, &stmt, error,
                "select change_id from opinion_topic_change where topic_id = ?1 and version = ?2",
                value_integer(topic->id), value_integer(topic->version)))
            return false;
        while (db_next(stmt, error))
            add_change(arena, topic, db_integer(stmt, 0));
        if (db_broken(stmt))
            return false;
    }
    if (topics->len == 0)
        return true;
    if (!plan_change_list(conn, arena, &query, &changes, error))
        return false;
    for (size_t i = 0; i < changes.len; i++) {
        OpinionTopic *topic = find_topic(topics, opinion_of_cause(changes.at[i].cause));
        if (topic)
            add_change(arena, topic, changes.at[i].id);
        for (size_t k = 0; k < topics->len; k++)
            if (has_change(&topics->at[k], changes.at[i].revises))
                add_change(arena, &topics->at[k], changes.at[i].id);
    }
    return true;
}

/* Everything a statement of TOPIC_COLUMNS answers, of one period. */
static bool take_topics(
    DbConn *conn, DbStmt **stmt, Arena *arena, OpinionRight right, OpinionTopics *out, Error *error)
{
    int64_t period = 0, plan_id = 0;
    while (db_next(*stmt, error)) {
        OpinionTopic *topic = VEC_PUSH(arena, out);
        if (!topic)
            return error_memory(error);
        take_topic(*stmt, arena, topic);
        period = topic->period_id;
        plan_id = db_integer(*stmt, 9);
        if (right == OPINION_PUBLIC && db_is_missing(*stmt, 10))
            return none(error);
        if (right == OPINION_PUBLIC)
            topic->edited_by = STR_EMPTY;
    }
    if (db_broken(*stmt))
        return false;
    db_done(stmt);
    return add_opinions(conn, arena, period, out, error) && add_changes(conn, arena, plan_id, out, error) &&
           (!arena_failed(arena) || error_memory(error));
}

bool opinion_topic_list(
    DbConn *conn, Arena *arena, int64_t period, OpinionRight right, OpinionTopics *out, Error *error)
{
    OpinionPeriod of;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (OpinionTopics){0};
    if (!opinion_period_get(conn, arena, period, &of, error))
        return false;
    if (right == OPINION_PUBLIC && of.published_at == 0)
        return error_set(error, ERROR_NOT_FOUND, "the results are not published yet");
    return db_query(conn, &stmt, error,
               TOPIC_COLUMNS "where t.period_id = ?1 and "
                             "exists (select 1 from opinion o where o.topic_id = t.id) order by t.id",
               value_integer(period)) &&
           take_topics(conn, &stmt, arena, right, out, error);
}

bool opinion_topic_get(
    DbConn *conn, Arena *arena, int64_t topic, OpinionRight right, OpinionTopic *out, Error *error)
{
    OpinionTopics topics = {0};
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error, TOPIC_COLUMNS "where t.id = ?1", value_integer(topic)) ||
        !take_topics(conn, &stmt, arena, right, &topics, error))
        return false;
    if (topics.len == 0)
        return none(error);
    *out = topics.at[0];
    return true;
}

bool opinion_topic_history(DbConn *conn, Arena *arena, int64_t topic, OpinionTopics *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (OpinionTopics){0};
    if (!db_query(conn, &stmt, error,
            "select t.id, t.period_id, x.version, t.key, x.summary, x.kind, x.answer, x.edited_by, "
            "x.edited_at from opinion_topic t join opinion_topic_text x on x.topic_id = t.id "
            "where t.id = ?1 order by x.version desc",
            value_integer(topic)))
        return false;
    while (db_next(stmt, error)) {
        OpinionTopic *version = VEC_PUSH(arena, out);
        if (!version)
            return error_memory(error);
        take_topic(stmt, arena, version);
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

bool opinion_topic_of_cause(
    DbConn *conn, Arena *arena, Str cause, OpinionRight right, OpinionTopic *out, Error *error)
{
    Error missing = {0};
    const int64_t id = opinion_of_cause(cause);
    *out = (OpinionTopic){0};
    if (id == 0 || opinion_topic_get(conn, arena, id, right, out, &missing))
        return true;
    *out = (OpinionTopic){0};
    if (missing.code == ERROR_NOT_FOUND)
        return true;
    *error = missing;
    return false;
}

/* --- grouping --- */

typedef struct Grouping {
    const OpinionBy *by;
    const int64_t *opinions;
    size_t count;
    int64_t topic;
} Grouping;

/* The period of an opinion, and the key of the node that it speaks of. */
static bool read_place(DbConn *conn, Arena *arena, int64_t opinion, int64_t *period, Str *key, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    PlanAnchor anchor;
    if (!db_query(conn, &stmt, error,
            "select o.period_id, o.anchor_id, p.edition_id from opinion o "
            "join opinion_period p on p.id = o.period_id where o.id = ?1",
            value_integer(opinion)))
        return false;
    if (!db_next(stmt, error))
        return !db_broken(stmt) && error_set(error, ERROR_NOT_FOUND, "there is no such opinion");
    *period = db_integer(stmt, 0);
    *key = STR_EMPTY;
    const int64_t id = db_integer(stmt, 1), edition = db_integer(stmt, 2);
    db_done(&stmt);
    if (id == 0)
        return true;
    if (!plan_anchor_get(conn, arena, id, edition, &anchor, error))
        return false;
    *key = anchor.passage.key;
    return true;
}

static bool insert_text(
    DbConn *conn, const OpinionBy *by, const OpinionTopic *topic, int64_t version, Error *error)
{
    return db_run(conn, NULL, error,
        "insert into opinion_topic_text (topic_id, version, summary, kind, answer, edited_at, edited_by) "
        "values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        value_integer(topic->id), value_integer(version), value_text(str_trim(topic->summary)),
        value_text(str_of(opinion_answer_name(topic->kind))), value_text(str_trim(topic->answer)),
        value_integer(by->clock.instant), value_text(by->actor));
}

static bool make_topic(DbConn *conn, const OpinionBy *by, int64_t period, Str key, int64_t *id, Error *error)
{
    OpinionTopic topic = {.kind = OPINION_UNANSWERED};
    if (!db_insert(conn, &topic.id, error,
            "insert into opinion_topic (period_id, key, version, created_at, created_by) "
            "values (?1, ?2, 1, ?3, ?4)",
            value_integer(period), value_text(key), value_integer(by->clock.instant), value_text(by->actor)))
        return false;
    *id = topic.id;
    return insert_text(conn, by, &topic, 1, error);
}

static bool check_topic_period(DbConn *conn, int64_t topic, int64_t period, Error *error)
{
    int64_t there = 0;
    if (!db_one_integer(conn, &there, error,
            "select count(*) from opinion_topic where id = ?1 and period_id = ?2", value_integer(topic),
            value_integer(period)))
        return false;
    return there == 1 || none(error);
}

/* Writes into grouping->topic only through *made, as a closure may be run again. */
static bool group_all(DbConn *conn, Arena *arena, const Grouping *grouping, int64_t *made, Error *error)
{
    OpinionPeriod period = {0};
    for (size_t i = 0; i < grouping->count; i++) {
        int64_t of = 0;
        Str key = STR_EMPTY;
        if (!read_place(conn, arena, grouping->opinions[i], &of, &key, error))
            return false;
        if (i == 0 && (!opinion_period_unpublished(conn, arena, of, &period, error) ||
                          (*made == 0 ? !make_topic(conn, grouping->by, of, key, made, error)
                                      : !check_topic_period(conn, *made, of, error))))
            return false;
        if (of != period.id)
            return error_set(error, ERROR_INPUT, "the opinions are of several periods");
        if (!db_run(conn, NULL, error, "update opinion set topic_id = ?2 where id = ?1",
                value_integer(grouping->opinions[i]), value_integer(*made)))
            return false;
    }
    return true;
}

typedef struct Grouped {
    const Grouping *grouping;
    int64_t topic;
} Grouped;

static bool group(DbConn *conn, void *argument, Error *error)
{
    Grouped *grouped = argument;
    AUTO_ARENA arena = arena_new((size_t)16 << 20);
    if (!arena)
        return error_memory(error);
    grouped->topic = grouped->grouping->topic;
    return group_all(conn, arena, grouped->grouping, &grouped->topic, error);
}

bool opinion_group(
    Db *db, const OpinionBy *by, const int64_t *opinions, size_t count, int64_t *topic, Error *error)
{
    const Grouping grouping = {.by = by, .opinions = opinions, .count = count, .topic = *topic};
    Grouped grouped = {.grouping = &grouping};
    if (!opinion_check_manager(by, error))
        return false;
    if (count == 0)
        return error_set(error, ERROR_INPUT, "choose opinions");
    if (!db_write(db, group, &grouped, error))
        return false;
    *topic = grouped.topic;
    return true;
}

/* --- answering --- */

typedef struct Answering {
    const OpinionBy *by;
    const OpinionTopic *topic;
} Answering;

static bool check_answer(const OpinionTopic *topic, Error *error)
{
    const bool answered = topic->kind != OPINION_UNANSWERED;
    return opinion_check_text(topic->summary, OPINION_TEXT_MAX, answered, "summary", error) &&
           opinion_check_text(topic->answer, OPINION_TEXT_MAX, answered, "answer", error);
}

static bool count_on(DbConn *conn, const OpinionTopic *topic, Error *error)
{
    int64_t changed = 0, there = 0;
    if (!db_run(conn, &changed, error,
            "update opinion_topic set version = version + 1 where id = ?1 and version = ?2",
            value_integer(topic->id), value_integer(topic->version)))
        return false;
    if (changed == 1)
        return true;
    if (!db_one_integer(conn, &there, error, "select count(*) from opinion_topic where id = ?1",
            value_integer(topic->id)))
        return false;
    return there == 0 ? none(error) : error_set(error, ERROR_CONFLICT, "somebody answered it meanwhile");
}

static bool tie_changes(DbConn *conn, Arena *arena, const OpinionTopic *topic, int64_t plan_id, Error *error)
{
    for (size_t i = 0; i < topic->changes.len; i++) {
        PlanChange change;
        if (!plan_change_get(conn, arena, topic->changes.at[i], &change, error))
            return false;
        if (change.plan_id != plan_id)
            return error_set(error, ERROR_INPUT, "the change is of another plan");
        if (!db_run(conn, NULL, error,
                "insert into opinion_topic_change (topic_id, version, change_id) values (?1, ?2, ?3)",
                value_integer(topic->id), value_integer(topic->version + 1), value_integer(change.id)))
            return false;
    }
    return true;
}

static bool answer(DbConn *conn, void *argument, Error *error)
{
    const Answering *answering = argument;
    const OpinionTopic *topic = answering->topic;
    AUTO_ARENA arena = arena_new((size_t)16 << 20);
    OpinionTopic now;
    OpinionPeriod period;
    if (!arena)
        return error_memory(error);
    if (!opinion_topic_get(conn, arena, topic->id, OPINION_STAFF, &now, error) ||
        !opinion_period_get(conn, arena, now.period_id, &period, error))
        return false;
    if (period.published_at != 0 && topic->kind == OPINION_UNANSWERED)
        return error_set(error, ERROR_CONFLICT, "a published answer is corrected, not taken back");
    return count_on(conn, topic, error) &&
           insert_text(conn, answering->by, topic, topic->version + 1, error) &&
           tie_changes(conn, arena, topic, period.plan_id, error);
}

bool opinion_answer(Db *db, const OpinionBy *by, const OpinionTopic *topic, Error *error)
{
    Answering answering = {.by = by, .topic = topic};
    return opinion_check_manager(by, error) && check_answer(topic, error) &&
           db_write(db, answer, &answering, error);
}
