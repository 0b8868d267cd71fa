/* review/opinion_period.c: periods of public comment: opened on a frozen edition, extended, published.
 *
 * What is counted of a period is counted when it is read: opinions, the people who gave them (by identity, so
 * that whoever writes twice is one), and opinions without an answer.
 */
#include "review/opinion_internal.h"

#include "plan/store.h"

#define PERIOD_COLUMNS                                                                                      \
    "select p.id, p.plan_id, p.edition_id, p.title, p.asks, p.ways, p.from_day, p.to_day, p.published_at, " \
    "(select count(*) from opinion o where o.period_id = p.id), "                                           \
    "(select count(distinct n.identity) from opinion o join opinion_person n on n.id = o.person_id "        \
    "where o.period_id = p.id), "                                                                           \
    "(select count(*) from opinion o left join opinion_topic t on t.id = o.topic_id "                       \
    "left join opinion_topic_text x on x.topic_id = t.id and x.version = t.version "                        \
    "where o.period_id = p.id and (x.kind is null or x.kind = '')) from opinion_period p "

static void take_period(DbStmt *stmt, Arena *arena, OpinionPeriod *out)
{
    *out = (OpinionPeriod){.id = db_integer(stmt, 0),
        .plan_id = db_integer(stmt, 1),
        .edition_id = db_integer(stmt, 2),
        .title = db_text_copy(stmt, 3, arena),
        .asks = db_text_copy(stmt, 4, arena),
        .ways = db_text_copy(stmt, 5, arena),
        .from = date_from_days((int32_t)db_integer(stmt, 6)),
        .to = date_from_days((int32_t)db_integer(stmt, 7)),
        .published_at = db_integer(stmt, 8),
        .opinions = (size_t)db_integer(stmt, 9),
        .people = (size_t)db_integer(stmt, 10),
        .unanswered = (size_t)db_integer(stmt, 11)};
}

bool opinion_is_open(const OpinionPeriod *period, Date today)
{
    return date_compare(period->from, today) <= 0 && date_compare(today, period->to) <= 0;
}

bool opinion_period_get(DbConn *conn, Arena *arena, int64_t id, OpinionPeriod *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error, PERIOD_COLUMNS "where p.id = ?1", value_integer(id)))
        return false;
    if (!db_next(stmt, error))
        return !db_broken(stmt) && error_set(error, ERROR_NOT_FOUND, "there is no such period");
    take_period(stmt, arena, out);
    return !arena_failed(arena) || error_memory(error);
}

