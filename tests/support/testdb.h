/* tests/support/testdb.h: a fresh database for a test program.
 *
 * HITOMACHI_TEST_DB chooses the kind: empty or not set, a SQLite file in a temporary folder; a postgresql://
 * URL, a new schema in that database. What was made is removed when the program exits.
 */
#ifndef TESTS_SUPPORT_TESTDB_H
#define TESTS_SUPPORT_TESTDB_H

#include "base/str.h"

/* A URL for db_open, of an empty database; another one at every call. Lives until the program ends. A test
 * that cannot have its database ends the program. */
Str test_db_url(void);
/* Whether tests run on PostgreSQL. */
bool test_db_is_postgres(void);
/* HITOMACHI_TEST_DB itself, for tests that connect beside the program. */
const char *test_db_server(void);

#endif
