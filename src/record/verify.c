/* record/verify.c: carries out the parts of verify in one snapshot, and keeps what they find. */
#include "record/verify_internal.h"

#include "city/apply.h"

#define SCRATCH_MAX ((size_t)512 << 20)

/* What is looked at must be what the declaration speaks of. */
static bool check_applied(Verification *verification, Error *error)
{
    Str applied = STR_EMPTY;
    if (!city_applied_hash(verification->conn, verification->arena, &applied, error))
        return false;
    return str_equal(applied, verification->city->hash) ||
           error_set(error, ERROR_CONFLICT,
               "the database was not applied with this declaration; run `hitomachi apply` first");
}

bool verify_run(Db *db, const City *city, Arena *arena, VerifyReport *out, Error *error)
{
    static bool (*const parts[])(Verification *, Error *) = {check_applied, verify_history, verify_records,
        verify_references, verify_rules, verify_seats, verify_figures};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    AUTO_ARENA scratch = arena_new(SCRATCH_MAX);
    *out = (VerifyReport){0};
    if (!scratch)
        return error_memory(error);
    if (!db_read_begin(db, &conn, error))
        return false;
    Verification verification = {
        .db = db, .conn = conn, .city = city, .arena = arena, .scratch = scratch, .out = out};
    if (!city_lineage_read(conn, arena, &verification.lineage, error))
        return false;
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        arena_clear(scratch);
        if (!parts[i](&verification, error))
            return false;
    }
    return true;
}
