/* review/opinion_internal.h: what the files of public comment share. */
#ifndef REVIEW_OPINION_INTERNAL_H
#define REVIEW_OPINION_INTERNAL_H

#include "review/opinion.h"

/* ERROR_DENIED unless the actor manages periods. */
MUST_USE bool opinion_check_manager(const OpinionBy *by, Error *error);
/* A text of at most `max` code points, without control characters other than tabs and line ends; must it be
 * there? */
MUST_USE bool opinion_check_text(Str text, size_t max, bool needed, const char *what, Error *error);

/* Random, for people to type: "k3fm-9x2p-0a7d-t5qe". */
Str opinion_code_new(Arena *arena);
/* The code that was meant; empty when it can be none. */
Str opinion_code_read(Arena *arena, Str typed);

/* Inside a closure: the period, when its results are not published yet; else ERROR_CONFLICT. */
MUST_USE bool opinion_period_unpublished(
    DbConn *conn, Arena *arena, int64_t id, OpinionPeriod *out, Error *error);

#endif
