/* record/record.h: records through the door: read, list, create, change, transition, places.
 *
 * A record is found by its code. What the actor may not read is ERROR_NOT_FOUND; what she may read but not do
 * is ERROR_DENIED. Input is text as people typed it (forms and CSV alike), read by its field's type; what is
 * wrong comes back as faults, all of them in one go, and nothing is written.
 */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include "record/door.h"

#define RECORD_LIST_MAX 500
#define RECORD_TEXT_MAX 2000 /* code points of a text */
#define RECORD_PARAGRAPH_MAX 20000
#define RECORD_CREATE_MAX 1000 /* records made in one go */
#define RECORD_SEARCH_MAX 5000 /* records that hold the words of a search */

typedef struct Record {
    const CityRecordType *type;
    Row row;    /* shape of the type; what may not be read is missing */
    Str label;  /* what people call it: the label field's text, or its receipt number */
    Str *reads; /* for each column: a reference's label, a choice's Japanese title is not here; else empty */
    Str *codes; /* for each column: the code of what a reference leads to; empty: none, or not readable */
    bool *hidden; /* for each column: the actor may not read it, or `when` says it is not there */
    bool may_write;
    bool *fixed;                 /* for each column: a field the actor may not write, may_write or not */
    bool *masked;                /* for each column: hidden because somebody is protected (支援措置) */
    struct RecordSealed *sealed; /* sensitive values, until record_show_sensitive; NULL: none */
    struct RecordSealed
        *protected_values; /* until record_lift_protection; NULL: none, or not for the actor */
} Record;

int64_t record_id(const Record *record);
Str record_code(const Record *record);
Str record_state(const Record *record); /* empty without states */
int64_t record_version(const Record *record);
int64_t record_receipt(const Record *record); /* without one of its own, the id */

/* --- reading --- */

/* Sensitive fields come hidden and sealed: record_show_sensitive shows them. */
MUST_USE bool record_get(
    Door *door, DbConn *conn, const Asking *asking, Str code, Record **out, Error *error);

typedef struct RecordQuery {
    const CityRecordType *type;
    Str about;         /* code of what they are about; empty: anything */
    Str state;         /* name; empty: every state */
    Str words;         /* search in the texts of the record; empty: none */
    bool is_mine;      /* only those of the actor's own person and children (residents see nothing else) */
    bool newest_first; /* else by receipt */
    size_t offset, limit;
} RecordQuery;

typedef struct RecordList {
    VEC_OF(Record *) at;
    size_t total; /* of all that the actor may read and that fit the query */
} RecordList;

/* Sensitive fields are hidden; with `with_sensitive` they come sealed, as those of record_get. ERROR_LIMIT
 * when more than RECORD_SEARCH_MAX records hold the words. */
MUST_USE bool record_list(Door *door, DbConn *conn, const Asking *asking, const RecordQuery *query,
    bool with_sensitive, RecordList *out, Error *error);

/* Shows what is sealed in the records, after noting durably who reads what. It writes: not while the caller
 * holds a read connection (a write that waits for a commit while its reader keeps a table locked could wait
 * for ever).
 *
 *     record_get(door, conn, ...); db_read_end(&conn); record_show_sensitive(door, asking, &record, 1, error)
 */
MUST_USE bool record_show_sensitive(
    Door *door, const Asking *asking, Record *const *records, size_t count, Error *error);

/* Shows what is hidden because somebody is protected, to whoever has a role that keeps protection, after
 * noting durably who reads what and why. ERROR_DENIED for anybody else, ERROR_INPUT without a reason. As
 * above, not while holding a read connection. */
MUST_USE bool record_lift_protection(
    Door *door, const Asking *asking, Record *record, Str reason, Error *error);

/* Persons the actor may act for today: herself first, then those she is guardian of. */
MUST_USE bool record_my_persons(
    Door *door, DbConn *conn, const Asking *asking, RecordList *out, Error *error);
/* What a reference field may be set to: my persons for a resident; for staff those whose label or kana holds
 * `words`. At most `limit`. */
MUST_USE bool record_choices(Door *door, DbConn *conn, const Asking *asking, const CityField *field,
    Str words, size_t limit, RecordList *out, Error *error);

/* --- what may be done --- */

/* Transitions the actor may make now from the record's state (`needs` included), in order of declaration. */
typedef VEC_OF(const CityTransition *) RecordTransitions;
MUST_USE bool record_transitions(Door *door, DbConn *conn, const Asking *asking, const Record *record,
    RecordTransitions *out, Error *error);
/* Whether a record of `type` about `about` (NULL: about nothing) may be made by the actor, as far as can be
 * said before its fields are known. */
MUST_USE bool record_may_create(Door *door, DbConn *conn, const Asking *asking, const CityRecordType *type,
    const Record *about, bool *may, Error *error);

/* --- places --- */

