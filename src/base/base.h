/* base/base.h: what every file of the house includes first.
 *
 * The C library's common headers, the calls we do not make (banned.h), and a few attributes with one meaning
 * each.
 */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/banned.h"

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))
/* A variable that is released when its scope ends: `CLEANUP(arena_cleanup) Arena *arena = ...`. */
#define CLEANUP(function) __attribute__((cleanup(function)))
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
