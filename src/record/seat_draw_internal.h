/* record/seat_draw_internal.h: places that are given by a draw (kit/lottery.h).
 *
 * Applications about one record that are made until its day take part in the draw and begin in the state
 * `drawing`. With the first of them a secret is made, whose commitment everybody may read. When the day is
 * over, and the public words are there where the declaration asks for them, the job draws: each unit (a
 * group, or one alone) is a ticket, named by its first receipt number; in the order of the tickets, units
 * that fit have places, the others wait in that order, or were not drawn where nobody waits. Ticket and turn
 * of every application are kept, and with the secret anybody gets the same order again.
 *
 * Tables seat_draw (one row for each record with a draw) and seat_turn (one for each application that was
 * drawn).
 */
#ifndef RECORD_SEAT_DRAW_INTERNAL_H
#define RECORD_SEAT_DRAW_INTERNAL_H

#include "kit/lottery.h"
#include "record/seats_internal.h"

typedef struct SeatDraw {
    bool is_there; /* somebody has applied: there is a secret */
    bool is_drawn;
    LotteryBytes secret;
    Str words; /* that were drawn with */
} SeatDraw;

/* Applications that were drawn, in order of receipt. */
typedef struct SeatTurn {
    int64_t receipt, ticket, turn; /* ticket: receipt of the first of its unit; turn: of the unit, from 1 */
} SeatTurn;
typedef VEC_OF(SeatTurn) SeatTurns;

/* For record_migrate. */
MUST_USE bool seat_draw_migrate(Db *db, int *applied, Error *error);

MUST_USE bool seat_draw_read(
    DbConn *conn, Arena *arena, const CityRecordType *type, int64_t about, SeatDraw *out, Error *error);
MUST_USE bool seat_turns_read(
    DbConn *conn, Arena *arena, const CityRecordType *type, int64_t about, SeatTurns *out, Error *error);
/* Gives rows, which are in order of receipt, the turns of the draw and puts them in order of their turns. */
void seat_rows_order(SeatRow *rows, size_t count, const SeatTurns *turns);
/* The key that the order of tickets comes from. */
LotteryBytes seat_draw_key(const SeatDraw *draw);

/* How a newcomer stands to the draw about a record. */
typedef enum SeatDrawPhase {
    SEAT_DRAW_NONE,  /* no draw here, or it is over: first come, first served */
    SEAT_DRAW_OPEN,  /* takes part */
    SEAT_DRAW_CLOSED /* too late for it, and it is not made yet */
} SeatDrawPhase;
/* *after (may be NULL): the last day, missing when there is none. */
MUST_USE bool seat_draw_phase(Sight *sight, const CityRecordType *type, int64_t about, const SeatDraw *draw,
    SeatDrawPhase *phase, Value *after, Error *error);
/* There is a secret when it answers. Inside a closure. */
MUST_USE bool seat_draw_begin(
    Work *work, const CityRecordType *type, int64_t about, SeatDraw *draw, Error *error);
/* Records in which a draw is due: the day is over, and the words are there. */
typedef VEC_OF(int64_t) SeatAbouts;
MUST_USE bool seat_draws_due(Work *work, const CityRecordType *type, SeatAbouts *out, Error *error);
/* The turns of the rows, which are those in the state `drawing` in order of receipt; writes them and the
 * words. Rows get their `turn`. */
MUST_USE bool seat_draw_make(
    Work *work, const CityRecordType *type, int64_t about, SeatRow *rows, size_t count, Error *error);

#endif
