/* Redlines of random plans and random edits of them, and of random texts.
 *
 * The oracle knows nothing of trees and rows: the JSON that is written is read back, its pieces are joined to
 * the lines of the old and of the new document, with their depths, and these must be the documents. Graphemes
 * are counted by utf8proc. Every failure names its seed.
 */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>
#include <utf8proc.h>

#include "base/json.h"
#include "plan/redline_tree.h"
#include "random_plan.h"

#define MANY ((size_t)256 << 20)

/* --- random texts --- */

static Str random_words(Random *random, Arena *arena)
{
    static const char *const words[] = {"港", "海辺", "を", "に", "の", "守ります。", "直します。", "図り",
        "ます", "、", "2030", "1,845", "３", "か所", "サポート", "ー", "ICT", "Wi-Fi", "か\u3099",
        "葛\U000E0100", "𠮷", "👨‍👩‍👧", "🇯🇵", "「", "」", "①", "\u0301", "\u200D", " ", "ｻﾞ",
        "（", "）", "・", "a", "e\u0301", "\r\n"};
    Str text = STR_EMPTY;
    for (size_t n = random_below(random, 24); n > 0; n--) {
        text = arena_join(arena, text, str_of(words[random_below(random, COUNT_OF(words))]));
    }
    return text;
}

/* Some stretches, cut between code points anywhere, are left out, doubled, moved on or replaced. */
static Str edit_text(Random *random, Arena *arena, Str text)
{
    for (size_t n = random_below(random, 4); n > 0; n--) {
        const size_t length = utf8_count(text), from = random_below(random, length + 1);
        const size_t to = from + random_below(random, length - from + 1);
        const Str head = utf8_slice(text, 0, from), middle = utf8_slice(text, from, to);
        const Str tail = utf8_slice(text, to, length);
        const Str others[] = {STR_EMPTY, arena_join(arena, middle, middle), random_words(random, arena),
            arena_join(arena, random_words(random, arena), middle)};
        text =
            arena_join(arena, arena_join(arena, head, others[random_below(random, COUNT_OF(others))]), tail);
    }
    return text;
}

/* --- what utf8proc says of a text --- */

static bool is_boundary(Str text, size_t at)
{
    utf8proc_int32_t state = 0, before = -1, here = 0;
    size_t place = 0;
    while (place < at) {
        before = here;
        place += (size_t)utf8proc_iterate(
            (const utf8proc_uint8_t *)text.at + place, (utf8proc_ssize_t)(text.len - place), &here);
        if (before > 0 && place <= at && place > 0) {
            (void)utf8proc_grapheme_break_stateful(before, here, &state);
        }
    }
    if (at == 0 || at == text.len) {
        return true;
    }
    utf8proc_int32_t after = 0;
    (void)utf8proc_iterate((const utf8proc_uint8_t *)text.at + at, (utf8proc_ssize_t)(text.len - at), &after);
    return utf8proc_grapheme_break_stateful(here, after, &state);
}

static bool is_digit_at(Str text, size_t at, bool before)
{
    while (before && at > 0 && ((unsigned char)text.at[--at] & 0xC0) == 0x80) {
    }
    size_t place = at;
    const uint32_t c = place < text.len ? utf8_next(text, &place) : 0;
    return (c >= '0' && c <= '9') || (c >= 0xFF10 && c <= 0xFF19);
}

/* Every end of a piece stands between clusters of its own text, and not inside a number. */
static void check_ends(const RedlinePieces *pieces, Str old_text, Str new_text, uint64_t seed)
{
    size_t at[2] = {0, 0};
    const Str texts[2] = {old_text, new_text};
    for (size_t i = 0; i < pieces->len; i++) {
        for (int side = 0; side < 2; side++) {
            if (pieces->at[i].op == (side == 0 ? REDLINE_INSERTED : REDLINE_STRUCK)) {
                continue;
            }
            at[side] += pieces->at[i].text.len;
            const Str text = texts[side];
            if (!is_boundary(text, at[side])) {
                fail_msg("seed %d: a piece ends inside a cluster", (int)seed);
            }
            if (at[side] > 0 && at[side] < text.len && is_digit_at(text, at[side], true) &&
                is_digit_at(text, at[side], false)) {
                fail_msg("seed %d: a piece ends inside a number", (int)seed);
            }
        }
    }
}

/* Joins the pieces of one side. */
static Str join(Arena *arena, const RedlinePieces *pieces, char side)
{
    Str text = STR_EMPTY;
    for (size_t i = 0; i < pieces->len; i++) {
        if (pieces->at[i].op == REDLINE_KEPT || pieces->at[i].op == side) {
            text = arena_join(arena, text, pieces->at[i].text);
        }
    }
    return text;
}

