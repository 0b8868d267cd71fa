/* Comparison tables: what is printed of small changes in both profiles; that the printed table and the old
 * text give the new one, for fixed, shared and random pairs; and that a table somebody spoiled is noticed.
 *
 * Documents are lines of invented text. What is expected is written out here; of random pairs the new
 * document itself is what the table must give.
 */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/json.h"
#include "plan/comparison.h"
#include "random_plan.h"

#define MANY ((size_t)512 << 20)

typedef struct Pair {
    Arena *arena;
    RedlineTree old_tree, new_tree;
    Redline redline;
    Comparison table;
} Pair;

static Str say_remark(void *context, Str old_name, Str new_name)
{
    (void)context;
    return old_name.len > 0 || new_name.len > 0 ? S("名がある") : S("審議会の意見による");
}

static void begin(Pair *pair, Str old_text, Str new_text, const char *profile, RedlineMatching matching)
{
    Error error = {0};
    const ComparisonProfile *chosen = comparison_profile(str_of(profile));
    assert_non_null(chosen);
    *pair = (Pair){.arena = arena_new(MANY)};
    assert_true(redline_tree_of_lines(pair->arena, old_text, S("old.txt"), &pair->old_tree, &error));
    assert_true(redline_tree_of_lines(pair->arena, new_text, S("new.txt"), &pair->new_tree, &error));
    assert_true(redline_trees(
        pair->arena, &pair->old_tree, &pair->new_tree, matching, chosen->view, &pair->redline, &error));
    assert_true(comparison_make(pair->arena, &pair->redline, chosen, say_remark, NULL, &pair->table, &error));
}

static void end(Pair *pair)
{
    arena_free(pair->arena);
}

/* --- what a row says, as a line of text --- */

static void print_path(const ComparisonPath *path, Buf *out)
{
    for (size_t i = 0; i < path->len; i++) {
        buf_add_byte(out, '/');
        buf_add(out, path->at[i].line);
        if (path->at[i].line.len == 0 || path->at[i].nth > 1) {
            buf_printf(out, "#%d", (int)path->at[i].nth);
        }
    }
}

static void print_cell(const RedlinePieces *cell, Buf *out)
{
    for (size_t i = 0; i < cell->len; i++) {
        const char op = cell->at[i].op;
        buf_add(out, op == '-' ? S("[") : op == '+' ? S("{") : S(""));
        buf_add(out, cell->at[i].text);
        buf_add(out, op == '-' ? S("]") : op == '+' ? S("}") : S(""));
    }
}

static void print_nth(int32_t nth, Buf *out)
{
    if (nth > 0) {
        buf_printf(out, "#%d", (int)nth);
    }
}

static void print_row(const ComparisonRow *row, Buf *out)
{
    buf_printf(out, "%s ", comparison_sort_name(row->sort));
    print_path(row->sort == COMPARISON_INSERTED ? &row->new_above : &row->old_above, out);
    buf_add(out, S(" "));
    print_cell(&row->old_cell, out);
    print_nth(row->old_nth, out);
    buf_add(out, S(" | "));
    print_cell(&row->new_cell, out);
    print_nth(row->new_nth, out);
    if (row->other_above.len > 0 || row->other_nth > 0) {
        buf_add(out, S(" @"));
        print_path(&row->other_above, out);
        print_nth(row->other_nth, out);
    }
    buf_add(out, row->renumbered ? S(" renumbered") : S(""));
    buf_add(out, row->split ? S(" split") : S(""));
    buf_add(out, row->merged ? S(" merged") : S(""));
    buf_add_byte(out, '\n');
}