/* Where an application stands, honestly. */
typedef struct SeatPlace {
    bool has_capacity;
    int64_t capacity, taken, waiting; /* within what the record is about: places, accepted and offered,
                                         records that wait */
    int64_t ahead;                    /* records that wait before this one */
    int64_t together;                 /* records of its group, itself included */
    Value answer_by;                  /* DATE, for an offer */
} SeatPlace;
MUST_USE bool record_seat(
    Door *door, DbConn *conn, const Asking *asking, const Record *record, SeatPlace *out, Error *error);
/* How places about a record are drawn, as everybody may know it (record/seat_draw_internal.h). */
typedef struct SeatDrawing {
    bool is_here;            /* there is a draw, made or to be made */
    bool is_open;            /* whoever applies now takes part in it */
    bool is_drawn;           /* it is made */
    Value after;             /* DATE: the last day to take part */
    size_t parts;            /* applications that take part, before it is made */
    Str commitment;          /* SHA-256 of the secret in hex; empty while nobody has applied */
    Str secret;              /* in hex; empty before the draw */
    Str words;               /* that it was made with; may be empty */
    VEC_OF(int64_t) tickets; /* in the order of the draw; of a group the receipt number of its first */
} SeatDrawing;
MUST_USE bool record_drawing_of(Door *door, DbConn *conn, const Asking *asking, const CityRecordType *type,
    const Record *about, SeatDrawing *out, Error *error);
/* Before applying: of `type` about the record. ahead and together are 0. */
MUST_USE bool record_seats_of(Door *door, DbConn *conn, const Asking *asking, const CityRecordType *type,
    const Record *about, SeatPlace *out, Error *error);

/* --- writing --- */

typedef struct RecordInput {
    Str field; /* its name */
    Str text; /* as typed; empty: no value. Boolean: yes, no; choices: names with commas; references: codes */
} RecordInput;

typedef enum RecordFaultKind {
    RECORD_FAULT_REQUIRED,
    RECORD_FAULT_NOT_OF_TYPE, /* no number, no date ... */
    RECORD_FAULT_TOO_SMALL,
    RECORD_FAULT_TOO_LARGE,
    RECORD_FAULT_TOO_LONG,
    RECORD_FAULT_NO_SUCH_CHOICE,
    RECORD_FAULT_NO_SUCH_RECORD, /* a reference to what is not there, or not readable */
    RECORD_FAULT_CHECK,          /* `check:` failed: the field's `says` */
    RECORD_FAULT_NOT_WRITABLE,   /* computed, or not there now (`when`) */
    RECORD_FAULT_UNKNOWN_FIELD,
    RECORD_FAULT_FULL,       /* no place left, and no waiting list */
    RECORD_FAULT_GROUP_FULL, /* the others of the group have places, and there is none for this one */
    RECORD_FAULT_TWICE,      /* another live application about the same has this value (`once`) */
    RECORD_FAULT_KIND_COUNT,
} RecordFaultKind;

typedef struct RecordFault {
    RecordFaultKind kind;
    size_t item;            /* which of the records, from 0 */
    const CityField *field; /* NULL: the record as a whole */
    Str name;               /* unknown field: its name */
    Value limit;            /* too small, too large */
} RecordFault;
typedef VEC_OF(RecordFault) RecordFaults;

typedef struct RecordDraft {
    const CityRecordType *type;
    Str about; /* code; empty: none */
    const RecordInput *inputs;
    size_t input_count;
} RecordDraft;

typedef struct RecordMade {
    Str code;
    int64_t id, receipt;
    Str state;
} RecordMade;

/* Makes all of them or none, in order. false with faults: ERROR_INPUT. `made` has room for `count`. */
MUST_USE bool record_create(Door *door, const Asking *asking, const RecordDraft *drafts, size_t count,
    RecordMade *made, RecordFaults *faults, Error *error);

/* The same without writing: what would be wrong, or not allowed; places are not looked at. */
MUST_USE bool record_try(Door *door, const Asking *asking, const RecordDraft *drafts, size_t count,
    RecordFaults *faults, Error *error);

typedef struct RecordEdit {
    Str code;
    int64_t version;           /* as it was read; another one now is ERROR_CONFLICT and nothing is written */
    const RecordInput *inputs; /* only these fields change */
    size_t input_count;
    Str reason; /* may be empty */
} RecordEdit;
/* All or none. */
MUST_USE bool record_change(Door *door, const Asking *asking, const RecordEdit *edits, size_t count,
    RecordFaults *faults, Error *error);

/* version as above; 0: whatever it is. ERROR_DENIED when the state, `by` or `needs` do not allow it. */
MUST_USE bool record_transition(
    Door *door, const Asking *asking, Str code, int64_t version, Str transition, Str reason, Error *error);

/* --- letters to a person --- */

typedef struct RecordLetter {
    int64_t id;
    Str title, body; /* filled in when the transition was made */
    Value sent_on;   /* DATE */
    Str record_code;
} RecordLetter;
typedef VEC_OF(RecordLetter) RecordLetters;
/* Letters to the actor's own person, newest first. */
MUST_USE bool record_my_letters(
    Door *door, DbConn *conn, const Asking *asking, size_t limit, RecordLetters *out, Error *error);

#endif
