/* Changes of a draft in words. The list of changes and the base's tree are read once for a page; nothing is
 * read for a row. */
#include "web/page_draft_view.h"

#include "base/utf8.h"
#include "web/page_evaluation_view.h"
#include "web/page_plan_internal.h"

#define OUTLINE_DEPTH 64
#define NAME_GRAPHEMES 24
#define NEAR_GRAPHEMES 12 /* of a kept stretch beside a change */

static const MessageId STATES[PLAN_CHANGE_STATE_COUNT] = {
    [PLAN_CHANGE_PENDING] = MESSAGE_draft_state_pending,
    [PLAN_CHANGE_ACCEPTED] = MESSAGE_draft_state_accepted,
    [PLAN_CHANGE_REJECTED] = MESSAGE_draft_state_rejected,
    [PLAN_CHANGE_WITHDRAWN] = MESSAGE_draft_state_withdrawn,
    [PLAN_CHANGE_REVISED] = MESSAGE_draft_state_revised,
};

MessageId draft_state_message(PlanChangeState state)
{
    return STATES[state];
}

/* --- what a page reads of the draft --- */

static bool load_base(DraftReader *reader, Error *error)
{
    Plan *base =
        plan_load_outline(reader->conn, reader->request->arena, reader->place->base, OUTLINE_DEPTH, error);
    if (!base)
        return false;
    for (size_t i = 0; i < base->nodes.len; i++)
        if (!map_put(&reader->nodes, base->nodes.at[i].key, &base->nodes.at[i]))
            return error_memory(error);
    reader->base = base;
    return true;
}

bool draft_reader_begin(
    DraftReader *reader, const Request *request, DbConn *conn, const DraftPlace *place, Error *error)
{
    PlanChanges all, open = {0};
    assert(place->base && "a draft has a base");
    *reader = (DraftReader){.request = request, .conn = conn, .place = place};
    map_init(&reader->nodes, request->arena);
    map_init(&reader->people, request->arena);
    const PlanChangeQuery query = {.plan_id = place->base->plan_id, .edition_id = place->base->id};
    if (!plan_change_list(conn, request->arena, &query, &all, error))
        return false;
    for (size_t i = 0; i < all.len; i++) {
        const PlanChange *change = &all.at[i];
        bool is_open = change->state == PLAN_CHANGE_PENDING || change->state == PLAN_CHANGE_ACCEPTED;
        PlanChange *kept = change->made == 0 ? VEC_PUSH(request->arena, &reader->changes) : NULL;
        PlanChange *live = kept && is_open && !change->lost ? VEC_PUSH(request->arena, &open) : NULL;
        if (kept)
            *kept = *change;
        if (live)
            *live = *change;
    }
    return plan_change_operations(request->arena, &open, &reader->operations, error) &&
           load_base(reader, error) && (!arena_failed(request->arena) || error_memory(error));
}

bool draft_reader_person(DraftReader *reader, Str login, Str *out, Error *error)
{
    const Str *known = map_get(&reader->people, login);
    if (known) {
        *out = *known;
        return true;
    }
    if (!person_print(reader->conn, reader->request->arena, login, out, error))
        return false;
    Str *name = ARENA_NEW(reader->request->arena, Str);
    if (!name)
        return error_memory(error);
    *name = *out;
    return map_put(&reader->people, login, name) || error_memory(error);
}

const PlanNode *draft_reader_node(const DraftReader *reader, Str key)
{
    return map_get(&reader->nodes, key);
}

const PlanChange *draft_reader_bringer(const DraftReader *reader, Str key)
{
    int64_t id;
    if (key.len < 2 || key.at[0] != '+' || !str_to_int(str_slice(key, 1, key.len), &id))
        return NULL;
    for (size_t i = 0; i < reader->changes.len; i++)
        if (reader->changes.at[i].id == id)
            return &reader->changes.at[i];
    return NULL;
}

