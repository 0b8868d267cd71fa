/* GET /draft: the draft at a glance. The base's tree, the changes and the comments are each read once; rows
 * are made of the nodes that have something to show, in document order, fifty a page. */
#include "web/page_draft_internal.h"

#include "base/utf8.h"
#include "city/city.h"
#include "web/page.h"
#include "web/page_plan_internal.h"
#include "web/site.h"
#include "web/templates.h"

#define ROWS 50
#define ROWS_MAX 1000000
#define COMMENT_GRAPHEMES 60
#define THREADS_SHOWN 20

typedef struct Show {
    const char *name;
    MessageId title;
} Show;

static const Show SHOWS[DRAFT_SHOW_COUNT] = {
    [DRAFT_SHOW_PENDING] = {"pending", MESSAGE_draft_show_pending},
    [DRAFT_SHOW_ACCEPTED] = {"accepted", MESSAGE_draft_show_accepted},
    [DRAFT_SHOW_MINE] = {"mine", MESSAGE_draft_show_mine},
    [DRAFT_SHOW_COMMENTS] = {"comments", MESSAGE_draft_show_comments},
    [DRAFT_SHOW_ALL] = {"all", MESSAGE_draft_show_all},
};

/* What the page gathers of one node. */
typedef struct Gathered {
    Str key;
    int32_t index;          /* where it stands in the base, for the order */
    VEC_OF(size_t) changes; /* of the reader's */
    size_t comments;
    bool shown;
} Gathered;

typedef struct Gathering {
    DraftReader *reader;
    DraftShow show;
    Map rows;                 /* key -> Gathered */
    VEC_OF(Gathered *) order; /* those shown, in document order */
    size_t counts[DRAFT_SHOW_COUNT];
} Gathering;

static DraftShow show_of(const Request *request)
{
    for (int i = 0; i < DRAFT_SHOW_COUNT; i++)
        if (str_equal(request_query(request, S("show")), str_of(SHOWS[i].name)))
            return (DraftShow)i;
    return DRAFT_SHOW_PENDING;
}

/* --- gathering --- */

/* Where a node stands in the base; what a change brings stands where it comes to. */
static int32_t index_of(const DraftReader *reader, Str key, int depth)
{
    const PlanNode *node = draft_reader_node(reader, key);
    const PlanChange *bringer = node ? NULL : draft_reader_bringer(reader, key);
    if (node)
        return (int32_t)(node - reader->base->nodes.at);
    if (!bringer || depth == 0)
        return -1;
    const PlanOperation *operation = &bringer->operation;
    Str beside = operation->kind == PLAN_SPLIT ? operation->key
                 : operation->after.len > 0    ? operation->after
                                               : operation->parent;
    return index_of(reader, beside, depth - 1);
}

static Gathered *row_of(Gathering *gathering, Str key)
{
    Arena *arena = gathering->reader->request->arena;
    Gathered *row = map_get(&gathering->rows, key);
    if (row)
        return row;
    row = ARENA_NEW(arena, Gathered);
    if (!row || !map_put(&gathering->rows, key, row))
        return NULL;
    *row = (Gathered){.key = key, .index = index_of(gathering->reader, key, 8)};
    return row;
}

static bool shows_change(const Gathering *gathering, const PlanChange *change, DraftShow show)
{
    bool mine = str_equal(change->author, gathering->reader->place->user);
    bool is_open = change->state == PLAN_CHANGE_PENDING || change->state == PLAN_CHANGE_ACCEPTED;
    switch (show) {
    case DRAFT_SHOW_PENDING:
        return change->state == PLAN_CHANGE_PENDING;
    case DRAFT_SHOW_ACCEPTED:
        return change->state == PLAN_CHANGE_ACCEPTED;
    case DRAFT_SHOW_MINE:
        return mine && change->state != PLAN_CHANGE_REVISED;
    case DRAFT_SHOW_ALL:
        return is_open || change->state == PLAN_CHANGE_REJECTED;
    case DRAFT_SHOW_COMMENTS:
    case DRAFT_SHOW_COUNT:
        break;
    }
    return false;
}

static bool gather_changes(Gathering *gathering, DraftPage *page, Error *error)
{
    const DraftReader *reader = gathering->reader;
    for (size_t i = 0; i < reader->changes.len; i++) {
        const PlanChange *change = &reader->changes.at[i];
        page->pending += change->state == PLAN_CHANGE_PENDING;
        page->accepted += change->state == PLAN_CHANGE_ACCEPTED;
        page->rejected += change->state == PLAN_CHANGE_REJECTED;
        for (int show = 0; show < DRAFT_SHOW_COUNT; show++)
            gathering->counts[show] += shows_change(gathering, change, (DraftShow)show);
        if (!shows_change(gathering, change, gathering->show))
            continue;
        Gathered *row = row_of(gathering, draft_change_key(&change->operation));
        size_t *slot = row ? VEC_PUSH(reader->request->arena, &row->changes) : NULL;
        if (!slot)
            return error_memory(error);
        *slot = i;
        row->shown = true;
    }
    return true;
}

