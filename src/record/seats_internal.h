/* record/seats_internal.h: what is read of places, by those who give them and those who show them. */
#ifndef RECORD_SEATS_INTERNAL_H
#define RECORD_SEATS_INTERNAL_H

#include "record/record_internal.h"
#include "record/seat_queue_internal.h"

/* The row of seat_counter (city/apply.h): what is counted of the applications about one record. */
typedef struct SeatCount {
    int64_t receipts; /* the last number given */
    int64_t taken;    /* accepted and offered */
    int64_t offered, waiting;
} SeatCount;

/* Zeros where nobody has applied yet; *is_there (may be NULL) says whether there is a row. */
MUST_USE bool seat_count_read(
    DbConn *conn, const CityRecordType *type, int64_t about, SeatCount *out, bool *is_there, Error *error);
/* What a formula about the whole (seats' capacity, its draw) comes to. */
MUST_USE bool seat_of_whole(Sight *sight, const CityRecordType *type, int64_t about, const Formula *formula,
    Value *out, Error *error);
/* How many places there are about a record: INTEGER, or missing. */
MUST_USE bool seat_capacity(
    Sight *sight, const CityRecordType *type, int64_t about, Value *out, Error *error);
/* Live applications about a record that have a place or wait; rows and queue in the arena. */
MUST_USE bool seat_queue_read(const Door *door, DbConn *conn, Arena *arena, const CityRecordType *type,
    int64_t about, SeatQueue *out, Error *error);
/* Those that take part in a draw that is not made yet, in order of receipt. */
typedef VEC_OF(SeatRow) SeatRows;
MUST_USE bool seat_drawing_read(const Door *door, DbConn *conn, Arena *arena, const CityRecordType *type,
    int64_t about, SeatRows *out, Error *error);
/* The turn of an application that came after a draw, or where there is none. */
int64_t seat_turn_of_receipt(const CityRecordType *type, int64_t receipt);
/* What the state says of a place; false when the application is over. Of types with places. */
bool seat_standing(const CityRecordType *type, Str state, SeatStanding *standing);
/* The words of `together`, made alike; empty without any. */
Str seat_group(Arena *arena, const CityRecordType *type, Value words);

#endif
