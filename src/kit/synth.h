/* kit/synth.h: an invented city: persons in households, with guardianships, residences, moves, births,
 * deaths.
 *
 * The same request gives the same bytes, on any machine. Nobody in it exists: names and towns are put
 * together from invented parts. What is believable about it:
 *   - ages by sex follow a published pyramid to the person (largest remainders): 国立社会保障・人口問題研究所
 *     日本の地域別将来推計人口（平成30年推計）, 青森市, 2025年;
 *   - households come from mothers and their children, couples, parents who moved in, and people alone; the
 *     share of each size comes near 令和2年国勢調査 人口等基本集計 (一般世帯, 全国: 38, 28, 17, 12, 5 in a
 * hundred);
 *   - children below 18 live with a mother 20 to 44 years older; guardians are who they live with.
 *
 *     persons, age and sex  ->  mothers and children  ->  fathers  ->  couples, elders, people alone
 *                           ->  homes and moves  ->  files, one for each register, in the order they load
 */
#ifndef KIT_SYNTH_H
#define KIT_SYNTH_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/error.h"

#define SYNTH_PEOPLE_MAX 5000000

typedef struct SynthRequest {
    int64_t people, seed;
    Date today;
    Str municipality; /* 全国地方公共団体コード */
} SynthRequest;

typedef enum SynthFileKind {
    SYNTH_HOUSEHOLD,
    SYNTH_PERSON,
    SYNTH_MEMBER,
    SYNTH_GUARDIANSHIP,
    SYNTH_RESIDENCE,
    SYNTH_BIRTH,
    SYNTH_DEATH,
    SYNTH_FILE_COUNT,
} SynthFileKind;

typedef struct SynthFile {
    const char *name; /* "1-household.csv" */
    const char *type; /* the register it loads into */
} SynthFile;
extern const SynthFile synth_files[SYNTH_FILE_COUNT];

/* The rows of each file, with a first row of names. Buffers are initialised by the caller. */
MUST_USE bool synth_make(
    Arena *arena, const SynthRequest *request, Buf files[SYNTH_FILE_COUNT], Error *error);

#endif
