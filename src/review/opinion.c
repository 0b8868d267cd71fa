/* review/opinion.c: opinions given and read.
 *
 * An opinion is written once, with its number, its code, the place it speaks of and the person who gave it;
 * only its topic ever changes. A form that is sent twice is known by its `once` and answered with the same
 * opinion.
 */
#include "review/opinion_internal.h"

#include "base/fold.h"

#define OPINION_COLUMNS                                                                               \
    "select o.id, o.period_id, o.number, o.code, o.way, o.received_on, o.late, o.anchor_id, o.text, " \
    "o.standing, o.topic_id, o.created_at, o.entered_by, p.edition_id from opinion o "                \
    "join opinion_period p on p.id = o.period_id "

/* The columns of an opinion; its anchor has the id and edition alone. */
static void take_opinion(DbStmt *stmt, Arena *arena, Opinion *out)
{
    *out = (Opinion){.id = db_integer(stmt, 0),
        .period_id = db_integer(stmt, 1),
        .number = db_integer(stmt, 2),
        .code = db_text_copy(stmt, 3, arena),
        .received_on = date_from_days((int32_t)db_integer(stmt, 5)),
        .late = db_integer(stmt, 6) != 0,
        .anchor = {.id = db_integer(stmt, 7), .edition_id = db_integer(stmt, 13)},
        .text = db_text_copy(stmt, 8, arena),
        .topic_id = db_integer(stmt, 10),
        .created_at = db_integer(stmt, 11),
        .entered_by = db_text_copy(stmt, 12, arena)};
    /* a word of a newer program is read as the first of the table */
    if (!opinion_way_from_name(db_text(stmt, 4), &out->way))
        out->way = OPINION_BY_PAGE;
    if (!opinion_standing_from_name(db_text(stmt, 9), &out->standing))
        out->standing = OPINION_STANDING_UNSAID;
}

static bool none(Error *error)
{
    return error_set(error, ERROR_NOT_FOUND, "there is no such opinion");
}

/* The place of each that has one, one query for each opinion. */
static bool add_anchors(DbConn *conn, Arena *arena, Opinion *opinions, size_t count, Error *error)
{
    for (size_t i = 0; i < count; i++) {
        PlanAnchor *anchor = &opinions[i].anchor;
        const int64_t id = anchor->id, edition = anchor->edition_id;
        if (id == 0) {
            anchor->edition_id = 0;
            continue;
        }
        if (!plan_anchor_get(conn, arena, id, edition, anchor, error))
            return false;
    }
    return true;
}

static bool take_all(DbConn *conn, DbStmt **stmt, Arena *arena, Opinions *out, Error *error)
{
    while (db_next(*stmt, error)) {
        Opinion *opinion = VEC_PUSH(arena, out);
        if (!opinion)
            return error_memory(error);
        take_opinion(*stmt, arena, opinion);
    }
    if (db_broken(*stmt))
        return false;
    db_done(stmt); /* one statement of a connection at a time */
    return (!arena_failed(arena) || error_memory(error)) &&
           add_anchors(conn, arena, out->at, out->len, error);
}

static bool take_one(DbConn *conn, DbStmt **stmt, Arena *arena, Opinion *out, Error *error)
{
    Opinions opinions = {0};
    if (!take_all(conn, stmt, arena, &opinions, error))
        return false;
    if (opinions.len == 0)
        return none(error);
    *out = opinions.at[0];
    return true;
}

/* --- reading --- */

bool opinion_list(DbConn *conn, Arena *arena, int64_t period, OpinionRight right, Opinions *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (Opinions){0};
    if (right == OPINION_PUBLIC)
        return error_set(error, ERROR_DENIED, "single opinions are for staff");
    return db_query(conn, &stmt, error, OPINION_COLUMNS "where o.period_id = ?1 order by o.number",
               value_integer(period)) &&
           take_all(conn, &stmt, arena, out, error);
}

bool opinion_find(DbConn *conn, Arena *arena, Str code, Opinion *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    const Str meant = opinion_code_read(arena, code);
    if (meant.len == 0)
        return none(error);
    return db_query(conn, &stmt, error, OPINION_COLUMNS "where o.code = ?1", value_text(meant)) &&
           take_one(conn, &stmt, arena, out, error);
}

