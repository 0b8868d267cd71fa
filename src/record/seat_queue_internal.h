/* record/seat_queue_internal.h: the rules of places, waiting lists and groups, without a database.
 *
 * Applications stand in the order of their turns: of receipt numbers, or of a draw (seat_draw_internal.h),
 * before whoever came after it. A unit is what is answered together: a group (the same folded words), or one
 * application without a group; its turn is that of its first. A unit has places as a whole or waits as a
 * whole.
 *
 * What holds after every step, for given capacity: nobody waits who would fit. So a newcomer may take a place
 * whenever there are enough: whoever waits needs more of them than are free.
 *
 * docs/seats.md says the same to officers.
 */
#ifndef RECORD_SEAT_QUEUE_INTERNAL_H
#define RECORD_SEAT_QUEUE_INTERNAL_H

#include "base/arena.h"
#include "base/error.h"
#include "base/value.h"

typedef enum SeatStanding {
    SEAT_ACCEPTED,
    SEAT_OFFERED,
    SEAT_WAITING,
    SEAT_DRAWING, /* takes part in a draw: in no queue yet */
} SeatStanding;

/* One application that is alive. */
typedef struct SeatRow {
    int64_t id, receipt;
    int64_t turn; /* its place in the queue: the receipt number, or what a draw gave its unit */
    SeatStanding standing;
    Str group;       /* its words, folded; empty: alone */
    Value answer_by; /* DATE, when offered */
    size_t unit;     /* set by seat_queue_init */
} SeatRow;

typedef struct SeatUnit {
    int64_t first; /* receipt */
    size_t taken, waiting;
} SeatUnit;

typedef struct SeatQueue {
    Arena *arena;
    SeatRow *rows; /* in order of their turns */
    size_t row_count;
    SeatUnit *units; /* in order of their turns */
    size_t unit_count;
    int64_t taken, offered, waiting;
} SeatQueue;

/* Finds the units of the rows, which must be in order of their turns and outlive the queue. */
MUST_USE bool seat_queue_init(SeatQueue *queue, Arena *arena, SeatRow *rows, size_t count, Error *error);

/* Places that are free: none when more are taken than there are. A missing capacity is no limit: INT64_MAX.
 */
int64_t seat_free(Value capacity, int64_t taken);

typedef enum SeatAnswer {
    SEAT_ANSWER_PLACE,
    SEAT_ANSWER_WAIT,
    SEAT_ANSWER_GROUP_FULL, /* the others of the group have places, and there are not enough for these */
} SeatAnswer;

/* What so many new applications of one group (empty: one alone) come to. */
SeatAnswer seat_queue_ask(const SeatQueue *queue, Value capacity, Str group, size_t newcomers);

/* Whom free places go to: in order of turns, a unit that fits whole is offered its places, one that does not
 * fit is passed over. *offered has a flag for each row, in the queue's arena. */
MUST_USE bool seat_queue_offer(const SeatQueue *queue, Value capacity, const bool **offered, Error *error);

/* A unit that has places for some and not for others; NULL: none. */
const SeatUnit *seat_queue_split(const SeatQueue *queue);
/* A unit that waits although it would fit; NULL: none. */
const SeatUnit *seat_queue_forgotten(const SeatQueue *queue, Value capacity);

#endif