static bool add_thread_line(
    const Gathering *gathering, const PlanComment *comment, DraftPage *page, Error *error)
{
    DraftReader *reader = gathering->reader;
    Arena *arena = reader->request->arena;
    Str key = comment->anchor.passage.key;
    if (page->comments.len == THREADS_SHOWN)
        return true;
    DraftThreadLine *line = VEC_PUSH(arena, &page->comments);
    if (!line)
        return error_memory(error);
    *line = (DraftThreadLine){.node = draft_reader_name(reader, key),
        .url = arena_join(arena, drafting_url(arena, key, &reader->place->draft), S("#comments")),
        .quote = comment->anchor.passage.whole ? STR_EMPTY
                                               : text_head(arena, comment->anchor.quote, COMMENT_GRAPHEMES),
        .text = text_head(arena, comment->text, COMMENT_GRAPHEMES),
        .when = day_print(arena, reader->request->language, comment->created_at)};
    return draft_reader_person(reader, comment->author, &line->author, error);
}

static bool gather_comments(Gathering *gathering, DraftPage *page, Error *error)
{
    PlanComments comments;
    const DraftReader *reader = gathering->reader;
    if (!plan_comment_list(
            reader->conn, reader->request->arena, reader->place->base->id, STR_EMPTY, &comments, error))
        return false;
    for (size_t i = 0; i < comments.len; i++) {
        const PlanComment *comment = &comments.at[i];
        if (comment->id != comment->thread || comment->settled_by.len > 0)
            continue;
        Gathered *row = row_of(gathering, comment->anchor.passage.key);
        if (!row)
            return error_memory(error);
        row->comments++;
        row->shown = row->shown || gathering->show == DRAFT_SHOW_COMMENTS;
        page->threads++;
        if (!add_thread_line(gathering, comment, page, error))
            return false;
    }
    gathering->counts[DRAFT_SHOW_COMMENTS] = page->threads;
    return true;
}

static int compare_rows(const void *a, const void *b)
{
    const Gathered *x = *(Gathered *const *)a, *y = *(Gathered *const *)b;
    if (x->index != y->index)
        return x->index < y->index ? -1 : 1;
    return str_compare(x->key, y->key);
}

static bool put_in_order(Gathering *gathering, Error *error)
{
    for (size_t i = 0; i < gathering->rows.len; i++) {
        Gathered *row = gathering->rows.entries[i].value;
        Gathered **slot = row->shown ? VEC_PUSH(gathering->reader->request->arena, &gathering->order) : NULL;
        if (slot)
            *slot = row;
    }
    if (gathering->order.len > 0)
        qsort(gathering->order.at, gathering->order.len, sizeof *gathering->order.at, compare_rows);
    return !arena_failed(gathering->reader->request->arena) || error_memory(error);
}

/* --- rows --- */

static bool add_row(Gathering *gathering, const Gathered *gathered, DraftPage *page, Error *error)
{
    DraftReader *reader = gathering->reader;
    Arena *arena = reader->request->arena;
    const PlanNode *node = draft_reader_node(reader, gathered->key);
    DraftHunk *hunk;
    DraftRow *row = VEC_PUSH(arena, &page->rows);
    if (!row)
        return error_memory(error);
    *row = (DraftRow){.key = gathered->key,
        .name = draft_reader_name(reader, gathered->key),
        .url = drafting_url(arena, gathered->key, &reader->place->draft),
        .has_kind = node != NULL,
        .comments = gathered->comments};
    if (node)
        row->kind = kind_message(node->kind);
    for (size_t i = 0; i < gathered->changes.len; i++)
        if (!draft_group_add(
                reader, &reader->changes.at[gathered->changes.at[i]], &row->groups, &hunk, error))
            return false;
    return true;
}

/* The index of the policy that a node of the base stands in or is; -1. */
static int32_t policy_of(const Plan *base, int32_t index)
{
    return index < 0 ? -1 : plan_ancestor(base, index, PLAN_POLICY);
}

static Str policy_name(const DraftReader *reader, int32_t policy)
{
    Arena *arena = reader->request->arena;
    if (policy < 0)
        return STR_EMPTY;
    const PlanNode *node = &reader->base->nodes.at[policy];
    Str title = node_title(arena, node);
    if (node->parent < 0)
        return title;
    Str above = node_title(arena, &reader->base->nodes.at[node->parent]);
    return arena_printf(arena, "%.*s　%.*s", STR_ARGS(above), STR_ARGS(title));
}

static bool add_rows(Gathering *gathering, size_t from, DraftPage *page, Error *error)
{
    const DraftReader *reader = gathering->reader;
    int32_t last = INT32_MIN;
    for (size_t i = from; i < gathering->order.len && i < from + ROWS; i++) {
        int32_t policy = policy_of(reader->base, gathering->order.at[i]->index);
        if (policy != last) {
            DraftPolicy *section = VEC_PUSH(reader->request->arena, &page->policies);
            if (!section)
                return error_memory(error);
            *section = (DraftPolicy){.name = policy_name(reader, policy), .from = page->rows.len};
            last = policy;
        }
        if (!add_row(gathering, gathering->order.at[i], page, error))
            return false;
        page->policies.at[page->policies.len - 1].to = page->rows.len;
    }
    return true;
}

