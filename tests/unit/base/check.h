/* Assertions on slices and errors that the tests of this folder share. Include it after the header under
 * test. */
#ifndef TESTS_UNIT_BASE_CHECK_H
#define TESTS_UNIT_BASE_CHECK_H

#include <setjmp.h>

#include <cmocka.h>

#include "base/error.h"

static inline void check_str(Str found, const char *expected, const char *file, int line)
{
    if (str_equal(found, str_of(expected)))
        return;
    print_error("found \"%.*s\", expected \"%s\"\n", STR_ARGS(found), expected);
    _fail(file, line);
}
#define assert_str(found, expected) check_str((found), (expected), __FILE__, __LINE__)

static inline void check_error(
    const Error *error, ErrorCode code, const char *part, const char *file, int line)
{
    if (error->code == code && strstr(error->message, part))
        return;
    print_error("found %s \"%s\", expected %s \"%s\"\n", error_name(error->code), error->message,
        error_name(code), part);
    _fail(file, line);
}
/* The error has this code, and its message holds these words. */
#define assert_error(error, code, part) check_error((error), (code), (part), __FILE__, __LINE__)

#endif
