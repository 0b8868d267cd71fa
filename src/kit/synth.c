/* kit/synth.c: an invented city, step by step; its random numbers.
 *
 * Numbers come from SplitMix64 (Steele, Lea, Flood 2014), whole numbers only, so that every machine makes the
 * same city. Each step takes its numbers in a fixed order.
 */
#include "kit/synth_internal.h"

const SynthFile synth_files[SYNTH_FILE_COUNT] = {
    [SYNTH_HOUSEHOLD] = {"1-household.csv", "household"},
    [SYNTH_PERSON] = {"2-person.csv", "person"},
    [SYNTH_MEMBER] = {"3-household_member.csv", "household_member"},
    [SYNTH_GUARDIANSHIP] = {"4-guardianship.csv", "guardianship"},
    [SYNTH_RESIDENCE] = {"5-residence.csv", "residence"},
    [SYNTH_BIRTH] = {"6-birth.csv", "birth"},
    [SYNTH_DEATH] = {"7-death.csv", "death"},
};

static uint64_t next(Synth *synth)
{
    uint64_t z = synth->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

int32_t synth_random(Synth *synth, int32_t bound)
{
    return (int32_t)(((next(synth) >> 32) * (uint64_t)bound) >> 32);
}

bool synth_make(Arena *arena, const SynthRequest *request, Buf files[SYNTH_FILE_COUNT], Error *error)
{
    Synth synth = {.arena = arena,
        .request = *request,
        .state = (uint64_t)request->seed,
        .today = date_to_days(request->today),
        .present = (int32_t)request->people};
    if (request->people < 1 || request->people > SYNTH_PEOPLE_MAX)
        return error_set(error, ERROR_INPUT, "a city of 1 to %d people can be made", SYNTH_PEOPLE_MAX);
    synth_people(&synth);
    if (arena_failed(arena))
        return error_memory(error);
    synth_families(&synth);
    if (arena_failed(arena))
        return error_memory(error);
    synth_write(&synth, files);
    for (int i = 0; i < SYNTH_FILE_COUNT; i++)
        if (files[i].failed)
            return error_memory(error);
    return !arena_failed(arena) || error_memory(error);
}
