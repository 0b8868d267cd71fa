/* POST /draft/{key}/operate: a change of the structure, from one of the small forms of a node's page. Each
 * form says `what`; one table turns it into an operation. */
#include "web/page_draft_internal.h"

#include "base/utf8.h"
#include "web/site.h"

/* What the forms need to know of the node. */
typedef struct Target {
    const DraftReader *reader;
    const Request *request;
    Str key, parent;
    const PlanNode *node; /* NULL: a change brings it */
    DraftForm *form;
} Target;

/* Fills the operation; answers MESSAGE_COUNT, or what is wrong. */
typedef MessageId MakeOperation(const Target *target, PlanOperation *operation);

static MessageId make_insert(const Target *target, PlanOperation *operation)
{
    operation->kind = PLAN_INSERT;
    operation->key = STR_EMPTY;
    operation->number = target->form->number;
    operation->text = target->form->text;
    if (!plan_kind_from_name(target->form->kind, &operation->node_kind))
        return MESSAGE_draft_wrong_kind;
    return operation->text.len > 0 ? MESSAGE_COUNT : MESSAGE_draft_wrong_text;
}

static MessageId make_insert_below(const Target *target, PlanOperation *operation)
{
    const Plan *base = target->reader->base;
    int32_t last = target->node ? draft_last_below(base, (int32_t)(target->node - base->nodes.at)) : -1;
    operation->parent = target->key;
    if (last >= 0)
        operation->after = plan_operation_place(
            target->request->arena, &target->reader->operations, base->nodes.at[last].key);
    return make_insert(target, operation);
}

static MessageId make_insert_behind(const Target *target, PlanOperation *operation)
{
    operation->parent = target->parent;
    operation->after = plan_operation_place(target->request->arena, &target->reader->operations, target->key);
    return make_insert(target, operation);
}

static MessageId make_renumber(const Target *target, PlanOperation *operation)
{
    operation->kind = PLAN_RENUMBER;
    operation->text = target->form->number;
    return MESSAGE_COUNT;
}

static MessageId make_delete(const Target *target, PlanOperation *operation)
{
    (void)target;
    operation->kind = PLAN_DELETE;
    return MESSAGE_COUNT;
}

static MessageId make_move(const Target *target, PlanOperation *operation)
{
    operation->kind = PLAN_MOVE;
    operation->parent = request_form(target->request, S("parent"));
    Str after = target->form->place;
    operation->after = after.len > 0
                           ? plan_operation_place(target->request->arena, &target->reader->operations, after)
                           : after;
    return MESSAGE_COUNT;
}

/* Where typed words stand in a text, in graphemes; *places: how often. */
static size_t find_words(Str text, Str words, size_t *places)
{
    ptrdiff_t first = words.len > 0 ? str_find(text, words, 0) : -1;
    *places = 0;
    for (ptrdiff_t at = first; at >= 0; at = str_find(text, words, (size_t)at + 1))
        *places += 1;
    return first < 0 ? 0 : grapheme_count(str_slice(text, 0, (size_t)first));
}

static MessageId make_split(const Target *target, PlanOperation *operation)
{
    int64_t place;
    size_t places;
    Str text = draft_reader_text(target->reader, target->key);
    operation->kind = PLAN_SPLIT;
    operation->number = target->form->number;
    if (target->form->words.len > 0) {
        operation->from = find_words(text, target->form->words, &places);
        if (places == 0)
            return MESSAGE_draft_wrong_words;
        if (places > 1)
            return MESSAGE_draft_wrong_places;
    } else {
        if (!str_to_int(target->form->place, &place) || place < 1)
            return MESSAGE_draft_wrong_cut;
        operation->from = (size_t)place;
    }
    operation->to = operation->from;
    return operation->from > 0 && operation->from < grapheme_count(text) ? MESSAGE_COUNT
                                                                         : MESSAGE_draft_wrong_cut;
}

