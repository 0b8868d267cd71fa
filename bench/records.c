/* bench/records.c: what a durable create through the door costs beside a bare closure that writes the same
 * rows.
 *
 *     records --db URL --city DIR --records N --seconds S --codes FILE
 *
 * Applies the measuring town (bench/city: one record type, twenty indicators), fills it with N records by
 * bare closures of many rows each, writes some of their codes to FILE for the page bench, and then lets 16
 * threads create records in turns: through the door (input read, access asked, search, history, figures), and
 * by a closure that only runs the inserts and upserts which leave the same rows, through the same writer. The
 * values are the same in both turns. Before and after each turn the rows of every table are counted; the
 * program says how many rows a create wrote on each side, and ends with an error when they differ.
 */
#include <pthread.h>

#include "city/apply.h"
#include "plan/store.h"
#include "record/figure.h"
#include "record/history.h"
#include "record/record.h"

enum {
    THREADS = 16,
    TURNS = 3,
    PERSONS = 20000,
    FILL = 400,     /* records of one closure while filling */
    CODES = 200000, /* codes written for the page bench at most */
    CELLS_MAX = 64,
    ARENA_MAX = 64 << 20,
    FIRST_DAY = 17623, /* 2018-04-01 */
    DAYS = 1095,
};

/* One record, made from a number: the same number is the same record. */
typedef struct Sample {
    char subject[64], words[160], code[32];
    int64_t day, person, minutes, fee, period;
    bool urgent;
    const char *kind;
} Sample;

typedef struct Bench {
    Db *db;
    City *city;
    Door *door;
    int64_t records, seconds;
    const char *codes;
    char **person_codes;              /* PERSONS */
    int64_t *person_ids, *indicators; /* of figure_1 to figure_20 */
    int64_t scope, strand, next;
} Bench;

static uint64_t mix(uint64_t n)
{
    n += 0x9e3779b97f4a7c15;
    n = (n ^ (n >> 30)) * 0xbf58476d1ce4e5b9;
    n = (n ^ (n >> 27)) * 0x94d049bb133111eb;
    return n ^ (n >> 31);
}

static Sample sample_of(int64_t number)
{
    static const char *const kinds[] = {"road", "park", "other"};
    static const char *const places[] = {"中央通り", "東町公園", "港の広場", "川沿いの道", "坂下の交差点"};
    static const char *const wishes[] = {
        "街灯が消えている", "落ち葉がたまっている", "柵が傾いている", "案内板が読めない"};
    uint64_t r = mix((uint64_t)number);
    Sample s = {.day = FIRST_DAY + (int64_t)(r % DAYS),
        .person = (int64_t)((r >> 12) % PERSONS),
        .minutes = (int64_t)((r >> 30) % 61),
        .fee = (int64_t)((r >> 40) % 4) * 300,
        .urgent = (r >> 50) % 5 == 0,
        .kind = kinds[(r >> 53) % 3]};
    const char *place = places[(r >> 20) % 5], *wish = wishes[(r >> 24) % 4];
    snprintf(s.subject, sizeof s.subject, "%s %s", place, wish);
    snprintf(s.words, sizeof s.words, "%sで%s。確かめてほしい（%d）", place, wish, (int)(r >> 56));
    snprintf(s.code, sizeof s.code, "bench%015lld", (long long)number);
    Date date = date_from_days((int32_t)s.day);
    s.period = fiscal_year(date);
    return s;
}

/* --- the bare closure ------------------------------------------------------------------------------- */

typedef struct Cell {
    int64_t indicator, rows, total;
    bool by_kind, has_member, is_ordered, is_new_member;
    int64_t member;
} Cell;

