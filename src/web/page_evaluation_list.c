/* Which measures of the plan have an evaluation in a fiscal year, policy by policy, and the button that
 * begins one. Measures stand in the order of the plan; the public sees frozen ones alone. */
#include "web/page_evaluation.h"

#include "web/edition_choice.h"
#include "web/page.h"
#include "web/page_plan_internal.h"
#include "web/record_words.h"
#include "web/site.h"
#include "web/templates.h"

#define MEASURE_DEPTH 3
#define YEAR_MIN 1990
#define YEAR_MAX 2200

static const Evaluation *find(const Evaluations *evaluations, int64_t year, Str key)
{
    for (size_t i = 0; i < evaluations->len; i++)
        if (evaluations->at[i].fiscal_year == year && str_equal(evaluations->at[i].key, key))
            return &evaluations->at[i];
    return NULL;
}

static void add_row(const Request *request, const PlanNode *node, const Evaluations *evaluations,
    EvaluationPolicy *policy, EvaluationListPage *page)
{
    Arena *arena = request->arena;
    const Evaluation *evaluation = find(evaluations, page->fiscal_year, node->key);
    const PlanPlace place = plan_place(request, page->plan_id);
    EvaluationRow *row = VEC_PUSH(arena, &policy->rows);
    if (!row)
        return;
    *row = (EvaluationRow){.key = node->key,
        .number = node->number,
        .title = node->text,
        .node_url = node_url(arena, node->key, &place)};
    page->measures++;
    if (!evaluation)
        return;
    page->begun++;
    page->frozen += evaluation->is_frozen;
    row->url = evaluation_url(arena, evaluation->id);
    row->is_frozen = evaluation->is_frozen;
    row->judgement = evaluation_judgement_title(evaluation->text.judgement, request->language);
    row->direction = evaluation_direction_title(evaluation->text.direction, request->language);
}

static bool add_policies(const Request *request, DbConn *conn, const EditionChoice *choice,
    const Evaluations *evaluations, EvaluationListPage *page, Error *error)
{
    const Plan *plan = plan_load_outline(conn, request->arena, choice->edition, MEASURE_DEPTH, error);
    if (!plan)
        return false;
    for (size_t i = 0; i < plan->nodes.len; i++) {
        const PlanNode *node = &plan->nodes.at[i];
        if (node->kind == PLAN_POLICY) {
            EvaluationPolicy *policy = VEC_PUSH(request->arena, &page->policies);
            const PlanNode *above = node->parent < 0 ? NULL : &plan->nodes.at[node->parent];
            if (policy)
                *policy = (EvaluationPolicy){.chapter = above ? node_title(request->arena, above) : STR_EMPTY,
                    .number = node->number,
                    .title = node->text};
        } else if (node->kind == PLAN_MEASURE && page->policies.len > 0) {
            add_row(request, node, evaluations, &page->policies.at[page->policies.len - 1], page);
        }
    }
    return true;
}

static void add_year(const Request *request, int64_t year, EvaluationListPage *page)
{
    Str digits = arena_printf(request->arena, "%lld", (long long)year);
    YearView *view = VEC_PUSH(request->arena, &page->years);
    if (view)
        *view = (YearView){.label = fiscal_year_words(request->arena, request->language, year),
            .url = layout_url_with(request, S("year"), digits),
            .here = year == page->fiscal_year};
}

/* From the first year with an evaluation, the year shown, or last year, whichever is first, to this year. */
static void add_years(const Request *request, const Evaluations *evaluations, EvaluationListPage *page)
{
    int64_t now = fiscal_year(request->clock.today);
    int64_t first = page->fiscal_year < now - 1 ? page->fiscal_year : now - 1;
    int64_t last = page->fiscal_year > now ? page->fiscal_year : now;
    for (size_t i = 0; i < evaluations->len; i++)
        if (evaluations->at[i].fiscal_year < first)
            first = evaluations->at[i].fiscal_year;
    for (int64_t year = last; year >= first && page->years.len < 20; year--)
        add_year(request, year, page);
}

bool page_evaluations(Request *request, Response *response, Error *error)
{
    EditionChoice choice;
    Evaluations evaluations;
    EvaluationRight right = request_evaluation_right(request);
    EvaluationListPage page = {
        .may_write = right == EVALUATION_WRITE, .is_staff = right != EVALUATION_PUBLIC};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    page.fiscal_year =
        request_query_int(request, S("year"), YEAR_MIN, YEAR_MAX, fiscal_year(request->clock.today));
    if (!db_read_begin(request->site->db, &conn, error) ||
        !edition_choose(request, conn, request_query(request, S("plan")), STR_EMPTY, &choice, error))
        return false;
    page.plan_title = choice.title;
    page.plan_id = choice.plan;
    page.year = fiscal_year_words(request->arena, request->language, page.fiscal_year);
    if (choice.edition) {
        page.edition = choice.edition->name;
        if (!evaluation_list(conn, request->arena, choice.edition->plan_id, 0, right, &evaluations, error) ||
            !add_policies(request, conn, &choice, &evaluations, &page, error))
            return false;
        add_years(request, &evaluations, &page);
    }
    if (arena_failed(request->arena))
        return error_memory(error);
    Str title = message_print(request->arena, request->language, MESSAGE_evaluations_title_of, 1, &page.year);
    page.layout = layout_of(request, title, MENU_EVALUATIONS);
    Html html = page_begin(request, response);
    evaluation_list_page(&html, &page);
    return page_end(&html, error);
}

bool page_evaluations_post(Request *request, Response *response, Error *error)
{
    EditionChoice choice;
    int64_t year, id = 0;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!request_may_evaluate(request, error))
        return false;
    if (!str_to_int(request_form(request, S("year")), &year))
        return error_set(error, ERROR_INPUT, "say of which fiscal year");
    if (!db_read_begin(request->site->db, &conn, error) ||
        !edition_choose(request, conn, request_form(request, S("plan")), STR_EMPTY, &choice, error))
        return false;
    if (!choice.edition)
        return error_set(error, ERROR_NOT_FOUND, "there is no plan yet");
    db_read_end(&conn); /* before the write: one connection at a time */
    const EvaluationNew begun = {.edition = choice.edition,
        .key = request_form(request, S("key")),
        .fiscal_year = year,
        .right = request_evaluation_right(request),
        .actor = request->session->account.login,
        .instant = request->clock.instant};
    bool done = evaluation_begin(request->site->db, &begun, &id, error);
    if (!done && !(error->code == ERROR_CONFLICT && id > 0))
        return false;
    /* somebody else began it a moment ago: it is opened all the same */
    response_redirect(
        response, 303, arena_join(request->arena, evaluation_url(request->arena, id), S("/edit")));
    return true;
}