Str draft_reader_text(const DraftReader *reader, Str key)
{
    const PlanNode *node = draft_reader_node(reader, key);
    const PlanChange *bringer = node ? NULL : draft_reader_bringer(reader, key);
    if (node)
        return node->text;
    if (!bringer)
        return STR_EMPTY;
    if (bringer->operation.kind != PLAN_SPLIT || str_equal(bringer->operation.key, key))
        return bringer->operation.text;
    const PlanNode *whole = draft_reader_node(reader, bringer->operation.key);
    Str text = whole ? whole->text : bringer->before;
    return str_slice(text, grapheme_head(text, bringer->operation.from).len, text.len);
}

Str draft_reader_name(const DraftReader *reader, Str key)
{
    const PlanNode *node = draft_reader_node(reader, key);
    const PlanChange *bringer = node ? NULL : draft_reader_bringer(reader, key);
    PlanNode brought = {.text = draft_reader_text(reader, key)};
    if (!node && !bringer)
        return key;
    if (bringer) {
        brought.kind = bringer->operation.node_kind;
        brought.number = bringer->operation.number;
    }
    Arena *arena = reader->request->arena;
    return text_head(arena, node_title(arena, node ? node : &brought), NAME_GRAPHEMES);
}

Str draft_change_key(const PlanOperation *operation)
{
    if (operation->kind != PLAN_INSERT)
        return operation->key;
    return operation->parent.len > 0 ? operation->parent : operation->after;
}

/* --- structure in words --- */

static Str say(const DraftReader *reader, MessageId id, Str a, Str b)
{
    const Str arguments[] = {a, b};
    return message_print(
        reader->request->arena, reader->request->language, id, COUNT_OF(arguments), arguments);
}

/* 「…」の次, 「…」の下の最初: where an insert or a move puts something. */
static Str place_words(const DraftReader *reader, const PlanOperation *operation)
{
    const PlanChange *moved = draft_reader_bringer(reader, operation->after);
    bool behind_moved = moved && moved->operation.kind == PLAN_MOVE;
    Str parent = draft_reader_name(reader, operation->parent);
    Str after = draft_reader_name(reader, behind_moved ? moved->operation.key : operation->after);
    if (parent.len > 0 && after.len > 0)
        return say(reader, MESSAGE_draft_place_behind_below, parent, after);
    if (after.len > 0)
        return say(reader, MESSAGE_draft_place_behind, after, STR_EMPTY);
    if (parent.len > 0)
        return say(reader, MESSAGE_draft_place_first_below, parent, STR_EMPTY);
    return message_text(reader->request->language, MESSAGE_draft_place_first);
}

static Str renumber_words(const DraftReader *reader, const PlanOperation *operation)
{
    const PlanNode *node = draft_reader_node(reader, operation->key);
    const PlanChange *bringer = node ? NULL : draft_reader_bringer(reader, operation->key);
    Str before = node ? node->number : bringer ? bringer->operation.number : STR_EMPTY;
    if (before.len == 0)
        return say(reader, MESSAGE_draft_does_number, operation->text, STR_EMPTY);
    if (operation->text.len == 0)
        return say(reader, MESSAGE_draft_does_unnumber, before, STR_EMPTY);
    return say(reader, MESSAGE_draft_does_renumber, before, operation->text);
}

Str draft_operation_words(const DraftReader *reader, const PlanOperation *operation)
{
    Language language = reader->request->language;
    Str part;
    switch (operation->kind) {
    case PLAN_INSERT:
        return say(reader, MESSAGE_draft_does_insert, place_words(reader, operation),
            message_text(language, kind_message(operation->node_kind)));
    case PLAN_MOVE:
        return say(reader, MESSAGE_draft_does_move, place_words(reader, operation), STR_EMPTY);
    case PLAN_DELETE:
        return message_text(language, MESSAGE_draft_does_delete);
    case PLAN_RENUMBER:
        return renumber_words(reader, operation);
    case PLAN_SPLIT:
        part = draft_reader_text(reader, operation->key);
        part = str_slice(part, grapheme_head(part, operation->from).len, part.len);
        part = text_head(reader->request->arena, part, NAME_GRAPHEMES);
        return say(reader, MESSAGE_draft_does_split, part, STR_EMPTY);
    case PLAN_MERGE:
        return say(reader, MESSAGE_draft_does_merge, draft_reader_name(reader, operation->after), STR_EMPTY);
    case PLAN_EDIT:
    case PLAN_RENAME:
    case PLAN_OPERATION_KIND_COUNT:
        break;
    }
    return STR_EMPTY;
}

