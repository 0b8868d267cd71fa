/* review/opinion_word.c: the words of public comment in one table each, who may, codes, and the tables.
 *
 * Names are kept in the database and sent by forms; titles are what people read. Name, address and contact
 * stand in a table of their own, opinion_person, so that no list reads them by mistake; whoever gives several
 * opinions is counted once by `identity`, the folded name and address.
 */
#include "review/opinion_internal.h"

#include <sodium.h>

#include "base/fold.h"
#include "base/utf8.h"
#include "review/evaluation.h"

static const DbMigration STEPS[] = {
    {1, "public comment",
        "create table opinion_period (\n"
        "  id {id},\n"
        "  plan_id {int} not null references plan (id),\n"
        "  edition_id {int} not null references edition (id),\n"
        "  title {text} not null,\n"
        "  asks {text} not null,\n"
        "  ways {text} not null,\n"
        "  from_day {int} not null,\n"
        "  to_day {int} not null,\n"
        "  created_at {int} not null,\n"
        "  created_by {text} not null,\n"
        "  published_at {int},\n"
        "  published_by {text}\n"
        "){end};\n"
        "create table opinion_extension (\n"
        "  period_id {int} not null references opinion_period (id),\n"
        "  to_day {int} not null,\n"
        "  before_day {int} not null,\n"
        "  decided_at {int} not null,\n"
        "  decided_by {text} not null,\n"
        "  primary key (period_id, to_day)\n"
        "){end};\n"
        "create table opinion_person (\n"
        "  id {id},\n"
        "  period_id {int} not null references opinion_period (id),\n"
        "  identity {text} not null,\n"
        "  name {text} not null,\n"
        "  address {text} not null,\n"
        "  contact {text} not null,\n"
        "  login {text} not null\n"
        "){end};\n"
        "create index opinion_person_login on opinion_person (login);\n"
        "create table opinion_topic (\n"
        "  id {id},\n"
        "  period_id {int} not null references opinion_period (id),\n"
        "  key {text} not null,\n"
        "  version {int} not null,\n"
        "  created_at {int} not null,\n"
        "  created_by {text} not null\n"
        "){end};\n"
        "create index opinion_topic_period on opinion_topic (period_id);\n"
        "create table opinion_topic_text (\n"
        "  topic_id {int} not null references opinion_topic (id),\n"
        "  version {int} not null,\n"
        "  summary {text} not null,\n"
        "  kind {text} not null,\n"
        "  answer {text} not null,\n"
        "  edited_at {int} not null,\n"
        "  edited_by {text} not null,\n"
        "  primary key (topic_id, version)\n"
        "){end};\n"
        "create table opinion_topic_change (\n"
        "  topic_id {int} not null references opinion_topic (id),\n"
        "  version {int} not null,\n"
        "  change_id {int} not null,\n"
        "  primary key (topic_id, version, change_id)\n"
        "){end};\n"
        "create table opinion (\n"
        "  id {id},\n"
        "  period_id {int} not null references opinion_period (id),\n"
        "  number {int} not null,\n"
        "  code {text} not null unique,\n"
        "  once {text} not null,\n"
        "  way {text} not null,\n"
        "  received_on {int} not null,\n"
        "  late {int} not null,\n"
        "  anchor_id {int},\n"
        "  text {text} not null,\n"
        "  person_id {int} not null references opinion_person (id),\n"
        "  standing {text} not null,\n"
        "  topic_id {int} references opinion_topic (id),\n"
        "  created_at {int} not null,\n"
        "  entered_by {text} not null,\n"
        "  unique (period_id, number),\n"
        "  unique (period_id, once)\n"
        "){end};\n"
        "create index opinion_of_topic on opinion (topic_id);\n"
        "create index opinion_of_person on opinion (person_id);\n"},
};

bool opinion_migrate(Db *db, int *applied, Error *error)
{
    return db_migrate(db, "opinion", COUNT_OF(STEPS), STEPS, applied, error);
}

/* --- words --- */

typedef struct Word {
    const char *name;
    Str title[LANGUAGE_COUNT], says[LANGUAGE_COUNT];
} Word;