static void assert_rows(const char *old_text, const char *new_text, const char *expected)
{
    Pair pair;
    AUTO_BUF found;
    buf_init(&found, MANY);
    begin(&pair, str_of(old_text), str_of(new_text), "plan", REDLINE_BLIND);
    for (size_t i = 0; i < pair.table.rows.len; i++) {
        print_row(&pair.table.rows.at[i], &found);
    }
    if (!str_equal(buf_str(&found), str_of(expected))) {
        fail_msg("\nfound\n%.*sexpected\n%s", STR_ARGS(buf_str(&found)), expected);
    }
    end(&pair);
}

/* --- rows --- */

static void test_edited(void **state)
{
    (void)state;
    assert_rows("海の計画\n", "海の計画\n", "");
    assert_rows("政策 (1) 港\n《船》\n●船を30隻直します。\n●網を直します。\n",
        "政策 (1) 港\n《船》\n●船を45隻直します。\n●網を直します。\n",
        "edited /政策 (1) 港/《船》 ●船を[30]隻直します。 | ●船を{45}隻直します。\n");
    assert_rows("政策 (1) 港\n《船》\n●船を直します。\n", "政策 (2) 港\n《船》\n●船を直します。\n",
        "edited  政策 ([1]) 港 | 政策 ({2}) 港 renumbered\n");
}

static void test_inserted_and_deleted(void **state)
{
    (void)state;
    assert_rows("政策 (1) 港\n《船》\n●船を直します。\n●海辺の道を広げます。\n",
        "政策 (1) 港\n《船》\n●船を直します。\n●灯台守の手当を見直します。\n●海辺の道を広げます。\n",
        "inserted /政策 (1) 港/《船》  | {●灯台守の手当を見直します。}#2\n");
    assert_rows("政策 (1) 港\n《船》\n●船を直します。\n《灯台》\n●灯台守の手当を見直します。\n",
        "政策 (1) 港\n《船》\n●船を直します。\n",
        "deleted /政策 (1) 港 [《灯台》] | \n"
        "deleted /政策 (1) 港/《灯台》 [●灯台守の手当を見直します。] | \n");
}

/* Where several lines read the same, the table says which of them is meant. */
static void test_same_lines(void **state)
{
    (void)state;
    assert_rows("政策 (1) 港\n《船》\n●再掲\n●船を直します。\n●再掲\n●網を直します。\n",
        "政策 (1) 港\n《船》\n●再掲\n●船を直します。\n●網を直します。\n",
        "deleted /政策 (1) 港/《船》 [●再掲]#2 | \n");
    assert_rows("政策 (1) 港\n《船》\n●船を直します。\n《船》\n●網の補修を5回行います。\n",
        "政策 (1) 港\n《船》\n●船を直します。\n《船》\n●網の補修を6回行います。\n",
        "edited /政策 (1) 港/《船》#2 ●網の補修を[5]回行います。 | ●網の補修を{6}回行います。\n");
}

static void test_moved(void **state)
{
    (void)state;
    assert_rows(
        "政策 (1) "
        "港\n《船》\n●船を直します。\n●灯台守の手当を見直します。\n《灯台》\n●灯台の光を強くします。\n",
        "政策 (1) "
        "港\n《船》\n●船を直します。\n《灯台》\n●灯台守の手当を見直します。\n●灯台の光を強くします。\n",
        "moved_away /政策 (1) 港/《船》 ●灯台守の手当を見直します。 |  @/政策 (1) 港/《灯台》#1\n"
        "moved_here /政策 (1) 港/《灯台》 ●灯台守の手当を見直します。 | ●灯台守の手当を見直します。#1"
        " @/政策 (1) 港/《船》\n");
}

static void test_remarks(void **state)
{
    (void)state;
    Pair pair;
    begin(&pair, S("●船を30隻直します。\n"), S("●船を45隻直します。\n"), "plan", REDLINE_BLIND);
    assert_int_equal(pair.table.rows.len, 1);
    assert_true(str_equal(pair.table.rows.at[0].remark, S("審議会の意見による")));
    end(&pair);
    begin(&pair, S("●船を30隻直します。\n"), S("●船を45隻直します。\n"), "ordinance", REDLINE_BLIND);
    assert_int_equal(pair.table.rows.at[0].remark.len, 0);
    end(&pair);
}

