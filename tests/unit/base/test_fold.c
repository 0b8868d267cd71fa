/* base/fold.h. */
#include "base/fold.h"

#include "check.h"

static void what_reads_alike_folds_alike(void **state)
{
    (void)state;
    static const struct {
        const char *from, *folded;
    } PAIRS[] = {
        {"カタカナ", "かたかな"},
        {"ｶﾞｷﾞｸﾞ ﾊﾟﾝ", "がぎぐ ぱん"},
        {"か\u3099", "が"}, /* mark after its kana */
        {"ヴァイオリン", "ゔぁいおりん"},
        {"サーバー", "さーばー"}, /* the long mark stays */
        {"ｻｰﾊﾞｰ", "さーばー"},
        {"ＡＢＣ１２３", "abc123"},
        {"Straße", "strasse"},
        {"①㈱㌔", "1(株)きろ"},
        {"葛\U000E0100城", "葛城"}, /* ideographic variation */
        {"辻\uFE00", "辻"},
        {"a\u00A0\u3000\t\nb", "a b"}, /* white space of every kind */
        {"　先頭", " 先頭"},
        {"\uE000外字\uF8FF", "\uE000外字\uF8FF"}, /* private use untouched */
        {"子ども・子育て", "子ども・子育て"},
        {"soft\u00ADhyphen", "softhyphen"},
        {"ヽヾ", "ゝゞ"},
        {"ヷ", "わ\u3099"},
        {"", ""},
    };
    AUTO_ARENA arena = arena_new(1 << 20);
    for (size_t i = 0; i < COUNT_OF(PAIRS); i++) {
        assert_str(text_fold(arena, str_of(PAIRS[i].from)), PAIRS[i].folded);
        assert_str(text_fold(arena, str_of(PAIRS[i].folded)), PAIRS[i].folded);
    }
    assert_false(arena_failed(arena));
}

static void full_arena_is_told(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(16);
    assert_int_equal(text_fold(arena, S("青森市総合計画")).len, 0);
    assert_true(arena_failed(arena));
}

/* Marks the hits as [..] so that a test reads. */
static Str marked(Arena *arena, const char *text, const char *query)
{
    FoldMatch *matches = NULL;
    Str s = str_of(text), out = STR_EMPTY;
    size_t count = text_find_folded(arena, s, str_of(query), &matches), at = 0;
    for (size_t i = 0; i < count; i++) {
        assert_true(matches[i].from >= at && matches[i].from < matches[i].to && matches[i].to <= s.len);
        out = arena_join(arena, out, str_slice(s, at, matches[i].from));
        out = arena_printf(
            arena, "%.*s[%.*s]", STR_ARGS(out), STR_ARGS(str_slice(s, matches[i].from, matches[i].to)));
        at = matches[i].to;
    }
    return arena_join(arena, out, str_slice(s, at, s.len));
}

static void hits_are_marked_in_the_original(void **state)
{
    (void)state;
    static const struct {
        const char *text, *query, *expected;
    } CASES[] = {
        {"児童虐待の防止", "虐待", "児童[虐待]の防止"},
        {"保育園と保育所", "保育", "[保育]園と[保育]所"},
        {"ｶﾞｲﾄﾞﾌﾞｯｸ", "ガイド", "[ｶﾞｲﾄﾞ]ﾌﾞｯｸ"},     /* two code points to one */
        {"かいどぶっく", "ガイド", "かいどぶっく"}, /* a mark makes another sound */
        {"約３㌔㍍", "キロ", "約３[㌔]㍍"},         /* half of what one character gives marks it whole */
        {"約３㌔㍍", "ロメ", "約３[㌔㍍]"},
        {"葛\U000E0100城市", "葛城", "[葛\U000E0100城]市"},
        {"葛\U000E0100城市", "葛", "[葛\U000E0100]城市"},
        {"子育て　　支援", "て 支援", "子育[て]　　[支援]"}, /* two words */
        {"あああああ", "ああ", "[ああ][ああ]あ"},
        {"保育園児", "保育園 育園児", "[保育園児]"}, /* overlapping words are one hit */
        {"保育園", "園 保育", "[保育][園]"},
        {"ＡＢＣ", "b", "Ａ[Ｂ]Ｃ"},
        {"Straße", "SS", "Stra[ß]e"},
        {"何もない", "有", "何もない"},
        {"何もない", "", "何もない"},
        {"何もない", "　", "何もない"},
        {"", "有", ""},
        {"\u00AD", "有", "\u00AD"},
    };
    AUTO_ARENA arena = arena_new(1 << 20);
    for (size_t i = 0; i < COUNT_OF(CASES); i++)
        assert_str(marked(arena, CASES[i].text, CASES[i].query), CASES[i].expected);
    assert_false(arena_failed(arena));
}

/* A cluster far longer than any real one is folded whole. */
static void endless_marks_are_one_cluster(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(8 << 20);
    Str text = S("か");
    for (int i = 0; i < 500; i++)
        text = arena_join(arena, text, S("\u0301"));
    Str folded = text_fold(arena, arena_join(arena, text, S("キ")));
    assert_int_equal(folded.len, text.len + 3);
    assert_true(str_ends(folded, S("き")));
    FoldMatch *matches;
    assert_int_equal(text_find_folded(arena, text, S("カ"), &matches), 1);
    assert_int_equal(matches[0].to, text.len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_reads_alike_folds_alike),
        cmocka_unit_test(full_arena_is_told),
        cmocka_unit_test(hits_are_marked_in_the_original),
        cmocka_unit_test(endless_marks_are_one_cluster),
    };
    return cmocka_run_group_tests_name("fold", tests, NULL, NULL);
}
