/* kit/synth_people.c: who there is, by a published pyramid, and who lives with whom.
 *
 * Families are made from the children up: each child finds a mother of a fitting age, brothers and sisters
 * the same one; mothers find husbands; what is left becomes couples, old parents who moved in, and people
 * alone. To find somebody of an age among many, men and women stand in order of birth, and the search goes
 * outwards from the day that is wanted.
 */
#include "kit/synth_internal.h"

enum { BANDS = 19, MEN, WOMEN, YEAR = 365, SEARCH_MAX = 4000, CHILDREN_MAX = 3, HOME_MAX = 9 };

/* Men and women of 0 to 4, 5 to 9 ... 85 to 89, 90 and more years in 青森市, 2025:
 * 国立社会保障・人口問題研究所 日本の地域別将来推計人口（平成30年推計）. */
static const int32_t pyramid[2][BANDS] = {
    {3660, 4271, 4719, 5036, 4612, 5053, 5381, 5748, 7065, 8662, 9769, 9029, 9128, 9094, 9140, 8944, 5210,
        3075, 1651},
    {3480, 4096, 4562, 5081, 4546, 4769, 5216, 5927, 7371, 9013, 10327, 9795, 10052, 10250, 11115, 11795,
        8407, 6324, 5439},
};

/* --- persons ------------------------------------------------------------------------------------- */

typedef struct Share {
    int64_t rest;
    int cell;
} Share;

static int by_rest(const void *a, const void *b)
{
    const Share *left = a, *right = b;
    if (left->rest != right->rest)
        return left->rest < right->rest ? 1 : -1;
    return left->cell - right->cell;
}

/* The people shared out over sex and band by largest remainders. */
static void share_out(int32_t people, int32_t out[2 * BANDS])
{
    Share shares[2 * BANDS];
    int64_t total = 0, given = 0;
    for (int i = 0; i < 2 * BANDS; i++)
        total += pyramid[i / BANDS][i % BANDS];
    for (int i = 0; i < 2 * BANDS; i++) {
        int64_t part = (int64_t)people * pyramid[i / BANDS][i % BANDS];
        out[i] = (int32_t)(part / total);
        shares[i] = (Share){part % total, i};
        given += out[i];
    }
    qsort(shares, 2 * BANDS, sizeof(Share), by_rest);
    for (int64_t i = 0; i < people - given; i++)
        out[shares[i].cell]++;
}

/* Born so that she has the age today. */
static int32_t birth_at_age(Synth *synth, int32_t age)
{
    Date today = synth->request.today;
    int32_t last = date_to_days(date_add_months(today, -12 * age));
    int32_t first = date_to_days(date_add_months(today, -12 * (age + 1))) + 1;
    return first + synth_random(synth, last - first + 1);
}

static SynthPerson *add_person(Synth *synth, bool is_woman, int32_t birth)
{
    SynthPerson *person = &synth->persons[synth->count++];
    *person = (SynthPerson){.birth = birth,
        .home = SYNTH_NOBODY,
        .mother = SYNTH_NOBODY,
        .father = SYNTH_NOBODY,
        .is_woman = is_woman,
        .family = (uint16_t)synth_random(synth, (int32_t)synth_family_names()),
        .given = (uint16_t)synth_random(synth, (int32_t)synth_given_names())};
    return person;
}

static int32_t age_in_band(Synth *synth, int band)
{
    if (band < BANDS - 1)
        return 5 * band + synth_random(synth, 5);
    return 90 + synth_random(synth, 5) * synth_random(synth, 4) / 2 + synth_random(synth, 4);
}

static void add_present(Synth *synth)
{
    int32_t counts[2 * BANDS];
    share_out(synth->present, counts);
    for (int i = 0; i < 2 * BANDS; i++)
        for (int32_t k = 0; k < counts[i]; k++)
            add_person(synth, i >= BANDS, birth_at_age(synth, age_in_band(synth, i % BANDS)));
}

/* Who died or left in the last year: 13 and 30 in a thousand. */
static void add_gone(Synth *synth, int32_t died, int32_t left)
{
    for (int32_t i = 0; i < died + left; i++) {
        int32_t age = i < died ? 62 + synth_random(synth, 20) + synth_random(synth, 20)
                               : synth_random(synth, 30) + synth_random(synth, 30);
        int32_t birth = birth_at_age(synth, age + 1);
        SynthPerson *person = add_person(synth, synth_happens(synth, 50), birth);
        person->has_died = i < died;
        person->ended = synth->today - 1 - synth_random(synth, YEAR);
        int32_t known = person->ended - birth;
        person->since = birth + synth_random(synth, known > 1 ? known : 1);
    }
}

