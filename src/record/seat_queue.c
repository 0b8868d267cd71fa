/* record/seat_queue.c: the rules of places, waiting lists and groups, without a database. */
#include "record/seat_queue_internal.h"

#include "base/map.h"

/* The unit of a row: that of its group, or a new one. NULL without memory. */
static SeatUnit *unit_of(SeatQueue *queue, Map *groups, const SeatRow *row)
{
    SeatUnit *unit = row->group.len > 0 ? map_get(groups, row->group) : NULL;
    if (unit)
        return unit;
    unit = &queue->units[queue->unit_count];
    unit->first = row->receipt;
    if (row->group.len > 0 && !map_put(groups, row->group, unit))
        return NULL;
    queue->unit_count++;
    return unit;
}

bool seat_queue_init(SeatQueue *queue, Arena *arena, SeatRow *rows, size_t count, Error *error)
{
    Map groups;
    map_init(&groups, arena);
    *queue = (SeatQueue){.arena = arena, .rows = rows, .row_count = count};
    queue->units = arena_array(arena, count, sizeof(*queue->units));
    if (!queue->units)
        return error_memory(error);
    for (size_t i = 0; i < count; i++) {
        SeatRow *row = &rows[i];
        assert((i == 0 || rows[i - 1].turn <= row->turn) && "applications stand in order of their turns");
        SeatUnit *unit = unit_of(queue, &groups, row);
        if (!unit)
            return error_memory(error);
        row->unit = (size_t)(unit - queue->units);
        bool waits = row->standing == SEAT_WAITING;
        unit->waiting += waits;
        unit->taken += !waits;
        queue->waiting += waits;
        queue->taken += !waits;
        queue->offered += row->standing == SEAT_OFFERED;
    }
    return true;
}

int64_t seat_free(Value capacity, int64_t taken)
{
    if (value_is_missing(capacity))
        return INT64_MAX;
    return capacity.integer > taken ? capacity.integer - taken : 0;
}

static const SeatUnit *find_group(const SeatQueue *queue, Str group)
{
    for (size_t i = 0; group.len > 0 && i < queue->row_count; i++)
        if (str_equal(queue->rows[i].group, group))
            return &queue->units[queue->rows[i].unit];
    return NULL;
}

SeatAnswer seat_queue_ask(const SeatQueue *queue, Value capacity, Str group, size_t newcomers)
{
    const SeatUnit *unit = find_group(queue, group);
    bool fits = seat_free(capacity, queue->taken) >= (int64_t)newcomers;
    if (unit && unit->waiting > 0)
        return SEAT_ANSWER_WAIT;
    if (unit && !fits)
        return SEAT_ANSWER_GROUP_FULL;
    return fits ? SEAT_ANSWER_PLACE : SEAT_ANSWER_WAIT;
}

bool seat_queue_offer(const SeatQueue *queue, Value capacity, const bool **offered, Error *error)
{
    bool *rows = arena_array(queue->arena, queue->row_count, sizeof(*rows));
    bool *units = arena_array(queue->arena, queue->unit_count, sizeof(*units));
    if (!rows || !units)
        return error_memory(error);
    int64_t free = seat_free(capacity, queue->taken);
    for (size_t i = 0; i < queue->unit_count; i++) {
        int64_t wanted = (int64_t)queue->units[i].waiting;
        units[i] = wanted > 0 && wanted <= free;
        if (units[i])
            free -= wanted;
    }
    for (size_t i = 0; i < queue->row_count; i++)
        rows[i] = queue->rows[i].standing == SEAT_WAITING && units[queue->rows[i].unit];
    *offered = rows;
    return true;
}

const SeatUnit *seat_queue_split(const SeatQueue *queue)
{
    for (size_t i = 0; i < queue->unit_count; i++)
        if (queue->units[i].taken > 0 && queue->units[i].waiting > 0)
            return &queue->units[i];
    return NULL;
}

const SeatUnit *seat_queue_forgotten(const SeatQueue *queue, Value capacity)
{
    int64_t free = seat_free(capacity, queue->taken);
    for (size_t i = 0; i < queue->unit_count; i++)
        if (queue->units[i].waiting > 0 && (int64_t)queue->units[i].waiting <= free)
            return &queue->units[i];
    return NULL;
}
