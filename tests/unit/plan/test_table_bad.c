/* Bad input to the table reader: a clear error with a place, or warnings; never a crash, never words that
 * vanish.
 *
 * The random part puts pages together from pieces with invented words, each word used once, in any order and
 * cut anywhere; the oracle is that every word is found again in a node, an annotation or a warning, and that
 * fixes change neither the words nor the numbers of the warnings.
 */
#include "plan/read_table.h"

#include "plan/encoding.h"
#include "plan/warning.h"
#include "table_reading.h"

typedef struct Refusal {
    Str text;
    ErrorCode code;
    long line, column;
    const char *words;
} Refusal;

static void what_cannot_be_read_is_refused(void **state)
{
    (void)state;
    static const Refusal cases[] = {
        {STR_LITERAL(""), ERROR_INPUT, 0, 0, "empty"},
        {STR_LITERAL("\n \n"), ERROR_INPUT, 0, 0, "empty"},
        {STR_LITERAL("\xEF\xBB\xBF"), ERROR_INPUT, 0, 0, "page title"},
        {STR_LITERAL("川の再生\n現状と課題\t基本方向\n"), ERROR_INPUT, 0, 0, "import.yaml"},
        {STR_LITERAL("# 1 水と緑 / (1) 川の再生 {#1-1}\n"), ERROR_INPUT, 0, 0, "基本政策名"},
        {STR_LITERAL(PAGE "\0"), ERROR_INPUT, 11, 1, "NUL"},
        {STR_LITERAL(PAGE "水\x90\xEC"), ERROR_INPUT, 11, 2, "not UTF-8"},
        {STR_LITERAL("\x8A\xEE\x96\x7B\x90\xAD\x8D\xF4"), ERROR_INPUT, 1, 1, "Shift_JIS"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_ARENA arena = arena_new(READING_ROOM);
        Error error = {0};
        assert_null(plan_read_table(
            arena, cases[i].text, S("案.txt"), plan_profile_default(), &(FixChoice){.all = true}, &error));
        assert_string_equal(error.file, "案.txt");
        if (error.code != cases[i].code || error.line != cases[i].line || error.column != cases[i].column ||
            strstr(error.message, cases[i].words) == NULL) {
            fail_msg(
                "case %zu: %d at %ld:%ld: %s", i, (int)error.code, error.line, error.column, error.message);
        }
    }
}

static void detection_of_the_format(void **state)
{
    (void)state;
    const PlanProfile *profile = plan_profile_default();
    assert_true(plan_text_is_table(S(PAGE), profile));
    assert_true(plan_text_is_table(S("表紙\r\n\r\n" PAGE_LABELS), profile));
    assert_true(plan_text_is_table(S("a\r" PAGE_TITLE), profile));
    assert_false(plan_text_is_table(S("基本政策名 2"), profile));
    assert_false(plan_text_is_table(S("# 2 水と緑\n"), profile));
    assert_false(plan_text_is_table(S("{\"format\": \"hitomachi-plan/1\"}"), profile));
    assert_false(plan_text_is_table(S("\x83\x54\0\xFF"), profile));
    assert_false(plan_text_is_table(STR_EMPTY, profile));
}

/* `count` pieces one after the other, %zu standing for the piece's number. */
static Str repeat(Arena *arena, Str head, size_t count, const char *piece, Str tail)
{
    const size_t room = head.len + count * (strlen(piece) + 20) + tail.len;
    char *at = arena_alloc(arena, room);
    assert_non_null(at);
    memcpy(at, head.at, head.len);
    size_t len = head.len;
    const char *number = strstr(piece, "#");
    for (size_t i = 1; i <= count; i++) {
        const int written = number == NULL ? snprintf(at + len, room - len, "%s", piece)
                                           : snprintf(at + len, room - len, "%.*s%zu%s",
                                                 (int)(number - piece), piece, i, number + 1);
        len += (size_t)written;
    }
    memcpy(at + len, tail.at, tail.len);
    return (Str){at, len + tail.len};
}

static void many_cells_are_read(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new((size_t)2 << 30);
    const size_t rows = 50000, columns = 4000;
    const Str page = repeat(
        arena, S(PAGE_TITLE PAGE_LABELS "現状と課題\t基本方向\n"), rows, "《川》●魚。\t道。\n", STR_EMPTY);
    const Str titles = repeat(arena, arena_join(arena, page, S("主な取組\t\n")), columns, "#. 水\t", S("\n"));
    const Plan *plan = read_literally(arena, repeat(arena, titles, columns, "《川》●魚。\t", S("\n")));
    assert_int_equal(plan_count(plan, PLAN_FACT, PLAN_KIND_COUNT), rows);
    assert_int_equal(plan_count(plan, PLAN_DIRECTION, PLAN_DIRECTION), rows);
    assert_int_equal(plan_count(plan, PLAN_MEASURE, PLAN_KIND_COUNT), columns);
    assert_int_equal(plan_count(plan, PLAN_INITIATIVE, PLAN_KIND_COUNT), columns);
    assert_int_equal(plan_find(plan, S("1-1-4000-1-1")), (int32_t)plan->nodes.len - 1);
}

static void what_does_not_fit_is_refused_clearly(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Str head = S(PAGE_TITLE PAGE_LABELS "現状と課題\t基本方向\n");
    const struct {
        Str text;
        size_t room;
        const char *words;
    } cases[] = {
        {repeat(arena, head, 5000, "●魚。\t", S("\n")), (size_t)64 << 20,
            "a row has 5001 cells; at most 4096"},
        {repeat(arena, head, 600000, "●a ", S("\n")), (size_t)512 << 20, "more cells and items than fit"},
        {repeat(arena, head, 200000, "●魚。\n", STR_EMPTY), (size_t)1 << 20, "more cells and items than fit"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_ARENA room = arena_new(cases[i].room);
        Error error = {0};
        assert_null(plan_read_table(room, cases[i].text, S("a"), plan_profile_default(), NULL, &error));
        assert_int_equal(error.code, ERROR_LIMIT);
        assert_true(error.line >= 5);
        if (strstr(error.message, cases[i].words) == NULL) {
            fail_msg("case %zu: %s", i, error.message);
        }
    }
}

/* Shapes that make a careless reader quadratic: with a few thousand times the work of the text they would not
 * end within the test's time. */
static void shapes_that_invite_to_look_back_are_read(void **state)
{
    (void)state;
    const size_t count = 20000;
    static const char *const pieces[] = {"<p", "<u>", "</u>", "<", "&", "《", "》", "●", "*", "*a：b\n",
        "\n\n", "水\n\n", "\t\t\n", PAGE_TITLE, "基本政策名\t# 水\n", "主な取組\n", "現状と課題\t基本方向\n",
        "①川\t②湖\n", "《川》 ●魚。\n\n", "<ul>", "&amp;", "　", "成果\t指標\n\n",
        "当該取組は*稚魚を放します。\n\n", "|", "-----\n"};
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        AUTO_ARENA arena = arena_new((size_t)4 << 30);
        const Str text = repeat(arena, S(PAGE), count, pieces[i], STR_EMPTY);
        const Plan *plan = read_fixed(arena, text);
        assert_true(plan_find(plan, S("1-1-2-1-1")) > 0);
    }
}

/* --- random pages --- */

typedef struct Random {
    uint64_t state;
} Random;

static size_t below(Random *random, size_t limit)
{
    random->state = random->state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(random->state >> 33) % limit;
}

/* '#' stands for a word that is used nowhere else. */
static const char *const bricks[] = {PAGE_TITLE, "基本政策名\t1 #\t政策名\t(1) #\n",
    "基本政策名\t2 #\t政策名\t(2) #\n", "基本政策名\t1 水\t政策名\t(1) 川\n", "政策名\t#\n", "-----\t-----\n",
    "\n", "\n\n", "現状と課題\t基本方向\n", "現状と課題\t\t基本方向\n", "現状と課題\n", "基本方向\n",
    "主な取組\t\t\n", "主な取組\n", "#\t#\n", "①#\t②#\t③#\n", "②#\t①#\n", "①#\n",
    "<p>《#》 ●#。 ●#。</p>\t<p>#。</p>\n", "《#》 ●#。\t\n", "《#》●#。《#》●#。\t", "●#。\n", "#。\n",
    "\t#。\t\t\n", "<p>《#》</p> <ul> ●#。 <p>《#》</p> <ul> ●#。\t\t#\n", "<u>#</u>。", "<u>#", "</u>",
    "《#", "*#：#。\n", "当該取組は#。\n\n", "<br>#<br>", "&lt;#&gt;", "<x#>", "●<s>#</s>*#。\n", "(1) #\t",
    "成果#\t指標#\n\n"};

#define WORD_FORMAT "語%zu終"

static Str random_text(Arena *arena, Random *random, size_t *words)
{
    Str text = STR_EMPTY;
    *words = 0;
    for (size_t count = 3 + below(random, 40); count > 0; count--) {
        Str rest = str_of(bricks[below(random, COUNT_OF(bricks))]), before;
        if (count % 7 == 3) {
            rest = S(PAGE_TITLE "基本政策名\t1 水\t政策名\t(1) 川\n");
        }
        while (str_cut(rest, S("#"), &before, &rest)) {
            text = arena_printf(arena, "%.*s%.*s" WORD_FORMAT, STR_ARGS(text), STR_ARGS(before), ++*words);
        }
        text = arena_join(arena, text, before);
    }
    return text;
}

static Str all_words_of(Arena *arena, const Plan *plan)
{
    Str all = STR_EMPTY;
    for (size_t i = 0; i < plan->nodes.len; i++) {
        all = arena_printf(arena, "%.*s%.*s|", STR_ARGS(all), STR_ARGS(plan->nodes.at[i].text));
    }
    for (size_t i = 0; i < plan->annotations.len; i++) {
        all = arena_printf(arena, "%.*s%.*s|", STR_ARGS(all), STR_ARGS(plan->annotations.at[i].text));
    }
    for (size_t i = 0; i < plan->warnings.len; i++) {
        all = arena_printf(arena, "%.*s%.*s|", STR_ARGS(all), STR_ARGS(plan->warnings.at[i].subject));
    }
    return all;
}

static size_t length_of_texts(const Plan *plan)
{
    size_t length = 0;
    for (size_t i = 0; i < plan->nodes.len; i++) {
        length += plan->nodes.at[i].text.len + plan->nodes.at[i].number.len;
    }
    return length;
}

static void check_random_text(Arena *arena, Str text, size_t words)
{
    const Plan *literal = read_literally(arena, text), *fixed = read_fixed(arena, text);
    const Str all = all_words_of(arena, literal);
    for (size_t i = 1; i <= words; i++) {
        if (!str_contains(all, arena_printf(arena, WORD_FORMAT, i))) {
            fail_msg("word %zu of\n%.*s\nis lost in\n%.*s", i, STR_ARGS(text), STR_ARGS(all));
        }
    }
    assert_int_equal(literal->nodes.len, fixed->nodes.len);
    assert_int_equal(length_of_texts(literal), length_of_texts(fixed));
    assert_int_equal(literal->warnings.len, fixed->warnings.len);
    for (size_t i = 0; i < literal->warnings.len; i++) {
        const PlanWarning *before = &literal->warnings.at[i], *after = &fixed->warnings.at[i];
        assert_int_equal(before->number, i + 1);
        assert_int_equal(after->number, i + 1);
        assert_string_equal(before->code, after->code);
        assert_slice(before->subject, after->subject);
        assert_int_equal(before->has_fix, after->taken);
        assert_true(plan_warning_message(arena, before, LANGUAGE_JA).len > 0);
    }
}

static void no_word_is_ever_lost(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    for (uint64_t seed = 1; seed <= 800; seed++) {
        Random random = {seed};
        size_t words = 0;
        arena_clear(arena);
        const Str text = random_text(arena, &random, &words);
        if (plan_text_is_table(text, plan_profile_default())) {
            check_random_text(arena, text, words);
        }
    }
}

/* Bytes taken out, doubled and changed at random: an error with a place, or a valid plan. */
static void damaged_bytes_are_errors_or_plans(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    size_t read = 0;
    for (uint64_t seed = 1; seed <= 800; seed++) {
        Random random = {seed};
        arena_clear(arena);
        const Str page = arena_str(arena, S(PAGE "\n当該取組は<u>稚魚</u>。\n*鮎：魚。\n"));
        char *bytes = arena_alloc(arena, page.len * 2);
        size_t len = 0;
        for (size_t i = 0; i < page.len; i++) {
            const size_t chance = below(&random, 3000);
            bytes[len] = chance == 0 ? (char)below(&random, 128) : page.at[i];
            len += chance != 1;
            i -= chance == 2 && i > 40 ? 40 : 0;
            if (len + 1 >= page.len * 2) {
                break;
            }
        }
        Error error = {0};
        const Plan *plan = plan_read_table(
            arena, (Str){bytes, len}, S("a"), plan_profile_default(), &(FixChoice){.all = true}, &error);
        if (plan == NULL) {
            assert_int_equal(error.code, ERROR_INPUT);
            assert_true(strlen(error.message) > 0);
        }
        read += plan != NULL;
    }
    assert_true(read > 200); /* most keep their page title and stay UTF-8 often enough */
}

/* --- memory --- */

/* A page with something for every part of the reader. */
static const char everything[] = PAGE_TITLE PAGE_LABELS
    "現状と課題\t基本方向\n《水質の状況》●<u>澄む。\t《魚の状況》●鮎。\n主な取組\t\n"
    "①水\t②<u>魚</u>\n《監視》●*水を測る。《清掃》●掃く。\t\n\n当該取組は水を測る。\n*水：水。\n";

static const Plan *try_to_read(Arena *arena)
{
    Error error = {0};
    const Plan *plan = plan_read_table(
        arena, str_of(everything), S("a"), plan_profile_default(), &(FixChoice){.all = true}, &error);
    if (plan == NULL && error.code != ERROR_MEMORY && error.code != ERROR_LIMIT) {
        fail_msg("%s", error.message);
    }
    return plan;
}

/* Blocks of memory that the system refuses, one after the other; then arenas that are full at every place. */
static void every_allocation_may_fail(void **state)
{
    (void)state;
    AUTO_ARENA roomy = arena_new(READING_ROOM);
    const Plan *whole = try_to_read(roomy);
    assert_non_null(whole);
    size_t refused = 0;
    for (bool done = false; !done; refused++) {
        AUTO_ARENA arena = arena_new(READING_ROOM);
        arena_fail_after(refused + 1);
        done = try_to_read(arena) != NULL;
        arena_fail_after(0);
        assert_true(refused < 1000);
    }
    assert_true(refused > 3);
    bool read = false;
    for (size_t room = 16; room <= (size_t)1 << 17; room += 120) {
        AUTO_ARENA arena = arena_new(room);
        Error error = {0};
        const Plan *plan = try_to_read(arena);
        assert_false(read && plan == NULL);
        read = plan != NULL;
        if (read && !plan_same(whole, plan, &error)) {
            fail_msg("%s", error.message);
        }
    }
    assert_true(read);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_read_is_refused),
        cmocka_unit_test(detection_of_the_format),
        cmocka_unit_test(many_cells_are_read),
        cmocka_unit_test(what_does_not_fit_is_refused_clearly),
        cmocka_unit_test(shapes_that_invite_to_look_back_are_read),
        cmocka_unit_test(no_word_is_ever_lost),
        cmocka_unit_test(damaged_bytes_are_errors_or_plans),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
