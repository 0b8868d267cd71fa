/* record/history.c: writes history: the tables, a door's strand, and one entry for each row that is saved.
 *
 * An entry is appended in the closure that saves the row, so both are kept or neither is. The strand's head
 * (number and hash) stands in its row and is moved in the same closure; a door's closures run one after the
 * other, so the strand has no branches. Doors of several servers write to strands of their own and do not
 * wait for each other.
 *
 * What must hold: the entries of a strand are numbered 1, 2, 3 ... without a gap; each column of a record
 * that differs before and after has a value in the entry; salts are random and used once.
 */
#include "record/history_internal.h"

#include <sodium.h>

#include "record/record_internal.h"

static const DbMigration STEPS[] = {
    {1, "history in strands",
        "create table strand (\n"
        "  id {id},\n"
        "  begun {int} not null,\n"
        "  number {int} not null,\n"
        "  hash {bytes} not null,\n"
        "  recorded {int} not null\n"
        "){end};\n"
        "create table history (\n"
        "  id {id},\n"
        "  strand_id {int} not null references strand (id),\n"
        "  number {int} not null,\n"
        "  instant {int} not null,\n"
        "  day {int} not null,\n"
        "  actor {text} not null,\n"
        "  event {text} not null,\n"
        "  transition {text} not null,\n"
        "  table_name {text} not null,\n"
        "  row_id {int} not null,\n"
        "  row_version {int} not null,\n"
        "  hash {bytes} not null,\n"
        "  unique (strand_id, number)\n"
        "){end};\n"
        "create index history_row on history (table_name, row_id, row_version);\n"
        "create table history_value (\n"
        "  history_id {int} not null references history (id),\n"
        "  field {text} not null,\n"
        "  before_number {int},\n"
        "  before_text {text},\n"
        "  after_number {int},\n"
        "  after_text {text},\n"
        "  salt {bytes},\n"
        "  commitment {bytes} not null,\n"
        "  primary key (history_id, field)\n"
        "){end};\n"},
    {2, "the declaration an entry was made under", "alter table history add column declaration_id {int};\n"},
};

bool history_migrate(Db *db, int *applied, Error *error)
{
    return db_migrate(db, "history", COUNT_OF(STEPS), STEPS, applied, error);
}

/* --- one entry ----------------------------------------------------------------------------------- */

typedef VEC_OF(HistoryValue) Values;

static int compare_fields(const void *a, const void *b)
{
    return str_compare(((const HistoryValue *)a)->field, ((const HistoryValue *)b)->field);
}

static bool insert_value(DbConn *conn, int64_t history, const HistoryValue *value, Error *error)
{
    return db_run(conn, NULL, error,
        "insert into history_value (history_id, field, before_number, before_text, after_number, after_text, "
        "salt, commitment) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        value_integer(history), value_text(value->field), history_number_part(value->before),
        history_text_part(value->before), history_number_part(value->after), history_text_part(value->after),
        value_bytes((Str){(const char *)value->salt, HISTORY_SALT_BYTES}),
        value_bytes((Str){(const char *)value->commitment, HISTORY_HASH_BYTES}));
}

static bool insert_link(DbConn *conn, const HistoryLink *link, int64_t epoch, Str hash, Error *error)
{
    int64_t id = 0;
    if (!db_insert(conn, &id, error,
            "insert into history (strand_id, number, instant, day, actor, event, transition, table_name, "
            "row_id, row_version, hash, declaration_id) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
            "?11, ?12)",
            value_integer(link->strand), value_integer(link->number), value_integer(link->instant),
            value_integer(link->day), value_text(link->actor), value_text(link->event),
            value_text(link->transition), value_text(link->table), value_integer(link->row),
            value_integer(link->version), value_bytes(hash), value_integer(epoch)))
        return false;
    for (size_t i = 0; i < link->count; i++)
        if (!insert_value(conn, id, &link->values[i], error))
            return false;
    return db_run(conn, NULL, error, "update strand set number = ?2, hash = ?3 where id = ?1",
        value_integer(link->strand), value_integer(link->number), value_bytes(hash));
}

/* Closes the values with salt and commitment, hashes the entry, and writes both. `head` is the hash before
 * (NULL for the first entry); *hash becomes the entry's own, and may be the same bytes. */
static bool append(DbConn *conn, HistoryLink *link, Values *values, int64_t epoch, const unsigned char *head,
    unsigned char hash[HISTORY_HASH_BYTES], Error *error)
{
    if (values->len > 1)
        qsort(values->at, values->len, sizeof(*values->at), compare_fields);
    for (size_t i = 0; i < values->len; i++) {
        randombytes_buf(values->at[i].salt, HISTORY_SALT_BYTES);
        history_commit(link, &values->at[i], values->at[i].commitment);
    }
    link->values = values->at;
    link->count = values->len;
    history_hash(link, head, hash);
    return insert_link(conn, link, epoch, (Str){(const char *)hash, HISTORY_HASH_BYTES}, error);
}

static bool add_value(Arena *arena, Values *values, Str field, Value before, Value after, Error *error)
{
    HistoryValue *value = VEC_PUSH(arena, values);
    if (!value)
        return error_memory(error);
    *value = (HistoryValue){.field = field, .before = before, .after = after};
    return true;
}

/* --- a new strand -------------------------------------------------------------------------------- */

typedef struct Beginning {
    Door *door;
    const Clock *clock;
    Arena *arena;
    int64_t strand;
} Beginning;

