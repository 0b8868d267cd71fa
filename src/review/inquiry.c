/* review/inquiry.c: inquiries as rows.
 *
 * inquiry_part says which node went out; inquiry_step has a row for each time it was sent to a unit or
 * answered, never changed. What holds at present is a part's newest step, which the part points at, so that
 * nobody has to look for it.
 */
#include "review/inquiry.h"

#include "base/utf8.h"

static const DbMigration STEPS[] = {
    {1, "inquiries to units",
        "create table inquiry (\n"
        "  id {id},\n"
        "  plan_id {int} not null references plan (id),\n"
        "  edition_id {int} not null references edition (id),\n"
        "  title {text} not null,\n"
        "  asks {text} not null,\n"
        "  answer_by {int} not null,\n"
        "  created_by {text} not null,\n"
        "  created_at {int} not null,\n"
        "  closed_by {text},\n"
        "  closed_at {int}\n"
        "){end};\n"
        "create index inquiry_plan on inquiry (plan_id);\n"
        "create table inquiry_part (\n"
        "  id {id},\n"
        "  inquiry_id {int} not null references inquiry (id),\n"
        "  key {text} not null,\n"
        "  step_id {int}\n"
        "){end};\n"
        "create index inquiry_part_inquiry on inquiry_part (inquiry_id);\n"
        "create table inquiry_step (\n"
        "  id {id},\n"
        "  part_id {int} not null references inquiry_part (id),\n"
        "  unit {text} not null,\n"
        "  answer {text} not null,\n"
        "  words {text} not null,\n"
        "  actor {text} not null,\n"
        "  happened_at {int} not null\n"
        "){end};\n"
        "create index inquiry_step_part on inquiry_step (part_id);\n"},
};

bool inquiry_migrate(Db *db, int *applied, Error *error)
{
    return db_migrate(db, "inquiry", COUNT_OF(STEPS), STEPS, applied, error);
}

static bool check_text(Str text, size_t most, Error *error)
{
    if (!utf8_check(text, NULL))
        return error_set(error, ERROR_INPUT, "the text is not UTF-8");
    return utf8_count(text) <= most ||
           error_set(error, ERROR_INPUT, "a text has at most %zu characters", most);
}

/* The part's newest step from now on. */
static bool add_step(DbConn *conn, int64_t part, const InquiryStep *step, Error *error)
{
    int64_t id = 0;
    return db_insert(conn, &id, error,
               "insert into inquiry_step (part_id, unit, answer, words, actor, happened_at) "
               "values (?1, ?2, ?3, ?4, ?5, ?6)",
               value_integer(part), value_text(step->unit),
               value_text(str_of(inquiry_answer_name(step->answer))), value_text(step->words),
               value_text(step->actor), value_integer(step->instant)) &&
           db_run(conn, NULL, error, "update inquiry_part set step_id = ?2 where id = ?1",
               value_integer(part), value_integer(id));
}

/* --- sending --- */

typedef struct Sending {
    const InquiryNew *inquiry;
    int64_t id;
} Sending;

static bool check_parts(const InquiryNew *inquiry, Error *error)
{
    if (inquiry->part_count == 0)
        return error_set(error, ERROR_INPUT, "say which parts of the plan are sent to whom");
    for (size_t i = 0; i < inquiry->part_count; i++) {
        const InquiryPart *part = &inquiry->parts[i];
        if (part->unit.len == 0)
            return error_set(error, ERROR_INPUT, "say to which unit %.*s is sent", STR_ARGS(part->key));
        for (size_t j = 0; j < i; j++)
            if (str_equal(inquiry->parts[j].key, part->key) && str_equal(inquiry->parts[j].unit, part->unit))
                return error_set(error, ERROR_INPUT, "%.*s is sent to the unit %.*s twice",
                    STR_ARGS(part->key), STR_ARGS(part->unit));
    }
    return true;
}

