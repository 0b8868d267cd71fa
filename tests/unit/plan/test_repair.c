/* Run-together words found, shown and taken, on texts of our own. Each expected wording is written out by
 * hand. */
#include "plan/repair.h"

#include "base/json.h"
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ROOM ((size_t)64 << 20)

typedef struct Sample {
    Arena *arena;
    Plan *plan;
    Error error;
} Sample;

static Sample sample_new(void)
{
    Sample sample = {.arena = arena_new(ROOM)};
    assert_non_null(sample.arena);
    sample.plan = plan_new(sample.arena);
    assert_non_null(sample.plan);
    return sample;
}

static PlanNode *add_text(Sample *sample, PlanKind kind, const char *text)
{
    PlanNode *node = plan_add(sample->plan, PLAN_NO_PARENT, kind, STR_EMPTY,
        arena_str(sample->arena, str_of(text)), (PlanSource){0});
    assert_non_null(node);
    node->key = arena_printf(sample->arena, "k%zu", sample->plan->nodes.len);
    return node;
}

static void add_mark(Sample *sample, PlanNode *node, size_t from, size_t to)
{
    PlanMark *mark = VEC_PUSH(sample->arena, &node->marks);
    assert_non_null(mark);
    *mark = (PlanMark){PLAN_MARK_INSERTION, from, to};
}

/* What holds for every list of repairs. */
static void check_invariants(Sample *sample)
{
    int32_t node = -1;
    size_t end = 0;
    for (size_t i = 0; i < sample->plan->repairs.len; i++) {
        const PlanRepair *repair = &sample->plan->repairs.at[i];
        assert_true(repair->node > node || (repair->node == node && repair->from >= end));
        Str text = sample->plan->nodes.at[repair->node].text;
        assert_true(repair->from < repair->to && repair->to <= utf8_count(text));
        assert_true(str_equal(
            plan_repair_literal(sample->arena, repair), utf8_slice(text, repair->from, repair->to)));
        assert_false(
            str_equal(plan_repair_after(sample->arena, repair), plan_repair_literal(sample->arena, repair)));
        assert_true(repair->confidence > 0 && repair->confidence <= 1000);
        assert_non_null(repair->rule);
        for (size_t j = 0; j < repair->segments.len; j++)
            assert_true(
                repair->segments.at[j].text.len > 0 && strchr("=-+", repair->segments.at[j].op) != NULL);
        node = repair->node;
        end = repair->to;
    }
}

static void find(Sample *sample)
{
    if (!plan_find_repairs(sample->plan, &sample->error))
        fail_msg("%s", sample->error.message);
    check_invariants(sample);
}

static void sample_free(Sample *sample)
{
    arena_free(sample->arena);
}

static void assert_text(Str text, const char *expected)
{
    if (!str_equal(text, str_of(expected)))
        fail_msg("\"%.*s\" is not \"%s\"", STR_ARGS(text), expected);
}

/* The text after all its repairs are taken. */
static Str taken_text(Sample *sample, const char *text)
{
    size_t node = sample->plan->nodes.len;
    add_text(sample, PLAN_FACT, text);
    find(sample);
    for (size_t i = sample->plan->repairs.len; i-- > 0;)
        if (sample->plan->repairs.at[i].node == (int32_t)node)
            assert_true(plan_apply_repair(sample->plan, i, &sample->error));
    return sample->plan->nodes.at[node].text;
}

typedef struct Case {
    const char *literal, *meant;
} Case;

static void check_cases(const Case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        Sample sample = sample_new();
        assert_text(taken_text(&sample, cases[i].literal), cases[i].meant);
        sample_free(&sample);
    }
}

/* ---- found by grammar alone ---- */