bool opinion_list_of_login(DbConn *conn, Arena *arena, Str login, Opinions *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (Opinions){0};
    if (login.len == 0)
        return true;
    return db_query(conn, &stmt, error,
               OPINION_COLUMNS "join opinion_person n on n.id = o.person_id where n.login = ?1 "
                               "order by o.created_at desc, o.id desc",
               value_text(login)) &&
           take_all(conn, &stmt, arena, out, error);
}

static bool add_person(DbConn *conn, Arena *arena, Opinion *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error,
            "select n.name, n.address, n.contact from opinion o join opinion_person n on n.id = o.person_id "
            "where o.id = ?1",
            value_integer(out->id)))
        return false;
    if (!db_next(stmt, error))
        return !db_broken(stmt) && none(error);
    out->name = db_text_copy(stmt, 0, arena);
    out->address = db_text_copy(stmt, 1, arena);
    out->contact = db_text_copy(stmt, 2, arena);
    return !arena_failed(arena) || error_memory(error);
}

bool opinion_get(DbConn *conn, Arena *arena, int64_t period, int64_t number, OpinionRight right, Opinion *out,
    Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (right == OPINION_PUBLIC)
        return none(error);
    return db_query(conn, &stmt, error, OPINION_COLUMNS "where o.period_id = ?1 and o.number = ?2",
               value_integer(period), value_integer(number)) &&
           take_one(conn, &stmt, arena, out, error) &&
           (right != OPINION_MANAGE || add_person(conn, arena, out, error));
}

/* --- giving --- */

typedef struct Giving {
    Arena *arena;
    const OpinionBy *by;
    const OpinionNew *opinion;
    Opinion given;
} Giving;

static bool is_by_page(const Giving *giving)
{
    return giving->opinion->way == OPINION_BY_PAGE;
}

static bool check_texts(const OpinionNew *opinion, Error *error)
{
    const bool named = opinion->way == OPINION_BY_PAGE && opinion->with.len == 0;
    if (opinion->once.len == 0)
        return error_set(error, ERROR_INPUT, "an opinion needs the word of its form");
    return opinion_check_text(opinion->text, OPINION_TEXT_MAX, true, "opinion", error) &&
           opinion_check_text(opinion->name, OPINION_LINE_MAX, named, "name", error) &&
           opinion_check_text(opinion->address, OPINION_LINE_MAX, named, "address", error) &&
           opinion_check_text(opinion->contact, OPINION_LINE_MAX, false, "contact", error);
}

/* Whether it came in time, and what day and mark it gets. */
static bool check_day(Giving *giving, const OpinionPeriod *period, Error *error)
{
    const Date today = giving->by->clock.today;
    const Date day = is_by_page(giving) ? today : giving->opinion->received_on;
    giving->given.received_on = day;
    giving->given.late = date_is_valid(day) && date_compare(day, period->to) > 0;
    if (is_by_page(giving))
        return opinion_is_open(period, today) ||
               error_set(error, ERROR_CONFLICT, "opinions are not taken on this day");
    if (!date_is_valid(day) || date_compare(day, today) > 0)
        return error_set(error, ERROR_INPUT, "say on which day it was received");
    if (date_compare(day, period->from) < 0)
        return error_set(error, ERROR_INPUT, "it was received before the period began");
    return !giving->given.late || giving->opinion->late ||
           error_set(error, ERROR_CONFLICT, "it was received after the last day");
}

/* The opinion that the same form made already; its id is 0 when there is none. */
static bool find_once(DbConn *conn, Giving *giving, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    Opinions opinions = {0};
    if (!db_query(conn, &stmt, error, OPINION_COLUMNS "where o.period_id = ?1 and o.once = ?2",
            value_integer(giving->opinion->period_id), value_text(giving->opinion->once)) ||
        !take_all(conn, &stmt, giving->arena, &opinions, error))
        return false;
    if (opinions.len > 0)
        giving->given = opinions.at[0];
    return true;
}

/* Name and address as they are compared; a code of its own for whoever did not say them. */
static Str identity(Giving *giving)
{
    const Str name = text_fold(giving->arena, str_trim(giving->opinion->name));
    const Str address = text_fold(giving->arena, str_trim(giving->opinion->address));
    if (name.len == 0 || address.len == 0)
        return giving->given.code;
    return arena_printf(giving->arena, "%.*s\n%.*s", STR_ARGS(name), STR_ARGS(address));
}