/* --- pages --- */

static void assert_in_order(Str page, const char *const *words, size_t count)
{
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        const ptrdiff_t found = str_find(page, str_of(words[i]), at);
        if (found < 0) {
            fail_msg("'%s' is not in\n%.*s", words[i], STR_ARGS(page));
        }
        at = (size_t)found + 1;
    }
}

static void test_html(void **state)
{
    (void)state;
    static const char old_text[] = "政策 (1) 港 & 海\n《船》\n●船を30隻直します。\n●網を直します。\n";
    static const char new_text[] = "政策 (1) 港 & 海\n《船》\n●船を45隻直します。\n《鐘》\n";
    static const char *const plan_words[] = {">現行</th>", ">改正案</th>", ">備考</th>", "港 &amp; 海",
        "船を<del>30</del>隻", "船を<ins>45</ins>隻", "審議会の意見による", "（削除）", "（新設）", "3行目"};
    static const char *const ordinance_words[] = {
        ">改正後</th>", ">改正前</th>", "船を<ins>45</ins>隻", "船を<del>30</del>隻", "（削る）"};
    Pair pair;
    Error error = {0};
    AUTO_BUF plan, ordinance;
    buf_init(&plan, MANY);
    buf_init(&ordinance, MANY);
    begin(&pair, str_of(old_text), str_of(new_text), "plan", REDLINE_BLIND);
    assert_true(comparison_write_html(&pair.table, &plan, &error));
    end(&pair);
    begin(&pair, str_of(old_text), str_of(new_text), "ordinance", REDLINE_BLIND);
    assert_true(comparison_write_html(&pair.table, &ordinance, &error));
    end(&pair);
    assert_in_order(buf_str(&plan), plan_words, COUNT_OF(plan_words) - 1);
    assert_in_order(buf_str(&ordinance), ordinance_words, COUNT_OF(ordinance_words));
    assert_true(str_contains(buf_str(&plan), S("comparison striking")));
    assert_false(str_contains(buf_str(&ordinance), S("comparison striking")));
    assert_false(str_contains(buf_str(&ordinance), S("備考")));
}

static void test_json(void **state)
{
    (void)state;
    Pair pair;
    Error error = {0};
    AUTO_BUF out;
    buf_init(&out, MANY);
    begin(&pair, S("《船》\n●船を30隻直します。\n"), S("《船》\n●船を45隻直します。\n"), "ordinance",
        REDLINE_BLIND);
    assert_true(comparison_write_json(&pair.table, &out, &error));
    end(&pair);
    AUTO_JSON json = json_read(buf_str(&out), S("table.json"), &error);
    assert_non_null(json);
    Str text = STR_EMPTY;
    assert_true(json_get_text(json, "format", &text) && str_equal(text, S("hitomachi-comparison/1")));
    const json_t *profile = json_object_get(json, "profile"), *rows = json_object_get(json, "rows");
    assert_true(json_get_text(profile, "first", &text) && str_equal(text, S("new")));
    assert_int_equal(json_array_size(rows), 1);
    const json_t *cell = json_object_get(json_array_get(rows, 0), "new");
    assert_string_equal(json_string_value(json_array_get(json_array_get(cell, 1), 1)), "45");
}

/* --- rebuilding --- */

static bool rebuilds(const RedlineTree *old_tree, const Comparison *table, Str expected, Error *error)
{
    AUTO_BUF found;
    buf_init(&found, MANY);
    return comparison_rebuild(old_tree, table, &found, error) && str_equal(buf_str(&found), expected);
}

/* Each way to spoil a table: it is refused, or gives another text. */
typedef void Spoil(Comparison *table);

static void drop_last(Comparison *table)
{
    table->rows.len--;
}

