/* record/migrate.c: the tables of this floor that no declaration makes: accounts, sessions, notes of reads,
 * letters, and the search index of records.
 *
 * Those of history come with them (history.c). Tables of record types are made from declarations
 * (city/apply.h).
 */
#include "record/account.h"

#include "record/history.h"
#include "record/merge.h"
#include "record/protect.h"
#include "record/seat_draw_internal.h"

static const DbMigration STEPS[] = {
    {1, "accounts and sessions",
        "create table account (\n"
        "  id {id},\n"
        "  login {text} not null unique,\n"
        "  display_name {text} not null,\n"
        "  password_hash {text} not null,\n"
        "  disabled {int} not null,\n"
        "  created {int} not null\n"
        "){end};\n"
        "create table account_role (\n"
        "  account_id {int} not null references account (id),\n"
        "  role {text} not null,\n"
        "  primary key (account_id, role)\n"
        "){end};\n"
        "create table session (\n"
        "  id {id},\n"
        "  token_hash {bytes} not null unique,\n"
        "  account_id {int} not null references account (id),\n"
        "  begun {int} not null,\n"
        "  last_used {int} not null\n"
        "){end};\n"
        "create index session_account on session (account_id);\n"},
    {2, "the person an account belongs to", "alter table account add column person_id {int};\n"},
    {3, "notes of reads, letters, search",
        "create table read_log (\n"
        "  id {id},\n"
        "  instant {int} not null,\n"
        "  day {int} not null,\n"
        "  account_id {int},\n"
        "  actor {text} not null,\n"
        "  table_name {text} not null,\n"
        "  row_id {int} not null\n"
        "){end};\n"
        "create index read_log_row on read_log (table_name, row_id);\n"
        "create table letter (\n"
        "  id {id},\n"
        "  person_id {int} not null,\n"
        "  table_name {text} not null,\n"
        "  row_id {int} not null,\n"
        "  row_code {text} not null,\n"
        "  name {text} not null,\n"
        "  title {text} not null,\n"
        "  body {text} not null,\n"
        "  sent_on {int} not null\n"
        "){end};\n"
        "create index letter_person on letter (person_id, id);\n"
        "create table record_scope (\n"
        "  id {id},\n"
        "  table_name {text} not null unique\n"
        "){end};\n"
        "{search record_search};\n"},
    {4, "the units an account belongs to",
        "create table account_unit (\n"
        "  account_id {int} not null references account (id),\n"
        "  unit {text} not null,\n"
        "  from_day {int} not null,\n"
        "  to_day {int},\n" /* the first day that it belongs to it no more; missing: it still does */
        "  primary key (account_id, unit, from_day)\n"
        "){end};\n"},
};

bool record_migrate(Db *db, int *applied, Error *error)
{
    int of_history = 0, of_protection = 0, of_draws = 0, of_merges = 0;
    if (!db_migrate(db, "record", COUNT_OF(STEPS), STEPS, applied, error) ||
        !history_migrate(db, &of_history, error) || !protection_migrate(db, &of_protection, error) ||
        !seat_draw_migrate(db, &of_draws, error) || !merge_migrate(db, &of_merges, error))
        return false;
    if (applied)
        *applied += of_history + of_protection + of_draws + of_merges;
    return true;
}
