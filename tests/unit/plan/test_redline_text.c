/* The redline of two texts: what is struck and inserted, as a reader of 見え消し expects it.
 *
 * Expectations are written as one text: [-struck] and [+inserted] stand in what is kept.
 */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "plan/redline.h"

#define MANY ((size_t)64 << 20)

static void print_pieces(const RedlinePieces *pieces, Buf *out)
{
    for (size_t i = 0; i < pieces->len; i++) {
        const RedlinePiece piece = pieces->at[i];
        if (piece.op == REDLINE_KEPT) {
            buf_add(out, piece.text);
        } else {
            buf_printf(out, "[%c%.*s]", piece.op, STR_ARGS(piece.text));
        }
    }
}

typedef struct Case {
    const char *old_text, *new_text, *expected;
} Case;

static void check(RedlineView view, size_t count, const Case *cases)
{
    for (size_t i = 0; i < count; i++) {
        AUTO_ARENA arena = arena_new(MANY);
        AUTO_BUF found;
        buf_init(&found, MANY);
        RedlinePieces pieces;
        Error error = {0};
        const Str old_text = str_of(cases[i].old_text), new_text = str_of(cases[i].new_text);
        assert_true(redline_text(arena, old_text, new_text, view, &pieces, &error));
        assert_true(redline_holds(&pieces, old_text, new_text));
        print_pieces(&pieces, &found);
        if (!str_equal(buf_str(&found), str_of(cases[i].expected))) {
            fail_msg("\n  found    %.*s\n  expected %s", STR_ARGS(buf_str(&found)), cases[i].expected);
        }
    }
}

static void test_plain(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"", "", ""},
        {"港を守る。", "港を守る。", "港を守る。"},
        {"", "港を守る。", "[+港を守る。]"},
        {"港を守る。", "", "[-港を守る。]"},
        {"山の小道を直す。", "川の小道を直す。", "[-山][+川]の小道を直す。"},
        /* one letter that two phrases share does not tear a hunk */
        {"港の祭りを開く。", "町で祝う会を開く。", "[-港の祭り][+町で祝う会]を開く。"},
    };
    check(REDLINE_CHARACTERS, COUNT_OF(cases), cases);
}

static void test_numbers_and_words_of_other_scripts(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"参加者は1,845人です。", "参加者は1,945人です。", "参加者は[-1,845][+1,945]人です。"},
        {"率は1.40から1.43になる。", "率は1.45から1.43になる。", "率は[-1.40][+1.45]から1.43になる。"},
        {"２０１８年度", "２０１９年度", "[-２０１８][+２０１９]年度"},
        {"ICTを使う。", "ITを使う。", "[-ICT][+IT]を使う。"},
        {"サービスの質を守る。", "サービサーの質を守る。", "[-サービス][+サービサー]の質を守る。"},
        {"ｻｰﾋﾞｽの質を守る。", "ｻｰﾋﾞｻｰの質を守る。", "[-ｻｰﾋﾞｽ][+ｻｰﾋﾞｻｰ]の質を守る。"},
        /* a point at the end of a sentence is no part of a number */
        {"全部で12,と", "全部で13,と", "全部で[-12][+13],と"},
    };
    check(REDLINE_CHARACTERS, COUNT_OF(cases), cases);
}

static void test_clusters(void **state)
{
    (void)state;
    static const Case cases[] = {
        /* a variation selector stays with its kanji */
        {"葛さんの家", "葛\U000E0100さんの家", "[-葛][+葛\U000E0100]さんの家"},
        /* beyond the basic plane */
        {"𠮷さんの桜", "𠮟さんの桜", "[-𠮷][+𠮟]さんの桜"},
        /* a dakuten of its own */
        {"か\u3099んばる子", "かんばる子", "[-か\u3099][+か]んばる子"},
        /* half and full width are not the same text */
        {"第1回", "第１回", "第[-1][+１]回"},
        {"①港", "②港", "[-①][+②]港"},
        /* a family of joined people */
        {"👨‍👩‍👧と港", "👨‍👩‍👦と港",
            "[-👨‍👩‍👧][+👨‍👩‍👦]と港"},
    };
    check(REDLINE_CHARACTERS, COUNT_OF(cases), cases);
}

