/* city/schema.c: the tables of this floor: which declaration the database is at, and what stands beside the
 * tables that declarations make.
 *
 * Who owns which table:
 *     this floor     declaration, declared_* (written by apply.c); the tables of record types (made by
 * apply.c) record/        writes the rows of record types, record_code, seat_counter, indicator_cell and
 *                    indicator_member, all of which are made here or by apply.c; makes and writes its own
 *                    besides: accounts, sessions, letters, notes of reads (record_migrate), strands of
 * history (history_migrate) plan/          editions of plans
 */
#include "city/apply.h"

static const DbMigration steps[] = {
    {1, "declarations, codes of records, places, figures",
        /* Each declaration that was applied, with all files as they were read; the newest is in force. */
        "create table declaration (\n"
        "  id {id},\n"
        "  hash {text} not null,\n"
        "  applied_at {int} not null,\n"
        "  actor {text} not null,\n"
        "  content {text} not null\n"
        "){end};\n"
        /* What the tables of record types are declared as; since: the declaration that brought it. */
        "create table declared_table (\n"
        "  name {text} not null primary key,\n"
        "  file {text} not null,\n"
        "  seats {int} not null,\n"
        "  since {int} not null references declaration (id)\n"
        "){end};\n"
        "create table declared_column (\n"
        "  table_name {text} not null references declared_table (name),\n"
        "  name {text} not null,\n"
        "  kind {text} not null,\n"
        "  since {int} not null references declaration (id),\n"
        "  primary key (table_name, name)\n"
        "){end};\n"
        "create table declared_index (\n"
        "  table_name {text} not null references declared_table (name),\n"
        "  columns {text} not null,\n"
        "  since {int} not null references declaration (id),\n"
        "  primary key (table_name, columns)\n"
        "){end};\n"
        /* counted: 1 when the figures were counted since the indicator was declared so. */
        "create table declared_indicator (\n"
        "  id {id},\n"
        "  name {text} not null unique,\n"
        "  hash {text} not null,\n"
        "  counted {int} not null\n"
        "){end};\n"
        /* From the code of any record to its table and key. */
        "create table record_code (\n"
        "  code {text} not null primary key,\n"
        "  table_name {text} not null,\n"
        "  row_id {int} not null\n"
        "){end};\n"
        "create table seat_counter (\n"
        "  type_table {text} not null,\n"
        "  about_id {int} not null,\n"
        "  receipts {int} not null,\n"
        "  taken {int} not null,\n"
        "  offered {int} not null,\n"
        "  waiting {int} not null,\n"
        "  primary key (type_table, about_id)\n"
        "){end};\n"
        /* Of declared_indicator. indicator/indicator.h says how groups and members are written; the keys give
         * the least and the greatest member of a cell. */
        "create table indicator_cell (\n"
        "  indicator {int} not null,\n"
        "  term {int} not null,\n"
        "  period {int} not null,\n"
        "  part {text} not null,\n"
        "  rows {int} not null,\n"
        "  total {int} not null,\n"
        "  changed_at {int} not null,\n"
        "  primary key (indicator, term, period, part)\n"
        "){end};\n"
        "create table indicator_member (\n"
        "  indicator {int} not null,\n"
        "  term {int} not null,\n"
        "  period {int} not null,\n"
        "  part {text} not null,\n"
        "  member {text} not null,\n"
        "  rows {int} not null,\n"
        "  primary key (indicator, term, period, part, member)\n"
        "){end};\n"},
    {2, "texts and words of declarations, what was renamed",
        "alter table declaration add column folder {text};\n"
        /* Under which name the table's records stand in history, words and changes: its first one, whatever
         * it is called later. Missing: its name. */
        "alter table declared_table add column history_name {text};\n"
        /* The files of a declaration as they were read: what a server compiles. */
        "create table declaration_file (\n"
        "  declaration_id {int} not null references declaration (id),\n"
        "  name {text} not null,\n"
        "  content {text} not null,\n"
        "  primary key (declaration_id, name)\n"
        "){end};\n"
        /* How fields, choices and states were called, from a declaration on until the next of the same name.
         */
        "create table declared_word (\n"
        "  table_name {text} not null,\n"
        "  column_name {text} not null,\n"
        "  name {text} not null,\n"
        "  declaration_id {int} not null references declaration (id),\n"
        "  kind {text} not null,\n"
        "  sensitive {int} not null,\n"
        "  ja {text} not null,\n"
        "  en {text} not null,\n"
        "  easy {text} not null,\n"
        "  primary key (table_name, column_name, name, declaration_id)\n"
        "){end};\n"
        /* What a declaration did to names and values that were there (city/lineage.h). */
        "create table declared_change (\n"
        "  id {id},\n"
        "  declaration_id {int} not null references declaration (id),\n"
        "  kind {text} not null,\n"
        "  table_name {text} not null,\n"
        "  column_name {text} not null,\n"
        "  before {text} not null,\n"
        "  after {text} not null\n"
        "){end};\n"},
};

bool city_migrate(Db *db, int *applied, Error *error)
{
    return db_migrate(db, "city", COUNT_OF(steps), steps, applied, error);
}