static int by_birth(const void *a, const void *b, void *persons)
{
    const SynthPerson *all = persons;
    int32_t left = *(const int32_t *)a, right = *(const int32_t *)b;
    if (all[left].birth != all[right].birth)
        return all[left].birth < all[right].birth ? -1 : 1;
    return (left > right) - (left < right);
}

static void sort_sexes(Synth *synth)
{
    for (int sex = 0; sex < 2; sex++)
        synth->by_birth[sex] = arena_array(synth->arena, (size_t)synth->present, sizeof(int32_t));
    if (!synth->by_birth[0] || !synth->by_birth[1])
        return;
    for (int32_t i = 0; i < synth->present; i++) {
        int sex = synth->persons[i].is_woman;
        synth->by_birth[sex][synth->of_sex[sex]++] = i;
    }
    for (int sex = 0; sex < 2; sex++)
        qsort_r(synth->by_birth[sex], (size_t)synth->of_sex[sex], sizeof(int32_t), by_birth, synth->persons);
}

void synth_people(Synth *synth)
{
    int32_t died = synth->present / 77, left = synth->present / 33;
    synth->persons =
        arena_array(synth->arena, (size_t)synth->present + (size_t)died + (size_t)left, sizeof(SynthPerson));
    synth->homes = arena_array(synth->arena, (size_t)synth->present, sizeof(SynthHome));
    if (!synth->persons || !synth->homes)
        return;
    add_present(synth);
    add_gone(synth, died, left);
    sort_sexes(synth);
}

/* --- homes --------------------------------------------------------------------------------------- */

static int32_t add_home(Synth *synth, uint16_t family)
{
    SynthHome *home = &synth->homes[synth->home_count];
    int32_t years = synth_random(synth, 6) * synth_random(synth, 7) + synth_random(synth, 3);
    *home = (SynthHome){.family = family,
        .since = synth->today - years * YEAR - synth_random(synth, YEAR),
        .town = (uint16_t)synth_random(synth, (int32_t)synth_towns()),
        .old_town = (uint16_t)synth_random(synth, (int32_t)synth_towns()),
        .block = (uint8_t)(1 + synth_random(synth, 30)),
        .old_block = (uint8_t)(1 + synth_random(synth, 30)),
        .number = (uint8_t)(1 + synth_random(synth, 20))};
    if (synth_happens(synth, 45))
        home->before = home->since - YEAR - synth_random(synth, 9 * YEAR);
    return synth->home_count++;
}

static void move_in(Synth *synth, int32_t person, int32_t home, SynthRelation relation)
{
    synth->persons[person].home = home;
    synth->persons[person].relation = (uint8_t)relation;
    synth->persons[person].family = synth->homes[home].family;
    synth->homes[home].size++;
}

/* --- finding somebody of an age ------------------------------------------------------------------ */