static bool add_part(DbConn *conn, const Sending *sending, const InquiryPart *part, Error *error)
{
    const InquiryNew *inquiry = sending->inquiry;
    const InquiryStep sent = {.unit = part->unit, .actor = inquiry->actor, .instant = inquiry->clock.instant};
    int64_t there = 0, id = 0;
    if (!db_one_integer(conn, &there, error, "select count(*) from node where edition_id = ?1 and key = ?2",
            value_integer(inquiry->edition->id), value_text(part->key)))
        return false;
    if (there == 0)
        return error_set(error, ERROR_NOT_FOUND, "the plan has no node %.*s", STR_ARGS(part->key));
    return db_insert(conn, &id, error, "insert into inquiry_part (inquiry_id, key) values (?1, ?2)",
               value_integer(sending->id), value_text(part->key)) &&
           add_step(conn, id, &sent, error);
}

static bool send(DbConn *conn, void *argument, Error *error)
{
    Sending *sending = argument;
    const InquiryNew *inquiry = sending->inquiry;
    sending->id = 0;
    if (!db_insert(conn, &sending->id, error,
            "insert into inquiry (plan_id, edition_id, title, asks, answer_by, created_by, created_at) "
            "values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            value_integer(inquiry->edition->plan_id), value_integer(inquiry->edition->id),
            value_text(str_trim(inquiry->title)), value_text(str_trim(inquiry->asks)),
            value_integer(date_to_days(inquiry->answer_by)), value_text(inquiry->actor),
            value_integer(inquiry->clock.instant)))
        return false;
    for (size_t i = 0; i < inquiry->part_count; i++)
        if (!add_part(conn, sending, &inquiry->parts[i], error))
            return false;
    return true;
}

bool inquiry_send(Db *db, const InquiryNew *inquiry, int64_t *id, Error *error)
{
    Sending sending = {.inquiry = inquiry};
    *id = 0;
    if (str_trim(inquiry->title).len == 0)
        return error_set(error, ERROR_INPUT, "an inquiry has a title");
    if (!check_text(inquiry->title, INQUIRY_TITLE_MAX, error) ||
        !check_text(inquiry->asks, INQUIRY_TEXT_MAX, error) || !check_parts(inquiry, error))
        return false;
    if (!date_is_valid(inquiry->answer_by) || date_compare(inquiry->answer_by, inquiry->clock.today) < 0)
        return error_set(error, ERROR_INPUT, "the day by which to answer is over");
    if (!db_write(db, send, &sending, error))
        return false;
    *id = sending.id;
    return true;
}

/* --- answering, sending on --- */

/* How a part stands, for whoever writes its next step. */
typedef struct Standing {
    int64_t inquiry_id;
    Str key, unit;
    InquiryAnswer answer;
    bool is_closed;
} Standing;

static bool read_standing(DbConn *conn, Arena *arena, int64_t part, Standing *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!arena)
        return error_memory(error);
    if (!db_query(conn, &stmt, error,
            "select p.inquiry_id, p.key, s.unit, s.answer, i.closed_at from inquiry_part p "
            "join inquiry i on i.id = p.inquiry_id join inquiry_step s on s.id = p.step_id where p.id = ?1",
            value_integer(part)))
        return false;
    if (!db_next(stmt, error))
        return !db_broken(stmt) && error_set(error, ERROR_NOT_FOUND, "there is no such part of an inquiry");
    *out = (Standing){.inquiry_id = db_integer(stmt, 0),
        .key = db_text_copy(stmt, 1, arena),
        .unit = db_text_copy(stmt, 2, arena),
        .is_closed = !db_is_missing(stmt, 4)};
    if (!inquiry_answer_from_name(db_text(stmt, 3), &out->answer))
        return error_set(error, ERROR_DATABASE, "a part of an inquiry has an unknown answer");
    return !arena_failed(arena) || error_memory(error);
}

static bool is_among(const Str *units, size_t count, Str unit)
{
    for (size_t i = 0; i < count; i++)
        if (str_equal(units[i], unit))
            return true;
    return false;
}

static bool closed(Error *error)
{
    return error_set(error, ERROR_CONFLICT, "the inquiry is closed");
}

