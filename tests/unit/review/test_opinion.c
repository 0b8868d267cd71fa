/* Public comment: when opinions are taken and from whom, that nothing names who gave them, grouping and
 * answering, what stands between a period and its results, and what the public sees of them. */
#include "review/opinion.h"

#include "check.h"
#include "fixture.h"
#include "plan/draft.h"

#define NODE "2-1-2-1-2" /* 居場所を確保します。 */
#define NAME "架空 花子"
#define ADDRESS "見本町1-2-3"
#define CONTACT "000-0000-0000"

static const Clock OPEN = {.today = {2018, 5, 11}, .instant = INSTANT};
static const Clock OVER = {.today = {2018, 6, 15}, .instant = INSTANT + 1000};

static OpinionBy manager(Clock clock)
{
    return (OpinionBy){.right = OPINION_MANAGE, .actor = S("kikaku"), .clock = clock};
}

static OpinionBy resident(Clock clock)
{
    return (OpinionBy){.right = OPINION_PUBLIC, .clock = clock};
}

static int setup(void **state)
{
    Error error = {0};
    if (fixture_setup(state) != 0)
        return -1;
    const Fixture *f = *state;
    return opinion_migrate(f->db, NULL, &error) ? 0 : -1;
}

static OpinionPeriod wanted_period(const Fixture *f)
{
    return (OpinionPeriod){.plan_id = f->edition.plan_id,
        .edition_id = f->edition.id,
        .title = S("素案への意見募集"),
        .asks = S("ご意見をお寄せください。"),
        .ways = S("ファクス 000-000-0000"),
        .from = {2018, 5, 1},
        .to = {2018, 5, 31}};
}

static int64_t open_period(const Fixture *f)
{
    Error error = {0};
    int64_t id = 0;
    const OpinionBy by = manager(OPEN);
    const OpinionPeriod period = wanted_period(f);
    if (!plan_edition_freeze(f->db, f->edition.id, &error) || !opinion_open(f->db, &by, &period, &id, &error))
        fail_msg("%s", error.message);
    return id;
}

static OpinionNew wanted_opinion(int64_t period, const char *text, const char *once)
{
    return (OpinionNew){.period_id = period,
        .way = OPINION_BY_PAGE,
        .text = str_of(text),
        .name = S(NAME),
        .address = S(ADDRESS),
        .contact = S(CONTACT),
        .standing = OPINION_RESIDENT,
        .once = str_of(once)};
}

static Opinion give(const Fixture *f, const OpinionBy *by, const OpinionNew *opinion)
{
    Error error = {0};
    Opinion given = {0};
    if (!opinion_give(f->db, f->arena, by, opinion, &given, &error))
        fail_msg("%s", error.message);
    return given;
}

static Opinion give_text(const Fixture *f, int64_t period, const char *text, const char *once)
{
    const OpinionBy by = resident(OPEN);
    const OpinionNew opinion = wanted_opinion(period, text, once);
    return give(f, &by, &opinion);
}

static OpinionPeriod get_period(const Fixture *f, int64_t id)
{
    Error error = {0};
    OpinionPeriod period = {0};
    CLEANUP(db_read_end) DbConn *conn = fixture_reading(f);
    if (!opinion_period_get(conn, f->arena, id, &period, &error))
        fail_msg("%s", error.message);
    return period;
}

static OpinionTopic get_topic(const Fixture *f, int64_t id)
{
    Error error = {0};
    OpinionTopic topic = {0};
    CLEANUP(db_read_end) DbConn *conn = fixture_reading(f);
    if (!opinion_topic_get(conn, f->arena, id, OPINION_STAFF, &topic, &error))
        fail_msg("%s", error.message);
    return topic;
}

static int64_t group(const Fixture *f, const int64_t *ids, size_t count)
{
    Error error = {0};
    int64_t topic = 0;
    const OpinionBy by = manager(OPEN);
    if (!opinion_group(f->db, &by, ids, count, &topic, &error))
        fail_msg("%s", error.message);
    return topic;
}

