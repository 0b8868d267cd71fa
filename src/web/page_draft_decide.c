/* Decisions over changes: one, several of a group, a group, or all that is pending on a node; taken back; and
 * their authors' withdrawals. Each leads back to the node (303). */
#include "web/page_draft_internal.h"

#include "web/site.h"

#define WORDS_GRAPHEMES 20

typedef struct Target {
    const char *name;
    PlanChangeState state;
    DraftSaid said;
} Target;

static const Target TARGETS[] = {
    {"accepted", PLAN_CHANGE_ACCEPTED, DRAFT_SAID_ACCEPTED},
    {"rejected", PLAN_CHANGE_REJECTED, DRAFT_SAID_REJECTED},
    {"pending", PLAN_CHANGE_PENDING, DRAFT_SAID_PENDING},
};

typedef VEC_OF(int64_t) Ids;

static const Target *find_target(Str name)
{
    for (size_t i = 0; i < COUNT_OF(TARGETS); i++)
        if (str_equal(name, str_of(TARGETS[i].name)))
            return &TARGETS[i];
    return NULL;
}

/* "3,5,7" */
static bool read_list(const Request *request, Str list, Ids *out, Error *error)
{
    Str value;
    int64_t id;
    while (list.len > 0) {
        str_cut(list, S(","), &value, &list);
        if (!str_to_int(value, &id) || id < 1)
            return error_set(error, ERROR_INPUT, "a change is named by its number");
        int64_t *slot = VEC_PUSH(request->arena, out);
        if (!slot)
            return error_memory(error);
        *slot = id;
    }
    return true;
}

/* Those that are named one by one. */
static bool read_named(const Request *request, Ids *out, Error *error)
{
    Str list;
    for (size_t at = 0; request_form_next(request, S("change"), &at, &list);)
        if (!read_list(request, list, out, error))
            return false;
    return true;
}

/* Those of a group or of a node that can become what is asked for. */
static bool read_many(const Request *request, PlanChangeState to, Ids *out, Error *error)
{
    DraftPlace place;
    PlanChanges changes;
    PlanChangeQuery query = {.key = request_form(request, S("key")), .open = to != PLAN_CHANGE_PENDING};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (query.key.len == 0 && !str_to_int(request_form(request, S("group")), &query.group))
        return true;
    if (!db_read_begin(request->site->db, &conn, error) || !draft_place_read(request, conn, &place, error))
        return false;
    if (!place.base)
        return error_set(error, ERROR_NOT_FOUND, "there is no plan yet");
    query.plan_id = place.base->plan_id;
    query.edition_id = place.base->id;
    if (!plan_change_list(conn, request->arena, &query, &changes, error))
        return false;
    for (size_t i = 0; i < changes.len; i++) {
        PlanChangeState state = changes.at[i].state;
        bool decided = state == PLAN_CHANGE_ACCEPTED || state == PLAN_CHANGE_REJECTED;
        bool fits = to == PLAN_CHANGE_PENDING ? decided : state == PLAN_CHANGE_PENDING;
        int64_t *slot = fits && !changes.at[i].lost ? VEC_PUSH(request->arena, out) : NULL;
        if (slot)
            *slot = changes.at[i].id;
    }
    return !arena_failed(request->arena) || error_memory(error);
}

/* 「歩道」→「遊歩道」: a change within a sentence. */
static bool describe(const Request *request, int64_t id, Str *out, Error *error)
{
    PlanChange change;
    Arena *arena = request->arena;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) || !plan_change_get(conn, arena, id, &change, error))
        return false;
    const Str arguments[] = {text_head(arena, change.before, WORDS_GRAPHEMES),
        text_head(arena, change.operation.text, WORDS_GRAPHEMES)};
    *out =
        message_print(arena, request->language, MESSAGE_draft_change_words, COUNT_OF(arguments), arguments);
    return true;
}

/* The page again, saying why nothing was decided. */
static bool show_conflict(
    Request *request, Response *response, Str node, const PlanConflict *conflict, Error *error)
{
    DraftForm form = {.part = S("decide")};
    Str pair[2];
    Error why = *error;
    if (error->code != ERROR_CONFLICT || node.len == 0)
        return false;
    *error = (Error){0};
    if (!draft_form_wrong(request, &form, &why))
        return false;
    form.wrong = message_text(request->language, MESSAGE_draft_wrong_decided);
    if (conflict->a > 0 && conflict->b > 0) {
        if (!describe(request, conflict->a, &pair[0], error) ||
            !describe(request, conflict->b, &pair[1], error))
            return false;
        form.wrong = message_print(request->arena, request->language, MESSAGE_draft_wrong_overlap, 2, pair);
    }
    return draft_node_show(request, response, node, &form, error);
}

bool page_draft_decide(Request *request, Response *response, Error *error)
{
    Ids ids = {0};
    PlanConflict conflict = {0};
    Str node = request_form(request, S("node"));
    const Target *target = find_target(request_form(request, S("to")));
    if (!draft_is_owner(request))
        return error_set(error, ERROR_DENIED, "only planning decides over changes");
    if (!target)
        return error_set(error, ERROR_INPUT, "say what is decided: accepted, rejected or pending");
    if (!read_named(request, &ids, error) ||
        (ids.len == 0 && !read_many(request, target->state, &ids, error)))
        return false;
    if (ids.len == 0) {
        DraftForm form = {.part = S("decide"),
            .status = 422,
            .wrong = message_text(request->language, MESSAGE_draft_wrong_none)};
        return node.len > 0 ? draft_node_show(request, response, node, &form, error)
                            : error_set(error, ERROR_INPUT, "name a change");
    }
    const PlanChangeDecision decision = {.ids = ids.at,
        .count = ids.len,
        .to = target->state,
        .by = request->session->account.login,
        .words = str_trim(request_form(request, S("words"))),
        .instant = request->clock.instant};
    if (!plan_change_decide(request->site->db, &decision, &conflict, error))
        return show_conflict(request, response, node, &conflict, error);
    draft_return(request, response, node, target->said, "changes");
    return true;
}

bool page_draft_withdraw(Request *request, Response *response, Error *error)
{
    int64_t group;
    PlanConflict none = {0};
    Str node = request_form(request, S("node"));
    if (!draft_may_read(request))
        return error_set(error, ERROR_DENIED, "the draft of the plan is for staff");
    if (!str_to_int(request_form(request, S("group")), &group))
        return error_set(error, ERROR_NOT_FOUND, "there is no such change");
    if (!plan_change_withdraw(
            request->site->db, group, request->session->account.login, request->clock.instant, error))
        return show_conflict(request, response, node, &none, error);
    draft_return(request, response, node, DRAFT_SAID_WITHDRAWN, "changes");
    return true;
}