#define WORD(name, ja, en)                        \
    {                                             \
        name, {STR_LITERAL(ja), STR_LITERAL(en)}, \
        {                                         \
            {                                     \
                0                                 \
            }                                     \
        }                                         \
    }
#define WORD_SAYS(name, ja, en, says_ja, says_en)      \
    {                                                  \
        name, {STR_LITERAL(ja), STR_LITERAL(en)},      \
        {                                              \
            STR_LITERAL(says_ja), STR_LITERAL(says_en) \
        }                                              \
    }

static const Word answers[OPINION_ANSWER_KIND_COUNT] = {
    [OPINION_UNANSWERED] = WORD_SAYS("", "未回答", "Not answered yet", "", ""),
    [OPINION_REFLECTED] = WORD_SAYS("reflected", "反映", "Adopted", "ご意見を受けて、案を修正するもの",
        "the draft is changed because of the comment"),
    [OPINION_SAME] = WORD_SAYS("same", "趣旨同じ", "Already covered",
        "ご意見の趣旨が、すでに案に盛り込まれているもの", "the draft says so already"),
    [OPINION_REFERENCE] =
        WORD_SAYS("reference", "参考", "For reference", "案は修正しないが、取組を進める上で参考とするもの",
            "the draft stays as it is; the comment is kept in mind when it is carried out"),
    [OPINION_DIFFICULT] = WORD_SAYS("difficult", "反映困難", "Cannot be adopted",
        "案に反映することが難しいもの", "it cannot be taken into the draft"),
    [OPINION_OUTSIDE] = WORD_SAYS("outside", "対象外", "Out of scope", "今回の意見募集の対象とならないもの",
        "it is not about what was asked"),
};

static const Word ways[OPINION_WAY_COUNT] = {
    [OPINION_BY_PAGE] = WORD("page", "ホームページ", "This site"),
    [OPINION_BY_POST] = WORD("post", "郵送", "Post"),
    [OPINION_BY_FAX] = WORD("fax", "ファクス", "Fax"),
    [OPINION_BY_MAIL] = WORD("mail", "電子メール", "E-mail"),
    [OPINION_AT_COUNTER] = WORD("counter", "窓口", "At the counter"),
};

static const Word standings[OPINION_STANDING_COUNT] = {
    [OPINION_STANDING_UNSAID] = WORD("", "記載なし", "Not said"),
    [OPINION_RESIDENT] = WORD("resident", "市内在住", "Lives in the city"),
    [OPINION_WORKER] = WORD("worker", "市内在勤", "Works in the city"),
    [OPINION_STUDENT] = WORD("student", "市内在学", "Goes to school in the city"),
    [OPINION_OTHER] = WORD("other", "その他", "Other"),
};

/* The place of a name in a table; -1 when it is not there. */
static int find_word(const Word *words, size_t count, Str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_equal(name, str_of(words[i].name)))
            return (int)i;
    return -1;
}

const char *opinion_answer_name(OpinionAnswerKind kind)
{
    assert(kind < OPINION_ANSWER_KIND_COUNT);
    return answers[kind].name;
}

bool opinion_answer_from_name(Str name, OpinionAnswerKind *out)
{
    const int place = find_word(answers, COUNT_OF(answers), name);
    *out = place < 0 ? OPINION_UNANSWERED : (OpinionAnswerKind)place;
    return place >= 0;
}

Str opinion_answer_title(OpinionAnswerKind kind, Language language)
{
    assert(kind < OPINION_ANSWER_KIND_COUNT);
    return answers[kind].title[language];
}

Str opinion_answer_says(OpinionAnswerKind kind, Language language)
{
    assert(kind < OPINION_ANSWER_KIND_COUNT);
    return answers[kind].says[language];
}

const char *opinion_way_name(OpinionWay way)
{
    assert(way < OPINION_WAY_COUNT);
    return ways[way].name;
}

bool opinion_way_from_name(Str name, OpinionWay *out)
{
    const int place = find_word(ways, COUNT_OF(ways), name);
    *out = place < 0 ? OPINION_BY_PAGE : (OpinionWay)place;
    return place >= 0;
}

