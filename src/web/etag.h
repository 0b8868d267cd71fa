/* web/etag.h: entity tags and If-None-Match (RFC 9110 8.8.3, 13.1.2). */
#ifndef WEB_ETAG_H
#define WEB_ETAG_H

#include "base/arena.h"

/* A tag of the content: 22 characters of base64url, without quotes. Empty when the arena is full. */
Str etag_of(Arena *arena, Str content);
/* Whether an If-None-Match header names the tag. Comparison is weak, and the "-gz" that a compressed answer's
 * tag carries is looked past, as both are the same page. */
bool etag_matches(Str if_none_match, Str tag);

#endif