/* What the twenty indicators of bench/city/services/desk.yaml count of a record. */
static size_t cells_of(const Bench *bench, const Sample *s, Cell *out)
{
    bool is_road = str_equal(str_of(s->kind), S("road")), is_park = str_equal(str_of(s->kind), S("park"));
    bool is_long = s->minutes > 30;
    const struct {
        bool counts;
        int64_t rows, total;
        int member; /* 1 the person, 2 minutes */
    } figures[20] = {{true, 1, 0, 0}, {s->urgent, 1, 0, 0}, {is_road, 1, 0, 0}, {is_park, 1, 0, 0},
        {!is_road && !is_park, 1, 0, 0}, {true, 1, s->minutes, 0}, {true, 1, s->fee, 0},
        {s->urgent, 1, s->fee, 0}, {true, 1, s->minutes, 0}, {is_road, 1, s->minutes, 0},
        {true, s->urgent, 1, 0}, {true, is_long, 1, 0}, {true, 1, 0, 1}, {s->urgent, 1, 0, 1},
        {true, 1, 0, 2}, {true, 1, 0, 2}, {is_long, 1, 0, 0}, {true, 1, 0, 0}, {s->fee > 0, 1, 0, 0},
        {true, 1, 0, 0}};
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(figures); i++)
        for (int cut = 0; figures[i].counts && cut < (i % 2 == 0 ? 2 : 1); cut++)
            out[count++] = (Cell){.indicator = bench->indicators[i],
                .rows = figures[i].rows,
                .total = figures[i].total,
                .by_kind = cut == 1,
                .has_member = figures[i].member > 0,
                .is_ordered = figures[i].member == 2,
                .member = figures[i].member == 1 ? bench->person_ids[s->person] : s->minutes};
    assert(count <= CELLS_MAX && "every figure has one cell or two");
    return count;
}

static bool write_cell(const Cell *cell, const Sample *s, DbConn *conn, Error *error)
{
    char part[32] = "", member[32];
    if (cell->by_kind)
        snprintf(part, sizeof part, "0=%s", s->kind);
    if (cell->is_ordered)
        snprintf(member, sizeof member, "%016llx", (unsigned long long)cell->member ^ 0x8000000000000000);
    else
        snprintf(member, sizeof member, "%lld", (long long)cell->member);
    if (cell->has_member &&
        !db_run(conn, NULL, error,
            "insert into indicator_member (indicator, term, period, part, member, rows) "
            "values (?1, 0, ?2, ?3, ?4, 1) on conflict (indicator, term, period, part, member) "
            "do update set rows = indicator_member.rows + excluded.rows",
            value_integer(cell->indicator), value_integer(s->period), value_text(str_of(part)),
            value_text(str_of(member))))
        return false;
    return db_run(conn, NULL, error,
        "insert into indicator_cell (indicator, term, period, part, rows, total, changed_at) "
        "values (?1, 0, ?2, ?3, ?4, ?5, ?6) on conflict (indicator, term, period, part) do update set "
        "rows = indicator_cell.rows + excluded.rows, total = indicator_cell.total + excluded.total, "
        "changed_at = excluded.changed_at",
        value_integer(cell->indicator), value_integer(s->period), value_text(str_of(part)),
        value_integer(cell->rows), value_integer(cell->total), value_integer(s->day));
}

static bool write_history(
    const Bench *bench, const Sample *s, int64_t number, int64_t id, DbConn *conn, Error *error)
{
    static const char *const fields[] = {"fee", "kind", "minutes", "person", "received_on", "row_code",
        "row_state", "subject", "urgent", "words"};
    static const char hash[HISTORY_HASH_BYTES] = "h", salt[HISTORY_SALT_BYTES] = "s";
    Value bytes = value_bytes((Str){hash, sizeof hash});
    int64_t history;
    if (!db_insert(conn, &history, error,
            "insert into history (strand_id, number, instant, day, actor, event, transition, table_name, "
            "row_id, row_version, hash) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            value_integer(bench->strand), value_integer(number), value_integer(s->day), value_integer(s->day),
            value_text(S("bench")), value_text(S("create")), value_text(STR_EMPTY),
            value_text(S("desk__request")), value_integer(id), value_integer(1), bytes))
        return false;
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        bool is_text = i == 1 || (i >= 5 && i != 8);
        Str text = i == 9   ? str_of(s->words)
                   : i == 7 ? str_of(s->subject)
                   : i == 5 ? str_of(s->code)
                            : str_of(s->kind);
        if (!db_run(conn, NULL, error,
                "insert into history_value (history_id, field, before_number, before_text, after_number, "
                "after_text, salt, commitment) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                value_integer(history), value_text(str_of(fields[i])), value_missing(), value_missing(),
                is_text ? value_missing() : value_integer(s->minutes),
                is_text ? value_text(text) : value_missing(), value_bytes((Str){salt, sizeof salt}), bytes))
            return false;
    }
    return db_run(conn, NULL, error, "update strand set number = ?2, hash = ?3 where id = ?1",
        value_integer(bench->strand), value_integer(number), bytes);
}