static void texts_come_back(void **state)
{
    (void)state;
    size_t kept = 0;
    for (uint64_t seed = 0; seed < 6000; seed++) {
        AUTO_ARENA arena = arena_new(MANY);
        Random random = {seed};
        const Str old_text = random_words(&random, arena);
        const Str new_text =
            seed % 5 == 0 ? random_words(&random, arena) : edit_text(&random, arena, old_text);
        RedlinePieces pieces;
        Error error = {0};
        assert_true(redline_text(
            arena, old_text, new_text, seed % 2 ? REDLINE_WORDS : REDLINE_CHARACTERS, &pieces, &error));
        assert_true(str_equal(join(arena, &pieces, REDLINE_STRUCK), old_text));
        assert_true(str_equal(join(arena, &pieces, REDLINE_INSERTED), new_text));
        check_ends(&pieces, old_text, new_text, seed);
        for (size_t i = 0; i < pieces.len; i++) {
            kept += pieces.at[i].op == REDLINE_KEPT ? pieces.at[i].text.len : 0;
        }
    }
    assert_true(kept > 100000); /* not everything is struck */
}

/* --- random plans --- */

/* A plan made from another: nodes are left out with all below them, reworded, renumbered, doubled, or hung
 * elsewhere. */
static Plan *edit_plan(Random *random, Arena *arena, const Plan *from)
{
    Plan *plan = plan_new(arena);
    plan->id = from->id;
    plan->title = random_below(random, 4) == 0 ? edit_text(random, arena, from->title) : from->title;
    int32_t *places = arena_array(arena, from->nodes.len + 1, sizeof *places);
    for (size_t i = 0; i < from->nodes.len; i++) {
        const PlanNode *node = &from->nodes.at[i];
        int32_t parent = node->parent < 0 ? PLAN_NO_PARENT : places[node->parent];
        if (parent == INT32_MIN || random_below(random, 12) == 0) {
            places[i] = INT32_MIN;
            continue;
        }
        if (random_below(random, 12) == 0) {
            parent = random_parent(random, plan, node->kind);
        }
        /* document order: only nodes on the path from the last node may get a child */
        int32_t open = (int32_t)plan->nodes.len - 1;
        while (open != parent && open >= 0) {
            open = plan->nodes.at[open].parent;
        }
        parent = open == parent ? parent : open;
        const Str number = random_below(random, 10) == 0 ? random_number(random) : node->number;
        const Str text = random_below(random, 3) == 0 ? edit_text(random, arena, node->text) : node->text;
        places[i] = (int32_t)plan->nodes.len;
        plan_add(plan, parent, node->kind, number, text, node->source)->key = node->key;
        if (random_below(random, 12) == 0) {
            plan_add(plan, parent, node->kind, number, random_words(random, arena), node->source)->key =
                arena_printf(arena, "new-%zu", i);
            places[i] = (int32_t)plan->nodes.len - 1;
        }
    }
    for (size_t i = 0; i < from->annotations.len; i++) {
        if (places[from->annotations.at[i].node] >= 0 && random_below(random, 6) > 0) {
            PlanAnnotation *note = VEC_PUSH(arena, &plan->annotations);
            *note = from->annotations.at[i];
            note->node = places[note->node];
        }
    }
    return plan;
}

static void add_pieces(Buf *out, const json_t *pieces, const char *side)
{
    for (size_t i = 0; i < json_array_size(pieces); i++) {
        const json_t *piece = json_array_get(pieces, i);
        const char *op = json_string_value(json_array_get(piece, 0));
        const json_t *text = json_array_get(piece, 1);
        if (*op == '=' || *op == *side) {
            buf_add(out, (Str){json_string_value(text), json_string_length(text)});
        }
    }
}

/* The document that accepting ('+') or rejecting ('-') what the JSON says leaves. */
static void decide_json(const json_t *redline, const char *side, Buf *out)
{
    const json_t *rows = json_object_get(redline, "rows");
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        const char *op = json_string_value(json_object_get(row, "op"));
        if (*op != '=' && *op != *side) {
            continue;
        }
        buf_printf(out, "%d ", (int)json_integer_value(json_object_get(row, "depth")));
        add_pieces(out, json_object_get(row, "head"), side);
        add_pieces(out, json_object_get(row, "text"), side);
        add_pieces(out, json_object_get(row, "tail"), side);
    }
}

static void print_tree(const RedlineTree *tree, Buf *out)
{
    for (size_t i = 1; i < tree->nodes.len; i++) {
        const RedlineNode *node = &tree->nodes.at[i];
        buf_printf(out, "%d ", (int)node->depth);
        buf_add(out, node->head);
        buf_add(out, node->text);
        buf_add(out, node->tail);
    }
}