static void test_broken_joins(void **state)
{
    (void)state;
    static const Case CASES[] = {
        {"空き店舗が増えています。おり、駅前の通りが寂しくなりました。",
            "空き店舗が増えており、駅前の通りが寂しくなりました。"},
        {"本町をは通勤先として選ばれています。", "本町は通勤先として選ばれています。"},
        {"図書館の資料をを充実します。", "図書館の資料を充実します。"},
        {"市民農園の利用を促進します図ります。", "市民農園の利用を図ります。"},
        {"除雪の体制を整えますに努めます。", "除雪の体制に努めます。"},
        {"夜間に・休日に診療を行います。", "夜間・休日に診療を行います。"},
        {"路線バスを運行するします。", "路線バスを運行します。"},
        {"避難所を点検していくとともにほか、備蓄を見直します。",
            "避難所を点検していくほか、備蓄を見直します。"},
        {"人口の減少に伴いにより、商店が減りました。", "人口の減少により、商店が減りました。"},
        {"水路や橋など等を点検します。", "水路や橋等を点検します。"},
        {"県との協力した見回りを続けます。", "県と協力した見回りを続けます。"},
        {"大雨に備えます。、水位計を増やします。", "大雨に備え、水位計を増やします。"},
        {"農道を整備します。整備し、集荷を速めます。", "農道を整備し、集荷を速めます。"},
        {"保健師の訪問を増やします。続けます。", "保健師の訪問を続けます。"},
        {"海岸の清掃を行う担うほか、看板を立てます。", "海岸の清掃を担うほか、看板を立てます。"},
    };
    check_cases(CASES, COUNT_OF(CASES));
}

static void test_repeated_words(void **state)
{
    (void)state;
    static const Case CASES[] = {
        {"講座を月1回月2回開きます。", "講座を月2回開きます。"},
        {"遊具を12基15基に増やします。", "遊具を15基に増やします。"},
        {"相談できる環境づくり仕組みづくりを進めます。", "相談できる仕組みづくりを進めます。"},
        {"公民公民館の講座を増やします。", "公民館の講座を増やします。"},
        {"湧水を活かし生かした公園を整えます。", "湧水を生かした公園を整えます。"},
        {"農業の農林業の状況", "農林業の状況"},
        {"障がい障害のあるかたの窓口を設けます。", "障害のあるかたの窓口を設けます。"},
        {"若者の就職率就業率は上がっています。", "若者の就業率は上がっています。"},
        {"街灯をＬＥＤLEDに替えます。", "街灯をLEDに替えます。"},
        {"空き地の利用を進めます。空き地の利用と管理を進めます。", "空き地の利用と管理を進めます。"},
        {"調査を実測実施します。", "調査を実施します。"},
        {"2019年の来館者は、2019年は3万人となりました。", "来館者は、2019年は3万人となりました。"},
    };
    check_cases(CASES, COUNT_OF(CASES));
}

/* ---- found with the document's help ---- */

static void test_document_evidence(void **state)
{
    (void)state;
    Sample sample = sample_new();
    add_text(&sample, PLAN_FACT, "堤防の整備を急ぎます。");
    add_text(&sample, PLAN_FACT, "書類の整理を手伝います。");
    assert_text(
        taken_text(&sample, "公園の整理備、水路の改修を進めます。"), "公園の整備、水路の改修を進めます。");
    sample_free(&sample);

    sample = sample_new();
    add_text(&sample, PLAN_FACT, "清掃が実施される公園では、通行を止めます。");
    assert_text(taken_text(&sample, "花壇の手入れが実施がされる日を知らせます。"),
        "花壇の手入れが実施される日を知らせます。");
    sample_free(&sample);

    sample = sample_new(); /* without that evidence it may stay */
    assert_text(taken_text(&sample, "花壇の手入れが実施がされる日を知らせます。"),
        "花壇の手入れが実施がされる日を知らせます。");
    sample_free(&sample);
}