static bool write_bare(const Bench *bench, int64_t number, DbConn *conn, Error *error)
{
    Sample s = sample_of(number);
    char search[256];
    Cell cells[CELLS_MAX];
    int64_t id;
    snprintf(search, sizeof search, "%s\n%s", s.subject, s.words);
    if (!db_insert(conn, &id, error,
            "insert into desk__request (row_code, row_version, row_receipt, row_created_at, row_changed_at, "
            "row_state, row_about, row_answer_by, subject, received_on, person, kind, minutes, fee, urgent, "
            "words) values (?1, 1, null, ?2, ?2, 'open', null, null, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            value_text(str_of(s.code)), value_integer(s.day), value_text(str_of(s.subject)),
            value_integer(s.day), value_integer(bench->person_ids[s.person]), value_text(str_of(s.kind)),
            value_integer(s.minutes), value_integer(s.fee), value_integer(s.urgent),
            value_text(str_of(s.words))) ||
        !db_run(conn, NULL, error, "insert into record_code (code, table_name, row_id) values (?1, ?2, ?3)",
            value_text(str_of(s.code)), value_text(S("desk__request")), value_integer(id)) ||
        !db_search_put(conn, "record_search", bench->scope, id, str_of(search), error) ||
        !write_history(bench, &s, number, id, conn, error))
        return false;
    size_t count = cells_of(bench, &s, cells);
    for (size_t i = 0; i < count; i++)
        if (!write_cell(&cells[i], &s, conn, error))
            return false;
    return true;
}

typedef struct BareWrite {
    const Bench *bench;
    int64_t first, count;
} BareWrite;

static bool bare_closure(DbConn *conn, void *argument, Error *error)
{
    const BareWrite *write = argument;
    for (int64_t i = 0; i < write->count; i++)
        if (!write_bare(write->bench, write->first + i, conn, error))
            return false;
    return true;
}

/* --- through the door ------------------------------------------------------------------------------- */

static bool write_through_door(const Bench *bench, int64_t number, Arena *arena, Error *error)
{
    static const Str roles[] = {{"desk_officer", 12}};
    Sample s = sample_of(number);
    const Asking asking = {.actor = {.account = 1, .name = S("bench"), .roles = roles, .role_count = 1},
        .clock = {.today = date_from_days((int32_t)s.day), .instant = s.day},
        .arena = arena};
    const RecordInput inputs[] = {
        {S("subject"), str_of(s.subject)},
        {S("received_on"), date_print_iso(arena, date_from_days((int32_t)s.day))},
        {S("person"), str_of(bench->person_codes[s.person])},
        {S("kind"), str_of(s.kind)},
        {S("minutes"), arena_printf(arena, "%lld", (long long)s.minutes)},
        {S("fee"), arena_printf(arena, "%lld", (long long)s.fee)},
        {S("urgent"), s.urgent ? S("yes") : S("no")},
        {S("words"), str_of(s.words)},
    };
    const RecordDraft draft = {
        .type = city_record_type(bench->city, city_service(bench->city, S("desk")), S("request")),
        .inputs = inputs,
        .input_count = COUNT_OF(inputs)};
    RecordMade made;
    RecordFaults faults = {0};
    if (record_create(bench->door, &asking, &draft, 1, &made, &faults, error))
        return true;
    for (size_t i = 0; i < faults.len; i++)
        fprintf(stderr, "fault %d at %.*s\n", (int)faults.at[i].kind,
            STR_ARGS(faults.at[i].field ? faults.at[i].field->name : faults.at[i].name));
    return false;
}

/* --- turns ------------------------------------------------------------------------------------------ */

typedef struct Turn {
    Bench *bench;
    bool through_door;
    int64_t until; /* monotonic nanoseconds */
    int64_t done;
    Error error;
    bool failed;
} Turn;

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000 + t.tv_nsec;
}

static void *run_turn(void *argument)
{
    Turn *turn = argument;
    CLEANUP(arena_cleanup) Arena *arena = arena_new(ARENA_MAX);
    while (!turn->failed && now() < turn->until) {
        int64_t number = __atomic_fetch_add(&turn->bench->next, 1, __ATOMIC_RELAXED);
        BareWrite write = {.bench = turn->bench, .first = number, .count = 1};
        turn->failed = !(turn->through_door ? write_through_door(turn->bench, number, arena, &turn->error)
                                            : db_write(turn->bench->db, bare_closure, &write, &turn->error));
        turn->done += !turn->failed;
        arena_clear(arena);
    }
    return NULL;
}