static void test_slides(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"道を着実に直す。", "道を着実に計画的に直す。", "道を着実に[+計画的に]直す。"},
        {"港や、川を守る。", "港や、山や、川を守る。", "港や、[+山や、]川を守る。"},
        {"道を直す。橋を直す。", "橋を直す。", "[-道を直す。]橋を直す。"},
        {"「山」を見る。", "「山」「川」を見る。", "「山」[+「川」]を見る。"},
        {"港と川を守る。", "港と山と川を守る。", "港と[+山と]川を守る。"},
    };
    check(REDLINE_CHARACTERS, COUNT_OF(cases), cases);
}

static void test_predicates(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"整備を図ります。", "整備に努めます。", "整備[-を図ります][+に努めます]。"},
        {"整備を進めます。", "整備を始めます。", "整備を[-進めます][+始めます]。"},
        /* the noun before します is replaced alone */
        {"道を整備します。", "道を点検します。", "道を[-整備][+点検]します。"},
        {"道を直します。", "道を直しました。", "道を直し[-ます][+ました]。"},
        {"道は平らです。", "道は平らでした。", "道は平ら[-です][+でした]。"},
        {"道を直しますが", "道を直しましたが", "道を直し[-ます][+ました]が"},
        /* in the middle of a sentence nothing more is struck */
        {"整備を図り、守る。", "整備を急ぎ、守る。", "整備を[-図り][+急ぎ]、守る。"},
    };
    check(REDLINE_CHARACTERS, COUNT_OF(cases), cases);
}

static void test_words_of_two_kanji(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"この地域の道を直す。", "この地区の道を直す。", "この[-地域][+地区]の道を直す。"},
        {"皆の支援で直す。", "皆の応援で直す。", "皆の[-支援][+応援]で直す。"},
        /* longer rows of kanji are several words */
        {"皆で道路整備をする。", "皆で道路点備をする。", "皆で道路[-整][+点]備をする。"},
        {"皆の学校で直す。", "皆の学校園で直す。", "皆の学校[+園]で直す。"},
        {"広い港で直す。", "広い橋で直す。", "広い[-港][+橋]で直す。"},
    };
    check(REDLINE_CHARACTERS, COUNT_OF(cases), cases);
}

static void test_headings(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"祭りの状況", "港の状況", "[-祭り][+港]の状況"},
        {"冬の暮らし", "道の安全", "[-冬の暮らし][+道の安全]"},
        {"港の見学会の開催", "港の歴史を学ぶ場", "[-港の見学会の開催][+港の歴史を学ぶ場]"},
    };
    check(REDLINE_CHARACTERS, COUNT_OF(cases), cases);
}

static void test_words(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"資源を活かした道", "資源を生かした道", "資源を[-活かした][+生かした]道"},
        {"整備を図ります。", "整備に努めます。", "整備[-を図ります][+に努めます]。"},
        {"地域の学校を守る。", "地区の学校を守る。", "[-地域][+地区]の学校を守る。"},
        {"道路を整備するため守る。", "道路を点検するため守る。", "道路を[-整備][+点検]するため守る。"},
        {"道路橋などを守る。", "道路橋等を守る。", "道路橋[-など][+等]を守る。"},
        {"第一等級を守る。", "第二等級を守る。", "[-第一等級][+第二等級]を守る。"},
        {"2018年度に開く。", "2019年度に開く。", "[-2018][+2019]年度に開く。"},
    };
    check(REDLINE_WORDS, COUNT_OF(cases), cases);
}