static void test_titles(void **state)
{
    (void)state;
    Sample sample = sample_new();
    add_text(&sample, PLAN_FACT, "湖岸の農地の保全に向けて、見回りを行います。");
    add_text(&sample, PLAN_MEASURE, "農業の振興 農業を支える人の育成");
    add_text(&sample, PLAN_MEASURE, "湖岸の景観づくり 農地の保全");
    add_text(&sample, PLAN_MEASURE, "ひとづくり");
    find(&sample);
    assert_int_equal(sample.plan->repairs.len, 2);
    assert_text(plan_repair_after(sample.arena, &sample.plan->repairs.at[0]), "農業を支える人の育成");
    assert_text(plan_repair_before(sample.arena, &sample.plan->repairs.at[0]), "農業の振興 ");
    assert_text(plan_repair_after(sample.arena, &sample.plan->repairs.at[1]), "湖岸の農地の保全");
    sample_free(&sample);
}

static void test_insertion_marks(void **state)
{
    (void)state;
    Sample sample = sample_new();
    add_text(&sample, PLAN_FACT, "介護を要するかたまで利用できます。");
    PlanNode *node = add_text(&sample, PLAN_FACT, "子どもから介護を要する者かたまで利用できます。");
    add_mark(&sample, node, 12, 14);
    find(&sample);
    assert_int_equal(sample.plan->repairs.len, 1);
    assert_true(plan_apply_repair(sample.plan, 0, &sample.error));
    node = &sample.plan->nodes.at[1];
    assert_text(node->text, "子どもから介護を要するかたまで利用できます。");
    assert_int_equal(node->marks.len, 1);
    assert_int_equal(node->marks.at[0].from, 11);
    assert_int_equal(node->marks.at[0].to, 13);
    sample_free(&sample);
}

static void test_clean_texts_stay(void **state)
{
    (void)state;
    static const char *const TEXTS[] = {
        "小中学校と高等学校が連携し、通学の安全を守ります。",
        "国内外から訪れるかたに向けて、市町村の境を越えた案内を整えます。",
        "人と人とのつながりを大切にし、一人ひとりの声に耳を傾けます。",
        "地域が取り組む活動を支え、支え合う心を育みます。",
        "働く人が住み続けられるよう、住む場所と働く場所を近づけます。",
        "子ども・子育て会議において、いろいろな意見が出されました。",
        "これまでの取組を見直すとともに、新たな課題に対応するための体制を整えます。",
        "山や、川、海などの自然を守るため、ますます連携を深めていく必要があります。",
        "水道水の水質を保つほか、維持管理の費用を抑えます。",
        "学校給食の食材については、できるだけ地元のものを使うこととしています。",
        "就業を希望する女性の相談に応じます。加えて、子どもを預けられる場所を増やします。",
        "橋の点検を終えました。今後は、補修を順に進めます。",
        "地域に住む住民が、必ず漏れる声をすくい上げる仕組みをつくります。",
    };
    Sample sample = sample_new();
    for (size_t i = 0; i < COUNT_OF(TEXTS); i++)
        add_text(&sample, PLAN_FACT, TEXTS[i]);
    find(&sample);
    for (size_t i = 0; i < sample.plan->repairs.len; i++) {
        Str literal = plan_repair_literal(sample.arena, &sample.plan->repairs.at[i]);
        fail_msg("a clean text was taken for broken at \"%.*s\"", STR_ARGS(literal));
    }
    sample_free(&sample);
}

/* ---- segments, applying, JSON ---- */

static void test_segments(void **state)
{
    (void)state;
    Sample sample = sample_new();
    add_text(&sample, PLAN_FACT, "駅前では空き店舗が増えています。おり、人通りが減りました。");
    find(&sample);
    assert_int_equal(sample.plan->repairs.len, 1);
    const PlanRepair *repair = &sample.plan->repairs.at[0];
    assert_int_equal(repair->segments.len, 3);
    assert_int_equal(repair->segments.at[0].op, '=');
    assert_int_equal(repair->segments.at[1].op, '-');
    assert_text(repair->segments.at[1].text, "います。");
    assert_int_equal(repair->segments.at[2].op, '+');
    assert_text(plan_repair_literal(sample.arena, repair), "増えています。おり、");
    assert_text(plan_repair_before(sample.arena, repair), "増えています。");
    assert_text(plan_repair_after(sample.arena, repair), "増えており、");
    assert_int_equal(repair->from, 9);
    assert_int_equal(repair->to, 19);
    sample_free(&sample);
}