/* What history and the record's own tables hold: rows that a create adds whatever its values are. */
static bool count_rows(Db *db, int64_t rows[4], Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    return db_read_begin(db, &conn, error) &&
           db_one_integer(conn, &rows[0], error, "select count(*) from desk__request") &&
           db_one_integer(conn, &rows[1], error, "select count(*) from record_code") &&
           db_one_integer(conn, &rows[2], error, "select count(*) from history") &&
           db_one_integer(conn, &rows[3], error, "select count(*) from history_value");
}

/* Records a second of one turn; `rows`: rows a create added, in hundredths. */
static bool take_turn(Bench *bench, bool through_door, double *rate, int64_t *hundredths, Error *error)
{
    pthread_t threads[THREADS];
    Turn turns[THREADS];
    int64_t before[4], after[4], done = 0, start = now();
    if (!count_rows(bench->db, before, error))
        return false;
    for (size_t i = 0; i < THREADS; i++) {
        turns[i] = (Turn){
            .bench = bench, .through_door = through_door, .until = now() + bench->seconds * 1000000000};
        if (pthread_create(&threads[i], NULL, run_turn, &turns[i]) != 0)
            return error_set(error, ERROR_SYSTEM, "no thread");
    }
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    double seconds = (double)(now() - start) / 1e9;
    for (size_t i = 0; i < THREADS; i++) {
        if (turns[i].failed) {
            *error = turns[i].error;
            return false;
        }
        done += turns[i].done;
    }
    if (!count_rows(bench->db, after, error) || done == 0)
        return false;
    *rate = (double)done / seconds;
    *hundredths = 0;
    for (size_t i = 0; i < 4; i++)
        *hundredths += (after[i] - before[i]) * 100 / done;
    return true;
}

