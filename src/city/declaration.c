/* city/declaration.c: keeps each declaration with its files and words, and reads the one in force.
 *
 * A word is kept when it is new or differs from the newest one of the same table, column and value: what was
 * said at an epoch is the newest word that is not younger. So texts of a thousand declarations that change
 * one title take the room of one title each; the files are kept whole.
 *
 * What must hold: from what is kept, city_compile makes the very City that was applied (the hash says so).
 */
#include "city/declaration.h"

#include "city/apply_internal.h"
#include "city/lineage.h"

enum { DECLARATION_ARENA_MAX = 128 << 20 };

bool city_epoch(DbConn *conn, int64_t *out, Error *error)
{
    int64_t *note = db_note(conn);
    if (*note == 0 && !db_one_integer(conn, note, error, "select coalesce(max(id), 0) from declaration"))
        return false;
    *out = *note;
    return true;
}

/* --- reading what is in force ------------------------------------------------------------------- */

static bool read_files(DbConn *conn, Arena *arena, int64_t epoch, CityFiles *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error,
            "select name, content from declaration_file where declaration_id = ?1 order by name",
            value_integer(epoch)))
        return false;
    while (db_next(stmt, error)) {
        CityFile *file = VEC_PUSH(arena, out);
        if (!file)
            return error_memory(error);
        *file = (CityFile){db_text_copy(stmt, 0, arena), db_text_copy(stmt, 1, arena)};
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

static bool read_folder(DbConn *conn, Arena *arena, int64_t epoch, Str *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = STR_EMPTY;
    if (!db_query(conn, &stmt, error, "select folder from declaration where id = ?1", value_integer(epoch)))
        return false;
    if (db_next(stmt, error))
        *out = db_text_copy(stmt, 0, arena);
    return !db_broken(stmt);
}

bool city_of_database(DbConn *conn, City **out, int64_t *epoch, Error *error)
{
    AUTO_ARENA arena = arena_new(DECLARATION_ARENA_MAX);
    CityFiles files = {0};
    Str folder;
    *out = NULL;
    if (!arena)
        return error_memory(error);
    if (!city_epoch(conn, epoch, error) || !read_files(conn, arena, *epoch, &files, error) ||
        !read_folder(conn, arena, *epoch, &folder, error))
        return false;
    return files.len == 0 || city_compile(out, folder, &files, NULL, error);
}

/* The newest word that is not younger than the epoch; before words were kept at all, the first one. */
bool city_word_of(DbConn *conn, Arena *arena, Str table, Str column, Str value, int64_t epoch, CityWord *out,
    bool *found, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error,
            "select ja, en, easy, kind, sensitive from declared_word "
            "where table_name = ?1 and column_name = ?2 and name = ?3 "
            "order by case when declaration_id <= ?4 then -declaration_id else declaration_id end limit 1",
            value_text(table), value_text(column), value_text(value), value_integer(epoch)))
        return false;
    *found = db_next(stmt, error);
    if (*found) {
        out->title.in[LANGUAGE_JA] = db_text_copy(stmt, 0, arena);
        out->title.in[LANGUAGE_EN] = db_text_copy(stmt, 1, arena);
        out->title.easy = db_text_copy(stmt, 2, arena);
        out->kind = db_text_copy(stmt, 3, arena);
        out->sensitive = db_integer(stmt, 4) != 0;
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

bool declaration_had_value(DbConn *conn, Str table, Str column, Str value, bool *had, Error *error)
{
    int64_t count = 0;
    if (!db_one_integer(conn, &count, error,
            "select count(*) from declared_word where table_name = ?1 and column_name = ?2 and name = ?3",
            value_text(table), value_text(column), value_text(value)))
        return false;
    *had = count > 0;
    return true;
}

/* --- keeping ------------------------------------------------------------------------------------ */

typedef struct Keeping {
    DbConn *conn;
    Arena *arena;
    int64_t id;
    Error *error;
} Keeping;

static bool keep_word(const Keeping *keeping, Str table, Str column, Str value, CityWord word)
{
    CityWord before;
    bool found;
    if (!city_word_of(
            keeping->conn, keeping->arena, table, column, value, INT64_MAX, &before, &found, keeping->error))
        return false;
    bool is_same = found && str_equal(before.kind, word.kind) && before.sensitive == word.sensitive &&
                   str_equal(before.title.easy, word.title.easy);
    for (size_t i = 0; i < LANGUAGE_COUNT; i++)
        is_same = is_same && str_equal(before.title.in[i], word.title.in[i]);
    return is_same ||
           db_run(keeping->conn, NULL, keeping->error,
               "insert into declared_word (table_name, column_name, name, declaration_id, kind, sensitive, "
               "ja, en, "
               "easy) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
               value_text(table), value_text(column), value_text(value), value_integer(keeping->id),
               value_text(word.kind), value_integer(word.sensitive), value_text(word.title.in[LANGUAGE_JA]),
               value_text(word.title.in[LANGUAGE_EN]), value_text(word.title.easy));
}

static bool keep_values(const Keeping *keeping, Str table, Str column, const CityChoice *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!keep_word(keeping, table, column, values[i].name,
                (CityWord){.title = values[i].title, .kind = STR_EMPTY}))
            return false;
    return true;
}