/* --- redlines --- */

static void add_piece(Arena *arena, RedlinePieces *out, char op, Str text)
{
    RedlinePiece *piece = text.len > 0 ? VEC_PUSH(arena, out) : NULL;
    if (piece)
        *piece = (RedlinePiece){.op = op, .text = text};
}

RedlinePieces draft_change_pieces(Arena *arena, const PlanChange *change)
{
    RedlinePieces pieces = {0};
    switch (change->operation.kind) {
    case PLAN_EDIT:
    case PLAN_RENAME:
        add_piece(arena, &pieces, REDLINE_STRUCK, change->before);
        add_piece(arena, &pieces, REDLINE_INSERTED, change->operation.text);
        break;
    case PLAN_RENUMBER:
        add_piece(arena, &pieces, REDLINE_INSERTED, change->operation.text);
        break;
    case PLAN_INSERT:
        add_piece(arena, &pieces, REDLINE_INSERTED,
            change->operation.number.len > 0
                ? arena_printf(arena, "%.*s %.*s", STR_ARGS(change->operation.number),
                      STR_ARGS(change->operation.text))
                : change->operation.text);
        break;
    case PLAN_DELETE:
        add_piece(arena, &pieces, REDLINE_STRUCK, change->before);
        break;
    case PLAN_MOVE:
    case PLAN_SPLIT:
    case PLAN_MERGE:
    case PLAN_OPERATION_KIND_COUNT:
        break;
    }
    return pieces;
}

/* The last graphemes of a text. */
static Str tail_of(Str text, size_t graphemes)
{
    size_t count = grapheme_count(text);
    return count <= graphemes ? text : str_slice(text, grapheme_head(text, count - graphemes).len, text.len);
}

/* A kept stretch as it stands before, between or behind changes. */
static Str shorten(Arena *arena, Str text, bool is_first, bool is_last)
{
    size_t room = (is_first || is_last ? 1 : 2) * NEAR_GRAPHEMES;
    if (grapheme_count(text) <= room + 2)
        return text;
    Str head = is_first ? STR_EMPTY : grapheme_head(text, NEAR_GRAPHEMES);
    Str tail = is_last ? STR_EMPTY : tail_of(text, NEAR_GRAPHEMES);
    return arena_printf(arena, "%.*s…%.*s", STR_ARGS(head), STR_ARGS(tail));
}

/* The change alone in its node's wording: a plan of one node, so that a long plan makes no long search. */
static bool line_of(DraftReader *reader, const PlanChange *change, Str text, RedlinePieces *out, Error *error)
{
    Arena *arena = reader->request->arena;
    PlanStretches stretches;
    PlanChangeIds apart;
    PlanOperation alone = change->operation;
    alone.accepted = false;
    alone.over = (PlanChangeIds){0};
    const PlanOperations one = {.at = &alone, .len = 1, .room = 1};
    Plan *plan = plan_new(arena);
    PlanNode *node =
        plan ? plan_add(plan, PLAN_NO_PARENT, PLAN_INITIATIVE, STR_EMPTY, text, (PlanSource){0}) : NULL;
    if (!node)
        return error_memory(error);
    node->key = alone.key;
    if (!plan_wording(arena, plan, &one, alone.key, &stretches, &apart, error))
        return false;
    for (size_t i = 0; i < stretches.len; i++) {
        const PlanStretch *stretch = &stretches.at[i];
        bool kept = stretch->op == REDLINE_KEPT;
        add_piece(arena, out, stretch->op,
            kept ? shorten(arena, stretch->text, i == 0, i + 1 == stretches.len) : stretch->text);
    }
    return !arena_failed(arena) || error_memory(error);
}

