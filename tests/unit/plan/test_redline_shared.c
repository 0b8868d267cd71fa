/* The scored pairs beside the source (../shared/redline, or HITOMACHI_SHARED): changed characters, moves and
 * numbers against the exact edits. Skipped where they are not there.
 *
 * Of the script that is written, a changed character is right when it lies within the editor's words
 * ("wide"), and one the editor changed ("min") must be changed. Both counts are of code points.
 */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"
#include "plan/redline_tree.h"

#define MANY ((size_t)256 << 20)
#define TEXT_MAX ((size_t)16 << 20)

static const char *shared_folder(void)
{
    const char *folder = getenv("HITOMACHI_SHARED");
    return folder != NULL ? folder : "../shared";
}

/* One side of a pair, by code point. */
typedef struct Side {
    Str text;
    size_t count;
    bool *wide, *least, *changed, *open; /* open: not judged */
} Side;

typedef struct Pair {
    Arena *arena;
    const char *name;
    json_t *truth, *script;
    Side old_side, new_side;
} Pair;

static Str read_file(Arena *arena, const char *pair, const char *file)
{
    Error error = {0};
    Str text = STR_EMPTY;
    const Str path = arena_printf(arena, "%s/redline/%s/%s", shared_folder(), pair, file);
    assert_true(file_read(arena, path, TEXT_MAX, &text, &error));
    return text;
}

static void mark(bool *marks, const json_t *ranges)
{
    for (size_t i = 0; i < json_array_size(ranges); i++) {
        const json_t *range = json_array_get(ranges, i);
        const size_t to = (size_t)json_integer_value(json_array_get(range, 1));
        for (size_t at = (size_t)json_integer_value(json_array_get(range, 0)); at < to; at++) {
            marks[at] = true;
        }
    }
}

/* Whether an operation leaves open which of its nodes is shown as changed, and the node is one of them. */
static bool leaves_open(const json_t *op, const char *id)
{
    const char *const kind = json_string_value(json_object_get(op, "op"));
    const bool swap = strcmp(kind, "move") == 0 && json_is_true(json_object_get(op, "same_parent"));
    if (!swap && strcmp(kind, "split") != 0 && strcmp(kind, "merge") != 0) {
        return false;
    }
    static const char *const others[] = {"id", "new_id", "absorbed"};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        const char *other = json_string_value(json_object_get(op, others[i]));
        if (other != NULL && strcmp(other, id) == 0) {
            return true;
        }
    }
    const json_t *crossed = json_object_get(op, "crossed");
    for (size_t i = 0; i < json_array_size(crossed); i++) {
        if (strcmp(json_string_value(json_array_get(crossed, i)), id) == 0) {
            return true;
        }
    }
    return false;
}

/* Line k of the text is node k of the list; what is below a node that is open is open. */
static void mark_open(Pair *pair, Side *side, Str list)
{
    Error error = {0};
    AUTO_JSON nodes = json_read(list, S("list"), &error);
    assert_non_null(nodes);
    Map open;
    map_init(&open, pair->arena);
    Str rest = side->text, line;
    size_t at = 0;
    for (size_t i = 0; i < json_array_size(nodes) && str_line(&rest, &line); i++) {
        Str id = STR_EMPTY, parent = STR_EMPTY;
        const size_t end = at + utf8_count(line) + 1;
        assert_true(json_get_text(json_array_get(nodes, i), "id", &id));
        (void)json_get_text(json_array_get(nodes, i), "parent", &parent);
        bool is_open = map_get(&open, parent) != NULL;
        const json_t *ops = json_object_get(pair->truth, "ops");
        for (size_t k = 0; k < json_array_size(ops); k++) {
            is_open = is_open || leaves_open(json_array_get(ops, k), id.at);
        }
        if (is_open) {
            assert_true(map_put(&open, arena_str(pair->arena, id), pair));
            memset(side->open + at, true, end - at);
        }
        at = end;
    }
}

static void begin_side(Pair *pair, Side *side, const char *file, const char *wide, const char *least)
{
    const json_t *ranges = json_object_get(pair->truth, "ranges");
    side->text = read_file(pair->arena, pair->name, file);
    side->count = utf8_count(side->text);
    side->wide = arena_array(pair->arena, side->count + 1, sizeof(bool));
    side->least = arena_array(pair->arena, side->count + 1, sizeof(bool));
    side->changed = arena_array(pair->arena, side->count + 1, sizeof(bool));
    side->open = arena_array(pair->arena, side->count + 1, sizeof(bool));
    mark(side->wide, json_object_get(ranges, wide));
    mark(side->least, json_object_get(ranges, least));
}

/* The redline of the pair's lists, matched blind, as a script. */
static void begin(Pair *pair, const char *name, const char *old_file, const char *new_file)
{
    Error error = {0};
    RedlineTree old_tree, new_tree;
    Redline redline;
    AUTO_BUF out;
    *pair = (Pair){.arena = arena_new(MANY), .name = name};
    const PlanFile old_list = {S("old"), read_file(pair->arena, name, old_file)};
    const PlanFile new_list = {S("new"), read_file(pair->arena, name, new_file)};
    pair->truth = json_read(read_file(pair->arena, name, "truth.json"), S("truth"), &error);
    assert_non_null(pair->truth);
    begin_side(pair, &pair->old_side, "old.txt", "old_wide", "old_min");
    begin_side(pair, &pair->new_side, "new.txt", "new_wide", "new_min");
    mark_open(pair, &pair->old_side, read_file(pair->arena, name, "old.json"));
    mark_open(pair, &pair->new_side, read_file(pair->arena, name, "new.json"));
    buf_init(&out, MANY);
    assert_true(redline_tree_of_files(pair->arena, &old_list, 1, &old_tree, &error));
    assert_true(redline_tree_of_files(pair->arena, &new_list, 1, &new_tree, &error));
    assert_true(redline_trees(
        pair->arena, &old_tree, &new_tree, REDLINE_BLIND, REDLINE_CHARACTERS, &redline, &error));
    assert_true(redline_write_script(&redline, &out, &error));
    pair->script = json_read(buf_str(&out), S("script"), &error);
    assert_non_null(pair->script);
}

