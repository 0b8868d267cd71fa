/* db/migrate.c: brings a module's tables to the version that the program knows.
 *
 * Runs as one write that is alone in its transaction, under a lock that keeps other servers of the same city
 * from doing the same: read how far the module is, run the scripts of the steps that are missing, note each.
 * Whatever fails, the database stays as it was.
 */
#include "db/db_internal.h"

typedef struct Migration {
    const char *module;
    size_t count;
    const DbMigration *steps;
    int applied;
} Migration;

static bool run_script(DbConn *conn, const char *script, Error *error)
{
    AUTO_BUF text, sql;
    buf_init(&text, DB_SQL_MAX);
    buf_init(&sql, DB_SQL_MAX);
    if (!sql_print(&text, conn->engine, script, NULL, error))
        return false;
    Str rest = buf_str(&text), statement;
    while (sql_statement(&rest, &statement)) {
        buf_clear(&sql);
        buf_add(&sql, statement);
        buf_add_byte(&sql, '\0');
        if (sql.failed)
            return error_memory(error);
        if (!conn->engine->execute(conn, sql.at, error))
            return false;
    }
    return true;
}

static bool run_step(DbConn *conn, const char *module, const DbMigration *step, Error *error)
{
    Error why;
    bool ok =
        run_script(conn, step->script, &why) &&
        db_run(conn, NULL, &why, "insert into schema_version (module, version, name) values (?1, ?2, ?3)",
            value_text(str_of(module)), value_integer(step->version), value_text(str_of(step->name)));
    return ok || error_set(error, why.code, "the tables of %s cannot be brought to version %d (%s): %s",
                     module, step->version, step->name, why.message);
}

static bool migrate(DbConn *conn, void *argument, Error *error)
{
    Migration *migration = argument;
    migration->applied = 0;
    int64_t version = 0;
    bool ok = conn->engine->execute(conn, conn->engine->version_table, error) &&
              db_one_integer(conn, &version, error,
                  "select coalesce(max(version), 0) from schema_version where module = ?1",
                  value_text(str_of(migration->module)));
    if (!ok)
        return false;
    if (version < 0 || (uint64_t)version > migration->count)
        return error_set(error, ERROR_CONFLICT,
            "the database was written by a newer program: its tables of %s are version %lld, this program "
            "knows %zu; "
            "install the newer program",
            migration->module, (long long)version, migration->count);
    for (size_t i = (size_t)version; i < migration->count; i++) {
        if (!run_step(conn, migration->module, &migration->steps[i], error))
            return false;
        migration->applied++;
    }
    return true;
}

bool db_migrate(
    Db *db, const char *module, size_t count, const DbMigration *steps, int *applied, Error *error)
{
    for (size_t i = 0; i < count; i++)
        assert(steps[i].version == (int)i + 1 && "versions of a schema are 1, 2, 3 ... in order");
    Migration migration = {.module = module, .count = count, .steps = steps};
    bool ok = writer_run(db, migrate, &migration, WRITER_ALONE, error);
    if (ok && migration.applied > 0)
        atomic_fetch_add(&db->schema, 1);
    if (applied != NULL)
        *applied = ok ? migration.applied : 0;
    return ok;
}