void redline_pieces(Html *html, const RedlinePieces *pieces)
{
    for (size_t i = 0; i < pieces->len; i++) {
        const RedlinePiece *piece = &pieces->at[i];
        if (piece->op == REDLINE_STRUCK)
            html_element(html, "del", piece->text);
        else if (piece->op == REDLINE_INSERTED)
            html_element(html, "ins", piece->text);
        else
            html_text(html, piece->text);
    }
}

/* --- groups --- */

static bool is_edit(const PlanOperation *operation)
{
    return operation->kind == PLAN_EDIT || operation->kind == PLAN_RENAME;
}

/* The redline of one change, with the words around it where the base still has them. */
static bool add_line(DraftReader *reader, const PlanChange *change, DraftHunk *hunk, Error *error)
{
    const PlanOperation *operation = &change->operation;
    Str text = draft_reader_text(reader, operation->key);
    RedlinePieces line = {0};
    bool fits = is_edit(operation) && !change->lost && operation->to <= grapheme_count(text);
    if (fits && !line_of(reader, change, text, &line, error))
        return false;
    if (line.len == 0 && operation->kind != PLAN_RENUMBER)
        line = draft_change_pieces(reader->request->arena, change);
    hunk->line = line;
    return true;
}

static bool open_group(DraftReader *reader, const PlanChange *change, DraftGroup *group, Error *error)
{
    const Request *request = reader->request;
    Arena *arena = request->arena;
    *group = (DraftGroup){.id = change->group,
        .state = change->state,
        .key = draft_change_key(&change->operation),
        .when = day_print(arena, request->language, change->created_at),
        .reason = change->reason,
        .own = str_equal(change->author, reader->place->user),
        .revises = change->revises};
    if (change->state == PLAN_CHANGE_PENDING && is_edit(&change->operation))
        group->revise_url = url_with(arena, drafting_url(arena, change->operation.key, &reader->place->draft),
            "revises", arena_printf(arena, "%lld", (long long)change->id));
    return draft_reader_person(reader, change->author, &group->author, error) &&
           change_cause_read(request, reader->conn, change->cause, &group->cause, error);
}

bool draft_group_add(
    DraftReader *reader, const PlanChange *change, DraftGroups *groups, DraftHunk **hunk, Error *error)
{
    Arena *arena = reader->request->arena;
    Str who, key = draft_change_key(&change->operation);
    DraftGroup *group = groups->len > 0 ? &groups->at[groups->len - 1] : NULL;
    if (!group || group->id != change->group || group->state != change->state ||
        !str_equal(group->key, key)) {
        group = VEC_PUSH(arena, groups);
        if (!group || !open_group(reader, change, group, error))
            return group ? false : error_memory(error);
    }
    DraftHunk *made = VEC_PUSH(arena, &group->hunks);
    if (!made)
        return error_memory(error);
    *made = (DraftHunk){.id = change->id,
        .lost = change->lost,
        .state = draft_state_message(change->state),
        .is_pending = change->state == PLAN_CHANGE_PENDING,
        .is_accepted = change->state == PLAN_CHANGE_ACCEPTED,
        .decision = change->decision};
    made->may_take_back =
        reader->place->is_owner && (made->is_accepted || change->state == PLAN_CHANGE_REJECTED);
    if (change->decided_at > 0) {
        if (!draft_reader_person(reader, change->decided_by, &who, error))
            return false;
        made->decided = arena_printf(arena, "%.*s　%.*s", STR_ARGS(who),
            STR_ARGS(day_print(arena, reader->request->language, change->decided_at)));
    }
    made->words = draft_operation_words(reader, &change->operation);
    *hunk = made;
    return add_line(reader, change, made, error);
}