static int32_t first_born_after(const Synth *synth, int sex, int32_t birth)
{
    int32_t low = 0, high = synth->of_sex[sex];
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (synth->persons[synth->by_birth[sex][middle]].birth < birth)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Without a home, born as near to the day as can be, within so many days; SYNTH_NOBODY. */
static int32_t find_free(const Synth *synth, int sex, int32_t birth, int32_t within)
{
    int32_t right = first_born_after(synth, sex, birth), left = right - 1;
    for (int tries = 0; tries < SEARCH_MAX && (left >= 0 || right < synth->of_sex[sex]); tries++) {
        bool goes_left = right >= synth->of_sex[sex] || (left >= 0 && tries % 2 == 0);
        int32_t person = synth->by_birth[sex][goes_left ? left-- : right++];
        int32_t distance = abs(synth->persons[person].birth - birth);
        if (distance <= within && synth->persons[person].home == SYNTH_NOBODY)
            return person;
    }
    return SYNTH_NOBODY;
}

/* --- families ------------------------------------------------------------------------------------ */

typedef struct Families {
    Synth *synth;
    int32_t *mothers; /* in order of becoming one */
    int32_t *last;    /* of each: the birth of her youngest */
    uint8_t *children;
    int32_t count;
} Families;

static bool may_have(const Families *families, int32_t i, int32_t birth)
{
    int32_t age = birth - families->synth->persons[families->mothers[i]].birth;
    return families->children[i] < CHILDREN_MAX && birth - families->last[i] >= 500 &&
           birth - families->last[i] <= 6 * YEAR && age >= 20 * YEAR && age <= 44 * YEAR;
}

/* A mother who has a child already, for six in ten. */
static int32_t find_mother_of_sibling(Families *families, int32_t birth)
{
    if (families->count == 0 || !synth_happens(families->synth, 58))
        return SYNTH_NOBODY;
    int32_t window = families->count < 30000 ? families->count : 30000;
    for (int tries = 0; tries < 40; tries++) {
        int32_t i = families->count - 1 - synth_random(families->synth, window);
        if (may_have(families, i, birth))
            return i;
    }
    return SYNTH_NOBODY;
}

static int32_t add_mother(Families *families, int32_t birth)
{
    Synth *synth = families->synth;
    int32_t age = 24 + synth_random(synth, 7) + synth_random(synth, 7);
    int32_t person = find_free(synth, 1, birth - age * YEAR, 8 * YEAR);
    if (person == SYNTH_NOBODY)
        return SYNTH_NOBODY;
    move_in(synth, person, add_home(synth, synth->persons[person].family), SYNTH_HEAD);
    families->mothers[families->count] = person;
    families->children[families->count] = 0;
    return families->count++;
}

static void add_child(Families *families, int32_t child)
{
    Synth *synth = families->synth;
    int32_t birth = synth->persons[child].birth;
    int32_t i = find_mother_of_sibling(families, birth);
    if (i == SYNTH_NOBODY)
        i = add_mother(families, birth);
    if (i == SYNTH_NOBODY)
        return;
    synth->persons[child].mother = families->mothers[i];
    families->last[i] = birth;
    families->children[i]++;
    move_in(synth, child, synth->persons[families->mothers[i]].home, SYNTH_CHILD);
}

/* The husband is the head of the home. */
static void marry(Synth *synth, int32_t woman, int32_t man)
{
    move_in(synth, man, synth->persons[woman].home, SYNTH_HEAD);
    synth->persons[woman].relation = SYNTH_WIFE;
}

static int32_t find_husband(Synth *synth, int32_t woman)
{
    int32_t younger = (synth_random(synth, 9) - 2) * YEAR;
    return find_free(synth, 0, synth->persons[woman].birth - younger, 6 * YEAR);
}

/* Children below 18 all live with a mother; of those from 18 to 29, about half. Oldest first. */
static void make_mothers(Families *families)
{
    Synth *synth = families->synth;
    int32_t minor = date_to_days(date_add_months(synth->request.today, -12 * 18));
    int32_t young = date_to_days(date_add_months(synth->request.today, -12 * 30));
    int32_t at[2] = {first_born_after(synth, 0, young), first_born_after(synth, 1, young)};
    while (at[0] < synth->of_sex[0] || at[1] < synth->of_sex[1]) {
        int32_t man = at[0] < synth->of_sex[0] ? synth->by_birth[0][at[0]] : SYNTH_NOBODY;
        int32_t woman = at[1] < synth->of_sex[1] ? synth->by_birth[1][at[1]] : SYNTH_NOBODY;
        bool is_man = woman == SYNTH_NOBODY ||
                      (man != SYNTH_NOBODY && synth->persons[man].birth <= synth->persons[woman].birth);
        int32_t child = is_man ? man : woman;
        at[is_man ? 0 : 1]++;
        if (synth->persons[child].home == SYNTH_NOBODY &&
            (synth->persons[child].birth > minor || synth_happens(synth, 50)))
            add_child(families, child);
    }
}

static void make_fathers(Families *families)
{
    Synth *synth = families->synth;
    int32_t *husbands = arena_array(synth->arena, (size_t)synth->present, sizeof(int32_t));
    if (!husbands)
        return;
    for (int32_t i = 0; i < families->count; i++) {
        int32_t mother = families->mothers[i];
        int32_t man = synth_happens(synth, 87) ? find_husband(synth, mother) : SYNTH_NOBODY;
        husbands[mother] = man;
        if (man != SYNTH_NOBODY)
            marry(synth, mother, man);
    }
    for (int32_t i = 0; i < synth->present; i++)
        if (synth->persons[i].mother != SYNTH_NOBODY)
            synth->persons[i].father = husbands[synth->persons[i].mother];
}

static void make_couples(Synth *synth)
{
    for (int32_t i = 0; i < synth->of_sex[1]; i++) {
        int32_t woman = synth->by_birth[1][i];
        int32_t age = (synth->today - synth->persons[woman].birth) / YEAR;
        int32_t chance = age >= 80 ? 38 : age >= 50 ? 66 : age >= 26 ? 46 : 0;
        if (synth->persons[woman].home != SYNTH_NOBODY || !synth_happens(synth, chance))
            continue;
        int32_t man = find_husband(synth, woman);
        if (man == SYNTH_NOBODY)
            continue;
        move_in(synth, woman, add_home(synth, synth->persons[woman].family), SYNTH_WIFE);
        marry(synth, woman, man);
    }
}

/* Old parents with a family, and grown children who stay. */
static void join_homes(Families *families)
{
    Synth *synth = families->synth;
    for (int32_t i = 0; i < synth->present && families->count > 0; i++) {
        SynthPerson *person = &synth->persons[i];
        int32_t age = (synth->today - person->birth) / YEAR;
        if (person->home != SYNTH_NOBODY || age < 65 || !synth_happens(synth, age >= 80 ? 40 : 22))
            continue;
        int32_t mother = families->mothers[synth_random(synth, families->count)];
        int32_t older = synth->persons[mother].birth - person->birth;
        int32_t home = synth->persons[mother].home;
        if (older >= 22 * YEAR && older <= 48 * YEAR && synth->homes[home].size < HOME_MAX)
            move_in(synth, i, home, person->is_woman ? SYNTH_MOTHER : SYNTH_FATHER);
    }
}

/* Grown children who stayed: somebody alone joins a couple a generation older. */
static void keep_grown_children(Synth *synth)
{
    int32_t *wives = arena_array(synth->arena, (size_t)synth->present, sizeof(int32_t)), count = 0;
    if (!wives)
        return;
    for (int32_t i = 0; i < synth->present; i++)
        if (synth->persons[i].relation == SYNTH_WIFE)
            wives[count++] = i;
    for (int32_t i = 0; i < synth->present && count > 0; i++) {
        SynthPerson *person = &synth->persons[i];
        int32_t age = (synth->today - person->birth) / YEAR;
        bool stays = person->home == SYNTH_NOBODY && age >= 18 && age < 62 && synth_happens(synth, 62);
        for (int tries = 0; stays && tries < 8; tries++) {
            int32_t wife = wives[synth_random(synth, count)];
            int32_t older = person->birth - synth->persons[wife].birth;
            if (older < 20 * YEAR || older > 40 * YEAR || synth->homes[synth->persons[wife].home].size > 3)
                continue;
            person->mother = wife;
            move_in(synth, i, synth->persons[wife].home, SYNTH_CHILD);
            break;
        }
    }
}

static void set_since(Synth *synth, SynthPerson *person)
{
    const SynthHome *home = &synth->homes[person->home];
    int32_t arrived = home->before > 0 ? home->before : home->since;
    person->is_newborn_here = person->birth >= arrived || synth_happens(synth, 45);
    person->since = person->is_newborn_here ? person->birth : arrived;
}

void synth_families(Synth *synth)
{
    const size_t room = (size_t)synth->present;
    Families families = {.synth = synth,
        .mothers = arena_array(synth->arena, room, sizeof(int32_t)),
        .last = arena_array(synth->arena, room, sizeof(int32_t)),
        .children = arena_array(synth->arena, room, sizeof(uint8_t))};
    if (!families.mothers || !families.last || !families.children)
        return;
    make_mothers(&families);
    make_fathers(&families);
    make_couples(synth);
    join_homes(&families);
    keep_grown_children(synth);
    for (int32_t i = 0; i < synth->present; i++)
        if (synth->persons[i].home == SYNTH_NOBODY)
            move_in(synth, i, add_home(synth, synth->persons[i].family), SYNTH_HEAD);
    for (int32_t i = 0; i < synth->present; i++)
        set_since(synth, &synth->persons[i]);
}