/* Two repairs in one text, marks and annotations before, in and behind them. */
static void test_apply_moves_offsets(void **state)
{
    (void)state;
    static const char *const TEXT = "本町をは通勤先として選ばれています。また、遊具を12基15基に増やします。";
    for (int order = 0; order < 2; order++) {
        Sample sample = sample_new();
        PlanNode *node = add_text(&sample, PLAN_FACT, TEXT);
        add_mark(&sample, node, 2, 3);   /* を, which is struck */
        add_mark(&sample, node, 4, 7);   /* 通勤先 */
        add_mark(&sample, node, 24, 30); /* 12基15基, of which 12基 is struck */
        PlanAnnotation *note = VEC_PUSH(sample.arena, &sample.plan->annotations);
        assert_non_null(note);
        *note = (PlanAnnotation){.kind = PLAN_FOOTNOTE, .node = 0, .from = 31, .to = 36, .text = S("注")};
        find(&sample);
        assert_int_equal(sample.plan->repairs.len, 2);
        assert_true(plan_apply_repair(sample.plan, order == 0 ? 0 : 1, &sample.error));
        assert_int_equal(sample.plan->repairs.len, 1);
        check_invariants(&sample);
        assert_true(plan_apply_repair(sample.plan, 0, &sample.error));
        assert_int_equal(sample.plan->repairs.len, 0);
        node = &sample.plan->nodes.at[0];
        assert_text(node->text, "本町は通勤先として選ばれています。また、遊具を15基に増やします。");
        assert_int_equal(node->marks.len, 2);
        assert_text(utf8_slice(node->text, node->marks.at[0].from, node->marks.at[0].to), "通勤先");
        assert_text(utf8_slice(node->text, node->marks.at[1].from, node->marks.at[1].to), "15基");
        note = &sample.plan->annotations.at[0];
        assert_text(utf8_slice(node->text, note->from, note->to), "増やします");
        sample_free(&sample);
    }
}

static void test_apply_refuses(void **state)
{
    (void)state;
    Sample sample = sample_new();
    add_text(&sample, PLAN_FACT, "図書館の資料をを充実します。");
    find(&sample);
    assert_int_equal(sample.plan->repairs.len, 1);
    assert_false(plan_apply_repair(sample.plan, 1, &sample.error));
    assert_int_equal(sample.error.code, ERROR_NOT_FOUND);
    sample.plan->nodes.at[0].text = S("図書館の本を充実します。");
    assert_false(plan_apply_repair(sample.plan, 0, &sample.error));
    assert_int_equal(sample.error.code, ERROR_CONFLICT);
    assert_int_equal(sample.plan->repairs.len, 1);
    sample_free(&sample);
}

static void test_json(void **state)
{
    (void)state;
    Sample sample = sample_new();
    add_text(&sample, PLAN_FACT, "図書館の資料をを充実します。");
    find(&sample);
    sample.plan->repairs.at[0].confidence = 950;
    AUTO_BUF out;
    buf_init(&out, 1 << 16);
    plan_repairs_write_json(sample.plan, &out);
    assert_false(out.failed);
    AUTO_JSON list = json_read(buf_str(&out), S("repairs"), &sample.error);
    assert_non_null(list);
    assert_int_equal(json_array_size(list), 1);
    const json_t *item = json_array_get(list, 0);
    assert_int_equal(json_object_size(item), 6);
    assert_string_equal(json_string_value(json_object_get(item, "key")), "k1");
    assert_string_equal(json_string_value(json_object_get(item, "from")), "資料をを");
    assert_string_equal(json_string_value(json_object_get(item, "to")), "資料を");
    assert_int_equal(json_integer_value(json_array_get(json_object_get(item, "span"), 0)), 4);
    assert_int_equal(json_integer_value(json_array_get(json_object_get(item, "span"), 1)), 8);
    assert_true(json_real_value(json_object_get(item, "confidence")) == 0.95);
    const json_t *segments = json_object_get(item, "segments");
    assert_string_equal(json_string_value(json_array_get(json_array_get(segments, 0), 0)), "=");
    assert_string_equal(json_string_value(json_array_get(json_array_get(segments, 1), 0)), "-");
    assert_string_equal(json_string_value(json_array_get(json_array_get(segments, 1), 1)), "を");
    sample_free(&sample);
}

