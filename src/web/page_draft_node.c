/* GET /draft/{key}: one node as it is drafted, and the frame in which every form of it comes back. What its
 * parts are made of stands in page_draft_parts.c. */
#include "web/page_draft_internal.h"

#include "base/utf8.h"
#include "web/page.h"
#include "web/page_plan_internal.h"
#include "web/site.h"
#include "web/templates.h"

#define TITLE_GRAPHEMES 40

bool draft_is_part(const DraftForm *form, const char *part)
{
    return str_equal(form->part, str_of(part));
}

bool draft_is_structure(const DraftForm *form)
{
    return form->part.len > 0 && !draft_is_part(form, "reword") && !draft_is_part(form, "comment") &&
           !draft_is_part(form, "decide");
}

Str draft_reason_of(const DraftForm *form, const char *part)
{
    bool prefilled = form->part.len == 0 && str_equal(str_of(part), S("reword"));
    return prefilled || draft_is_part(form, part) ? form->reason : STR_EMPTY;
}

/* The node that the key names: of the base, or one that a change brings. */
static bool find_node(DraftReader *reader, DraftNodePage *page, DraftSpot *spot, Error *error)
{
    const PlanNode *node = draft_reader_node(reader, page->key);
    const PlanChange *bringer = draft_reader_bringer(reader, page->key);
    *spot = (DraftSpot){.reader = reader, .index = -1, .parent = -1};
    if (node) {
        spot->index = (int32_t)(node - reader->base->nodes.at);
        spot->parent = node->parent;
        spot->kind = node->kind;
        page->number = node->number;
    } else if (bringer) {
        const PlanNode *source = draft_reader_node(reader, bringer->operation.key);
        const PlanNode *above = draft_reader_node(reader, bringer->operation.parent);
        bool is_part = bringer->operation.kind == PLAN_SPLIT && source;
        spot->kind = is_part ? source->kind : bringer->operation.node_kind;
        spot->parent = is_part ? source->parent : above ? (int32_t)(above - reader->base->nodes.at) : -1;
        page->number = bringer->operation.number;
        page->is_new = true;
    } else {
        return error_set(error, ERROR_NOT_FOUND, "the draft has no such node");
    }
    page->kind = kind_message(spot->kind);
    page->text = draft_reader_text(reader, page->key);
    return true;
}

/* Whether its text is a wording, to be read, rather than a title. */
static bool is_wording(const DraftSpot *spot)
{
    const Plan *base = spot->reader->base;
    bool below_direction = spot->parent >= 0 && base->nodes.at[spot->parent].kind == PLAN_DIRECTION;
    return spot->kind == PLAN_FACT || spot->kind == PLAN_INITIATIVE ||
           (spot->kind == PLAN_DIRECTION && below_direction);
}

static void add_way(const DraftReader *reader, const DraftSpot *spot, DraftNodePage *page)
{
    Arena *arena = reader->request->arena;
    const Plan *base = reader->base;
    const PlanPlace *place = &reader->place->draft;
    PlanLink *home = VEC_PUSH(arena, &page->frame.crumbs);
    if (home)
        *home = (PlanLink){.title = message_text(reader->request->language, MESSAGE_draft_title),
            .url = drafting_url(arena, STR_EMPTY, place)};
    size_t first = page->frame.crumbs.len;
    for (int32_t i = spot->parent; i >= 0; i = base->nodes.at[i].parent) {
        PlanLink *crumb = VEC_PUSH(arena, &page->frame.crumbs);
        if (!crumb)
            return;
        for (size_t k = page->frame.crumbs.len - 1; k > first; k--)
            page->frame.crumbs.at[k] = page->frame.crumbs.at[k - 1];
        page->frame.crumbs.at[first] = (PlanLink){.title = node_title(arena, &base->nodes.at[i]),
            .url = drafting_url(arena, base->nodes.at[i].key, place),
            .japanese = true};
    }
}

static PlanLink link_to(const DraftReader *reader, int32_t index)
{
    Arena *arena = reader->request->arena;
    if (index < 0)
        return (PlanLink){0};
    const PlanNode *node = &reader->base->nodes.at[index];
    return (PlanLink){.title = draft_reader_name(reader, node->key),
        .url = drafting_url(arena, node->key, &reader->place->draft),
        .japanese = true};
}

