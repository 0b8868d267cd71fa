/* tests/unit/db/fixture.h: what the tests of db/ share. */
#ifndef TESTS_UNIT_DB_FIXTURE_H
#define TESTS_UNIT_DB_FIXTURE_H

#include <pthread.h>
#include <setjmp.h>

#include "base/base.h"

#include <cmocka.h>

#include "db/db_internal.h"
#include "testdb.h"

/* Fails the test with the error's words. */
#define ASSERT_OK(call, error)                                                    \
    do {                                                                          \
        if (!(call)) {                                                            \
            print_error("%s: %s\n", error_name((error)->code), (error)->message); \
            fail();                                                               \
        }                                                                         \
    } while (0)

#define ASSERT_STR(actual, expected) assert_str(actual, expected, __FILE__, __LINE__)
void assert_str(Str actual, Str expected, const char *file, int line);

/* A new empty database, opened; ends the program when it cannot be had. */
Db *fixture_open(const DbOptions *options);
/* The database of a URL that test_db_url gave. */
Db *fixture_open_at(Str url, const DbOptions *options);
/* Waits until so many writes stand in the queue. */
void fixture_await_queue(Db *db, size_t count);
/* Runs a script of one migration in the module "test", in neutral words. */
void fixture_tables(Db *db, const char *script);
/* The answer of a query that gives one integer, from a snapshot of its own. */
#define fixture_integer(db, sql, ...) \
    fixture_integer_values((db), (sql), DB_COUNT(__VA_ARGS__), DB_ARRAY(__VA_ARGS__))
int64_t fixture_integer_values(Db *db, const char *sql, size_t count, const Value *values);
/* Whether the function ends its process by a failed assertion whose text holds `words`. */
bool fixture_dies(void (*function)(void *argument), void *argument, const char *words);

#endif
