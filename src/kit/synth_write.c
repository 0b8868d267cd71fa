/* kit/synth_write.c: the invented city as CSV files, with the names of the registers' fields.
 *
 * No text in it needs quotes: parts of names, numbers and dates only.
 */
#include "kit/synth_internal.h"

static const char *const heads[SYNTH_FILE_COUNT] = {
    [SYNTH_HOUSEHOLD] = "number,kind,address",
    [SYNTH_PERSON] =
        "number,name,kana,sex,birth,death,address,postal_code,household,resident_from,resident_until",
    [SYNTH_MEMBER] = "about,person,relation,from",
    [SYNTH_GUARDIANSHIP] = "guardian,child,from",
    [SYNTH_RESIDENCE] =
        "about,from,until,began_by,ended_by,municipality,town,address,postal_code,moved_from,moved_to",
    [SYNTH_BIRTH] = "child,on,mother,reported_on",
    [SYNTH_DEATH] = "person,on,reported_on",
};
static const char *const relations[] = {[SYNTH_HEAD] = "世帯主",
    [SYNTH_WIFE] = "妻",
    [SYNTH_CHILD] = "子",
    [SYNTH_MOTHER] = "母",
    [SYNTH_FATHER] = "父"};

enum { NUMBER_BASE = 1000000001, HOME_BASE = 500000001, YEAR = 365 };

static void put_day(Buf *out, int32_t day)
{
    Date date = date_from_days(day);
    buf_printf(out, "%04d-%02d-%02d", date.year, date.month, date.day);
}

static void put_address(Buf *out, uint16_t town, int block, int number)
{
    synth_print_town(out, town);
    buf_printf(out, "%d番%d号", block, number);
}

static void put_postal_code(Buf *out, uint16_t town)
{
    buf_printf(out, "000-%04d", town);
}

static void write_homes(const Synth *synth, Buf *out)
{
    for (int32_t i = 0; i < synth->home_count; i++) {
        const SynthHome *home = &synth->homes[i];
        buf_printf(out, "%d,registered,", HOME_BASE + i);
        put_address(out, home->town, home->block, home->number);
        buf_add_byte(out, '\n');
    }
}

static void write_person(const Synth *synth, int32_t i, Buf *out)
{
    const SynthPerson *person = &synth->persons[i];
    const SynthHome *home = person->home >= 0 ? &synth->homes[person->home] : NULL;
    buf_printf(out, "%d,", NUMBER_BASE + i);
    synth_print_name(out, person);
    buf_add_byte(out, ',');
    synth_print_kana(out, person);
    buf_printf(out, ",%s,", person->is_woman ? "female" : "male");
    put_day(out, person->birth);
    buf_add_byte(out, ',');
    if (person->has_died)
        put_day(out, person->ended);
    buf_add_byte(out, ',');
    if (home) {
        put_address(out, home->town, home->block, home->number);
        buf_add_byte(out, ',');
        put_postal_code(out, home->town);
        buf_printf(out, ",%d", HOME_BASE + person->home);
    } else {
        buf_add(out, S(",,"));
    }
    buf_add_byte(out, ',');
    put_day(out, person->since);
    buf_add_byte(out, ',');
    if (person->ended)
        put_day(out, person->ended);
    buf_add_byte(out, '\n');
}

