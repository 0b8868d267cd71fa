/* record/history_internal.h: what is hashed, shared by those who write history and those who prove it. */
#ifndef RECORD_HISTORY_INTERNAL_H
#define RECORD_HISTORY_INTERNAL_H

#include "record/history.h"

/* Whether changes of the column stand in history; the others follow from the entries themselves. */
bool history_covers_column(size_t column);

#define HISTORY_STRAND "strand" /* event and table of a strand's first entry */
#define HISTORY_REASON ""       /* the field under which the reason stands */

/* One value of an entry. */
typedef struct HistoryValue {
    Str field;
    Value before, after; /* of any type; what matters is missing, number or text */
    unsigned char salt[HISTORY_SALT_BYTES];
    unsigned char commitment[HISTORY_HASH_BYTES];
} HistoryValue;

/* One entry, its values in order of field. */
typedef struct HistoryLink {
    int64_t strand, number, instant, day;
    Str actor, event, transition, table;
    int64_t row, version;
    const HistoryValue *values;
    size_t count;
} HistoryLink;

void history_commit(
    const HistoryLink *link, const HistoryValue *value, unsigned char out[HISTORY_HASH_BYTES]);
/* `before` is the hash of the entry before; NULL for the first. */
void history_hash(
    const HistoryLink *link, const unsigned char *before, unsigned char out[HISTORY_HASH_BYTES]);

/* "number:hash in hex", as a strand records another's head. Empty when the arena is full. */
Str history_print_head(Arena *arena, int64_t number, Str hash);

/* A value as it is kept, in two columns of which at most one is given. */
Value history_number_part(Value value);
Value history_text_part(Value value);
/* Read back from columns `column` and the next; a text lives as long as the statement's row. */
Value history_read_value(DbStmt *stmt, int column);

#endif