Str opinion_way_title(OpinionWay way, Language language)
{
    assert(way < OPINION_WAY_COUNT);
    return ways[way].title[language];
}

const char *opinion_standing_name(OpinionStanding standing)
{
    assert(standing < OPINION_STANDING_COUNT);
    return standings[standing].name;
}

bool opinion_standing_from_name(Str name, OpinionStanding *out)
{
    const int place = find_word(standings, COUNT_OF(standings), name);
    *out = place < 0 ? OPINION_STANDING_UNSAID : (OpinionStanding)place;
    return place >= 0;
}

Str opinion_standing_title(OpinionStanding standing, Language language)
{
    assert(standing < OPINION_STANDING_COUNT);
    return standings[standing].title[language];
}

/* --- who may, and what --- */

OpinionRight opinion_right_of(const Account *account)
{
    switch (evaluation_right_of(account)) {
    case EVALUATION_WRITE:
        return OPINION_MANAGE;
    case EVALUATION_READ:
        return OPINION_STAFF;
    case EVALUATION_PUBLIC:
        break;
    }
    return OPINION_PUBLIC;
}

bool opinion_check_manager(const OpinionBy *by, Error *error)
{
    return (by->right == OPINION_MANAGE && by->actor.len > 0) ||
           error_set(error, ERROR_DENIED, "only planning handles public comment");
}

bool opinion_is_plain(Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char byte = (unsigned char)text.at[i];
        if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F)
            return false;
    }
    return utf8_check(text, NULL);
}

bool opinion_check_text(Str text, size_t max, bool needed, const char *what, Error *error)
{
    if (!opinion_is_plain(text))
        return error_set(error, ERROR_INPUT, "the %s has characters that are no text", what);
    if (needed && str_trim(text).len == 0)
        return error_set(error, ERROR_INPUT, "the %s is missing", what);
    return utf8_count(text) <= max ||
           error_set(error, ERROR_LIMIT, "the %s has more than %zu characters", what, max);
}

/* --- codes --- */

#define CODE_LETTERS 16
#define CODE_GROUP 4

/* 32 that people do not mistake for each other (Crockford's) */
static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";

static Str print_code(Arena *arena, const char code[CODE_LETTERS])
{
    char text[CODE_LETTERS + CODE_LETTERS / CODE_GROUP];
    size_t len = 0;
    for (size_t i = 0; i < CODE_LETTERS; i++) {
        if (i > 0 && i % CODE_GROUP == 0)
            text[len++] = '-';
        text[len++] = code[i];
    }
    return arena_str(arena, (Str){text, len});
}

Str opinion_code_new(Arena *arena)
{
    char code[CODE_LETTERS];
    unsigned char random[CODE_LETTERS];
    randombytes_buf(random, sizeof random);
    for (size_t i = 0; i < CODE_LETTERS; i++)
        code[i] = letters[random[i] % 32];
    return print_code(arena, code);
}

/* The letter that was meant by one that is easily mistaken. */
static char meant_letter(char letter)
{
    return letter == 'o' ? '0' : letter == 'i' || letter == 'l' ? '1' : letter;
}

Str opinion_code_read(Arena *arena, Str typed)
{
    char code[CODE_LETTERS];
    size_t len = 0;
    const Str folded = text_fold(arena, typed);
    for (size_t i = 0; i < folded.len; i++) {
        const char letter = meant_letter(folded.at[i]);
        if (letter == '-' || letter == ' ')
            continue;
        if (len == CODE_LETTERS || letter == '\0' || !strchr(letters, letter))
            return STR_EMPTY;
        code[len++] = letter;
    }
    return len == CODE_LETTERS ? print_code(arena, code) : STR_EMPTY;
}

/* --- causes --- */

#define CAUSE "opinion:"

Str opinion_cause(Arena *arena, int64_t topic)
{
    return arena_printf(arena, CAUSE "%lld", (long long)topic);
}

int64_t opinion_of_cause(Str cause)
{
    int64_t id = 0;
    if (!str_starts(cause, S(CAUSE)) || !str_to_int(str_slice(cause, sizeof CAUSE - 1, cause.len), &id) ||
        id < 1)
        return 0;
    return id;
}
