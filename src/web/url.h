/* web/url.h: request targets and queries, taken apart and put together.
 *
 * Percent-decoding happens once, here; nobody decodes again. All functions are pure; any thread.
 */
#ifndef WEB_URL_H
#define WEB_URL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"

/* A name with its value: a header, a cookie, a query or form parameter. */
typedef struct HttpField {
    Str name, value;
} HttpField;

typedef VEC_OF(HttpField) HttpFields;

/* Decodes a path of origin form ("/plan/2-1%20x") into `out`, which has room for raw.len bytes; *len = bytes
 * written. false when it is not a path this server would ever have given out: no leading slash, broken or
 * missing percent digits, a NUL or another control byte, an encoded slash or backslash, invalid UTF-8, an
 * empty, "." or ".." segment inside. */
MUST_USE bool url_decode_path(Str raw, char *out, size_t *len);

/* Appends the pairs of "a=1&b=2" to `fields`, decoded ('+' is a space), in order, repeated names kept. false
 * when a pair is not decodable, holds NUL, is not UTF-8, or there are more than `max` fields, or the arena is
 * full. */
MUST_USE bool url_decode_query(Arena *arena, Str query, size_t max, HttpFields *fields);

/* Appends s with everything but unreserved characters (RFC 3986: A-Z a-z 0-9 - . _ ~) percent-encoded. */
void url_encode(Buf *out, Str s);
/* The same for a decoded path, its slashes kept. */
void url_encode_path(Buf *out, Str path);
/* url_encode as an arena slice. */
Str url_encoded(Arena *arena, Str s);

/* Takes "http://host[:port]/path" apart. false when it is not http or https with an authority; *path is "/"
 * when empty. */
bool url_split_absolute(Str url, Str *scheme, Str *authority, Str *path);

/* Whether s is safe to redirect to: an absolute path on this site ("/plan", not "//host" nor "/\host"),
 * printable ASCII. */
bool url_is_local(Str s);

/* Compares without regard to the case of A-Z. */
bool ascii_equal_caseless(Str a, Str b);

#endif