static void drop_first(Comparison *table)
{
    memmove(table->rows.at, table->rows.at + 1, --table->rows.len * sizeof *table->rows.at);
}

static void change_old_word(Comparison *table)
{
    table->rows.at[0].old_cell.at[0].text = S("●舟を");
}

static void change_new_word(Comparison *table)
{
    table->rows.at[0].new_cell.at[0].text = S("●舟を");
}

static void change_headings(Comparison *table)
{
    table->rows.at[0].old_above.at[0].line = S("《舟》");
}

static void change_place(Comparison *table)
{
    for (size_t i = 0; i < table->rows.len; i++) {
        table->rows.at[i].new_nth += table->rows.at[i].new_nth > 0;
    }
}

static void repeat_row(Comparison *table)
{
    table->rows.at[1] = table->rows.at[0];
}

static void test_spoiled(void **state)
{
    (void)state;
    static const char new_text[] =
        "《船》\n●船を45隻直します。\n●灯台守の手当を見直します。\n《鐘》\n●鐘を鳴らします。\n";
    static Spoil *const ways[] = {
        drop_last, drop_first, change_old_word, change_new_word, change_headings, change_place, repeat_row};
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        Pair pair;
        Error error = {0};
        begin(&pair, S("《船》\n●船を30隻直します。\n●海辺の道を広げます。\n《鐘》\n●鐘を鳴らします。\n"),
            str_of(new_text), "plan", REDLINE_BLIND);
        assert_true(pair.table.rows.len >= 3);
        assert_true(rebuilds(&pair.old_tree, &pair.table, str_of(new_text), &error));
        ways[i](&pair.table);
        assert_false(rebuilds(&pair.old_tree, &pair.table, str_of(new_text), &error));
        end(&pair);
    }
}

