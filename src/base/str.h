/* base/str.h: slices of bytes, UTF-8 unless said otherwise. A Str owns nothing and need not end in NUL. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/base.h"

typedef struct Str {
    const char *at;
    size_t len; /* bytes */
} Str;

/* S("literal") */
#define S(literal) ((Str){"" literal, sizeof(literal) - 1})
/* For initialisers of static tables: STR_LITERAL("literal") */
#define STR_LITERAL(literal)            \
    {                                   \
        "" literal, sizeof(literal) - 1 \
    }
/* printf("%.*s", STR_ARGS(s)) */
#define STR_ARGS(s) (int)(s).len, (s).at
#define STR_EMPTY ((Str){"", 0})

/* The C string, NULL read as empty. */
Str str_of(const char *c_string);

bool str_equal(Str a, Str b);
/* By bytes, which is by code point; <0, 0, >0. */
int str_compare(Str a, Str b);
bool str_starts(Str s, Str prefix);
bool str_ends(Str s, Str suffix);
/* Byte offset of the first `needle` at or after `from`; -1 when there is none. */
ptrdiff_t str_find(Str s, Str needle, size_t from);
bool str_contains(Str s, Str needle);
/* Bytes [from, to), both clamped to the length. */
Str str_slice(Str s, size_t from, size_t to);
/* Without spaces, tabs, line ends and U+3000 at both ends. */
Str str_trim(Str s);
/* Splits at the first separator: *before and *after it. Without one: *before = s, *after empty, false. */
bool str_cut(Str s, Str separator, Str *before, Str *after);
/* The next line of *rest without its LF or CRLF, and moves *rest on; false at the end. */
bool str_line(Str *rest, Str *line);
/* A whole decimal number, optional sign, nothing else; false on anything else or overflow. */
bool str_to_int(Str s, int64_t *out);

#endif
