/* The review of an import: what was odd in the source, with what is proposed, and how far the decisions are.
 *
 * Counting goes over every proposal, showing only over the ones asked for. The words of warnings are
 * plan/warning.h's. */
#include "web/page_review.h"

#include "base/utf8.h"
#include "plan/repair.h"
#include "plan/warning.h"
#include "web/edition_choice.h"
#include "web/page.h"
#include "web/review_place.h"
#include "web/site.h"
#include "web/templates.h"

#define CONTEXT_GRAPHEMES 24
#define SUBJECT_SHOWN 40 /* graphemes of a subject that plan_warning_message prints */

static const char *const STATE_NAMES[REVIEW_STATE_COUNT] = {
    [REVIEW_STATE_OPEN] = "open",
    [REVIEW_STATE_ACCEPTED] = "accepted",
    [REVIEW_STATE_REFUSED] = "refused",
    [REVIEW_STATE_CHECK] = "check",
    [REVIEW_STATE_LOSS] = "loss",
    [REVIEW_STATE_NOTE] = "note",
};

static const int STEPS[] = {95, 90, 80, 70, 50};
#define STEP_CHOSEN 90

static ReviewState state_of(PlanDecision decision)
{
    static const ReviewState states[PLAN_DECISION_COUNT] = {
        [PLAN_OPEN] = REVIEW_STATE_OPEN,
        [PLAN_ACCEPTED] = REVIEW_STATE_ACCEPTED,
        [PLAN_REFUSED] = REVIEW_STATE_REFUSED,
    };
    return states[decision];
}

/* Where there is nothing to decide, how much a warning matters. */
static ReviewState state_of_warning(const PlanReviewWarning *item)
{
    static const ReviewState states[PLAN_WARNING_LEVEL_COUNT] = {
        [PLAN_WARNING_NOTE] = REVIEW_STATE_NOTE,
        [PLAN_WARNING_CHECK] = REVIEW_STATE_CHECK,
        [PLAN_WARNING_LOSS] = REVIEW_STATE_LOSS,
    };
    if (item->warning.has_fix)
        return state_of(item->decision);
    const PlanWarningText *text = plan_warning_text(item->warning.code);
    return text ? states[text->level] : REVIEW_STATE_CHECK;
}

static MessageId confidence_word(int thousandths)
{
    if (thousandths >= 900)
        return MESSAGE_review_confidence_high;
    return thousandths >= 700 ? MESSAGE_review_confidence_middle : MESSAGE_review_confidence_low;
}

static bool is_shown(ReviewShow show, ReviewState state, bool last)
{
    if (last || show == REVIEW_ALL)
        return true;
    if (show == REVIEW_OPEN)
        return state == REVIEW_STATE_OPEN || state == REVIEW_STATE_CHECK || state == REVIEW_STATE_LOSS;
    return state == REVIEW_STATE_ACCEPTED || state == REVIEW_STATE_REFUSED;
}

/* Everything that the parts below need. */
typedef struct Review {
    const Request *request;
    Arena *arena;
    Language language;
    const Plan *plan;
    const PlanReview *review;
    Str base; /* "/imports/7" */
    PlanPlace place;
    Str last; /* id of the proposal that was just decided */
    ReviewPage *page;
} Review;

static Str label(const Review *r, MessageId id, int64_t number)
{
    Str text = arena_printf(r->arena, "%lld", (long long)number);
    return message_print(r->arena, r->language, id, 1, &text);
}

static void count(ReviewPage *page, ReviewState state)
{
    page->open += state == REVIEW_STATE_OPEN;
    page->accepted += state == REVIEW_STATE_ACCEPTED;
    page->refused += state == REVIEW_STATE_REFUSED;
    page->checks += state == REVIEW_STATE_CHECK || state == REVIEW_STATE_LOSS;
}

static Str item_url(const Review *r, int32_t node)
{
    return node == PLAN_NO_PARENT ? STR_EMPTY : node_url(r->arena, r->plan->nodes.at[node].key, &r->place);
}

static void add_warning(const Review *r, const PlanReviewWarning *item)
{
    const PlanWarning *warning = &item->warning;
    ReviewPage *page = r->page;
    ReviewState state = state_of_warning(item);
    Str id = arena_printf(r->arena, "w%u", warning->number);
    bool last = str_equal(id, r->last);
    count(page, state);
    page->open_fixes += state == REVIEW_STATE_OPEN;
    ReviewWarning *view = is_shown(page->show, state, last) ? VEC_PUSH(r->arena, &page->warnings) : NULL;
    if (!view)
        return;
    bool shortened = grapheme_head(warning->subject, SUBJECT_SHOWN).len < warning->subject.len;
    *view = (ReviewWarning){
        .number = warning->number,
        .id = id,
        .label = label(r, MESSAGE_review_warning_number, warning->number),
        .state = state,
        .state_name = str_of(STATE_NAMES[state]),
        .last = last,
        .has_fix = warning->has_fix,
        .message = plan_warning_message(r->arena, warning, r->language),
        .place = plan_warning_place(r->arena, &warning->source, r->language),
        .fix = warning->has_fix ? plan_warning_fix(r->arena, warning, r->language) : STR_EMPTY,
        .subject = shortened ? warning->subject : STR_EMPTY,
        .url = arena_printf(r->arena, "%.*s/warnings/%u", STR_ARGS(r->base), warning->number),
        .node_url = item_url(r, warning->node),
    };
}

/* The last grapheme clusters of a text. */
static Str grapheme_tail(Str s, size_t n)
{
    size_t total = 0;
    for (size_t at = 0; at < s.len; at = grapheme_end(s, at))
        total++;
    size_t at = 0;
    for (; total > n; total--)
        at = grapheme_end(s, at);
    return str_slice(s, at, s.len);
}