static bool keep_type(const Keeping *keeping, const CityRecordType *type)
{
    Str table;
    if (!city_history_table(keeping->conn, keeping->arena, type->table, &table, keeping->error))
        return false;
    for (size_t i = 0; i < type->fields.len; i++) {
        const CityField *field = &type->fields.at[i];
        const CityWord word = {
            .title = field->title, .kind = city_column_kind(field), .sensitive = field->sensitive};
        if (!keep_word(keeping, table, field->name, STR_EMPTY, word) ||
            !keep_values(keeping, table, field->name, field->choices.at, field->choices.len))
            return false;
    }
    return keep_values(keeping, table, S(CITY_STATE_COLUMN), type->states.at, type->states.len);
}

bool declaration_keep_words(DbConn *conn, Arena *arena, const City *city, int64_t id, Error *error)
{
    const Keeping keeping = {.conn = conn, .arena = arena, .id = id, .error = error};
    for (size_t i = 0; i < city->services.len; i++)
        for (size_t k = 0; k < city->services.at[i]->record_types.len; k++)
            if (!keep_type(&keeping, city->services.at[i]->record_types.at[k]))
                return false;
    return !arena_failed(arena) || error_memory(error);
}

static bool keep_files(const Keeping *keeping, const City *city)
{
    for (size_t i = 0; i < city->files.len; i++)
        if (!db_run(keeping->conn, NULL, keeping->error,
                "insert into declaration_file (declaration_id, name, content) values (?1, ?2, ?3)",
                value_integer(keeping->id), value_text(city->files.at[i].name),
                value_text(city->files.at[i].text)))
            return false;
    return db_run(keeping->conn, NULL, keeping->error, "update declaration set folder = ?2 where id = ?1",
        value_integer(keeping->id), value_text(city->folder));
}

/* Whether the declaration in force is this one, and whether its files were kept. */
static bool is_in_force(const Keeping *keeping, const City *city, int64_t *id, bool *has_files, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    int64_t files = 0;
    *id = 0;
    if (!db_query(keeping->conn, &stmt, error, "select id, hash from declaration order by id desc limit 1"))
        return false;
    if (db_next(stmt, error) && str_equal(db_text(stmt, 1), city->hash))
        *id = db_integer(stmt, 0);
    if (db_broken(stmt))
        return false;
    db_done(&stmt);
    if (!db_one_integer(keeping->conn, &files, error,
            "select count(*) from declaration_file where declaration_id = ?1", value_integer(*id)))
        return false;
    *has_files = files > 0;
    return true;
}

bool declaration_keep(DbConn *conn, const City *city, int64_t instant, Str actor, int64_t *id, Error *error)
{
    Keeping keeping = {.conn = conn, .error = error};
    bool has_files = false;
    if (!is_in_force(&keeping, city, id, &has_files, error))
        return false;
    if (*id > 0 && has_files)
        return true;
    if (*id == 0 && !db_insert(conn, id, error,
                        "insert into declaration (hash, applied_at, actor, content) values (?1, ?2, ?3, '')",
                        value_text(city->hash), value_integer(instant), value_text(actor)))
        return false;
    keeping.id = *id;
    return keep_files(&keeping, city);
}