/* A text of `count` invented sentences, the ones `changed` says with another number. */
static Str long_text(Arena *arena, size_t count, size_t changed, Buf *room)
{
    buf_clear(room);
    for (size_t i = 0; i < count; i++) {
        buf_printf(room, "第%zu区では、道と橋を%zu年ごとに点検し、安全を守ります。", i,
            i % 97 + (i == changed ? 1000 : 0));
    }
    return arena_str(arena, buf_str(room));
}

/* Far above the size that is solved exactly: one number was changed, and one number is struck. */
static void test_long_text(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY * 4);
    AUTO_BUF room;
    buf_init(&room, MANY);
    const Str old_text = long_text(arena, 5000, SIZE_MAX, &room);
    const Str sides[] = {long_text(arena, 5000, 2500, &room), long_text(arena, 5000, 1, &room)};
    for (size_t i = 0; i < COUNT_OF(sides); i++) {
        RedlinePieces pieces;
        Error error = {0};
        assert_true(redline_text(arena, old_text, sides[i], REDLINE_CHARACTERS, &pieces, &error));
        assert_true(redline_holds(&pieces, old_text, sides[i]));
        assert_int_equal(pieces.len, 4);
        assert_int_equal(utf8_count(pieces.at[1].text), i == 0 ? 2 : 1);
        assert_int_equal(utf8_count(pieces.at[2].text), 4);
    }
}

/* Two changes far apart, in a text where no run of tokens stands once. */
static void test_long_repetition(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY * 4);
    AUTO_BUF old_text, new_text;
    buf_init(&old_text, MANY);
    buf_init(&new_text, MANY);
    for (size_t i = 0; i < 3000; i++) {
        buf_add(&old_text, S("道を直す。"));
        buf_add(&new_text, i == 0 || i == 2999 ? S("橋を直す。") : S("道を直す。"));
    }
    RedlinePieces pieces;
    Error error = {0};
    assert_true(
        redline_text(arena, buf_str(&old_text), buf_str(&new_text), REDLINE_CHARACTERS, &pieces, &error));
    assert_int_equal(pieces.len, 6);
}

static void test_without_memory(void **state)
{
    (void)state;
    size_t failures = 0;
    for (size_t n = 1; n < 100; n++) {
        AUTO_ARENA arena = arena_new(MANY);
        RedlinePieces pieces;
        Error error = {0};
        arena_fail_after(n);
        const bool done = redline_text(
            arena, S("整備を図ります。"), S("点検に努めます。"), REDLINE_CHARACTERS, &pieces, &error);
        arena_fail_after(0);
        if (done) {
            break;
        }
        assert_int_equal(error.code, ERROR_MEMORY);
        failures++;
    }
    assert_in_range(failures, 4, 98);
}

static void test_holds(void **state)
{
    (void)state;
    RedlinePiece wrong[] = {{'=', S("港")}, {'+', S("で")}, {'-', S("を")}};
    RedlinePieces pieces = {.at = wrong, .len = 3};
    assert_false(redline_holds(&pieces, S("港を"), S("港で"))); /* inserted before struck */
    wrong[1] = (RedlinePiece){'-', S("を")};
    wrong[2] = (RedlinePiece){'+', S("で")};
    assert_true(redline_holds(&pieces, S("港を"), S("港で")));
    assert_false(redline_holds(&pieces, S("港をへ"), S("港で")));
    assert_false(redline_holds(&pieces, S("港を"), S("港へ")));
    assert_false(redline_holds(&pieces, S("港"), S("港で")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_numbers_and_words_of_other_scripts),
        cmocka_unit_test(test_clusters),
        cmocka_unit_test(test_slides),
        cmocka_unit_test(test_predicates),
        cmocka_unit_test(test_words_of_two_kanji),
        cmocka_unit_test(test_headings),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_long_text),
        cmocka_unit_test(test_long_repetition),
        cmocka_unit_test(test_without_memory),
        cmocka_unit_test(test_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
