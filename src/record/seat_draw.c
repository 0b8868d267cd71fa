/* record/seat_draw.c: draws are begun, due, made, and read again. What follows for applications is seats.c's.
 */
#include "record/seat_draw_internal.h"

#include "base/map.h"

static const DbMigration STEPS[] = {
    {1, "draws of places",
        "create table seat_draw (\n"
        "  type_table {text} not null,\n"
        "  about_id {int} not null,\n"
        "  secret {text} not null,\n"
        "  words {text} not null,\n"
        "  drawn_at {int},\n"
        "  primary key (type_table, about_id)\n"
        "){end};\n"
        "create table seat_turn (\n"
        "  type_table {text} not null,\n"
        "  about_id {int} not null,\n"
        "  receipt {int} not null,\n"
        "  ticket {int} not null,\n"
        "  turn {int} not null,\n"
        "  primary key (type_table, about_id, receipt)\n"
        "){end};\n"},
};

bool seat_draw_migrate(Db *db, int *applied, Error *error)
{
    return db_migrate(db, "seat_draw", COUNT_OF(STEPS), STEPS, applied, error);
}

/* --- reading ------------------------------------------------------------------------------------- */

bool seat_draw_read(
    DbConn *conn, Arena *arena, const CityRecordType *type, int64_t about, SeatDraw *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (SeatDraw){.words = STR_EMPTY};
    if (!type->seats.draw_after)
        return true;
    if (!db_query(conn, &stmt, error,
            "select secret, words, drawn_at from seat_draw where type_table = ?1 and about_id = ?2",
            value_text(type->table), value_integer(about)))
        return false;
    if (!db_next(stmt, error))
        return !db_broken(stmt);
    out->is_there = true;
    out->is_drawn = !db_is_missing(stmt, 2);
    out->words = db_text_copy(stmt, 1, arena);
    if (!lottery_from_hex(db_text(stmt, 0), &out->secret))
        return error_set(error, ERROR_DATABASE, "the secret of a draw is not what was written");
    return !arena_failed(arena) || error_memory(error);
}

bool seat_turns_read(
    DbConn *conn, Arena *arena, const CityRecordType *type, int64_t about, SeatTurns *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (SeatTurns){0};
    if (!type->seats.draw_after)
        return true;
    if (!db_query(conn, &stmt, error,
            "select receipt, ticket, turn from seat_turn where type_table = ?1 and about_id = ?2 order by "
            "receipt",
            value_text(type->table), value_integer(about)))
        return false;
    while (db_next(stmt, error)) {
        SeatTurn *turn = VEC_PUSH(arena, out);
        if (!turn)
            return error_memory(error);
        *turn = (SeatTurn){db_integer(stmt, 0), db_integer(stmt, 1), db_integer(stmt, 2)};
    }
    return !db_broken(stmt);
}

static int compare_turns(const void *left, const void *right)
{
    const SeatRow *a = left, *b = right;
    return a->turn != b->turn ? (a->turn > b->turn) - (a->turn < b->turn)
                              : (a->receipt > b->receipt) - (a->receipt < b->receipt);
}

void seat_rows_order(SeatRow *rows, size_t count, const SeatTurns *turns)
{
    for (size_t i = 0, k = 0; i < count && k < turns->len; i++) {
        while (k < turns->len && turns->at[k].receipt < rows[i].receipt)
            k++;
        if (k < turns->len && turns->at[k].receipt == rows[i].receipt)
            rows[i].turn = turns->at[k].turn;
    }
    if (turns->len > 0 && count > 1)
        qsort(rows, count, sizeof(*rows), compare_turns);
}

LotteryBytes seat_draw_key(const SeatDraw *draw)
{
    return lottery_key(&draw->secret, draw->words);
}

bool seat_draw_phase(Sight *sight, const CityRecordType *type, int64_t about, const SeatDraw *draw,
    SeatDrawPhase *phase, Value *after, Error *error)
{
    Value day = value_missing();
    *phase = SEAT_DRAW_NONE;
    if (type->seats.draw_after && !seat_of_whole(sight, type, about, type->seats.draw_after, &day, error))
        return false;
    if (after)
        *after = day;
    if (value_is_missing(day) || draw->is_drawn)
        return true;
    if (date_to_days(sight->asking->clock.today) <= day.integer)
        *phase = SEAT_DRAW_OPEN;
    else if (draw->is_there)
        *phase = SEAT_DRAW_CLOSED;
    return true;
}