static bool answer(DbConn *conn, void *argument, Error *error)
{
    const InquiryReply *reply = argument;
    Standing standing;
    AUTO_ARENA arena = arena_new((size_t)1 << 16);
    if (!read_standing(conn, arena, reply->part, &standing, error))
        return false;
    if (!is_among(reply->units, reply->unit_count, standing.unit))
        return error_set(error, ERROR_DENIED, "only the unit it was sent to answers");
    if (standing.is_closed)
        return closed(error);
    const InquiryStep step = {.unit = standing.unit,
        .answer = reply->answer,
        .words = str_trim(reply->words),
        .actor = reply->actor,
        .instant = reply->instant};
    return add_step(conn, reply->part, &step, error);
}

bool inquiry_answer(Db *db, const InquiryReply *reply, Error *error)
{
    InquiryReply asked = *reply;
    if (reply->answer == INQUIRY_OPEN || reply->answer >= INQUIRY_ANSWER_COUNT)
        return error_set(error, ERROR_INPUT, "say what the answer is");
    if (reply->answer == INQUIRY_RETURNED && str_trim(reply->words).len == 0)
        return error_set(error, ERROR_INPUT, "say why it is handed back");
    return check_text(reply->words, INQUIRY_TEXT_MAX, error) && db_write(db, answer, &asked, error);
}

typedef struct Resending {
    int64_t part;
    InquiryStep step;
} Resending;

/* Whether another part of the inquiry brought the node to the unit already. */
static bool has_node(DbConn *conn, const Standing *standing, Str unit, bool *has, Error *error)
{
    int64_t same = 0;
    if (!db_one_integer(conn, &same, error,
            "select count(*) from inquiry_part p join inquiry_step s on s.id = p.step_id "
            "where p.inquiry_id = ?1 and p.key = ?2 and s.unit = ?3",
            value_integer(standing->inquiry_id), value_text(standing->key), value_text(unit)))
        return false;
    *has = same > 0;
    return true;
}

static bool resend(DbConn *conn, void *argument, Error *error)
{
    const Resending *resending = argument;
    Standing standing;
    bool has = false;
    AUTO_ARENA arena = arena_new((size_t)1 << 16);
    if (!read_standing(conn, arena, resending->part, &standing, error))
        return false;
    if (standing.is_closed)
        return closed(error);
    if (standing.answer != INQUIRY_RETURNED)
        return error_set(error, ERROR_CONFLICT, "only what was handed back is sent to another unit");
    if (str_equal(standing.unit, resending->step.unit))
        return error_set(error, ERROR_INPUT, "this unit handed it back; choose another one");
    if (!has_node(conn, &standing, resending->step.unit, &has, error))
        return false;
    if (has)
        return error_set(error, ERROR_CONFLICT, "the unit was asked about this node already");
    return add_step(conn, resending->part, &resending->step, error);
}

bool inquiry_resend(Db *db, int64_t part, Str unit, Str actor, int64_t instant, Error *error)
{
    Resending resending = {.part = part, .step = {.unit = unit, .actor = actor, .instant = instant}};
    return (unit.len > 0 || error_set(error, ERROR_INPUT, "say to which unit it is sent")) &&
           db_write(db, resend, &resending, error);
}

/* --- closing --- */

typedef struct Closing {
    int64_t id;
    Str actor;
    int64_t instant;
} Closing;

static bool close_inquiry(DbConn *conn, void *argument, Error *error)
{
    const Closing *closing = argument;
    int64_t changed = 0, there = 0;
    if (!db_run(conn, &changed, error,
            "update inquiry set closed_at = ?2, closed_by = ?3 where id = ?1 and closed_at is null",
            value_integer(closing->id), value_integer(closing->instant), value_text(closing->actor)))
        return false;
    if (changed == 1)
        return true;
    if (!db_one_integer(
            conn, &there, error, "select count(*) from inquiry where id = ?1", value_integer(closing->id)))
        return false;
    return there == 0 ? error_set(error, ERROR_NOT_FOUND, "there is no such inquiry") : closed(error);
}

bool inquiry_close(Db *db, int64_t id, Str actor, int64_t instant, Error *error)
{
    Closing closing = {.id = id, .actor = actor, .instant = instant};
    return db_write(db, close_inquiry, &closing, error);
}
