/* review/word.c: the words of an evaluation in one table each, and who may do what with one.
 *
 * Names are kept in the database and sent by forms; titles are what people read. A city's usual four grades
 * and five directions.
 */
#include "review/evaluation.h"

typedef struct Word {
    const char *name;
    Titled title;
} Word;

#define WORD(name, ja, en)                             \
    {                                                  \
        name,                                          \
        {                                              \
            .in = { STR_LITERAL(ja), STR_LITERAL(en) } \
        }                                              \
    }

static const Word judgements[EVALUATION_JUDGEMENT_COUNT] = {
    [EVALUATION_UNJUDGED] = WORD("", "", ""),
    [EVALUATION_A] = WORD("a", "A 順調", "A On track"),
    [EVALUATION_B] = WORD("b", "B おおむね順調", "B Mostly on track"),
    [EVALUATION_C] = WORD("c", "C やや遅れ", "C Somewhat behind"),
    [EVALUATION_D] = WORD("d", "D 遅れ", "D Behind"),
};

static const Word directions[EVALUATION_DIRECTION_COUNT] = {
    [EVALUATION_UNDIRECTED] = WORD("", "", ""),
    [EVALUATION_EXTEND] = WORD("extend", "拡充", "Extend"),
    [EVALUATION_KEEP] = WORD("keep", "継続", "Continue"),
    [EVALUATION_IMPROVE] = WORD("improve", "改善", "Improve"),
    [EVALUATION_REDUCE] = WORD("reduce", "縮小", "Reduce"),
    [EVALUATION_END] = WORD("end", "休廃止", "Suspend or end"),
};

/* The place of a name in a table; -1 when it is not there. */
static int find_word(const Word *words, size_t count, Str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_equal(name, str_of(words[i].name)))
            return (int)i;
    return -1;
}

const char *evaluation_judgement_name(EvaluationJudgement judgement)
{
    assert(judgement < EVALUATION_JUDGEMENT_COUNT);
    return judgements[judgement].name;
}

const char *evaluation_direction_name(EvaluationDirection direction)
{
    assert(direction < EVALUATION_DIRECTION_COUNT);
    return directions[direction].name;
}

bool evaluation_judgement_from_name(Str name, EvaluationJudgement *out)
{
    int place = find_word(judgements, COUNT_OF(judgements), name);
    *out = place < 0 ? EVALUATION_UNJUDGED : (EvaluationJudgement)place;
    return place >= 0;
}

bool evaluation_direction_from_name(Str name, EvaluationDirection *out)
{
    int place = find_word(directions, COUNT_OF(directions), name);
    *out = place < 0 ? EVALUATION_UNDIRECTED : (EvaluationDirection)place;
    return place >= 0;
}

Str evaluation_judgement_title(EvaluationJudgement judgement, Language language)
{
    assert(judgement < EVALUATION_JUDGEMENT_COUNT);
    return judgements[judgement].title.in[language];
}

Str evaluation_direction_title(EvaluationDirection direction, Language language)
{
    assert(direction < EVALUATION_DIRECTION_COUNT);
    return directions[direction].title.in[language];
}

/* --- who may --- */

EvaluationRight evaluation_right_of(const Account *account)
{
    if (!account || account->disabled)
        return EVALUATION_PUBLIC;
    if (account_has_role(account, S(ROLE_PLANNER)) || account_has_role(account, S(ROLE_PLANNING_MANAGER)))
        return EVALUATION_WRITE;
    for (size_t i = 0; i < account->roles.len; i++)
        if (!str_equal(account->roles.at[i], S(ROLE_RESIDENT)) &&
            !str_equal(account->roles.at[i], S(ROLE_ANYONE)))
            return EVALUATION_READ;
    return EVALUATION_PUBLIC;
}

/* --- causes --- */

#define CAUSE "evaluation:"

Str evaluation_cause(Arena *arena, int64_t id)
{
    return arena_printf(arena, CAUSE "%lld", (long long)id);
}

int64_t evaluation_of_cause(Str cause)
{
    int64_t id = 0;
    if (!str_starts(cause, S(CAUSE)) || !str_to_int(str_slice(cause, sizeof CAUSE - 1, cause.len), &id) ||
        id < 1)
        return 0;
    return id;
}