static int compare(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static bool measure(Bench *bench, Error *error)
{
    double door[TURNS], bare[TURNS];
    int64_t door_rows, bare_rows;
    for (size_t i = 0; i < TURNS; i++) {
        if (!take_turn(bench, true, &door[i], &door_rows, error) ||
            !take_turn(bench, false, &bare[i], &bare_rows, error))
            return false;
        if (door_rows != bare_rows)
            return error_set(error, ERROR_INPUT,
                "the door wrote %lld hundredths of rows a record, the bare closure %lld",
                (long long)door_rows, (long long)bare_rows);
    }
    qsort(door, TURNS, sizeof *door, compare);
    qsort(bare, TURNS, sizeof *bare, compare);
    printf("create, %lld records there, 20 indicators: door %.0f/s, bare %.0f/s, ratio %.2f (middle of %d "
           "turns of "
           "%lld s, %d threads, %lld rows besides counters)\n",
        (long long)bench->records, door[TURNS / 2], bare[TURNS / 2], door[TURNS / 2] / bare[TURNS / 2], TURNS,
        (long long)bench->seconds, THREADS, (long long)door_rows / 100);
    return true;
}

/* --- making ready ----------------------------------------------------------------------------------- */

static bool apply_city(Bench *bench, const Clock *clock, Error *error)
{
    CLEANUP(arena_cleanup) Arena *arena = arena_new(ARENA_MAX);
    CitySteps steps = {0};
    size_t counted = 0;
    return arena && plan_store_migrate(bench->db, NULL, error) && city_migrate(bench->db, NULL, error) &&
           record_migrate(bench->db, NULL, error) &&
           city_apply(bench->db, arena, bench->city, clock, S("bench"), &steps, error) &&
           figures_recount_stale(bench->db, bench->city, &counted, error);
}

static bool add_persons(DbConn *conn, void *argument, Error *error)
{
    Bench *bench = argument;
    for (int64_t i = 0; i < PERSONS; i++) {
        char name[64];
        snprintf(name, sizeof name, "架空 %lld", (long long)i);
        snprintf(bench->person_codes[i], 32, "p%019lld", (long long)i);
        Value code = value_text(str_of(bench->person_codes[i]));
        if (!db_insert(conn, &bench->person_ids[i], error,
                "insert into person (row_code, row_version, row_created_at, row_changed_at, name, birth) "
                "values (?1, 1, 0, 0, ?2, ?3)",
                code, value_text(str_of(name)), value_date(FIRST_DAY - 365 * (i % 90))) ||
            !db_run(conn, NULL, error,
                "insert into record_code (code, table_name, row_id) values (?1, ?2, ?3)", code,
                value_text(S("person")), value_integer(bench->person_ids[i])))
            return false;
    }
    return db_insert(conn, &bench->strand, error,
        "insert into strand (begun, number, hash, recorded) values (0, 0, ?1, 0)", value_bytes(STR_EMPTY));
}

static bool find_indicators(Bench *bench, Error *error)
{
    CLEANUP(arena_cleanup) Arena *arena = arena_new(ARENA_MAX);
    CLEANUP(db_read_end) DbConn *conn = NULL;
    CityFigureKeys keys = {0};
    if (!arena || !db_read_begin(bench->db, &conn, error) ||
        !city_figure_keys(conn, arena, bench->city, &keys, error) ||
        !db_one_integer(
            conn, &bench->scope, error, "select id from record_scope where table_name = 'desk__request'"))
        return false;
    for (size_t i = 0; i < keys.len; i++)
        bench->indicators[i] = keys.at[i].id;
    return true;
}

static bool fill(Bench *bench, Error *error)
{
    for (int64_t first = 0; first < bench->records; first += FILL) {
        int64_t left = bench->records - first;
        BareWrite write = {.bench = bench, .first = first, .count = left < FILL ? left : FILL};
        if (!db_write(bench->db, bare_closure, &write, error))
            return false;
    }
    bench->next = bench->records;
    return true;
}

static bool write_codes(const Bench *bench, Error *error)
{
    FILE *out = fopen(bench->codes, "w");
    if (!out)
        return error_set(error, ERROR_SYSTEM, "%s cannot be written", bench->codes);
    for (int64_t i = 0; i < CODES && i < bench->records; i++)
        fprintf(out, "%s\n", sample_of((int64_t)(mix((uint64_t)i) % (uint64_t)bench->records)).code);
    return fclose(out) == 0 || error_set(error, ERROR_SYSTEM, "%s cannot be written", bench->codes);
}

static bool run(Bench *bench, Str url, Str folder, Error *error)
{
    const Clock clock = {.today = date_from_days(FIRST_DAY), .instant = 0};
    if (!city_read(&bench->city, folder, NULL, error) || !db_open(&bench->db, url, NULL, error) ||
        !apply_city(bench, &clock, error) ||
        !door_open(&bench->door, bench->city, bench->db, &clock, error) ||
        !db_write(bench->db, add_persons, bench, error) || !find_indicators(bench, error) ||
        !fill(bench, error) || !write_codes(bench, error))
        return false;
    return bench->seconds == 0 || measure(bench, error);
}

int main(int argc, char **argv)
{
    Bench bench = {0};
    Str url = STR_EMPTY, folder = STR_EMPTY;
    Error error = {0};
    for (int i = 1; i + 1 < argc; i += 2) {
        Str name = str_of(argv[i]), value = str_of(argv[i + 1]);
        if (str_equal(name, S("--db")))
            url = value;
        else if (str_equal(name, S("--city")))
            folder = value;
        else if (str_equal(name, S("--codes")))
            bench.codes = argv[i + 1];
        else if (!str_to_int(value, str_equal(name, S("--records")) ? &bench.records : &bench.seconds))
            argc = 0;
    }
    if (argc < 9 || url.len == 0 || folder.len == 0 || !bench.codes) {
        fputs("usage: records --db URL --city DIR --records N --seconds S --codes FILE\n", stderr);
        return 2;
    }
    CLEANUP(arena_cleanup) Arena *arena = arena_new(ARENA_MAX);
    bench.person_codes = arena_array(arena, PERSONS, sizeof(char *));
    bench.person_ids = arena_array(arena, PERSONS, sizeof(int64_t));
    bench.indicators = arena_array(arena, 64, sizeof(int64_t));
    for (int64_t i = 0; i < PERSONS && bench.person_codes; i++)
        bench.person_codes[i] = arena_array(arena, 32, 1);
    bool good = !arena_failed(arena) && run(&bench, url, folder, &error);
    if (!good)
        error_print(stderr, &error);
    door_close(bench.door);
    db_close(bench.db);
    city_free(bench.city);
    return good ? 0 : 1;
}