/* A row that does not fit is named. */
static void test_message(void **state)
{
    (void)state;
    Pair pair;
    Error error = {0};
    begin(
        &pair, S("《船》\n●船を30隻直します。\n"), S("《船》\n●船を45隻直します。\n"), "plan", REDLINE_BLIND);
    change_old_word(&pair.table);
    assert_false(rebuilds(&pair.old_tree, &pair.table, S(""), &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    assert_string_equal(error.message, "row 1 of the comparison table: the old text has no such line there");
    end(&pair);
}

static bool read_shared(Arena *arena, const char *pair, const char *file, Str *out)
{
    const char *folder = getenv("HITOMACHI_SHARED");
    const Str path = arena_printf(arena, "%s/redline/%s/%s", folder ? folder : "../shared", pair, file);
    Error error = {0};
    return file_exists(path) && file_read(arena, path, (size_t)16 << 20, out, &error);
}

static void check_shared(Str old_text, Str new_text, const char *profile)
{
    Pair pair;
    Error error = {0};
    begin(&pair, old_text, new_text, profile, REDLINE_BLIND);
    assert_true(pair.table.rows.len > 5);
    assert_true(pair.table.rows.len < pair.redline.rows.len);
    assert_true(rebuilds(&pair.old_tree, &pair.table, new_text, &error));
    end(&pair);
}

/* The scored pairs beside the source; skipped where they are not there. */
static void test_shared(void **state)
{
    (void)state;
    static const char *const pairs[] = {"10k-std", "30k-std"};
    bool found = true;
    for (size_t i = 0; i < COUNT_OF(pairs) && found; i++) {
        AUTO_ARENA arena = arena_new(MANY);
        Str old_text = STR_EMPTY, new_text = STR_EMPTY;
        found = read_shared(arena, pairs[i], "old.txt", &old_text) &&
                read_shared(arena, pairs[i], "new.txt", &new_text);
        for (size_t j = 0; j < comparison_profile_count && found; j++) {
            check_shared(old_text, new_text, comparison_profiles[j].id.at);
        }
    }
    if (!found) {
        skip();
    }
}

/* --- random pairs --- */

static Str random_line(Random *random, Arena *arena)
{
    static const char *const heads[] = {
        "基本政策 1 ", "政策 (1) ", "政策 (2) ", "①", "②", "《", "●", "●", "●", "※", ""};
    static const char *const words[] = {"港を", "海辺の道を", "灯台を", "45隻の船を", "直します。",
        "広げます。", "再掲", "見直し、", "子どもと", "サポート"};
    const size_t head = random_below(random, COUNT_OF(heads));
    Str line = str_of(heads[head]);
    for (size_t n = random_below(random, 5); n > 0; n--) {
        line = arena_join(arena, line, str_of(words[random_below(random, COUNT_OF(words))]));
    }
    return arena_join(arena, line, head == 5 ? S("》\n") : S("\n"));
}

typedef VEC_OF(Str) Lines;

static Lines random_document(Random *random, Arena *arena)
{
    Lines lines = {0};
    for (size_t n = random_below(random, 40); n > 0; n--) {
        *VEC_PUSH(arena, &lines) = random_line(random, arena);
    }
    return lines;
}

/* Lines left out, doubled, put elsewhere, worded anew. */
static Lines edit_document(Random *random, Arena *arena, const Lines *from)
{
    Lines lines = {0};
    for (size_t i = 0; i < from->len; i++) {
        const size_t way = random_below(random, 12);
        if (way == 0) {
            continue;
        }
        *VEC_PUSH(arena, &lines) = way == 1 ? random_line(random, arena) : from->at[i];
        if (way == 2 || way == 3) {
            *VEC_PUSH(arena, &lines) = way == 2 ? from->at[i] : random_line(random, arena);
        }
        if (way == 4) {
            *VEC_PUSH(arena, &lines) = from->at[random_below(random, from->len)];
        }
    }
    for (size_t n = lines.len > 1 ? random_below(random, 4) : 0; n > 0; n--) {
        const size_t a = random_below(random, lines.len), b = random_below(random, lines.len);
        const Str kept = lines.at[a];
        lines.at[a] = lines.at[b];
        lines.at[b] = kept;
    }
    return lines;
}

static Str join_lines(Arena *arena, const Lines *lines)
{
    Str text = STR_EMPTY;
    for (size_t i = 0; i < lines->len; i++) {
        text = arena_join(arena, text, lines->at[i]);
    }
    return text;
}

static void test_random(void **state)
{
    (void)state;
    size_t sorts[COMPARISON_SORT_COUNT] = {0};
    for (uint64_t seed = 0; seed < 1500; seed++) {
        AUTO_ARENA arena = arena_new(MANY);
        Random random = {seed};
        const Lines old_lines = random_document(&random, arena);
        const Lines new_lines = edit_document(&random, arena, &old_lines);
        const Str new_text = join_lines(arena, &new_lines);
        Pair pair;
        Error error = {0};
        begin(&pair, join_lines(arena, &old_lines), new_text, seed % 2 ? "plan" : "ordinance", REDLINE_BLIND);
        if (!rebuilds(&pair.old_tree, &pair.table, new_text, &error)) {
            fail_msg("seed %d: the table does not give the new text: %s", (int)seed, error.message);
        }
        for (size_t i = 0; i < pair.table.rows.len; i++) {
            sorts[pair.table.rows.at[i].sort]++;
        }
        end(&pair);
    }
    for (size_t i = 0; i < COMPARISON_SORT_COUNT; i++) {
        assert_true(sorts[i] > 100); /* each sort of row was tried */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edited),
        cmocka_unit_test(test_inserted_and_deleted),
        cmocka_unit_test(test_same_lines),
        cmocka_unit_test(test_moved),
        cmocka_unit_test(test_remarks),
        cmocka_unit_test(test_html),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_spoiled),
        cmocka_unit_test(test_message),
        cmocka_unit_test(test_shared),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