/* The person behind an earlier opinion by its code, given by page in the same period. */
static bool same_person(DbConn *conn, const Giving *giving, int64_t *person, Error *error)
{
    Error missing = {0};
    const Str code = opinion_code_read(giving->arena, giving->opinion->with);
    if (db_one_integer(conn, person, &missing,
            "select person_id from opinion where code = ?1 and period_id = ?2 and way = 'page'",
            value_text(code), value_integer(giving->opinion->period_id)))
        return true;
    if (missing.code == ERROR_NOT_FOUND)
        return none(error);
    *error = missing;
    return false;
}

static bool take_person(DbConn *conn, Giving *giving, int64_t *person, Error *error)
{
    const OpinionNew *opinion = giving->opinion;
    if (opinion->with.len > 0)
        return same_person(conn, giving, person, error);
    return db_insert(conn, person, error,
        "insert into opinion_person (period_id, identity, name, address, contact, login) "
        "values (?1, ?2, ?3, ?4, ?5, ?6)",
        value_integer(opinion->period_id), value_text(identity(giving)), value_text(str_trim(opinion->name)),
        value_text(str_trim(opinion->address)), value_text(str_trim(opinion->contact)),
        value_text(is_by_page(giving) ? giving->by->actor : STR_EMPTY));
}

static bool insert_opinion(DbConn *conn, Giving *giving, int64_t person, Error *error)
{
    const OpinionNew *opinion = giving->opinion;
    Opinion *given = &giving->given;
    const Value anchor = given->anchor.id > 0 ? value_integer(given->anchor.id) : value_missing();
    return db_one_integer(conn, &given->number, error,
               "select coalesce(max(number), 0) + 1 from opinion where period_id = ?1",
               value_integer(opinion->period_id)) &&
           db_insert(conn, &given->id, error,
               "insert into opinion (period_id, number, code, once, way, received_on, late, anchor_id, text, "
               "person_id, standing, created_at, entered_by) "
               "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
               value_integer(opinion->period_id), value_integer(given->number), value_text(given->code),
               value_text(opinion->once), value_text(str_of(opinion_way_name(opinion->way))),
               value_integer(date_to_days(given->received_on)), value_integer(given->late), anchor,
               value_text(given->text), value_integer(person),
               value_text(str_of(opinion_standing_name(opinion->standing))),
               value_integer(giving->by->clock.instant), value_text(given->entered_by));
}

static bool give(DbConn *conn, void *argument, Error *error)
{
    Giving *giving = argument;
    const OpinionNew *opinion = giving->opinion;
    OpinionPeriod period;
    int64_t person = 0;
    giving->given = (Opinion){.period_id = opinion->period_id,
        .code = opinion_code_new(giving->arena),
        .way = opinion->way,
        .text = str_trim(opinion->text),
        .standing = opinion->standing,
        .created_at = giving->by->clock.instant,
        .entered_by = is_by_page(giving) ? STR_EMPTY : giving->by->actor};
    if (!opinion_period_unpublished(conn, giving->arena, opinion->period_id, &period, error) ||
        !find_once(conn, giving, error))
        return false;
    if (giving->given.id > 0)
        return true;
    if (!check_day(giving, &period, error))
        return false;
    giving->given.anchor.edition_id = period.edition_id;
    if (opinion->passage &&
        !plan_anchor_add(conn, period.edition_id, opinion->passage, &giving->given.anchor.id, error))
        return false;
    return take_person(conn, giving, &person, error) && insert_opinion(conn, giving, person, error) &&
           add_anchors(conn, giving->arena, &giving->given, 1, error);
}

bool opinion_give(
    Db *db, Arena *arena, const OpinionBy *by, const OpinionNew *opinion, Opinion *out, Error *error)
{
    Giving giving = {.arena = arena, .by = by, .opinion = opinion};
    if ((opinion->way != OPINION_BY_PAGE && !opinion_check_manager(by, error)) ||
        !check_texts(opinion, error) || !db_write(db, give, &giving, error))
        return false;
    *out = giving.given;
    return !arena_failed(arena) || error_memory(error);
}