/* --- around them --- */

static void add_choices(const Gathering *gathering, DraftPage *page)
{
    const Request *request = gathering->reader->request;
    Str url = drafting_url(request->arena, STR_EMPTY, &gathering->reader->place->draft);
    for (int show = 0; show < DRAFT_SHOW_COUNT; show++) {
        DraftChoice *choice = VEC_PUSH(request->arena, &page->choices);
        if (choice)
            *choice = (DraftChoice){.name = SHOWS[show].title,
                .url = url_with(request->arena, url, "show", str_of(SHOWS[show].name)),
                .count = gathering->counts[show],
                .here = show == (int)gathering->show};
    }
}

static Str page_url(const Gathering *gathering, size_t from)
{
    Arena *arena = gathering->reader->request->arena;
    Str url = drafting_url(arena, STR_EMPTY, &gathering->reader->place->draft);
    url = url_with(arena, url, "show", str_of(SHOWS[gathering->show].name));
    return url_with(arena, url, "from", arena_printf(arena, "%zu", from));
}

/* The step of the base among those the city declared, and the one behind it. */
static void add_steps(const Request *request, const DraftPlace *place, DraftPage *page)
{
    const City *city = request->site->city;
    const CityPlan *plan = city ? city_plan(city, place->choice.plan) : NULL;
    for (size_t i = 0; plan && i < plan->steps.len; i++)
        if (str_equal(plan->steps.at[i], place->base->name)) {
            page->step = plan->steps.at[i];
            page->next_step = i + 1 < plan->steps.len ? plan->steps.at[i + 1] : STR_EMPTY;
        }
}

/* The policies, each below its basic policy, as ways to begin. */
static void add_contents(const DraftReader *reader, DraftPage *page)
{
    Arena *arena = reader->request->arena;
    const Plan *base = reader->base;
    int32_t last = -1;
    for (size_t i = 0; i < base->nodes.len; i++) {
        const PlanNode *node = &base->nodes.at[i];
        PlanLink *link = node->kind == PLAN_POLICY ? VEC_PUSH(arena, &page->contents) : NULL;
        if (!link)
            continue;
        *link = (PlanLink){
            .title = node_title(arena, node), .url = drafting_url(arena, node->key, &reader->place->draft)};
        if (node->parent >= 0 && node->parent != last)
            link->number = node_title(arena, &base->nodes.at[node->parent]);
        last = node->parent;
    }
}

static bool fill(const Request *request, DbConn *conn, const DraftPlace *place, DraftPage *page, Error *error)
{
    DraftReader reader;
    Arena *arena = request->arena;
    Gathering gathering = {.reader = &reader, .show = show_of(request)};
    map_init(&gathering.rows, arena);
    if (!draft_reader_begin(&reader, request, conn, place, error) ||
        !inquiry_lines_read(request, conn, place->base->plan_id, true, &page->inquiries, error) ||
        !gather_changes(&gathering, page, error) || !gather_comments(&gathering, page, error) ||
        !put_in_order(&gathering, error))
        return false;
    size_t from = (size_t)request_query_int(request, S("from"), 0, ROWS_MAX, 0);
    page->total = gathering.order.len;
    if (from >= page->total)
        from = 0;
    page->first = from + 1;
    if (from > 0)
        page->previous_url = page_url(&gathering, from > ROWS ? from - ROWS : 0);
    if (from + ROWS < page->total)
        page->next_url = page_url(&gathering, from + ROWS);
    page->base = place->base->name;
    page->base_url = arena_join(arena, S("/"), place->plan.query);
    page->base_is_frozen = place->base->state == PLAN_EDITION_FROZEN;
    page->editions_url = arena_join(arena, S("/editions"), place->draft.query);
    add_steps(request, place, page);
    add_choices(&gathering, page);
    add_contents(&reader, page);
    return add_rows(&gathering, from, page, error) && (!arena_failed(arena) || error_memory(error));
}

bool page_draft(Request *request, Response *response, Error *error)
{
    DraftPlace place;
    DraftPage *page = ARENA_NEW(request->arena, DraftPage);
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!page)
        return error_memory(error);
    if (!db_read_begin(request->site->db, &conn, error) || !draft_place_read(request, conn, &place, error))
        return false;
    page->place = &place;
    page->plan_title = place.choice.title;
    page->said = draft_said(request);
    if (place.base && !fill(request, conn, &place, page, error))
        return false;
    page->layout = layout_of(request, message_text(request->language, MESSAGE_draft_title), MENU_DRAFT);
    Html html = page_begin(request, response);
    draft_page(&html, page);
    return page_end(&html, error);
}
