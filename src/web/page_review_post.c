/* Decisions of a review: one proposal, many at once, and the confirmation. Each leads back to the list (303),
 * where it is said what was done. Whether a decision is possible is judged where it is written, not here. */
#include "web/page_review.h"

#include "web/review_place.h"
#include "web/site.h"

typedef struct Verb {
    const char *name; /* of the button */
    PlanDecision decision;
    MessageId said;
} Verb;

static const Verb VERBS[] = {
    {"accept", PLAN_ACCEPTED, MESSAGE_review_said_accepted},
    {"refuse", PLAN_REFUSED, MESSAGE_review_said_refused},
    {"reopen", PLAN_OPEN, MESSAGE_review_said_reopened},
};

static PlanActor actor_of(const Request *request)
{
    return (PlanActor){.name = request->session->account.login, .instant = request->clock.instant};
}

/* The edition in the address; its review when `review` is not NULL. No read connection is held afterwards. */
static bool load(const Request *request, PlanEdition *edition, PlanReview **review, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) || !review_edition(request, conn, edition, error) ||
        !plan_review_load(conn, request->arena, edition->id, review, error))
        return false;
    return *review || error_set(error, ERROR_NOT_FOUND, "this edition was not imported");
}

static bool find_verb(const Request *request, const Verb **out, Error *error)
{
    for (size_t i = 0; i < COUNT_OF(VERBS); i++)
        if (str_equal(request_form(request, S("decision")), str_of(VERBS[i].name))) {
            *out = &VERBS[i];
            return true;
        }
    return error_set(error, ERROR_INPUT, "say what is decided: accept, refuse or reopen");
}

/* The route's {number}, and "警告 3" of it. */
static bool read_number(const Request *request, int64_t *number, Error *error)
{
    if (str_to_int(request_parameter(request, S("number")), number) && *number > 0 && *number <= UINT32_MAX)
        return true;
    return error_set(error, ERROR_NOT_FOUND, "there is no such proposal");
}

static Str print_label(const Request *request, MessageId id, int64_t number)
{
    Str text = arena_printf(request->arena, "%lld", (long long)number);
    return message_print(request->arena, request->language, id, 1, &text);
}

bool page_review_warning(Request *request, Response *response, Error *error)
{
    int64_t number;
    const Verb *verb = NULL;
    PlanEdition edition;
    PlanReview *review = NULL;
    PlanActor actor = actor_of(request);
    if (!read_number(request, &number, error) || !find_verb(request, &verb, error) ||
        !load(request, &edition, &review, error) ||
        !plan_decide_warning(request->site->db, edition.id, (uint32_t)number, verb->decision, &actor, error))
        return false;
    Str id = arena_printf(request->arena, "w%lld", (long long)number);
    review_return(request, response, edition.id, id, verb->said,
        print_label(request, MESSAGE_review_warning_number, number));
    return true;
}

/* The number that the page gives a repair: its place in the list. */
static int64_t place_of(const PlanReview *review, int64_t id)
{
    for (size_t i = 0; i < review->repairs.len; i++)
        if (review->repairs.at[i].id == id)
            return (int64_t)i + 1;
    return 0;
}

bool page_review_repair(Request *request, Response *response, Error *error)
{
    int64_t id_number;
    const Verb *verb = NULL;
    PlanEdition edition;
    PlanReview *review = NULL;
    PlanActor actor = actor_of(request);
    if (!read_number(request, &id_number, error) || !find_verb(request, &verb, error) ||
        !load(request, &edition, &review, error) ||
        !plan_decide_repair(request->site->db, edition.id, id_number, verb->decision, &actor, error))
        return false;
    Str id = arena_printf(request->arena, "r%lld", (long long)id_number);
    review_return(request, response, edition.id, id, verb->said,
        print_label(request, MESSAGE_review_repair_number, place_of(review, id_number)));
    return true;
}

static bool accept_fixes(
    const Request *request, const PlanEdition *edition, const PlanReview *review, size_t *done, Error *error)
{
    PlanActor actor = actor_of(request);
    for (size_t i = 0; i < review->warnings.len; i++) {
        const PlanReviewWarning *item = &review->warnings.at[i];
        if (!item->warning.has_fix || item->decision != PLAN_OPEN)
            continue;
        if (!plan_decide_warning(
                request->site->db, edition->id, item->warning.number, PLAN_ACCEPTED, &actor, error))
            return false;
        *done += 1;
    }
    return true;
}

static bool accept_repairs(const Request *request, const PlanEdition *edition, const PlanReview *review,
    int64_t percent, size_t *done, Error *error)
{
    PlanActor actor = actor_of(request);
    for (size_t i = 0; i < review->repairs.len; i++) {
        const PlanReviewRepair *item = &review->repairs.at[i];
        if (item->decision != PLAN_OPEN || item->repair.confidence < percent * 10)
            continue;
        if (!plan_decide_repair(request->site->db, edition->id, item->id, PLAN_ACCEPTED, &actor, error))
            return false;
        *done += 1;
    }
    return true;
}

bool page_review_many(Request *request, Response *response, Error *error)
{
    PlanEdition edition;
    PlanReview *review = NULL;
    int64_t percent = 100;
    size_t done = 0;
    if (!load(request, &edition, &review, error))
        return false;
    if (str_equal(request_form(request, S("what")), S("fixes"))) {
        if (!accept_fixes(request, &edition, review, &done, error))
            return false;
    } else {
        if (!str_to_int(request_form(request, S("confidence")), &percent) || percent < 1 || percent > 100)
            return error_set(error, ERROR_INPUT, "the confidence is a whole number from 1 to 100");
        if (!accept_repairs(request, &edition, review, percent, &done, error))
            return false;
    }
    review_return(request, response, edition.id, STR_EMPTY, MESSAGE_review_said_many,
        arena_printf(request->arena, "%zu", done));
    return true;
}

bool page_review_confirm(Request *request, Response *response, Error *error)
{
    PlanEdition edition;
    PlanReview *review = NULL;
    PlanActor actor = actor_of(request);
    if (!load(request, &edition, &review, error))
        return false;
    bool anyway = str_equal(request_form(request, S("anyway")), S("yes"));
    if (edition.open_count > 0 && !anyway) {
        review_return(request, response, edition.id, STR_EMPTY, MESSAGE_review_said_open_left,
            arena_printf(request->arena, "%zu", edition.open_count));
        return true;
    }
    if (!plan_confirm_import(request->site->db, edition.id, &actor, error))
        return false;
    review_return(request, response, edition.id, STR_EMPTY, MESSAGE_review_said_confirmed, edition.name);
    return true;
}
