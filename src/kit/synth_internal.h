/* kit/synth_internal.h: the invented city between its steps. */
#ifndef KIT_SYNTH_INTERNAL_H
#define KIT_SYNTH_INTERNAL_H

#include "kit/synth.h"

enum { SYNTH_NOBODY = -1 };

typedef enum SynthRelation { SYNTH_HEAD, SYNTH_WIFE, SYNTH_CHILD, SYNTH_MOTHER, SYNTH_FATHER } SynthRelation;

/* Days are those of base/date.h. */
typedef struct SynthPerson {
    int32_t birth;
    int32_t home, mother, father; /* indexes; SYNTH_NOBODY */
    int32_t since;                /* resident from */
    int32_t ended;                /* the last day here; 0: still here */
    uint16_t family, given;       /* of the names' tables */
    bool is_woman, has_died, is_newborn_here;
    uint8_t relation;
} SynthPerson;

typedef struct SynthHome {
    int32_t since, before; /* lived here since; before that, in another home since (0: nowhere here) */
    uint16_t family, town, old_town;
    uint8_t block, number, old_block;
    uint8_t size;
} SynthHome;

typedef struct Synth {
    Arena *arena;
    SynthRequest request;
    uint64_t state; /* of the random numbers */
    int32_t today;
    SynthPerson *persons;
    int32_t present, count; /* those who live here stand first; then who left or died in the last year */
    SynthHome *homes;
    int32_t home_count;
    int32_t *by_birth[2]; /* men, women: indexes in order of birth */
    int32_t of_sex[2];
} Synth;

/* From 0 to below `bound`, which is above 0. */
int32_t synth_random(Synth *synth, int32_t bound);
/* Whether something that happens so many times in a hundred happens. */
static inline bool synth_happens(Synth *synth, int32_t in_hundred)
{
    return synth_random(synth, 100) < in_hundred;
}

/* --- synth_people.c: who there is, and who lives with whom --- */
void synth_people(Synth *synth);
void synth_families(Synth *synth);

/* --- synth_name.c --- */
size_t synth_family_names(void);
size_t synth_given_names(void);
size_t synth_towns(void);
void synth_print_name(Buf *out, const SynthPerson *person);
void synth_print_kana(Buf *out, const SynthPerson *person);
void synth_print_town(Buf *out, uint16_t town);

/* --- synth_write.c --- */
void synth_write(Synth *synth, Buf files[SYNTH_FILE_COUNT]);

#endif