bool opinion_period_list(DbConn *conn, Arena *arena, int64_t plan_id, OpinionPeriods *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (OpinionPeriods){0};
    if (!db_query(conn, &stmt, error,
            PERIOD_COLUMNS "where p.plan_id = ?1 order by p.from_day desc, p.id desc",
            value_integer(plan_id)))
        return false;
    while (db_next(stmt, error)) {
        OpinionPeriod *period = VEC_PUSH(arena, out);
        if (!period)
            return error_memory(error);
        take_period(stmt, arena, period);
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

bool opinion_period_unpublished(DbConn *conn, Arena *arena, int64_t id, OpinionPeriod *out, Error *error)
{
    return opinion_period_get(conn, arena, id, out, error) &&
           (out->published_at == 0 ||
               error_set(error, ERROR_CONFLICT, "the results of the period are published"));
}

/* --- opening --- */

typedef struct Opening {
    const OpinionBy *by;
    const OpinionPeriod *period;
    int64_t id;
} Opening;

static bool check_edition(DbConn *conn, const OpinionPeriod *period, Error *error)
{
    AUTO_ARENA arena = arena_new((size_t)1 << 20);
    PlanEdition edition;
    if (!arena)
        return error_memory(error);
    if (!plan_edition_get(conn, arena, period->edition_id, &edition, error))
        return false;
    if (edition.plan_id != period->plan_id)
        return error_set(error, ERROR_INPUT, "the edition is of another plan");
    return edition.state == PLAN_EDITION_FROZEN ||
           error_set(error, ERROR_INPUT, "opinions are asked of a frozen edition; freeze %.*s first",
               STR_ARGS(edition.name));
}

static bool open_period(DbConn *conn, void *argument, Error *error)
{
    Opening *opening = argument;
    const OpinionPeriod *period = opening->period;
    opening->id = 0;
    return check_edition(conn, period, error) &&
           db_insert(conn, &opening->id, error,
               "insert into opinion_period (plan_id, edition_id, title, asks, ways, from_day, to_day, "
               "created_at, created_by) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
               value_integer(period->plan_id), value_integer(period->edition_id),
               value_text(str_trim(period->title)), value_text(str_trim(period->asks)),
               value_text(str_trim(period->ways)), value_integer(date_to_days(period->from)),
               value_integer(date_to_days(period->to)), value_integer(opening->by->clock.instant),
               value_text(opening->by->actor));
}

bool opinion_open(Db *db, const OpinionBy *by, const OpinionPeriod *period, int64_t *id, Error *error)
{
    Opening opening = {.by = by, .period = period};
    if (!opinion_check_manager(by, error) ||
        !opinion_check_text(period->title, OPINION_TITLE_MAX, true, "title", error) ||
        !opinion_check_text(period->asks, OPINION_TEXT_MAX, true, "text of what is asked", error) ||
        !opinion_check_text(period->ways, OPINION_TEXT_MAX, false, "text of how to send", error))
        return false;
    if (!date_is_valid(period->from) || !date_is_valid(period->to) ||
        date_compare(period->from, period->to) > 0)
        return error_set(error, ERROR_INPUT, "the first day comes before the last");
    if (!db_write(db, open_period, &opening, error))
        return false;
    *id = opening.id;
    return true;
}

/* --- extending --- */

typedef struct Extension {
    const OpinionBy *by;
    int64_t period;
    Date to;
} Extension;

static bool extend_period(DbConn *conn, void *argument, Error *error)
{
    const Extension *extension = argument;
    AUTO_ARENA arena = arena_new((size_t)1 << 20);
    OpinionPeriod period;
    if (!arena)
        return error_memory(error);
    if (!opinion_period_unpublished(conn, arena, extension->period, &period, error))
        return false;
    if (date_compare(extension->to, period.to) <= 0)
        return error_set(error, ERROR_INPUT, "the new last day comes after the present one");
    return db_run(conn, NULL, error,
               "insert into opinion_extension (period_id, to_day, before_day, decided_at, decided_by) "
               "values (?1, ?2, ?3, ?4, ?5)",
               value_integer(period.id), value_integer(date_to_days(extension->to)),
               value_integer(date_to_days(period.to)), value_integer(extension->by->clock.instant),
               value_text(extension->by->actor)) &&
           db_run(conn, NULL, error, "update opinion_period set to_day = ?2 where id = ?1",
               value_integer(period.id), value_integer(date_to_days(extension->to)));
}

bool opinion_extend(Db *db, const OpinionBy *by, int64_t period, Date to, Error *error)
{
    Extension extension = {.by = by, .period = period, .to = to};
    if (!opinion_check_manager(by, error))
        return false;
    if (!date_is_valid(to))
        return error_set(error, ERROR_INPUT, "the new last day is no day");
    return db_write(db, extend_period, &extension, error);
}

/* --- publishing --- */

static bool has_accepted(DbConn *conn, Arena *arena, const OpinionTopic *topic, bool *accepted, Error *error)
{
    *accepted = false;
    for (size_t i = 0; i < topic->changes.len && !*accepted; i++) {
        PlanChange change;
        if (!plan_change_get(conn, arena, topic->changes.at[i], &change, error))
            return false;
        *accepted = change.state == PLAN_CHANGE_ACCEPTED;
    }
    return true;
}

bool opinion_obstacles(
    DbConn *conn, Arena *arena, const OpinionPeriod *period, Date today, OpinionObstacles *out, Error *error)
{
    OpinionTopics topics;
    *out =
        (OpinionObstacles){.is_open = date_compare(today, period->to) <= 0, .unanswered = period->unanswered};
    if (!opinion_topic_list(conn, arena, period->id, OPINION_STAFF, &topics, error))
        return false;
    for (size_t i = 0; i < topics.len; i++) {
        bool accepted = true;
        if (topics.at[i].kind == OPINION_REFLECTED &&
            !has_accepted(conn, arena, &topics.at[i], &accepted, error))
            return false;
        out->unchanged += !accepted;
    }
    return true;
}

typedef struct Publication {
    const OpinionBy *by;
    int64_t period;
} Publication;

static bool publish_period(DbConn *conn, void *argument, Error *error)
{
    const Publication *publication = argument;
    AUTO_ARENA arena = arena_new((size_t)64 << 20);
    OpinionPeriod period;
    OpinionObstacles obstacles;
    if (!arena)
        return error_memory(error);
    if (!opinion_period_unpublished(conn, arena, publication->period, &period, error) ||
        !opinion_obstacles(conn, arena, &period, publication->by->clock.today, &obstacles, error))
        return false;
    if (obstacles.is_open)
        return error_set(error, ERROR_CONFLICT, "the period is still open");
    if (obstacles.unanswered > 0)
        return error_set(error, ERROR_CONFLICT, "%zu opinions have no answer", obstacles.unanswered);
    if (obstacles.unchanged > 0)
        return error_set(
            error, ERROR_CONFLICT, "%zu topics say 反映 without an accepted change", obstacles.unchanged);
    return db_run(conn, NULL, error,
        "update opinion_period set published_at = ?2, published_by = ?3 where id = ?1",
        value_integer(period.id), value_integer(publication->by->clock.instant),
        value_text(publication->by->actor));
}

bool opinion_publish(Db *db, const OpinionBy *by, int64_t period, Error *error)
{
    Publication publication = {.by = by, .period = period};
    return opinion_check_manager(by, error) && db_write(db, publish_period, &publication, error);
}