static void answer(const Fixture *f, int64_t id, OpinionAnswerKind kind)
{
    Error error = {0};
    OpinionTopic topic = get_topic(f, id);
    const OpinionBy by = manager(OPEN);
    topic.kind = kind;
    topic.summary = S("居場所を増やしてほしい。");
    topic.answer = S("文言を改めます。");
    if (!opinion_answer(f->db, &by, &topic, &error))
        fail_msg("%s", error.message);
}

/* --- periods --- */

static void test_periods(void **state)
{
    const Fixture *f = *state;
    Error error = {0};
    int64_t id = 0;
    const OpinionBy by = manager(OPEN), stranger = {.right = OPINION_STAFF, .actor = S("x"), .clock = OPEN};
    OpinionPeriod period = wanted_period(f);
    assert_false(opinion_open(f->db, &by, &period, &id, &error));
    assert_error(&error, ERROR_INPUT, "frozen");
    id = open_period(f);
    assert_false(opinion_open(f->db, &stranger, &period, &id, &error));
    assert_error(&error, ERROR_DENIED, "planning");
    period.to = (Date){2018, 4, 30};
    assert_false(opinion_open(f->db, &by, &period, &id, &error));
    assert_error(&error, ERROR_INPUT, "first day");
    period = get_period(f, id);
    assert_str(period.title, "素案への意見募集");
    assert_true(opinion_is_open(&period, (Date){2018, 5, 1}));
    assert_true(opinion_is_open(&period, (Date){2018, 5, 31}));
    assert_false(opinion_is_open(&period, (Date){2018, 4, 30}));
    assert_false(opinion_is_open(&period, (Date){2018, 6, 1}));
    assert_false(opinion_extend(f->db, &by, id, (Date){2018, 5, 31}, &error));
    assert_error(&error, ERROR_INPUT, "after");
    assert_true(opinion_extend(f->db, &by, id, (Date){2018, 6, 10}, &error));
    assert_int_equal(get_period(f, id).to.day, 10);
}

/* --- giving --- */

static void test_given_and_found(void **state)
{
    const Fixture *f = *state;
    Error error = {0};
    Opinion found = {0};
    const int64_t period = open_period(f);
    const PlanPassage passage = {.key = S(NODE), .from = 0, .to = 3};
    OpinionNew wanted = wanted_opinion(period, "  居場所を増やしてください。 ", "a");
    const OpinionBy by = resident(OPEN);
    wanted.passage = &passage;
    const Opinion given = give(f, &by, &wanted);
    assert_int_equal(given.number, 1);
    assert_int_equal(given.code.len, 19);
    assert_str(given.text, "居場所を増やしてください。");
    assert_str(given.anchor.quote, "居場所");
    /* sent twice, it is one */
    const Opinion again = give(f, &by, &wanted);
    assert_int_equal(again.id, given.id);
    assert_true(str_equal(again.code, given.code));
    assert_int_equal(get_period(f, period).opinions, 1);
    CLEANUP(db_read_end) DbConn *conn = fixture_reading(f);
    assert_true(opinion_find(conn, f->arena, given.code, &found, &error));
    assert_str(found.anchor.passage.key, NODE);
    assert_int_equal(found.anchor.passage.to, 3);
    assert_int_equal(found.name.len + found.address.len + found.contact.len, 0);
    assert_false(opinion_find(conn, f->arena, S("0000-0000-0000-0000"), &found, &error));
    assert_error(&error, ERROR_NOT_FOUND, "opinion");
}