static MessageId make_merge(const Target *target, PlanOperation *operation)
{
    const Plan *base = target->reader->base;
    operation->kind = PLAN_MERGE;
    operation->text = target->form->text;
    if (!target->node)
        return MESSAGE_draft_wrong_gone;
    int32_t index = (int32_t)(target->node - base->nodes.at);
    size_t next = (size_t)plan_subtree_end(base, index);
    if (next >= base->nodes.len || base->nodes.at[next].parent != target->node->parent)
        return MESSAGE_draft_wrong_gone;
    operation->after = base->nodes.at[next].key;
    return MESSAGE_COUNT;
}

typedef struct Way {
    const char *name;
    MakeOperation *make;
} Way;

static const Way WAYS[] = {
    {"insert-below", make_insert_below},
    {"insert-behind", make_insert_behind},
    {"renumber", make_renumber},
    {"split", make_split},
    {"merge", make_merge},
    {"move", make_move},
    {"delete", make_delete},
};

static const Way *find_way(Str name)
{
    for (size_t i = 0; i < COUNT_OF(WAYS); i++)
        if (str_equal(name, str_of(WAYS[i].name)))
            return &WAYS[i];
    return NULL;
}

/* Key of what stands above the node, as it is in the base or as the change that brings it says. */
static Str parent_of(const DraftReader *reader, const PlanNode *node, Str key)
{
    const PlanChange *bringer = draft_reader_bringer(reader, key);
    if (node)
        return node->parent < 0 ? STR_EMPTY : reader->base->nodes.at[node->parent].key;
    if (!bringer || bringer->operation.kind == PLAN_INSERT)
        return bringer ? bringer->operation.parent : STR_EMPTY;
    return parent_of(reader, draft_reader_node(reader, bringer->operation.key), bringer->operation.key);
}

static bool make(const Request *request, DraftPlace *place, Str key, const Way *way, DraftForm *form,
    PlanOperation *operation, Error *error)
{
    DraftReader reader;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) || !draft_place_read(request, conn, place, error))
        return false;
    if (!place->base)
        return error_set(error, ERROR_NOT_FOUND, "there is no plan yet");
    if (!draft_reader_begin(&reader, request, conn, place, error))
        return false;
    const PlanNode *node = draft_reader_node(&reader, key);
    if (!node && !draft_reader_bringer(&reader, key))
        return error_set(error, ERROR_NOT_FOUND, "the draft has no such node");
    const Target target = {.reader = &reader,
        .request = request,
        .key = key,
        .parent = parent_of(&reader, node, key),
        .node = node,
        .form = form};
    *operation = (PlanOperation){.key = key};
    MessageId wrong = way->make(&target, operation);
    if (wrong == MESSAGE_COUNT && str_trim(form->reason).len == 0)
        wrong = MESSAGE_draft_wrong_reason;
    if (wrong != MESSAGE_COUNT) {
        form->wrong = message_text(request->language, wrong);
        form->status = 422;
    }
    return true;
}

bool page_draft_operate(Request *request, Response *response, Error *error)
{
    DraftPlace place;
    PlanOperation operation;
    int64_t group;
    Arena *arena = request->arena;
    Str key = request_parameter(request, S("key"));
    DraftForm form = {.part = request_form(request, S("what")),
        .number = draft_one_line(arena, request_form(request, S("number"))),
        .text = draft_one_line(arena, request_form(request, S("text"))),
        .kind = request_form(request, S("kind")),
        .place = request_form(request, S("place")),
        .words = draft_one_line(arena, request_form(request, S("words"))),
        .reason = request_form(request, S("reason"))};
    const Way *way = find_way(form.part);
    if (!way)
        return error_set(error, ERROR_INPUT, "say what is to be done with the node");
    if (!make(request, &place, key, way, &form, &operation, error))
        return false;
    if (form.wrong.len > 0)
        return draft_node_show(request, response, key, &form, error);
    const PlanChangeBy by = {.edition = place.base,
        .author = place.user,
        .reason = str_trim(form.reason),
        .instant = request->clock.instant,
        .seen = -1};
    const PlanOperations one = {.at = &operation, .len = 1, .room = 1};
    if (plan_change_operate(request->site->db, &by, &one, &group, error)) {
        draft_return(request, response, key, DRAFT_SAID_PROPOSED, "changes");
        return true;
    }
    return draft_form_wrong(request, &form, error) && draft_node_show(request, response, key, &form, error);
}