static int32_t later(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static void write_family(const Synth *synth, int32_t i, Buf files[SYNTH_FILE_COUNT])
{
    const SynthPerson *person = &synth->persons[i];
    const int32_t minor = date_to_days(date_add_months(synth->request.today, -12 * 18));
    const int32_t parents[] = {person->mother, person->father};
    buf_printf(&files[SYNTH_MEMBER], "%d,%d,%s,", HOME_BASE + person->home, NUMBER_BASE + i,
        relations[person->relation]);
    put_day(&files[SYNTH_MEMBER], later(person->birth, synth->homes[person->home].since));
    buf_add_byte(&files[SYNTH_MEMBER], '\n');
    for (int k = 0; k < 2; k++) {
        if (parents[k] == SYNTH_NOBODY || person->birth <= minor)
            continue;
        buf_printf(&files[SYNTH_GUARDIANSHIP], "%d,%d,", NUMBER_BASE + parents[k], NUMBER_BASE + i);
        put_day(&files[SYNTH_GUARDIANSHIP], person->birth);
        buf_add_byte(&files[SYNTH_GUARDIANSHIP], '\n');
    }
}

typedef struct Stay {
    int32_t from, until; /* until 0: still */
    const char *began_by, *ended_by;
    uint16_t town;
    int block, number;
} Stay;

static void write_stay(const Synth *synth, int32_t i, const Stay *stay, Buf *out)
{
    bool came = str_equal(str_of(stay->began_by), S("moved_in")),
         went = str_equal(str_of(stay->ended_by), S("moved_out"));
    buf_printf(out, "%d,", NUMBER_BASE + i);
    put_day(out, stay->from);
    buf_add_byte(out, ',');
    if (stay->until)
        put_day(out, stay->until);
    buf_printf(out, ",%s,%s,%.*s,%07d,", stay->began_by, stay->ended_by,
        STR_ARGS(synth->request.municipality), 1000 * (stay->town + 1));
    put_address(out, stay->town, stay->block, stay->number);
    buf_add_byte(out, ',');
    put_postal_code(out, stay->town);
    buf_printf(out, ",%s,%s\n", came ? "架空県となり市" : "", went ? "架空県となり市" : "");
}

static void write_stays(const Synth *synth, int32_t i, Buf *out)
{
    const SynthPerson *person = &synth->persons[i];
    const char *first = person->since == person->birth ? "birth" : "moved_in";
    if (person->home == SYNTH_NOBODY) {
        const Stay only = {person->since, person->ended, first, person->has_died ? "death" : "moved_out",
            (uint16_t)(i % (int32_t)synth_towns()), 1 + i % 30, 1 + i % 20};
        write_stay(synth, i, &only, out);
        return;
    }
    const SynthHome *home = &synth->homes[person->home];
    if (person->since < home->since) {
        const Stay before = {person->since, home->since - 1, first, "moved_within", home->old_town,
            home->old_block, home->number};
        write_stay(synth, i, &before, out);
        first = "moved_within";
    }
    const Stay now = {later(person->since, home->since), 0, first, "", home->town, home->block, home->number};
    write_stay(synth, i, &now, out);
}

/* Reported within a fortnight; nothing is reported tomorrow. */
static void write_event(const Synth *synth, int32_t i, Buf *births, Buf *deaths)
{
    const SynthPerson *person = &synth->persons[i];
    int32_t day = person->has_died ? person->ended : person->birth, reported = day + 1 + i % 13;
    bool is_birth = i < synth->present && person->is_newborn_here && person->birth > synth->today - YEAR;
    Buf *out = person->has_died ? deaths : births;
    if (!person->has_died && !is_birth)
        return;
    buf_printf(out, "%d,", NUMBER_BASE + i);
    put_day(out, day);
    buf_add_byte(out, ',');
    if (is_birth && person->mother != SYNTH_NOBODY)
        buf_printf(out, "%d", NUMBER_BASE + person->mother);
    if (is_birth)
        buf_add_byte(out, ',');
    put_day(out, reported > synth->today ? synth->today : reported);
    buf_add_byte(out, '\n');
}

void synth_write(Synth *synth, Buf files[SYNTH_FILE_COUNT])
{
    for (int i = 0; i < SYNTH_FILE_COUNT; i++) {
        buf_add(&files[i], str_of(heads[i]));
        buf_add_byte(&files[i], '\n');
    }
    write_homes(synth, &files[SYNTH_HOUSEHOLD]);
    for (int32_t i = 0; i < synth->count; i++) {
        write_person(synth, i, &files[SYNTH_PERSON]);
        if (i < synth->present)
            write_family(synth, i, files);
        write_stays(synth, i, &files[SYNTH_RESIDENCE]);
        write_event(synth, i, &files[SYNTH_BIRTH], &files[SYNTH_DEATH]);
    }
}
