/* record/history.h: every change, with who, when, why, before and after; chained so that it can be proved.
 *
 * Each Door (a server process, a command) has its own strand: numbered commitments, each holding the hash of
 * the one before. The hash covers a salted commitment of each value, not the value: when a retention rule
 * erases value and salt, the chain still verifies. A new strand begins by recording the heads of all others.
 *
 *     commitment = BLAKE2b-256(key: salt, table, id, field, before, after)
 *     hash       = BLAKE2b-256(hash before, strand, number, instant, civil day, actor, event, table, id,
 *                              reason's commitment, commitments in order of field)
 */
#ifndef RECORD_HISTORY_H
#define RECORD_HISTORY_H

#include "record/record.h"

typedef struct HistoryChange {
    const CityField *field; /* NULL: the state */
    Value before, after;
    Str before_label, after_label; /* of references, else empty */
    bool is_erased, is_hidden;     /* hidden: the actor may not read this field */
} HistoryChange;

typedef struct HistoryEntry {
    Str event; /* "create", "change", "transition", "seats" (moved by places), "job" */
    Str transition;
    Str actor, reason;
    int64_t instant;
    Value day; /* the civil date it was done on */
    VEC_OF(HistoryChange) changes;
} HistoryEntry;
typedef VEC_OF(HistoryEntry) HistoryEntries;

/* Of a record the actor may read; newest first. */
MUST_USE bool history_of(
    Door *door, DbConn *conn, const Asking *asking, const Record *record, HistoryEntries *out, Error *error);

/* The newest hash of each strand, for publishing: "number:hash", oldest strand first. */
typedef VEC_OF(Str) HistoryHeads;
MUST_USE bool history_heads(DbConn *conn, Arena *arena, HistoryHeads *out, Error *error);

#endif
