/* review/inquiry_word.c: the words of answers in one table, and how a change names the part it came in with.
 */
#include "review/inquiry.h"

#include "city/service.h"

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

static const Word answers[INQUIRY_ANSWER_COUNT] = {
    [INQUIRY_OPEN] = WORD("", "未回答", "Not answered"),
    [INQUIRY_CONFIRMED] = WORD("confirmed", "異議なし", "No objection"),
    [INQUIRY_EDITED] = WORD("edited", "修正あり", "Changed"),
    [INQUIRY_RETURNED] = WORD("returned", "所管外", "Not ours"),
};

const char *inquiry_answer_name(InquiryAnswer answer)
{
    assert(answer < INQUIRY_ANSWER_COUNT);
    return answers[answer].name;
}

bool inquiry_answer_from_name(Str name, InquiryAnswer *out)
{
    *out = INQUIRY_OPEN;
    for (size_t i = 0; i < COUNT_OF(answers); i++)
        if (str_equal(name, str_of(answers[i].name))) {
            *out = (InquiryAnswer)i;
            return true;
        }
    return false;
}

Str inquiry_answer_title(InquiryAnswer answer, Language language)
{
    assert(answer < INQUIRY_ANSWER_COUNT);
    return answers[answer].title.in[language];
}

#define CAUSE "inquiry:"

Str inquiry_cause(Arena *arena, int64_t part)
{
    return arena_printf(arena, CAUSE "%lld", (long long)part);
}

int64_t inquiry_of_cause(Str cause)
{
    int64_t part = 0;
    if (!str_starts(cause, S(CAUSE)) || !str_to_int(str_slice(cause, sizeof CAUSE - 1, cause.len), &part) ||
        part < 1)
        return 0;
    return part;
}