/* Heads that no strand has recorded yet: all others are covered by these. */
static bool read_heads(DbConn *conn, const Beginning *beginning, Values *values, Error *error)
{
    Arena *arena = beginning->arena;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error,
            "select id, number, hash from strand where number > recorded and id <> ?1",
            value_integer(beginning->strand)))
        return false;
    while (db_next(stmt, error)) {
        Str strand = arena_printf(arena, "%lld", (long long)db_integer(stmt, 0));
        Str head = history_print_head(arena, db_integer(stmt, 1), db_bytes(stmt, 2));
        if (!add_value(arena, values, strand, value_missing(), value_text(head), error))
            return false;
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

static bool begin_strand(DbConn *conn, void *argument, Error *error)
{
    Beginning *beginning = argument;
    Values values = {0};
    unsigned char hash[HISTORY_HASH_BYTES];
    arena_clear(beginning->arena);
    if (!db_insert(conn, &beginning->strand, error,
            "insert into strand (begun, number, hash, recorded) values (?1, 0, ?2, 0)",
            value_integer(beginning->clock->instant), value_bytes(STR_EMPTY)) ||
        !read_heads(conn, beginning, &values, error) ||
        !db_run(conn, NULL, error, "update strand set recorded = number where number > recorded"))
        return false;
    HistoryLink link = {.strand = beginning->strand,
        .number = 1,
        .instant = beginning->clock->instant,
        .day = date_to_days(beginning->clock->today),
        .actor = STR_EMPTY,
        .event = S(HISTORY_STRAND),
        .transition = STR_EMPTY,
        .table = S(HISTORY_STRAND),
        .row = beginning->strand};
    return append(conn, &link, &values, beginning->door->epoch, NULL, hash, error);
}

bool history_begin_strand(Door *door, const Clock *clock, Error *error)
{
    AUTO_ARENA arena = arena_new((size_t)16 << 20);
    Beginning beginning = {.door = door, .clock = clock, .arena = arena};
    if (!arena)
        return error_memory(error);
    if (sodium_init() < 0)
        return error_set(error, ERROR_SYSTEM, "there is no randomness to be had for history");
    if (!db_write(door->db, begin_strand, &beginning, error))
        return false;
    door->strand = beginning.strand;
    return true;
}

/* --- a row that is saved ------------------------------------------------------------------------- */

bool history_covers_column(size_t column)
{
    return column != CITY_COLUMN_ID && column != CITY_COLUMN_VERSION && column != CITY_COLUMN_CREATED_AT &&
           column != CITY_COLUMN_CHANGED_AT;
}

static bool read_head(Work *work, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (work->history_head_number > 0)
        return true;
    if (!db_query(work->conn, &stmt, error, "select number, hash from strand where id = ?1",
            value_integer(work->door->strand)))
        return false;
    if (!db_next(stmt, error) || db_bytes(stmt, 1).len != HISTORY_HASH_BYTES)
        return !db_broken(stmt) &&
               error_set(error, ERROR_DATABASE, "this program's strand of history is damaged; run `verify`");
    work->history_head_number = db_integer(stmt, 0);
    memcpy(work->history_head, db_bytes(stmt, 1).at, HISTORY_HASH_BYTES);
    return true;
}

static bool read_changes(
    Arena *arena, const Row *before, const Row *after, Str reason, Values *values, Error *error)
{
    if (reason.len > 0 &&
        !add_value(arena, values, S(HISTORY_REASON), value_missing(), value_text(reason), error))
        return false;
    for (size_t i = 0; i < after->shape->count; i++) {
        Value old = before ? row_value(before, i) : value_missing();
        Value new = row_value(after, i);
        if (history_covers_column(i) && !value_same(old, new) &&
            !add_value(arena, values, after->shape->columns[i].name, old, new, error))
            return false;
    }
    return true;
}

bool history_append(Work *work, const CityRecordType *type, const Row *before, const Row *after,
    const WorkWhy *why, Error *error)
{
    Values values = {0};
    if (!read_head(work, error) || !read_changes(work->arena, before, after, why->reason, &values, error))
        return false;
    HistoryLink link = {.strand = work->door->strand,
        .number = work->history_head_number + 1,
        .instant = work->asking->clock.instant,
        .day = date_to_days(work->asking->clock.today),
        .actor = work->asking->actor.name,
        .event = str_of(why->event),
        .transition = why->transition,
        .table = door_type(work->door, type)->history,
        .row = row_value(after, CITY_COLUMN_ID).integer,
        .version = row_value(after, CITY_COLUMN_VERSION).integer};
    if (!append(work->conn, &link, &values, work->door->epoch, work->history_head, work->history_head, error))
        return false;
    work->history_head_number++;
    WorkSaved *saved = VEC_PUSH(work->arena, &work->saved);
    if (!saved)
        return error_memory(error);
    *saved = (WorkSaved){type, link.row};
    return true;
}

/* --- heads --------------------------------------------------------------------------------------- */

bool history_heads(DbConn *conn, Arena *arena, HistoryHeads *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (HistoryHeads){0};
    if (!db_query(conn, &stmt, error, "select id, number, hash from strand order by id"))
        return false;
    while (db_next(stmt, error)) {
        Str *head = VEC_PUSH(arena, out);
        if (!head)
            return error_memory(error);
        Str number_and_hash = history_print_head(arena, db_integer(stmt, 1), db_bytes(stmt, 2));
        *head = arena_printf(arena, "%lld:%.*s", (long long)db_integer(stmt, 0), STR_ARGS(number_and_hash));
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}
