/* The life of a draft: editions frozen one after the other, what waits and what was said carried along, names
 * for life, decisions against freezing, the timeline, the proof, and a database of the former kind brought
 * over. */
#include "draft_fixture.h"

#include <pthread.h>

#include "base/utf8.h"

static Str passage_words(const Fixture *f, int64_t edition, const PlanPassage *passage)
{
    const Str text = wording(f, edition, arena_printf(f->arena, "%.*s", STR_ARGS(passage->key)).at);
    const size_t from = grapheme_head(text, passage->from).len;
    return str_slice(text, from, grapheme_head(text, passage->to).len);
}

static int64_t comment_on(const Fixture *f, const char *key, size_t from, size_t to)
{
    const PlanCommentNew comment = {.edition_id = f->edition.id,
        .passage = {.key = str_of(key), .from = from, .to = to, .whole = from == to},
        .author = S("jidou"),
        .text = S("ここは何を指しますか。"),
        .instant = INSTANT + 7};
    int64_t id = 0;
    Error error = {0};
    if (!plan_comment_add(f->db, &comment, &id, &error)) {
        fail_msg("%s", error.message);
    }
    return id;
}

static PlanPassage place_of_comment(const Fixture *f, int64_t id)
{
    PlanComments comments;
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(f->db, &conn, &error));
    assert_true(plan_comment_list(conn, f->arena, f->edition.id, STR_EMPTY, &comments, &error));
    for (size_t i = 0; i < comments.len; i++) {
        if (comments.at[i].id == id) {
            return comments.at[i].anchor.passage;
        }
    }
    fail_msg("comment %lld is not in the edition", (long long)id);
    return (PlanPassage){0};
}

