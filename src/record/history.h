/* record/history.h: every change, with who, when, why, before and after; chained so that it can be proved.
 *
 * Each Door (a server process, a command) has its own strand: numbered entries, each holding the hash of the
 * one before. The hash covers a salted commitment of each value, not the value: when a retention rule erases
 * value and salt, the chain still verifies. A new strand's first entry records the heads of all others that
 * nobody has recorded yet, so that from the newest strand every older entry is covered. Heads can be
 * published: whoever holds an old one can tell that nothing before it was changed.
 *
 * So that another program can prove it, this is what is hashed (tests/unit/record/verify_history.py does):
 *
 *     N(n)        a whole number: 8 bytes, two's complement, highest first
 *     B(x)        bytes, text as UTF-8: N(how many), then the bytes
 *     V(v)        a value: missing is the byte 0; whole numbers of every kind (base/value.h) are the byte 1
 *                 and N(v); text is the byte 2 and B(v)
 *
 *     commitment  BLAKE2b, 32 bytes, its key the value's 16 bytes of salt, of
 *                   B("hitomachi value 1") B(table) N(id) B(field) V(before) V(after)
 *     hash        BLAKE2b, 32 bytes, without a key, of
 *                   B("hitomachi entry 1") B(hash of the entry before, nothing for the first)
 *                   N(strand) N(number) N(instant) N(day) B(actor) B(event) B(transition)
 *                   B(table) N(id) N(version) N(how many values)
 *                   and for each value, in order of the bytes of its field: B(field) B(commitment)
 *
 * An entry has a value for each column of the record that changed; the reason given is a value too, under the
 * empty name and only with an `after`. An erased value has neither before, after nor salt.
 *
 *     strand(id, begun, number, hash, recorded)   number and hash of its newest entry; recorded: the number
 * of its entry that another strand has recorded last history(id, strand_id, number, instant, day, actor,
 * event, transition, table_name, row_id, row_version, hash, declaration_id) history_value(history_id, field,
 * before_number, before_text, after_number, after_text, salt, commitment)
 *
 * declaration_id is the declaration that was in force (city/declaration.h), and not part of what is hashed;
 * the table, the fields and the values are called as they were then (city/lineage.h).
 *
 * The first entry of a strand: event "strand", table "strand", id its own, version 0; its fields are the ids
 * of other strands in digits, after is "number:hash in hex" of their newest entry.
 */
#ifndef RECORD_HISTORY_H
#define RECORD_HISTORY_H

#include "record/record.h"

#define HISTORY_HASH_BYTES 32
#define HISTORY_SALT_BYTES 16

/* The tables of history (module "history"). applied may be NULL. */
MUST_USE bool history_migrate(Db *db, int *applied, Error *error);

typedef struct HistoryChange {
    const CityField *field; /* NULL: the state. One that is declared no longer is as it was declared then */
    Value before, after;
    Str before_label, after_label;    /* of references, else empty */
    Titled before_words, after_words; /* of states and choices that are called otherwise now, else empty */
    bool is_erased, is_hidden;        /* hidden: the actor may not read this field */
} HistoryChange;

typedef struct HistoryEntry {
    Str event; /* "create", "change", "transition", "seats" (moved by places), "job" */
    Str transition;
    Str actor, reason;
    int64_t instant;
    int64_t version; /* of the record, after it */
    Value day;       /* the civil date it was done on */
    VEC_OF(HistoryChange) changes;
} HistoryEntry;
typedef VEC_OF(HistoryEntry) HistoryEntries;

/* Of a record the actor may read; newest first. Fields, states and choices that the declaration no longer has
 * stand in the words they had when the entry was made. */
MUST_USE bool history_of(
    Door *door, DbConn *conn, const Asking *asking, const Record *record, HistoryEntries *out, Error *error);

/* The newest hash of each strand, for publishing: "strand:number:hash", oldest strand first. */
typedef VEC_OF(Str) HistoryHeads;
MUST_USE bool history_heads(DbConn *conn, Arena *arena, HistoryHeads *out, Error *error);

#endif