/* The same plan, found twice, gives the same repairs; an empty plan none. */
static void test_found_again(void **state)
{
    (void)state;
    Sample sample = sample_new();
    find(&sample);
    assert_int_equal(sample.plan->repairs.len, 0);
    add_text(&sample, PLAN_FACT, "");
    for (int i = 0; i < 3; i++)
        add_text(&sample, PLAN_FACT, "空き店舗が増えています。おり、資料をを集めます。");
    AUTO_BUF first;
    buf_init(&first, 1 << 16);
    AUTO_BUF second;
    buf_init(&second, 1 << 16);
    find(&sample);
    assert_int_equal(sample.plan->repairs.len, 6); /* the copies are no evidence for each other */
    plan_repairs_write_json(sample.plan, &first);
    find(&sample);
    plan_repairs_write_json(sample.plan, &second);
    assert_true(str_equal(buf_str(&first), buf_str(&second)));
    sample_free(&sample);
}

/* Texts that are no prose: long runs of one kind, and breaks everywhere. Only the invariants matter. */
static void test_odd_texts(void **state)
{
    (void)state;
    static const char *const PIECES[] = {"本町をは", "手ア", "漢", "あ", "ー", "をを", "1年", "の", "学校",
        "。", "、", "・", "「", "𠮷", "進める", " "};
    Sample sample = sample_new();
    for (size_t i = 0; i < COUNT_OF(PIECES); i++) {
        AUTO_BUF text;
        buf_init(&text, 1 << 20);
        for (int n = 0; n < 1500; n++)
            buf_add(&text, str_of(PIECES[i]));
        buf_add_byte(&text, '\0');
        add_text(&sample, i % 2 == 0 ? PLAN_FACT : PLAN_GROUP, buf_str(&text).at);
    }
    unsigned seed = 20180601;
    for (int i = 0; i < 300; i++) {
        AUTO_BUF text;
        buf_init(&text, 1 << 16);
        for (int n = 0; n < 40; n++) {
            seed = seed * 1103515245U + 12345U;
            buf_add(&text, str_of(PIECES[(seed >> 16) % COUNT_OF(PIECES)]));
        }
        buf_add_byte(&text, '\0');
        add_text(&sample, PLAN_GROUP, buf_str(&text).at);
    }
    find(&sample);
    while (sample.plan->repairs.len > 0)
        assert_true(plan_apply_repair(sample.plan, sample.plan->repairs.len / 2, &sample.error));
    sample_free(&sample);
}

/* Each allocation failing in turn is an error and nothing worse. */
static void test_no_memory(void **state)
{
    (void)state;
    for (size_t n = 1; n < 400; n++) {
        Sample sample = sample_new();
        add_text(&sample, PLAN_FACT, "空き店舗が増えています。おり、資料をを集めます。");
        arena_fail_after(n);
        Error error = {0};
        bool found = plan_find_repairs(sample.plan, &error);
        arena_fail_after(0);
        assert_true(found || error.code == ERROR_MEMORY);
        sample_free(&sample);
        if (found && n > 5)
            return;
    }
    fail_msg("finding repairs never succeeded");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_broken_joins),
        cmocka_unit_test(test_repeated_words),
        cmocka_unit_test(test_document_evidence),
        cmocka_unit_test(test_titles),
        cmocka_unit_test(test_insertion_marks),
        cmocka_unit_test(test_clean_texts_stay),
        cmocka_unit_test(test_segments),
        cmocka_unit_test(test_apply_moves_offsets),
        cmocka_unit_test(test_apply_refuses),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_found_again),
        cmocka_unit_test(test_odd_texts),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests_name("repairs", tests, NULL, NULL);
}