static void test_freezing_makes_the_next_edition(void **state)
{
    Fixture *f = *state;
    const int64_t first = f->edition.id;
    const int64_t edit = reword(f, "2-1-1-1", "子どもの体験の機会を設けます。");
    const int64_t other = reword(f, "2-1-1-2", "居場所を増やします。");
    accept(f, edit);
    decide(f, other, PLAN_CHANGE_REJECTED);
    const int64_t second = freeze_as(f, "案");
    assert_int_equal(edition_of(f, first).state, PLAN_EDITION_FROZEN);
    assert_int_equal(f->edition.state, PLAN_EDITION_FROZEN);
    assert_int_equal(f->edition.parent_id, first);
    assert_text(f->edition.step, "案");
    assert_text(f->edition.name, "案");
    assert_text(f->edition.created_by, "kacho");
    assert_text(wording(f, first, "2-1-1-1"), "子どもの体験の場を設けます。");
    assert_text(wording(f, second, "2-1-1-1"), "子どもの体験の機会を設けます。");
    assert_text(wording(f, second, "2-1-1-2"), "居場所を確保します。");
    assert_int_equal(get(f, edit).made, second);
    assert_int_equal(get(f, other).made, 0);
    assert_int_equal(list_of(f, (PlanChangeQuery){.made = second}).len, 1);
    assert_int_equal(list_of(f, (PlanChangeQuery){.open = true}).len, 0);
    verify(f, 2, 1);
    Error error = {0};
    assert_false(decide_group(f, edit, PLAN_CHANGE_REJECTED, NULL, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    assert_false(decide_group(f, other, PLAN_CHANGE_ACCEPTED, NULL, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
}

static void test_what_cannot_be_frozen(void **state)
{
    Fixture *f = *state;
    const PlanEdition old = f->edition;
    Error error = {0};
    PlanFreeze freeze = {.base = old.id, .name = S("素案"), .actor = S("kacho"), .instant = INSTANT};
    assert_false(plan_draft_freeze(f->db, &freeze, NULL, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    assert_int_equal(edition_of(f, old.id).state, PLAN_EDITION_DRAFT);
    freeze.name = S(" ");
    assert_false(plan_draft_freeze(f->db, &freeze, NULL, &error));
    assert_int_equal(error.code, ERROR_INPUT);
    freeze_as(f, "案");
    freeze.name = S("諮問");
    assert_false(plan_draft_freeze(f->db, &freeze, NULL, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    const PlanChangeBy by = {
        .edition = &old, .author = S("kikaku"), .reason = S("理由"), .instant = INSTANT, .seen = -1};
    assert_false(plan_change_reword(f->db, &by, S("2-1-1-1"), S("別の文。"), 0, NULL, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
}

/* New nodes get keys that no node ever had, and everything that named them by their change names the key. */
static void test_new_nodes_get_keys_for_life(void **state)
{
    Fixture *f = *state;
    const int64_t insert = operate_one(f, (PlanOperation){.kind = PLAN_INSERT,
                                              .node_kind = PLAN_INITIATIVE,
                                              .text = S("遊び場を設けます。"),
                                              .parent = S("2-1-1"),
                                              .after = S("2-1-1-3")});
    const Str name = arena_printf(f->arena, "+%lld", (long long)insert);
    const int64_t edit = reword(f, name.at, "遊び場を増やします。");
    const int64_t comment = comment_on(f, name.at, 0, 3);
    const int64_t gone = operate_one(f, (PlanOperation){.kind = PLAN_DELETE, .key = S("2-1-1-2")});
    accept(f, insert);
    accept(f, gone);
    const int64_t second = freeze_as(f, "案");
    assert_text(wording(f, second, "2-1-1-4"), "遊び場を設けます。");
    assert_text(wording(f, second, "2-1-1-2"), "(none)");
    assert_text(get(f, edit).operation.key, "2-1-1-4");
    assert_text(place_of_comment(f, comment).key, "2-1-1-4");
    accept(f, edit);
    const int64_t again = operate_one(f, (PlanOperation){.kind = PLAN_DELETE, .key = S("2-1-1-4")});
    Error error = {0};
    assert_false(decide_group(f, again, PLAN_CHANGE_ACCEPTED, NULL, &error));
    decide(f, edit, PLAN_CHANGE_REJECTED);
    accept(f, again);
    freeze_as(f, "諮問");
    accept(f, operate_one(f, (PlanOperation){.kind = PLAN_INSERT,
                                 .node_kind = PLAN_INITIATIVE,
                                 .text = S("学びの場を設けます。"),
                                 .parent = S("2-1-1"),
                                 .after = S("2-1-1-1")}));
    const int64_t last = freeze_as(f, "答申");
    assert_text(wording(f, last, "2-1-1-4"), "(none)");
    assert_text(wording(f, last, "2-1-1-2"), "(none)");
    assert_text(wording(f, last, "2-1-1-5"), "学びの場を設けます。");
    verify(f, 4, 3);
}

/* Two freezings, with words before them changed, their node split, and their node taken in. */
static void test_what_waits_is_carried_twice(void **state)
{
    Fixture *f = *state;
    const int64_t waits = reword(f, "2-1-1-1", "子どもの体験の場を毎年設けます。");
    const int64_t comment = comment_on(f, "2-1-1-1", 4, 6);
    accept(f, reword(f, "2-1-1-1", "地域の子どもの体験の場を設けます。"));
    const int64_t second = freeze_as(f, "案");
    PlanChange change = get(f, waits);
    PlanPassage place = place_of_comment(f, comment);
    assert_int_equal(change.state, PLAN_CHANGE_PENDING);
    assert_int_equal(change.edition_id, second);
    assert_false(change.lost);
    assert_text(passage_words(f, second, &place), "体験");
    accept(f, operate_one(f, (PlanOperation){.kind = PLAN_SPLIT, .key = S("2-1-1-1"), .from = 8, .to = 8}));
    const int64_t third = freeze_as(f, "諮問");
    change = get(f, waits);
    place = place_of_comment(f, comment);
    assert_text(wording(f, third, "2-1-1-1"), "地域の子どもの体");
    assert_text(passage_words(f, third, &place), "体");
    assert_false(change.lost);
    assert_text(change.operation.key, "2-1-1-5");
    accept(f, waits);
    const int64_t fourth = freeze_as(f, "答申");
    assert_text(wording(f, fourth, "2-1-1-5"), "験の場を毎年設けます。");
    verify(f, 4, 3);
}

static void test_words_that_are_gone_are_lost(void **state)
{
    Fixture *f = *state;
    Error error = {0};
    const int64_t waits = reword(f, "2-1-1-1", "子どもの体験の機会を設けます。");
    const int64_t beside = reword(f, "2-1-1-1", "児童の体験の場を設けます。");
    const int64_t below = reword(f, "2-1-2-1", "家庭を毎年訪問します。");
    const int64_t comment = comment_on(f, "2-1-2-1", 0, 2);
    accept(f, reword(f, "2-1-1-1", "子どもの体験の日を設けます。"));
    accept(f, operate_one(f, (PlanOperation){.kind = PLAN_DELETE, .key = S("2-1-2")}));
    freeze_as(f, "案");
    assert_true(get(f, waits).lost);
    assert_true(get(f, below).lost);
    assert_false(get(f, beside).lost);
    assert_int_equal(get(f, below).state, PLAN_CHANGE_PENDING);
    const PlanPassage place = place_of_comment(f, comment);
    assert_text(place.key, "2-1-m");
    assert_true(place.lost && place.whole);
    assert_false(decide_group(f, waits, PLAN_CHANGE_ACCEPTED, NULL, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    decide(f, waits, PLAN_CHANGE_REJECTED);
    accept(f, beside);
    const int64_t last = freeze_as(f, "諮問");
    assert_text(wording(f, last, "2-1-1-1"), "児童の体験の日を設けます。");
    assert_true(get(f, below).lost);
    verify(f, 3, 2);
}

/* A change of words that an accepted change brought stands on those words in the edition that has them. */
static void test_change_of_accepted_words_is_carried(void **state)
{
    Fixture *f = *state;
    accept(f, reword(f, "2-1-1-1", "子どもの体験の機会を設けます。"));
    const int64_t later = reword(f, "2-1-1-1", "子どもの体験の好機を設けます。");
    freeze_as(f, "案");
    assert_false(get(f, later).lost);
    accept(f, later);
    assert_true(str_contains(draft_text(f), S("2-1-1-1 子どもの体験の好機を設けます。\n")));
    freeze_as(f, "諮問");
    verify(f, 3, 2);
}

/* A revised change comes back in a later edition, when what revised it is rejected there. */
static void test_revised_change_comes_back_after_freezing(void **state)
{
    Fixture *f = *state;
    const PlanChangeBy by = by_of(f);
    const int64_t first = reword(f, "2-1-1-1", "子どもの体験の機会を設けます。");
    const int64_t second = reword_as(f, &by, "2-1-1-1", "子どもの体験の日を設けます。", first);
    accept(f, reword(f, "2-1-1-1", "児童の体験の場を設けます。"));
    freeze_as(f, "案");
    decide(f, second, PLAN_CHANGE_REJECTED);
    assert_int_equal(get(f, first).state, PLAN_CHANGE_PENDING);
    accept(f, first);
    assert_true(str_contains(draft_text(f), S("2-1-1-1 児童の体験の機会を設けます。\n")));
}

/* Pending inserts and moves keep their order among siblings, whatever was made meanwhile. */
static void test_places_among_siblings_are_carried(void **state)
{
    Fixture *f = *state;
    PlanOperation insert = {.kind = PLAN_INSERT,
        .node_kind = PLAN_INITIATIVE,
        .text = S("甲。"),
        .parent = S("2-1-1"),
        .after = S("2-1-1-1")};
    const int64_t a = operate_one(f, insert);
    insert.text = S("乙。");
    const int64_t b = operate_one(f, insert);
    insert.text = S("丙。");
    const int64_t c = operate_one(f, insert);
    insert.text = S("丁。");
    insert.after = S("2-1-1-2");
    const int64_t d = operate_one(f, insert);
    const int64_t away =
        operate_one(f, (PlanOperation){.kind = PLAN_MOVE, .key = S("2-1-1-2"), .parent = S("2-1-2")});
    accept(f, b);
    accept(f, away);
    freeze_as(f, "案");
    accept(f, a);
    accept(f, c);
    accept(f, d);
    const int64_t last = freeze_as(f, "諮問");
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(f->db, &conn, &error));
    const Plan *plan = plan_load(conn, f->arena, &f->edition, &error);
    assert_non_null(plan);
    Str texts = STR_EMPTY;
    for (size_t i = 4; i < plan->nodes.len; i++) {
        texts = arena_printf(f->arena, "%.*s%.*s", STR_ARGS(texts), STR_ARGS(plan->nodes.at[i].text));
    }
    assert_text(texts, "子どもの体験の場を設けます。甲。乙。丙。丁。相談を受けます。家庭への支援居場所を確保"
                       "します。家庭を訪問します。");
    assert_int_equal(last, f->edition.id);
    db_read_end(&conn);
    verify(f, 3, 2);
}

static void test_timeline_says_why(void **state)
{
    Fixture *f = *state;
    Error error = {0};
    PlanTimeline timeline;
    accept(f, reword(f, "2-1-1-1", "子どもの体験の機会を設けます。"));
    freeze_as(f, "案");
    accept(f, reword(f, "2-1-1-2", "居場所を増やします。"));
    freeze_as(f, "諮問");
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(f->db, &conn, &error));
    assert_true(plan_timeline(conn, f->arena, f->edition.plan_id, S("2-1-1-1"), &timeline, &error));
    assert_int_equal(timeline.len, 3);
    assert_int_equal(timeline.at[0].changes.len, 0);
    assert_false(timeline.at[0].same);
    assert_int_equal(timeline.at[1].changes.len, 1);
    assert_text(timeline.at[1].changes.at[0].cause, "evaluation:12");
    assert_text(timeline.at[1].version.text, "子どもの体験の機会を設けます。");
    assert_false(timeline.at[1].same);
    assert_true(timeline.at[2].same);
    assert_int_equal(timeline.at[2].changes.len, 0);
}

/* An edition from outside: what waits, what is accepted and what was said go along where the words still are.
 */
static void test_edition_from_outside_takes_them_along(void **state)
{
    Fixture *f = *state;
    Error error = {0};
    PlanErrors errors = {0};
    int64_t id = 0;
    static const char body[] = "---\nplan: basic-2019\nedition: 修正案\n---\n"
                               "# 2 ひと創り / (1) 子ども {#2-1}\n"
                               "## 主な取組 {#2-1-m}\n"
                               "### ① 子ども支援 {#2-1-1}\n"
                               "- 市は、子どもの体験の場を設けます。 {#2-1-1-1}\n"
                               "- 居場所を守ります。 {#2-1-1-2}\n";
    const int64_t accepted = reword(f, "2-1-1-1", "子どもの体験の機会を設けます。");
    const int64_t lost = reword(f, "2-1-1-2", "居場所を確実に守ります。");
    const int64_t gone = reword(f, "2-1-2-1", "家庭を見守ります。");
    const int64_t comment = comment_on(f, "2-1-1-1", 4, 6);
    accept(f, accepted);
    const PlanFile file = {S("plan.md"), str_of(body)};
    const PlanSave save = {.plan = plan_read_markdown(f->arena, 1, &file, &errors),
        .actor = S("kikaku"),
        .instant = INSTANT,
        .state = PLAN_EDITION_DRAFT};
    assert_true(plan_store_save(f->db, &save, &id, &error));
    f->edition = edition_of(f, id);
    assert_int_equal(get(f, accepted).edition_id, id);
    assert_int_equal(get(f, accepted).state, PLAN_CHANGE_ACCEPTED);
    assert_false(get(f, accepted).lost);
    assert_true(get(f, lost).lost);
    assert_true(get(f, gone).lost);
    const PlanPassage place = place_of_comment(f, comment);
    assert_text(passage_words(f, id, &place), "体験");
    assert_true(str_contains(draft_text(f), S("2-1-1-1 市は、子どもの体験の機会を設けます。\n")));
    const int64_t next = freeze_as(f, "案");
    assert_text(wording(f, next, "2-1-1-1"), "市は、子どもの体験の機会を設けます。");
    verify(f, 2, 1);
}

/* --- deciding while somebody freezes --- */

typedef struct Decider {
    const Fixture *f;
    int64_t change;
    bool decided;
    ErrorCode code;
} Decider;

static void *decide_meanwhile(void *argument)
{
    Decider *decider = argument;
    Error error = {0};
    const PlanChangeDecision decision = {.ids = &decider->change,
        .count = 1,
        .to = PLAN_CHANGE_ACCEPTED,
        .by = S("kacho"),
        .instant = INSTANT + 21};
    decider->decided = plan_change_decide(decider->f->db, &decision, NULL, &error);
    decider->code = error.code;
    return NULL;
}

/* Whichever came first: the change is part of the edition, or it is accepted in the draft of the next one. */
static void test_decision_beside_a_freezing(void **state)
{
    Fixture *f = *state;
    Decider decider = {.f = f, .change = reword(f, "2-1-1-1", "子どもの体験の機会を設けます。")};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, decide_meanwhile, &decider), 0);
    const int64_t second = freeze_as(f, "案");
    pthread_join(thread, NULL);
    assert_true(decider.decided);
    const PlanChange change = get(f, decider.change);
    const bool part = str_equal(wording(f, second, "2-1-1-1"), S("子どもの体験の機会を設けます。"));
    assert_int_equal(change.state, PLAN_CHANGE_ACCEPTED);
    assert_int_equal(change.made, part ? second : 0);
    assert_true(str_contains(draft_text(f), S("2-1-1-1 子どもの体験の機会を設けます。\n")));
    verify(f, 2, part ? 1 : 0);
}

/* --- the proof --- */

static bool spoil(DbConn *conn, void *argument, Error *error)
{
    return db_run(conn, NULL, error,
        "update node set text = '別の文。' where edition_id = ?1 and key = '2-1-1-2'",
        value_integer(*(const int64_t *)argument));
}

static void test_proof_finds_what_was_written_since(void **state)
{
    Fixture *f = *state;
    PlanVerifyReport report;
    Error error = {0};
    accept(f, reword(f, "2-1-1-1", "子どもの体験の機会を設けます。"));
    int64_t second = freeze_as(f, "案");
    assert_true(db_write(f->db, spoil, &second, &error));
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(f->db, &conn, &error));
    assert_true(plan_verify(conn, f->arena, &report, &error));
    assert_int_equal(report.problems.len, 1);
    assert_true(str_starts(report.problems.at[0], S("edition \"案\" of basic-2019:")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_freezing_makes_the_next_edition),
        TEST(test_what_cannot_be_frozen),
        TEST(test_new_nodes_get_keys_for_life),
        TEST(test_what_waits_is_carried_twice),
        TEST(test_words_that_are_gone_are_lost),
        TEST(test_change_of_accepted_words_is_carried),
        TEST(test_revised_change_comes_back_after_freezing),
        TEST(test_places_among_siblings_are_carried),
        TEST(test_timeline_says_why),
        TEST(test_edition_from_outside_takes_them_along),
        TEST(test_decision_beside_a_freezing),
        TEST(test_proof_finds_what_was_written_since),
    };
    return cmocka_run_group_tests_name("plan draft", tests, NULL, NULL);
}
