/* Comments: threads on passages, in order of place, settled and opened again, refused where they make no
 * sense. */
#include "draft_fixture.h"

static PlanCommentNew comment_at(const Fixture *f, const char *key, size_t from, size_t to)
{
    return (PlanCommentNew){.edition_id = f->edition.id,
        .passage = {.key = str_of(key), .from = from, .to = to, .whole = from == to},
        .author = S("jidou"),
        .text = S("ここは何を指しますか。"),
        .instant = INSTANT + 7};
}

static int64_t add(const Fixture *f, const PlanCommentNew *comment)
{
    int64_t id = 0;
    Error error = {0};
    if (!plan_comment_add(f->db, comment, &id, &error)) {
        fail_msg("%s", error.message);
    }
    return id;
}

static PlanComments comments_of(const Fixture *f, const char *key)
{
    PlanComments comments;
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(f->db, &conn, &error));
    if (!plan_comment_list(conn, f->arena, f->edition.id, str_of(key), &comments, &error)) {
        fail_msg("%s", error.message);
    }
    return comments;
}

static void test_threads_stand_in_order_of_place(void **state)
{
    const Fixture *f = *state;
    PlanCommentNew late = comment_at(f, "2-1-1-1", 4, 6), early = comment_at(f, "2-1-1-1", 0, 3);
    PlanCommentNew above = comment_at(f, "2-1-1", 0, 0);
    const int64_t a = add(f, &late), b = add(f, &early), c = add(f, &above);
    PlanCommentNew answer = {
        .thread = a, .author = S("kikaku"), .text = S("体験活動です。"), .instant = INSTANT + 8};
    const int64_t d = add(f, &answer);
    const PlanComments here = comments_of(f, "2-1-1-1"), all = comments_of(f, "");
    assert_int_equal(here.len, 3);
    assert_int_equal(here.at[0].id, b);
    assert_int_equal(here.at[1].id, a);
    assert_int_equal(here.at[2].id, d);
    assert_int_equal(here.at[2].thread, a);
    assert_int_equal(here.at[1].thread, a);
    assert_text(here.at[1].anchor.quote, "体験");
    assert_text(here.at[1].author, "jidou");
    assert_text(here.at[1].settled_by, "");
    assert_int_equal(all.len, 4);
    assert_int_equal(all.at[0].id, c);
    assert_text(all.at[0].anchor.quote, "子ども支援");
    assert_true(all.at[0].anchor.passage.whole);
}

static void test_threads_are_settled_and_opened_again(void **state)
{
    const Fixture *f = *state;
    Error error = {0};
    int64_t rows = 0;
    const PlanCommentNew comment = comment_at(f, "2-1-1-1", 0, 3);
    const int64_t id = add(f, &comment);
    const PlanCommentNew answer = {
        .thread = id, .author = S("kikaku"), .text = S("はい。"), .instant = INSTANT};
    const int64_t second = add(f, &answer);
    assert_true(plan_comment_settle(f->db, id, true, S("kacho"), INSTANT + 9, &error));
    assert_text(comments_of(f, "").at[0].settled_by, "kacho");
    assert_int_equal(comments_of(f, "").at[0].settled_at, INSTANT + 9);
    assert_true(plan_comment_settle(f->db, id, false, S("kacho"), INSTANT + 10, &error));
    assert_text(comments_of(f, "").at[0].settled_by, "");
    assert_false(plan_comment_settle(f->db, second, true, S("kacho"), INSTANT + 9, &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(f->db, &conn, &error));
    assert_true(db_one_integer(conn, &rows, &error, "select count(*) from plan_comment_settled"));
    assert_int_equal(rows, 2);
}

static void assert_refused(const Fixture *f, PlanCommentNew comment, ErrorCode code)
{
    Error error = {0};
    assert_false(plan_comment_add(f->db, &comment, NULL, &error));
    assert_int_equal(error.code, code);
    assert_int_equal(comments_of(f, "").len, 0);
}

static void test_senseless_comments_are_refused(void **state)
{
    const Fixture *f = *state;
    PlanCommentNew comment = comment_at(f, "2-1-1-1", 0, 3);
    comment.text = S("　");
    assert_refused(f, comment, ERROR_INPUT);
    char *much = arena_alloc(f->arena, 4001);
    memset(much, 'a', 4001);
    comment.text = (Str){much, 4001};
    assert_refused(f, comment, ERROR_LIMIT);
    assert_refused(f, comment_at(f, "2-1-1-9", 0, 3), ERROR_NOT_FOUND);
    assert_refused(f, comment_at(f, "2-1-1-1", 13, 15), ERROR_INPUT);
    assert_refused(f, comment_at(f, "2-1-1-1", 3, 2), ERROR_INPUT);
    comment = comment_at(f, "2-1-1-1", 0, 3);
    comment.thread = 77;
    assert_refused(f, comment, ERROR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_threads_stand_in_order_of_place),
        TEST(test_threads_are_settled_and_opened_again),
        TEST(test_senseless_comments_are_refused),
    };
    return cmocka_run_group_tests_name("plan comment", tests, NULL, NULL);
}