static void check_decision(
    const Redline *redline, const json_t *json, const RedlineTree *tree, const char *side, uint64_t seed)
{
    AUTO_BUF decided, expected;
    buf_init(&decided, MANY);
    buf_init(&expected, MANY);
    decide_json(json, side, &decided);
    print_tree(tree, &expected);
    if (!str_equal(buf_str(&decided), buf_str(&expected))) {
        fail_msg("seed %d, %s\n%.*s\nis not\n%.*s", (int)seed, side, STR_ARGS(buf_str(&decided)),
            STR_ARGS(buf_str(&expected)));
    }
    assert_true(redline_rows_hold(redline));
}

/* A match stands in both directions, and by name exactly where both trees have the name. */
static void check_matches(const Redline *redline, RedlineMatching matching)
{
    for (size_t i = 1; i < redline->old_tree->nodes.len; i++) {
        const int32_t new_node = redline->to_new[i];
        const Str name = redline->old_tree->nodes.at[i].name;
        if (new_node >= 0) {
            assert_int_equal(redline->to_old[new_node], i);
        }
        if (matching == REDLINE_BY_NAME && name.len > 0) {
            int32_t expected = -1;
            for (size_t j = 1; j < redline->new_tree->nodes.len; j++) {
                expected = str_equal(redline->new_tree->nodes.at[j].name, name) ? (int32_t)j : expected;
            }
            if (expected >= 0) {
                assert_int_equal(new_node, expected);
            } else {
                assert_true(new_node < 0 || redline->new_tree->nodes.at[new_node].name.len == 0);
            }
        }
    }
}

static void check_plans(Arena *arena, const Plan *old_plan, const Plan *new_plan, uint64_t seed)
{
    Error error = {0};
    RedlineTree old_tree, new_tree;
    assert_true(redline_tree_of_plan(arena, old_plan, &old_tree, &error));
    assert_true(redline_tree_of_plan(arena, new_plan, &new_tree, &error));
    const RedlineMatching matching = seed % 2 ? REDLINE_BLIND : REDLINE_BY_NAME;
    const RedlineView view = seed % 3 ? REDLINE_CHARACTERS : REDLINE_WORDS;
    Redline redline;
    AUTO_BUF out;
    buf_init(&out, MANY);
    assert_true(redline_trees(arena, &old_tree, &new_tree, matching, view, &redline, &error));
    check_matches(&redline, matching);
    assert_true(redline_write_json(&redline, &out, &error));
    AUTO_JSON json = json_read(buf_str(&out), S("redline"), &error);
    assert_non_null(json);
    check_decision(&redline, json, &old_tree, "-", seed);
    check_decision(&redline, json, &new_tree, "+", seed);
    for (size_t i = 0; i < redline.rows.len; i++) {
        const RedlineRow *row = &redline.rows.at[i];
        if (row->old_node >= 0 && row->new_node >= 0) {
            check_ends(&row->text, old_tree.nodes.at[row->old_node].text,
                new_tree.nodes.at[row->new_node].text, seed);
        }
    }
}

static void plans_come_back(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 400; seed++) {
        AUTO_ARENA arena = arena_new(MANY);
        const Plan *old_plan = random_plan(seed, arena, 40);
        Random random = {seed + 1000};
        const Plan *new_plan =
            seed % 7 == 0 ? random_plan(seed + 5000, arena, 40) : edit_plan(&random, arena, old_plan);
        check_plans(arena, old_plan, new_plan, seed);
    }
}

/* The same plans give the same bytes, and a plan and itself give no change. */
static void the_same_again(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 60; seed++) {
        AUTO_ARENA arena = arena_new(MANY);
        const Plan *old_plan = random_plan(seed, arena, 40);
        Random random = {seed + 1000};
        const Plan *plans[] = {edit_plan(&random, arena, old_plan), old_plan};
        for (size_t p = 0; p < COUNT_OF(plans); p++) {
            AUTO_BUF first, second;
            Buf *const outs[] = {&first, &second};
            buf_init(&first, MANY);
            buf_init(&second, MANY);
            for (size_t run = 0; run < COUNT_OF(outs); run++) {
                Error error = {0};
                RedlineTree old_tree, new_tree;
                Redline redline;
                assert_true(redline_tree_of_plan(arena, old_plan, &old_tree, &error));
                assert_true(redline_tree_of_plan(arena, plans[p], &new_tree, &error));
                assert_true(redline_trees(
                    arena, &old_tree, &new_tree, REDLINE_BLIND, REDLINE_CHARACTERS, &redline, &error));
                assert_true(redline_write_json(&redline, outs[run], &error));
                const RedlineCounts n = redline.counts;
                assert_true(
                    plans[p] != old_plan ||
                    n.edited + n.inserted + n.deleted + n.moved + n.renumbered + n.split + n.merged == 0);
            }
            assert_true(str_equal(buf_str(&first), buf_str(&second)));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_come_back),
        cmocka_unit_test(plans_come_back),
        cmocka_unit_test(the_same_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