static void end(Pair *pair)
{
    json_decref(pair->truth);
    json_decref(pair->script);
    arena_free(pair->arena);
}

/* Walks both texts by the script; what is kept must be the same in both. */
static void walk(Pair *pair)
{
    const json_t *script = json_object_get(pair->script, "script");
    Side *a = &pair->old_side, *b = &pair->new_side;
    size_t in_a = 0, in_b = 0, x = 0, y = 0;
    for (size_t i = 0; i < json_array_size(script); i++) {
        const json_t *run = json_array_get(script, i);
        const char op = *json_string_value(json_array_get(run, 0));
        for (json_int_t n = json_integer_value(json_array_get(run, 1)); n > 0; n--) {
            assert_true(op == REDLINE_INSERTED || x < a->count);
            assert_true(op == REDLINE_STRUCK || y < b->count);
            const uint32_t of_a = op == REDLINE_INSERTED ? 0 : utf8_next(a->text, &in_a);
            const uint32_t of_b = op == REDLINE_STRUCK ? 0 : utf8_next(b->text, &in_b);
            assert_true(op != REDLINE_KEPT || of_a == of_b);
            a->changed[x] = op == REDLINE_STRUCK ? true : a->changed[x];
            b->changed[y] = op == REDLINE_INSERTED ? true : b->changed[y];
            x += op != REDLINE_INSERTED;
            y += op != REDLINE_STRUCK;
        }
    }
    assert_int_equal(x, a->count);
    assert_int_equal(y, b->count);
}

static bool is_digit(uint32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 0xFF10 && c <= 0xFF19);
}

static size_t count_cut_numbers(const Side *side)
{
    size_t at = 0, cuts = 0;
    uint32_t before = 0;
    for (size_t i = 0; i < side->count; i++) {
        const uint32_t here = utf8_next(side->text, &at);
        cuts += i > 0 && side->changed[i] != side->changed[i - 1] && is_digit(before) && is_digit(here);
        before = here;
    }
    return cuts;
}

static void check_characters(Pair *pair)
{
    const Side *const sides[] = {&pair->old_side, &pair->new_side};
    size_t changed = 0, right = 0, wanted = 0, found = 0;
    walk(pair);
    for (size_t s = 0; s < COUNT_OF(sides); s++) {
        for (size_t i = 0; i < sides[s]->count; i++) {
            const bool judged = !sides[s]->open[i];
            changed += judged && sides[s]->changed[i];
            right += judged && sides[s]->changed[i] && sides[s]->wide[i];
            wanted += judged && sides[s]->least[i];
            found += judged && sides[s]->least[i] && sides[s]->changed[i];
        }
        assert_int_equal(count_cut_numbers(sides[s]), 0);
    }
    assert_true(changed > 0 && wanted > 0);
    const double precision = (double)right / (double)changed, recall = (double)found / (double)wanted;
    const double f = 2 * precision * recall / (precision + recall);
    if (f < 0.998) {
        fail_msg("%s: precision %.4f, recall %.4f, F %.4f", pair->name, precision, recall, f);
    }
}

/* Whether the script says that the node moved. */
static bool says_moved(const Pair *pair, const char *id)
{
    const json_t *moves = json_object_get(pair->script, "moves");
    for (size_t i = 0; i < json_array_size(moves); i++) {
        const json_t *move = json_array_get(moves, i);
        if (strcmp(json_string_value(json_array_get(move, 0)), id) == 0) {
            return strcmp(json_string_value(json_array_get(move, 1)), id) == 0;
        }
    }
    return false;
}

/* Every move of the truth, or, of two that changed places, all that it crossed; and no others. */
static void check_moves(const Pair *pair)
{
    const json_t *ops = json_object_get(pair->truth, "ops");
    size_t said = 0;
    for (size_t i = 0; i < json_array_size(ops); i++) {
        const json_t *op = json_array_get(ops, i), *crossed = json_object_get(op, "crossed");
        if (strcmp(json_string_value(json_object_get(op, "op")), "move") != 0) {
            continue;
        }
        if (says_moved(pair, json_string_value(json_object_get(op, "id")))) {
            said++;
            continue;
        }
        assert_true(json_array_size(crossed) > 0);
        for (size_t c = 0; c < json_array_size(crossed); c++, said++) {
            assert_true(says_moved(pair, json_string_value(json_array_get(crossed, c))));
        }
    }
    assert_int_equal(json_array_size(json_object_get(pair->script, "moves")), said);
}

static void check_pair(const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/redline/%s/truth.json", shared_folder(), name);
    if (!file_exists(str_of(path))) {
        skip();
    }
    static const char *const files[][2] = {{"old.json", "new.json"}, {"old.txt", "new.txt"}};
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        Pair pair;
        begin(&pair, name, files[i][0], files[i][1]);
        check_characters(&pair);
        check_moves(&pair);
        end(&pair);
    }
}

static void test_small_pair(void **state)
{
    (void)state;
    check_pair("10k-std");
}

static void test_large_pair(void **state)
{
    (void)state;
    check_pair("30k-std");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_pair),
        cmocka_unit_test(test_large_pair),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