/* --- making -------------------------------------------------------------------------------------- */

bool seat_draw_begin(Work *work, const CityRecordType *type, int64_t about, SeatDraw *draw, Error *error)
{
    char room[LOTTERY_HEX_ROOM];
    if (draw->is_there)
        return true;
    draw->is_there = true;
    draw->secret = lottery_secret();
    return db_run(work->conn, NULL, error,
        "insert into seat_draw (type_table, about_id, secret, words) values (?1, ?2, ?3, '')",
        value_text(type->table), value_integer(about), value_text(lottery_hex(&draw->secret, room)));
}

static bool read_pending(Work *work, const CityRecordType *type, SeatAbouts *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(work->conn, &stmt, error,
            "select about_id from seat_draw where type_table = ?1 and drawn_at is null order by about_id",
            value_text(type->table)))
        return false;
    while (db_next(stmt, error)) {
        int64_t *about = VEC_PUSH(work->arena, out);
        if (!about)
            return error_memory(error);
        *about = db_integer(stmt, 0);
    }
    return !db_broken(stmt);
}

/* The public words; *is_there is false while they are waited for. */
static bool read_words(
    Work *work, const CityRecordType *type, int64_t about, Str *words, bool *is_there, Error *error)
{
    Value value;
    *words = STR_EMPTY;
    *is_there = true;
    if (!type->seats.draw_with)
        return true;
    if (!seat_of_whole(&work->sight, type, about, type->seats.draw_with, &value, error))
        return false;
    *is_there = value.type == VALUE_TEXT && str_trim(value.text).len > 0;
    if (*is_there)
        *words = str_trim(value.text);
    return true;
}

bool seat_draws_due(Work *work, const CityRecordType *type, SeatAbouts *out, Error *error)
{
    SeatAbouts pending = {0};
    *out = (SeatAbouts){0};
    if (!type->seats.draw_after)
        return true;
    if (!read_pending(work, type, &pending, error))
        return false;
    for (size_t i = 0; i < pending.len; i++) {
        SeatDraw draw = {.is_there = true};
        SeatDrawPhase phase;
        Value after;
        Str words;
        bool has_words;
        if (!seat_draw_phase(&work->sight, type, pending.at[i], &draw, &phase, &after, error) ||
            !read_words(work, type, pending.at[i], &words, &has_words, error))
            return false;
        /* A day that was taken away again leaves nobody waiting for a draw. */
        bool is_over = phase == SEAT_DRAW_CLOSED || value_is_missing(after);
        int64_t *about = is_over && has_words ? VEC_PUSH(work->arena, out) : NULL;
        if (is_over && has_words && !about)
            return error_memory(error);
        if (about)
            *about = pending.at[i];
    }
    return true;
}

/* The first receipt of each row's unit. */
static bool name_tickets(Arena *arena, SeatRow *rows, size_t count, int64_t *tickets, Error *error)
{
    Map groups;
    map_init(&groups, arena);
    for (size_t i = 0; i < count; i++) {
        const SeatRow *first = rows[i].group.len > 0 ? map_get(&groups, rows[i].group) : NULL;
        tickets[i] = first ? first->receipt : rows[i].receipt;
        if (!first && rows[i].group.len > 0 && !map_put(&groups, rows[i].group, &rows[i]))
            return error_memory(error);
    }
    return true;
}

static bool write_turns(Work *work, const CityRecordType *type, int64_t about, const SeatRow *rows,
    const int64_t *tickets, size_t count, Error *error)
{
    for (size_t i = 0; i < count; i++)
        if (!db_run(work->conn, NULL, error,
                "insert into seat_turn (type_table, about_id, receipt, ticket, turn) values (?1, ?2, ?3, ?4, "
                "?5)",
                value_text(type->table), value_integer(about), value_integer(rows[i].receipt),
                value_integer(tickets[i]), value_integer(rows[i].turn)))
            return false;
    return true;
}