/* However somebody types the code: capitals, full width, spaces, letters that look alike. */
static void test_code_as_typed(void **state)
{
    const Fixture *f = *state;
    Error error = {0};
    Opinion found = {0};
    const Opinion given = give_text(f, open_period(f), "意見です。", "a");
    char typed[256];
    size_t len = 0;
    for (size_t i = 0; i < given.code.len; i++) {
        const char letter = given.code.at[i];
        if (letter == '-')
            continue;
        if (letter == '0')
            typed[len++] = 'O';
        else if (letter == '1')
            typed[len++] = 'l';
        else if (letter >= 'a' && letter <= 'z') { /* full width capital: U+FF21 + n */
            typed[len++] = '\xEF';
            typed[len++] = '\xBC';
            typed[len++] = (char)(0xA1 + (letter - 'a'));
        } else
            typed[len++] = letter;
        if (i == 8)
            typed[len++] = ' ';
    }
    CLEANUP(db_read_end) DbConn *conn = fixture_reading(f);
    if (!opinion_find(conn, f->arena, (Str){typed, len}, &found, &error))
        fail_msg("%.*s typed as %.*s: %s", STR_ARGS(given.code), (int)len, typed, error.message);
    assert_int_equal(found.id, given.id);
}

static void test_wrong_texts(void **state)
{
    const Fixture *f = *state;
    Error error = {0};
    Opinion out;
    const OpinionBy by = resident(OPEN);
    const int64_t period = open_period(f);
    OpinionNew opinion = wanted_opinion(period, "  ", "a");
    char *text = arena_array(f->arena, OPINION_TEXT_MAX + 2, 1);
    assert_false(opinion_give(f->db, f->arena, &by, &opinion, &out, &error));
    assert_error(&error, ERROR_INPUT, "missing");
    opinion = wanted_opinion(period, "a\x01", "a");
    assert_false(opinion_give(f->db, f->arena, &by, &opinion, &out, &error));
    assert_error(&error, ERROR_INPUT, "no text");
    opinion = wanted_opinion(period, "意見", "a");
    opinion.name = STR_EMPTY;
    assert_false(opinion_give(f->db, f->arena, &by, &opinion, &out, &error));
    assert_error(&error, ERROR_INPUT, "name");
    for (size_t i = 0; i <= OPINION_TEXT_MAX; i++)
        text[i] = 'x';
    opinion = wanted_opinion(period, "", "a");
    opinion.text = (Str){text, OPINION_TEXT_MAX + 1};
    assert_false(opinion_give(f->db, f->arena, &by, &opinion, &out, &error));
    assert_error(&error, ERROR_LIMIT, "4000");
    opinion.text.len = OPINION_TEXT_MAX;
    assert_true(opinion_give(f->db, f->arena, &by, &opinion, &out, &error));
    const PlanPassage nowhere = {.key = S("9-9"), .whole = true};
    opinion = wanted_opinion(period, "意見", "b");
    opinion.passage = &nowhere;
    assert_false(opinion_give(f->db, f->arena, &by, &opinion, &out, &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
    assert_int_equal(get_period(f, period).opinions, 1);
}

static void test_days(void **state)
{
    const Fixture *f = *state;
    Error error = {0};
    Opinion out;
    const int64_t period = open_period(f);
    const OpinionBy late = resident(OVER), staff = manager(OVER), nobody = resident(OPEN);
    OpinionNew opinion = wanted_opinion(period, "意見", "a");
    assert_false(opinion_give(f->db, f->arena, &late, &opinion, &out, &error));
    assert_error(&error, ERROR_CONFLICT, "not taken");
    opinion.way = OPINION_BY_FAX;
    opinion.name = opinion.address = STR_EMPTY; /* paper may not say */
    opinion.received_on = (Date){2018, 6, 2};
    assert_false(opinion_give(f->db, f->arena, &nobody, &opinion, &out, &error));
    assert_error(&error, ERROR_DENIED, "planning");
    assert_false(opinion_give(f->db, f->arena, &staff, &opinion, &out, &error));
    assert_error(&error, ERROR_CONFLICT, "after the last day");
    opinion.late = true;
    out = give(f, &staff, &opinion);
    assert_true(out.late);
    assert_str(out.entered_by, "kikaku");
    opinion = wanted_opinion(period, "意見", "b");
    opinion.way = OPINION_BY_POST;
    opinion.late = true; /* a box that was ticked for nothing does not make it late */
    opinion.received_on = (Date){2018, 5, 31};
    assert_false(give(f, &staff, &opinion).late);
    opinion.once = S("c");
    opinion.received_on = (Date){2018, 6, 16};
    assert_false(opinion_give(f->db, f->arena, &staff, &opinion, &out, &error));
    assert_error(&error, ERROR_INPUT, "which day");
    opinion.received_on = (Date){2018, 4, 30};
    assert_false(opinion_give(f->db, f->arena, &staff, &opinion, &out, &error));
    assert_error(&error, ERROR_INPUT, "before");
}

/* Whoever gives several is one person; whoever does not say a name is a person of her own. */
static void test_people(void **state)
{
    const Fixture *f = *state;
    const int64_t period = open_period(f);
    const OpinionBy by = resident(OPEN), staff = manager(OPEN);
    const Opinion first = give_text(f, period, "一つ目", "a");
    OpinionNew opinion = wanted_opinion(period, "二つ目", "b");
    opinion.name = S("架空　花子"); /* another space, the same person */
    give(f, &by, &opinion);
    opinion = wanted_opinion(period, "三つ目", "c");
    opinion.name = opinion.address = STR_EMPTY;
    opinion.with = first.code;
    give(f, &by, &opinion);
    assert_int_equal(get_period(f, period).people, 1);
    for (size_t i = 0; i < 2; i++) {
        opinion = wanted_opinion(period, "紙の意見", i == 0 ? "d" : "e");
        opinion.way = OPINION_AT_COUNTER;
        opinion.received_on = OPEN.today;
        opinion.name = opinion.address = STR_EMPTY;
        give(f, &staff, &opinion);
    }
    assert_int_equal(get_period(f, period).people, 3);
    assert_int_equal(get_period(f, period).opinions, 5);
}

static void test_names_are_for_managers(void **state)
{
    const Fixture *f = *state;
    Error error = {0};
    Opinion one = {0};
    Opinions all = {0};
    const int64_t period = open_period(f);
    const OpinionBy signed_in = {.right = OPINION_PUBLIC, .actor = S("hanako"), .clock = OPEN};
    const OpinionNew opinion = wanted_opinion(period, "意見", "a");
    give(f, &signed_in, &opinion);
    CLEANUP(db_read_end) DbConn *conn = fixture_reading(f);
    assert_true(opinion_get(conn, f->arena, period, 1, OPINION_MANAGE, &one, &error));
    assert_str(one.name, NAME);
    assert_str(one.address, ADDRESS);
    assert_str(one.contact, CONTACT);
    assert_true(opinion_get(conn, f->arena, period, 1, OPINION_STAFF, &one, &error));
    assert_int_equal(one.name.len + one.address.len + one.contact.len, 0);
    assert_false(opinion_get(conn, f->arena, period, 1, OPINION_PUBLIC, &one, &error));
    assert_error(&error, ERROR_NOT_FOUND, "opinion");
    assert_true(opinion_list(conn, f->arena, period, OPINION_MANAGE, &all, &error));
    assert_int_equal(all.at[0].name.len + all.at[0].address.len + all.at[0].contact.len, 0);
    assert_false(opinion_list(conn, f->arena, period, OPINION_PUBLIC, &all, &error));
    assert_error(&error, ERROR_DENIED, "staff");
    assert_true(opinion_list_of_login(conn, f->arena, S("hanako"), &all, &error));
    assert_int_equal(all.len, 1);
    assert_true(opinion_list_of_login(conn, f->arena, S("taro"), &all, &error));
    assert_int_equal(all.len, 0);
    assert_true(opinion_list_of_login(conn, f->arena, STR_EMPTY, &all, &error));
    assert_int_equal(all.len, 0);
}

/* --- topics --- */

static void test_grouping(void **state)
{
    const Fixture *f = *state;
    Error error = {0};
    OpinionTopics topics = {0};
    const int64_t period = open_period(f);
    const OpinionBy by = manager(OPEN);
    const PlanPassage passage = {.key = S(NODE), .from = 0, .to = 3};
    OpinionNew opinion = wanted_opinion(period, "一つ目", "a");
    opinion.passage = &passage;
    const OpinionBy public_by = resident(OPEN);
    const int64_t first = give(f, &public_by, &opinion).id;
    const int64_t second = give_text(f, period, "二つ目", "b").id;
    const int64_t both[] = {first, second};
    int64_t topic = group(f, both, 2);
    assert_str(get_topic(f, topic).key, NODE);
    assert_int_equal(get_topic(f, topic).opinions.len, 2);
    const int64_t alone = group(f, &second, 1);
    assert_int_equal(get_topic(f, topic).opinions.len, 1);
    assert_int_equal(get_topic(f, alone).key.len, 0);
    assert_true(opinion_group(f->db, &by, &second, 1, &topic, &error));
    CLEANUP(db_read_end) DbConn *conn = fixture_reading(f);
    assert_true(opinion_topic_list(conn, f->arena, period, OPINION_STAFF, &topics, &error));
    assert_int_equal(topics.len, 1); /* the other one is empty now */
    assert_int_equal(topics.at[0].opinions.at[0], first);
    assert_int_equal(topics.at[0].opinions.at[1], second);
    assert_false(opinion_topic_list(conn, f->arena, period, OPINION_PUBLIC, &topics, &error));
    assert_error(&error, ERROR_NOT_FOUND, "published");
    int64_t none = 999;
    db_read_end(&conn);
    assert_false(opinion_group(f->db, &by, &second, 1, &none, &error));
    assert_error(&error, ERROR_NOT_FOUND, "topic");
}

static void test_two_answer_at_once(void **state)
{
    const Fixture *f = *state;
    Error error = {0};
    OpinionTopics history = {0};
    const OpinionBy by = manager(OPEN), other = {.right = OPINION_MANAGE, .actor = S("kacho"), .clock = OPEN};
    const int64_t opinion = give_text(f, open_period(f), "意見", "a").id;
    const int64_t id = group(f, &opinion, 1);
    OpinionTopic seen = get_topic(f, id), mine = seen;
    seen.kind = OPINION_SAME;
    seen.summary = S("先の趣旨");
    seen.answer = S("先の回答");
    assert_true(opinion_answer(f->db, &other, &seen, &error));
    mine.kind = OPINION_REFERENCE;
    mine.summary = S("後の趣旨");
    mine.answer = S("後の回答");
    assert_false(opinion_answer(f->db, &by, &mine, &error));
    assert_error(&error, ERROR_CONFLICT, "meanwhile");
    assert_str(get_topic(f, id).answer, "先の回答");
    mine.version = get_topic(f, id).version;
    assert_true(opinion_answer(f->db, &by, &mine, &error));
    CLEANUP(db_read_end) DbConn *conn = fixture_reading(f);
    assert_true(opinion_topic_history(conn, f->arena, id, &history, &error));
    assert_int_equal(history.len, 3);
    assert_str(history.at[0].answer, "後の回答");
    assert_str(history.at[1].answer, "先の回答");
    assert_str(history.at[1].edited_by, "kacho");
    mine.version = 3;
    mine.summary = STR_EMPTY;
    db_read_end(&conn);
    assert_false(opinion_answer(f->db, &by, &mine, &error));
    assert_error(&error, ERROR_INPUT, "summary");
}

/* --- changes and results --- */

static int64_t reword(const Fixture *f, const char *after, Str cause)
{
    Error error = {0};
    int64_t id = 0;
    PlanEdition edition;
    CLEANUP(db_read_end) DbConn *conn = fixture_reading(f);
    assert_true(plan_edition_get(conn, f->arena, f->edition.id, &edition, &error));
    db_read_end(&conn);
    const PlanChangeBy by = {.edition = &edition,
        .author = S("kikaku"),
        .reason = S("意見による"),
        .cause = cause,
        .instant = INSTANT,
        .seen = -1};
    if (!plan_change_reword(f->db, &by, S(NODE), str_of(after), 0, &id, &error))
        fail_msg("%s", error.message);
    return id;
}

static void accept(const Fixture *f, int64_t change)
{
    Error error = {0};
    const PlanChangeDecision decision = {
        .ids = &change, .count = 1, .to = PLAN_CHANGE_ACCEPTED, .by = S("kacho"), .instant = INSTANT + 1};
    if (!plan_change_decide(f->db, &decision, NULL, &error))
        fail_msg("%s", error.message);
}

static OpinionObstacles obstacles(const Fixture *f, int64_t period, Date today)
{
    Error error = {0};
    OpinionObstacles out = {0};
    const OpinionPeriod of = get_period(f, period);
    CLEANUP(db_read_end) DbConn *conn = fixture_reading(f);
    if (!opinion_obstacles(conn, f->arena, &of, today, &out, &error))
        fail_msg("%s", error.message);
    return out;
}

static void test_publishing(void **state)
{
    const Fixture *f = *state;
    Error error = {0};
    OpinionTopic found = {0};
    OpinionTopics topics = {0};
    const int64_t period = open_period(f);
    const OpinionBy open = manager(OPEN), over = manager(OVER);
    const int64_t opinion = give_text(f, period, "意見", "a").id;
    assert_false(opinion_publish(f->db, &open, period, &error));
    assert_error(&error, ERROR_CONFLICT, "open");
    assert_false(opinion_publish(f->db, &over, period, &error));
    assert_error(&error, ERROR_CONFLICT, "no answer");
    const int64_t topic = group(f, &opinion, 1);
    answer(f, topic, OPINION_REFLECTED);
    assert_int_equal(obstacles(f, period, OVER.today).unchanged, 1);
    const Str cause = opinion_cause(f->arena, topic);
    const int64_t change = reword(f, "居場所を三つ確保します。", cause);
    assert_int_equal(get_topic(f, topic).changes.at[0], change);
    assert_false(opinion_publish(f->db, &over, period, &error));
    assert_error(&error, ERROR_CONFLICT, "accepted");
    accept(f, change);
    CLEANUP(db_read_end) DbConn *conn = fixture_reading(f);
    assert_true(opinion_topic_of_cause(conn, f->arena, cause, OPINION_PUBLIC, &found, &error));
    assert_int_equal(found.id, 0);
    db_read_end(&conn);
    if (!opinion_publish(f->db, &over, period, &error))
        fail_msg("%s", error.message);
    conn = fixture_reading(f);
    assert_true(opinion_topic_of_cause(conn, f->arena, cause, OPINION_PUBLIC, &found, &error));
    assert_int_equal(found.id, topic);
    assert_int_equal(found.edited_by.len, 0);
    assert_true(opinion_topic_list(conn, f->arena, period, OPINION_PUBLIC, &topics, &error));
    assert_int_equal(topics.len, 1);
    db_read_end(&conn);
    /* what is published is corrected, but neither grouped anew nor taken back */
    int64_t new_topic = 0;
    assert_false(opinion_group(f->db, &over, &opinion, 1, &new_topic, &error));
    assert_error(&error, ERROR_CONFLICT, "published");
    assert_false(opinion_publish(f->db, &over, period, &error));
    assert_error(&error, ERROR_CONFLICT, "published");
    found = get_topic(f, topic);
    found.kind = OPINION_UNANSWERED;
    assert_false(opinion_answer(f->db, &over, &found, &error));
    assert_error(&error, ERROR_CONFLICT, "corrected");
}

/* A change that was made for another reason can be tied, and untied. */
static void test_tied_change(void **state)
{
    const Fixture *f = *state;
    Error error = {0};
    const int64_t opinion = give_text(f, open_period(f), "意見", "a").id;
    const OpinionBy by = manager(OPEN);
    const int64_t id = group(f, &opinion, 1);
    const int64_t change = reword(f, "居場所を二つ確保します。", STR_EMPTY);
    OpinionTopic topic = get_topic(f, id);
    assert_int_equal(topic.changes.len, 0);
    *VEC_PUSH(f->arena, &topic.changes) = change;
    topic.kind = OPINION_REFLECTED;
    topic.summary = S("趣旨");
    topic.answer = S("回答");
    assert_true(opinion_answer(f->db, &by, &topic, &error));
    topic = get_topic(f, id);
    assert_int_equal(topic.changes.len, 1);
    assert_int_equal(topic.changes.at[0], change);
    topic.changes.len = 0;
    assert_true(opinion_answer(f->db, &by, &topic, &error));
    assert_int_equal(get_topic(f, id).changes.len, 0);
    topic = get_topic(f, id);
    *VEC_PUSH(f->arena, &topic.changes) = 999;
    assert_false(opinion_answer(f->db, &by, &topic, &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
    assert_int_equal(opinion_of_cause(S("opinion:12")), 12);
    assert_int_equal(opinion_of_cause(S("opinion:-1")), 0);
    assert_int_equal(opinion_of_cause(S("evaluation:12")), 0);
}

/* --- texts --- */

static void test_words(void **state)
{
    const Fixture *f = *state;
    PlanPassage passage;
    size_t found;
    const Str text = S("居場所を確保し、こどもの居場所を守ります。");
    assert_true(opinion_find_words(f->arena, S("k"), text, S(" 確保 "), 0, &passage, &found));
    assert_int_equal(passage.from, 4);
    assert_int_equal(passage.to, 6);
    assert_false(passage.whole);
    assert_false(opinion_find_words(f->arena, S("k"), text, S("居場所"), 0, &passage, &found));
    assert_int_equal(found, 2);
    assert_true(opinion_find_words(f->arena, S("k"), text, S("居場所"), 2, &passage, &found));
    assert_int_equal(passage.from, 12);
    assert_false(opinion_find_words(f->arena, S("k"), text, S("居場所"), 3, &passage, &found));
    assert_true(opinion_find_words(f->arena, S("k"), text, S("コドモ"), 0, &passage, &found));
    assert_int_equal(passage.from, 8);
    assert_false(opinion_find_words(f->arena, S("k"), text, S("守り 居場所"), 0, &passage, &found));
    assert_int_equal(found, 0);
    assert_true(opinion_find_words(f->arena, S("k"), text, text, 0, &passage, &found));
    assert_true(passage.whole);
    /* half of a cluster is no place: か and its dakuten */
    const Str cluster = S("か\xE3\x82\x99ある");
    assert_false(opinion_find_words(f->arena, S("k"), cluster, S("か"), 0, &passage, &found));
    assert_int_equal(found, 0);
}

static void test_similar(void **state)
{
    const Fixture *f = *state;
    const Str a = S("居場所を増やしてください"), b = S("居場所をもっと増やしてください");
    const int alike = opinion_similarity(f->arena, a, b);
    assert_true(alike > opinion_similarity(f->arena, a, S("ごみの収集日を知りたい")));
    assert_int_equal(opinion_similarity(f->arena, S("ＡＢＣのこと"), S("abcノコト")), 1000);
}

#undef TEST
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_periods),
        TEST(test_given_and_found),
        TEST(test_code_as_typed),
        TEST(test_wrong_texts),
        TEST(test_days),
        TEST(test_people),
        TEST(test_names_are_for_managers),
        TEST(test_grouping),
        TEST(test_two_answer_at_once),
        TEST(test_publishing),
        TEST(test_tied_change),
        TEST(test_words),
        TEST(test_similar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