/* The nodes beside it below the same parent. */
static void add_neighbours(const DraftReader *reader, const DraftSpot *spot, DraftNodePage *page)
{
    int32_t before = -1;
    if (spot->index < 0)
        return;
    const Plan *base = reader->base;
    int32_t end = (int32_t)base->nodes.len;
    for (int32_t i = spot->parent < 0 ? 0 : spot->parent + 1; i < end; i++) {
        if (spot->parent >= 0 && base->nodes.at[i].parent < spot->parent)
            break;
        if (base->nodes.at[i].parent != spot->parent)
            continue;
        if (i > spot->index) {
            page->frame.next = link_to(reader, i);
            break;
        }
        if (i < spot->index)
            before = i;
    }
    page->frame.previous = link_to(reader, before);
}

static bool fill_form(DraftReader *reader, const DraftForm *form, DraftNodePage *page, Error *error)
{
    const Request *request = reader->request;
    int64_t revises = 0, newest;
    if (!plan_change_newest(reader->conn, reader->place->base->id, page->key, &newest, error))
        return false;
    if (!str_equal(page->form.part, S("reword"))) {
        page->form.after = page->now;
        page->form.began = page->now;
        page->form.seen = newest;
        page->form.cause = change_cause_of_query(request);
        if (str_to_int(request_query(request, S("revises")), &revises))
            page->form.revises = revises;
    }
    if (!change_cause_read(request, reader->conn, page->form.cause, &page->cause, error) ||
        !draft_revision(reader, page, error))
        return false;
    if (!form && page->form.reason.len == 0)
        page->form.reason = page->cause.reason;
    if (!page->form.preview)
        return true;
    return redline_text(
        request->arena, page->now, page->form.after, REDLINE_CHARACTERS, &page->preview, error);
}

static Str page_title(const DraftReader *reader, const DraftNodePage *page)
{
    const Request *request = reader->request;
    const Str arguments[] = {text_head(request->arena, page->text, TITLE_GRAPHEMES), page->key};
    MessageId id = page->form.wrong.len > 0 ? MESSAGE_draft_node_title_wrong : MESSAGE_draft_node_title;
    return message_print(request->arena, request->language, id, COUNT_OF(arguments), arguments);
}

static bool fill(DraftReader *reader, const DraftForm *form, DraftNodePage *page, Error *error)
{
    DraftSpot spot;
    const Request *request = reader->request;
    if (!find_node(reader, page, &spot, error))
        return false;
    if (form)
        page->form = *form;
    page->is_long = is_wording(&spot);
    page->key_path = url_encoded(request->arena, page->key);
    if (!page->is_new)
        page->plan_url = node_url(request->arena, page->key, &reader->place->plan);
    page->said = draft_said(request);
    page->said_of_comments = draft_said_of_comments(page->said);
    add_way(reader, &spot, page);
    add_neighbours(reader, &spot, page);
    draft_children(&spot, page);
    return draft_threads(reader, page, error) && draft_pieces(reader, page, error) &&
           draft_changes(reader, page, error) && draft_structure(&spot, page, error) &&
           fill_form(reader, form, page, error) && (!arena_failed(request->arena) || error_memory(error));
}

static bool read_node(const Request *request, DraftPlace *place, DraftReader *reader, const DraftForm *form,
    DraftNodePage *page, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) || !draft_place_read(request, conn, place, error))
        return false;
    if (!place->base)
        return error_set(error, ERROR_NOT_FOUND, "there is no plan yet");
    return draft_reader_begin(reader, request, conn, place, error) && fill(reader, form, page, error);
}

bool draft_node_show(Request *request, Response *response, Str key, const DraftForm *form, Error *error)
{
    DraftPlace place;
    DraftReader reader;
    DraftNodePage *page = ARENA_NEW(request->arena, DraftNodePage);
    if (!page)
        return error_memory(error);
    *page = (DraftNodePage){.place = &place, .key = key};
    if (!read_node(request, &place, &reader, form, page, error))
        return false;
    if (form && form->status != 0)
        response->status = form->status;
    page->layout = layout_of(request, page_title(&reader, page), MENU_DRAFT);
    Html html = page_begin(request, response);
    draft_node_page(&html, page);
    return page_end(&html, error);
}

bool page_draft_node(Request *request, Response *response, Error *error)
{
    return draft_node_show(request, response, request_parameter(request, S("key")), NULL, error);
}