static void add_context(const Review *r, const PlanRepair *repair, ReviewRepair *view)
{
    if (repair->node == PLAN_NO_PARENT)
        return;
    const PlanNode *node = &r->plan->nodes.at[repair->node];
    size_t from = utf8_offset(node->text, repair->from), to = utf8_offset(node->text, repair->to);
    Str before = str_slice(node->text, 0, from), after = str_slice(node->text, to, node->text.len);
    Str tail = grapheme_tail(before, CONTEXT_GRAPHEMES), head = grapheme_head(after, CONTEXT_GRAPHEMES);
    view->context_before = tail.len < before.len ? arena_join(r->arena, S("…"), tail) : tail;
    view->context_after = head.len < after.len ? arena_join(r->arena, head, S("…")) : head;
    view->place = node->key;
    view->node_url = item_url(r, repair->node);
}

static void add_repair(const Review *r, const PlanReviewRepair *item, int64_t number)
{
    ReviewPage *page = r->page;
    ReviewState state = state_of(item->decision);
    Str id = arena_printf(r->arena, "r%lld", (long long)item->id);
    bool last = str_equal(id, r->last);
    count(page, state);
    page->open_repairs += state == REVIEW_STATE_OPEN;
    ReviewRepair *view = is_shown(page->show, state, last) ? VEC_PUSH(r->arena, &page->repairs) : NULL;
    if (!view)
        return;
    *view = (ReviewRepair){
        .number = number,
        .id = id,
        .label = label(r, MESSAGE_review_repair_number, number),
        .state = state,
        .state_name = str_of(STATE_NAMES[state]),
        .last = last,
        .repair = &item->repair,
        .literal = plan_repair_literal(r->arena, &item->repair),
        .after = plan_repair_after(r->arena, &item->repair),
        .percent = item->repair.confidence / 10,
        .confidence = confidence_word(item->repair.confidence),
        .url = arena_printf(r->arena, "%.*s/repairs/%lld", STR_ARGS(r->base), (long long)item->id),
    };
    add_context(r, &item->repair, view);
}

/* How many open repairs each step would take; a step that takes no more than the one above is left out. */
static void add_steps(const Review *r)
{
    size_t before = 0;
    for (size_t i = 0; i < COUNT_OF(STEPS); i++) {
        size_t taken = 0;
        for (size_t n = 0; n < r->review->repairs.len; n++) {
            const PlanReviewRepair *item = &r->review->repairs.at[n];
            taken += item->decision == PLAN_OPEN && item->repair.confidence >= STEPS[i] * 10;
        }
        ReviewStep *step = taken > before ? VEC_PUSH(r->arena, &r->page->steps) : NULL;
        if (step)
            *step = (ReviewStep){STEPS[i], taken, STEPS[i] == STEP_CHOSEN};
        before = taken;
    }
}

static void add_proposals(const Review *r)
{
    ReviewPage *page = r->page;
    for (size_t i = 0; i < r->review->warnings.len; i++)
        add_warning(r, &r->review->warnings.at[i]);
    for (size_t i = 0; i < r->review->repairs.len; i++)
        add_repair(r, &r->review->repairs.at[i], (int64_t)i + 1);
    add_steps(r);
    page->decided = page->accepted + page->refused;
    page->total = page->open + page->decided;
}

static void add_head(const Review *r, const PlanEdition *edition)
{
    ReviewPage *page = r->page;
    page->edition = edition->name;
    page->plan_title = edition->title;
    page->source = r->review->source_name;
    page->when = day_print(r->arena, r->language, r->review->created_at);
    page->plan_url = arena_join(r->arena, S("/"), r->place.query);
    page->confirmed = !r->review->under_review;
    page->url_open = r->base;
    page->url_decided = arena_join(r->arena, r->base, S("?show=decided"));
    page->url_all = arena_join(r->arena, r->base, S("?show=all"));
    page->url_many = arena_join(r->arena, r->base, S("/many"));
    page->url_confirm = arena_join(r->arena, r->base, S("/confirm"));
    page->show = review_show_of(request_query(r->request, S("show")));
    page->show_name = str_of(review_show_name(page->show));
    page->went_wrong = review_said(r->request, &page->said, &page->said_about);
}

static Str title_of(const Review *r)
{
    Str title = message_text(r->language, MESSAGE_review_title);
    return arena_printf(r->arena, "%.*s%.*s", STR_ARGS(title), STR_ARGS(r->page->edition));
}

bool page_review(Request *request, Response *response, Error *error)
{
    PlanEdition edition;
    PlanReview *review = NULL;
    EditionChoice choice;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) || !review_edition(request, conn, &edition, error) ||
        !plan_review_load(conn, request->arena, edition.id, &review, error))
        return false;
    if (!review)
        return error_set(error, ERROR_NOT_FOUND, "this edition was not imported");
    const Plan *plan = plan_load(conn, request->arena, &edition, error);
    if (!plan || !edition_choose(request, conn, edition.plan, edition.name, &choice, error))
        return false;
    ReviewPage *page = ARENA_NEW(request->arena, ReviewPage);
    if (!page)
        return error_memory(error);
    Review r = {
        .request = request,
        .arena = request->arena,
        .language = request->language,
        .plan = plan,
        .review = review,
        .base = review_url(request->arena, edition.id),
        .place = edition_place(request, &choice, choice.edition),
        .last = request_query(request, S("last")),
        .page = page,
    };
    add_head(&r, &edition);
    add_proposals(&r);
    if (arena_failed(request->arena))
        return error_memory(error);
    page->layout = layout_of(request, title_of(&r), MENU_IMPORTS);
    Html html = page_begin(request, response);
    review_page(&html, page);
    return page_end(&html, error);
}
