/* tests/unit/record/seat_oracle.c: places and waiting list, the slow and obvious way. */
#include "seat_oracle.h"

static bool has_place(const OracleSeat *seat)
{
    return seat->state == ORACLE_ACCEPTED || seat->state == ORACLE_OFFERED;
}

int oracle_taken(const SeatOracle *oracle)
{
    int taken = 0;
    for (size_t i = 0; i < oracle->count; i++)
        taken += has_place(&oracle->seats[i]);
    return taken;
}

static bool are_free(const SeatOracle *oracle, int wanted)
{
    return oracle->capacity == ORACLE_NO_LIMIT || oracle_taken(oracle) + wanted <= oracle->capacity;
}

static bool belong_together(const OracleSeat *a, const OracleSeat *b)
{
    return a == b || (a->group != 0 && a->group == b->group);
}

/* Free places go to the first in the queue who fit, until nobody fits. */
static void fill_free_places(SeatOracle *oracle)
{
    for (size_t i = 0; i < oracle->count; i++) {
        int wanted = 0;
        if (oracle->seats[i].state != ORACLE_WAITING)
            continue;
        for (size_t j = 0; j < oracle->count; j++)
            wanted += oracle->seats[j].state == ORACLE_WAITING &&
                      belong_together(&oracle->seats[i], &oracle->seats[j]);
        if (!are_free(oracle, wanted))
            continue;
        OracleSeat first = oracle->seats[i];
        for (size_t j = 0; j < oracle->count; j++) {
            bool is_of_unit = j == i || (first.group != 0 && oracle->seats[j].group == first.group);
            if (oracle->seats[j].state == ORACLE_WAITING && is_of_unit) {
                oracle->seats[j].state = ORACLE_OFFERED;
                oracle->seats[j].answer_by = oracle->today + oracle->offer_days;
            }
        }
        fill_free_places(oracle); /* from the beginning again */
        return;
    }
}

/* Those of a group who apply now, before it is said what becomes of them: state GONE, numbers from `from`. */
static bool place_group(SeatOracle *oracle, size_t from, size_t seat)
{
    int wanted = 0, placed = 0, waiting = 0;
    for (size_t j = 0; j < oracle->count; j++) {
        if (!belong_together(&oracle->seats[j], &oracle->seats[seat]))
            continue;
        wanted += j >= from && oracle->seats[j].state == ORACLE_GONE;
        placed += has_place(&oracle->seats[j]);
        waiting += oracle->seats[j].state == ORACLE_WAITING;
    }
    bool fits = are_free(oracle, wanted);
    if (placed > 0 && !fits)
        return false;
    OracleState state = waiting > 0 || !fits ? ORACLE_WAITING : ORACLE_ACCEPTED;
    OracleSeat first = oracle->seats[seat];
    for (size_t j = from; j < oracle->count; j++)
        if (oracle->seats[j].state == ORACLE_GONE &&
            (j == seat || (first.group != 0 && oracle->seats[j].group == first.group)))
            oracle->seats[j].state = state;
    return true;
}

bool oracle_apply(SeatOracle *oracle, const int *groups, size_t count)
{
    size_t from = oracle->count;
    for (size_t i = 0; i < count; i++) {
        assert(oracle->count < ORACLE_SEATS_MAX);
        oracle->seats[oracle->count++] = (OracleSeat){.group = groups[i]};
    }
    for (size_t i = from; i < oracle->count; i++)
        if (oracle->seats[i].state == ORACLE_GONE && !place_group(oracle, from, i)) {
            oracle->count = from;
            return false;
        }
    return true;
}

void oracle_withdraw(SeatOracle *oracle, size_t seat)
{
    oracle->seats[seat].state = ORACLE_GONE;
    fill_free_places(oracle);
}

void oracle_accept(SeatOracle *oracle, size_t seat)
{
    oracle->seats[seat].state = ORACLE_ACCEPTED;
}

void oracle_set_capacity(SeatOracle *oracle, int capacity)
{
    oracle->capacity = capacity;
    fill_free_places(oracle);
}

void oracle_set_today(SeatOracle *oracle, int today)
{
    oracle->today = today;
    for (size_t i = 0; i < oracle->count; i++)
        if (oracle->seats[i].state == ORACLE_OFFERED && oracle->seats[i].answer_by < today)
            oracle->seats[i].state = ORACLE_GONE;
    fill_free_places(oracle);
}
