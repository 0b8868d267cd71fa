/* record/verify_history.c: every strand is whole.
 *
 * A strand is walked from its first entry: numbers without a gap, each commitment opens with the salt that is
 * kept (or value and salt are erased), each hash is that of the entry and the hash before it, the last one is
 * what the strand's row says. A hash is checked against the one that is stored before it, so that one changed
 * entry is one problem and not all that follow. Heads of other strands that an entry recorded must still be
 * theirs.
 */
#include "record/verify_internal.h"

#include "base/vec.h"

typedef struct Strand {
    int64_t id, number;
    Str hash;
} Strand;

typedef struct StoredEntry {
    HistoryLink link;
    Str hash;
    VEC_OF(HistoryValue) values;
} StoredEntry;
typedef VEC_OF(StoredEntry) Entries;

/* A strand being walked. */
typedef struct Walk {
    Verification *verification;
    const Strand *strand;
    int64_t number;                         /* of the last entry seen */
    bool has_hash;                          /* an entry was seen */
    unsigned char hash[HISTORY_HASH_BYTES]; /* the last entry's, as stored */
} Walk;

/* --- reading ------------------------------------------------------------------------------------- */

static bool read_entries(const Walk *walk, Entries *out, Error *error)
{
    Arena *arena = walk->verification->scratch;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(walk->verification->conn, &stmt, error,
            "select number, instant, day, actor, event, transition, table_name, row_id, row_version, hash "
            "from history where strand_id = ?1 and number > ?2 order by number limit ?3",
            value_integer(walk->strand->id), value_integer(walk->number), value_integer(VERIFY_SLICE)))
        return false;
    while (db_next(stmt, error)) {
        StoredEntry *entry = VEC_PUSH(arena, out);
        if (!entry)
            return error_memory(error);
        entry->link = (HistoryLink){.strand = walk->strand->id,
            .number = db_integer(stmt, 0),
            .instant = db_integer(stmt, 1),
            .day = db_integer(stmt, 2),
            .actor = db_text_copy(stmt, 3, arena),
            .event = db_text_copy(stmt, 4, arena),
            .transition = db_text_copy(stmt, 5, arena),
            .table = db_text_copy(stmt, 6, arena),
            .row = db_integer(stmt, 7),
            .version = db_integer(stmt, 8)};
        entry->hash = arena_str(arena, db_bytes(stmt, 9));
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

static Value copy_value(Arena *arena, Value value)
{
    return value.type == VALUE_TEXT ? value_text(arena_str(arena, value.text)) : value;
}

/* Where the value's bytes stand in two columns; bytes of a wrong length are read as zeros, which do not open.
 */
static void read_bytes(Str from, unsigned char *to, size_t count)
{
    if (from.len == count)
        memcpy(to, from.at, count);
}

/* Whether before, after and salt are gone: then only the commitment speaks for the value. */
static bool is_erased(DbStmt *stmt)
{
    for (int column = 2; column <= 6; column++)
        if (!db_is_missing(stmt, column))
            return false;
    return true;
}

static bool check_commitment(
    const Walk *walk, const HistoryLink *link, const HistoryValue *value, Error *error)
{
    unsigned char opened[HISTORY_HASH_BYTES];
    history_commit(link, value, opened);
    if (memcmp(opened, value->commitment, sizeof(opened)) == 0)
        return true;
    return verify_problem(walk->verification, error, VERIFY_HISTORY,
        "strand %lld, entry %lld (%.*s %lld): the value of '%.*s' is not the one that was written",
        (long long)link->strand, (long long)link->number, STR_ARGS(link->table), (long long)link->row,
        STR_ARGS(value->field));
}

/* The values of the entries, each checked against its commitment while it is read. */
static bool read_values(const Walk *walk, Entries *entries, Error *error)
{
    Arena *arena = walk->verification->scratch;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(walk->verification->conn, &stmt, error,
            "select h.number, v.field, v.before_number, v.before_text, v.after_number, v.after_text, v.salt, "
            "v.commitment from history h join history_value v on v.history_id = h.id "
            "where h.strand_id = ?1 and h.number > ?2 and h.number <= ?3 order by h.number, v.field",
            value_integer(walk->strand->id), value_integer(walk->number),
            value_integer(entries->at[entries->len - 1].link.number)))
        return false;
    size_t at = 0;
    while (db_next(stmt, error)) {
        while (at < entries->len && entries->at[at].link.number != db_integer(stmt, 0))
            at++;
        assert(at < entries->len && "values are read of the entries that were read, in the same order");
        StoredEntry *entry = &entries->at[at];
        HistoryValue *value = VEC_PUSH(arena, &entry->values);
        if (!value)
            return error_memory(error);
        value->field = db_text_copy(stmt, 1, arena);
        value->before = copy_value(arena, history_read_value(stmt, 2));
        value->after = copy_value(arena, history_read_value(stmt, 4));
        read_bytes(db_bytes(stmt, 6), value->salt, sizeof(value->salt));
        read_bytes(db_bytes(stmt, 7), value->commitment, sizeof(value->commitment));
        if (!is_erased(stmt) && !check_commitment(walk, &entry->link, value, error))
            return false;
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

/* --- checking ------------------------------------------------------------------------------------ */

/* A head that the entry recorded of another strand: "number:hash". */
static bool check_recorded_head(Walk *walk, const HistoryLink *link, const HistoryValue *value, Error *error)
{
    Verification *verification = walk->verification;
    Str number, hex;
    int64_t strand = 0, at = 0;
    if (value->after.type != VALUE_TEXT)
        return true;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    bool reads = str_to_int(value->field, &strand) && str_cut(value->after.text, S(":"), &number, &hex) &&
                 str_to_int(number, &at);
    if (reads && !db_query(verification->conn, &stmt, error,
                     "select hash from history where strand_id = ?1 and number = ?2", value_integer(strand),
                     value_integer(at)))
        return false;
    if (reads && db_next(stmt, error) &&
        str_equal(history_print_head(verification->scratch, at, db_bytes(stmt, 0)), value->after.text))
        return true;
    if (reads && db_broken(stmt))
        return false;
    return verify_problem(verification, error, VERIFY_HISTORY,
        "strand %.*s: its entry %lld is not the one that strand %lld has recorded", STR_ARGS(value->field),
        (long long)at, (long long)link->strand);
}

static bool check_heads(Walk *walk, const StoredEntry *entry, Error *error)
{
    if (!str_equal(entry->link.event, S(HISTORY_STRAND)))
        return true;
    for (size_t i = 0; i < entry->values.len; i++)
        if (!check_recorded_head(walk, &entry->link, &entry->values.at[i], error))
            return false;
    return true;
}

static bool note_gap(Walk *walk, int64_t next, Error *error)
{
    walk->has_hash = false;
    if (next == walk->number + 2)
        return verify_problem(walk->verification, error, VERIFY_HISTORY, "strand %lld: entry %lld is missing",
            (long long)walk->strand->id, (long long)walk->number + 1);
    return verify_problem(walk->verification, error, VERIFY_HISTORY,
        "strand %lld: entries %lld to %lld are missing", (long long)walk->strand->id,
        (long long)walk->number + 1, (long long)next - 1);
}

static bool check_hash(Walk *walk, const StoredEntry *entry, Error *error)
{
    unsigned char hash[HISTORY_HASH_BYTES];
    bool known = walk->has_hash || entry->link.number == 1;
    history_hash(&entry->link, walk->has_hash ? walk->hash : NULL, hash);
    if (!known || str_equal((Str){(const char *)hash, sizeof(hash)}, entry->hash))
        return true;
    return verify_problem(walk->verification, error, VERIFY_HISTORY,
        "strand %lld, entry %lld (%.*s %lld): it is not what was written, or not where it was written",
        (long long)entry->link.strand, (long long)entry->link.number, STR_ARGS(entry->link.table),
        (long long)entry->link.row);
}

static bool check_entry(Walk *walk, StoredEntry *entry, Error *error)
{
    entry->link.values = entry->values.at;
    entry->link.count = entry->values.len;
    if (entry->link.number != walk->number + 1 && !note_gap(walk, entry->link.number, error))
        return false;
    if (!check_hash(walk, entry, error) || !check_heads(walk, entry, error))
        return false;
    walk->number = entry->link.number;
    walk->has_hash = entry->hash.len == HISTORY_HASH_BYTES;
    read_bytes(entry->hash, walk->hash, sizeof(walk->hash));
    walk->verification->out->entries++;
    return true;
}

static bool check_strand_row(const Walk *walk, Error *error)
{
    Str last = {(const char *)walk->hash, sizeof(walk->hash)};
    if (walk->number == walk->strand->number && walk->has_hash && str_equal(last, walk->strand->hash))
        return true;
    return verify_problem(walk->verification, error, VERIFY_HISTORY,
        "strand %lld: it says that it has %lld entries, and ends with entry %lld of another hash or number",
        (long long)walk->strand->id, (long long)walk->strand->number, (long long)walk->number);
}

static bool walk_strand(Verification *verification, const Strand *strand, Error *error)
{
    Walk walk = {.verification = verification, .strand = strand};
    for (;;) {
        Entries entries = {0};
        arena_clear(verification->scratch);
        if (!read_entries(&walk, &entries, error))
            return false;
        if (entries.len == 0)
            break;
        if (!read_values(&walk, &entries, error))
            return false;
        for (size_t i = 0; i < entries.len; i++)
            if (!check_entry(&walk, &entries.at[i], error))
                return false;
    }
    verification->out->strands++;
    return check_strand_row(&walk, error);
}

/* --- all strands --------------------------------------------------------------------------------- */

/* Entries without a strand and values without an entry would not be walked over. */
static bool check_strays(Verification *verification, Error *error)
{
    int64_t entries = 0, values = 0;
    if (!db_one_integer(verification->conn, &entries, error,
            "select count(*) from history h left join strand s on s.id = h.strand_id where s.id is null") ||
        !db_one_integer(verification->conn, &values, error,
            "select count(*) from history_value v left join history h on h.id = v.history_id "
            "where h.id is null"))
        return false;
    if (entries > 0 && !verify_problem(verification, error, VERIFY_HISTORY,
                           "%lld entries belong to no strand", (long long)entries))
        return false;
    return values == 0 || verify_problem(verification, error, VERIFY_HISTORY,
                              "%lld values belong to no entry", (long long)values);
}

bool verify_history(Verification *verification, Error *error)
{
    Arena *arena = verification->arena;
    VEC_OF(Strand) strands = {0};
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(verification->conn, &stmt, error, "select id, number, hash from strand order by id"))
        return false;
    while (db_next(stmt, error)) {
        Strand *strand = VEC_PUSH(arena, &strands);
        if (!strand)
            return error_memory(error);
        *strand = (Strand){db_integer(stmt, 0), db_integer(stmt, 1), arena_str(arena, db_bytes(stmt, 2))};
    }
    if (db_broken(stmt))
        return false;
    db_done(&stmt);
    for (size_t i = 0; i < strands.len; i++)
        if (!walk_strand(verification, &strands.at[i], error))
            return false;
    return check_strays(verification, error);
}