/* Tickets in the order of the draw, and each row's turn from it. */
static bool order_tickets(
    Arena *arena, const LotteryBytes *key, SeatRow *rows, const int64_t *tickets, size_t count, Error *error)
{
    Str *names = arena_array(arena, count, sizeof(*names));
    size_t *order = arena_array(arena, count, sizeof(*order)), units = 0;
    if (!names || !order)
        return error_memory(error);
    for (size_t i = 0; i < count; i++)
        if (tickets[i] == rows[i].receipt)
            names[units++] = arena_printf(arena, "%lld", (long long)tickets[i]);
    if (arena_failed(arena))
        return error_memory(error);
    if (!lottery_order(arena, key, names, units, order, error))
        return false;
    for (size_t turn = 0; turn < units; turn++) {
        int64_t ticket = 0;
        if (!str_to_int(names[order[turn]], &ticket))
            return error_set(error, ERROR_DATABASE, "a ticket is a receipt number");
        for (size_t i = 0; i < count; i++)
            if (tickets[i] == ticket)
                rows[i].turn = (int64_t)turn + 1;
    }
    return true;
}

bool seat_draw_make(
    Work *work, const CityRecordType *type, int64_t about, SeatRow *rows, size_t count, Error *error)
{
    SeatDraw draw;
    bool has_words;
    int64_t *tickets = arena_array(work->arena, count, sizeof(*tickets));
    if (!tickets)
        return error_memory(error);
    if (!seat_draw_read(work->conn, work->arena, type, about, &draw, error) ||
        !read_words(work, type, about, &draw.words, &has_words, error) ||
        !name_tickets(work->arena, rows, count, tickets, error))
        return false;
    LotteryBytes key = seat_draw_key(&draw);
    return order_tickets(work->arena, &key, rows, tickets, count, error) &&
           write_turns(work, type, about, rows, tickets, count, error) &&
           db_run(work->conn, NULL, error,
               "update seat_draw set words = ?3, drawn_at = ?4 where type_table = ?1 and about_id = ?2",
               value_text(type->table), value_integer(about), value_text(draw.words),
               value_integer(work->asking->clock.instant));
}

/* --- the face ------------------------------------------------------------------------------------ */

static bool show_tickets(Arena *arena, const SeatTurns *turns, SeatDrawing *out, Error *error)
{
    int64_t *tickets = arena_array(arena, turns->len, sizeof(*tickets));
    size_t count = 0;
    if (!tickets)
        return error_memory(error);
    for (size_t i = 0; i < turns->len; i++) {
        const SeatTurn *at = &turns->at[i];
        if (at->turn < 1 || at->turn > (int64_t)turns->len)
            return error_set(error, ERROR_DATABASE, "the turns of a draw are not what was written");
        tickets[at->turn - 1] = at->ticket;
        count = (size_t)at->turn > count ? (size_t)at->turn : count;
    }
    for (size_t i = 0; i < count; i++) {
        int64_t *ticket = VEC_PUSH(arena, &out->tickets);
        if (!ticket)
            return error_memory(error);
        *ticket = tickets[i];
    }
    return true;
}

bool record_drawing_of(Door *door, DbConn *conn, const Asking *asking, const CityRecordType *type,
    const Record *about, SeatDrawing *out, Error *error)
{
    Arena *arena = asking->arena;
    char room[LOTTERY_HEX_ROOM];
    Sight sight;
    SeatDraw draw;
    SeatDrawPhase phase;
    SeatRows rows;
    SeatTurns turns;
    *out = (SeatDrawing){.commitment = STR_EMPTY, .secret = STR_EMPTY, .words = STR_EMPTY};
    if (!type->seats.draw_after)
        return true;
    sight_init(&sight, door, conn, arena, asking);
    if (!seat_draw_read(conn, arena, type, record_id(about), &draw, error) ||
        !seat_draw_phase(&sight, type, record_id(about), &draw, &phase, &out->after, error) ||
        !seat_drawing_read(door, conn, arena, type, record_id(about), &rows, error) ||
        !seat_turns_read(conn, arena, type, record_id(about), &turns, error))
        return false;
    out->is_here = draw.is_drawn || phase != SEAT_DRAW_NONE;
    out->is_open = phase == SEAT_DRAW_OPEN;
    out->is_drawn = draw.is_drawn;
    out->parts = rows.len;
    if (draw.is_there) {
        LotteryBytes commitment = lottery_commitment(&draw.secret);
        out->commitment = arena_str(arena, lottery_hex(&commitment, room));
    }
    if (draw.is_drawn) {
        out->secret = arena_str(arena, lottery_hex(&draw.secret, room));
        out->words = draw.words;
    }
    return show_tickets(arena, &turns, out, error);
}
