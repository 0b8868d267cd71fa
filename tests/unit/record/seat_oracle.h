/* tests/unit/record/seat_oracle.h: places and waiting list once more, the slow and obvious way, to compare
 * with.
 *
 * It knows the rules of docs/seats.md and nothing of the program. Groups are numbers, 0 is none.
 */
#ifndef TESTS_UNIT_RECORD_SEAT_ORACLE_H
#define TESTS_UNIT_RECORD_SEAT_ORACLE_H

#include "base/base.h"

enum { ORACLE_SEATS_MAX = 400, ORACLE_NO_LIMIT = -1 };

typedef enum OracleState { ORACLE_GONE, ORACLE_ACCEPTED, ORACLE_OFFERED, ORACLE_WAITING } OracleState;

typedef struct OracleSeat {
    int group;
    OracleState state;
    int answer_by;
} OracleSeat;

/* seats[i] has receipt i + 1. */
typedef struct SeatOracle {
    OracleSeat seats[ORACLE_SEATS_MAX];
    size_t count;
    int capacity, offer_days, today;
} SeatOracle;

/* New applications in one go. false: one of them joined a group that has places, and there was none left;
 * nothing is changed then. */
bool oracle_apply(SeatOracle *oracle, const int *groups, size_t count);
/* The application is withdrawn, or an offer is taken. */
void oracle_withdraw(SeatOracle *oracle, size_t seat);
void oracle_accept(SeatOracle *oracle, size_t seat);
void oracle_set_capacity(SeatOracle *oracle, int capacity);
/* The days pass, and offers lapse. */
void oracle_set_today(SeatOracle *oracle, int today);

int oracle_taken(const SeatOracle *oracle);

#endif
