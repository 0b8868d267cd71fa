/* The parts of a node's page of drafting: wording, changes, comments.
 *
 * The wording is walked stretch by stretch as plan/operation.h gives it; comments cut the stretches of the
 * base further, at grapheme clusters. Numbers of changes are given in the order in which they stand in the
 * text. */
#include "web/page_draft_internal.h"

#include "base/utf8.h"

#define QUOTE_GRAPHEMES 40

/* --- wordings --- */

Str draft_one_line(Arena *arena, Str text)
{
    AUTO_BUF out;
    text = str_trim(text);
    buf_init(&out, text.len + 1);
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] == '\t')
            buf_add_byte(&out, ' ');
        else if ((unsigned char)text.at[i] >= ' ')
            buf_add_byte(&out, text.at[i]);
    return arena_str(arena, buf_str(&out));
}

static const PlanChange *find_change(const DraftReader *reader, int64_t id)
{
    for (size_t i = 0; i < reader->changes.len; i++)
        if (reader->changes.at[i].id == id)
            return &reader->changes.at[i];
    return NULL;
}

bool draft_wanted(const DraftReader *reader, Str key, int64_t group, Str *out, Error *error)
{
    Arena *arena = reader->request->arena;
    PlanOperations some = {0};
    PlanStretches stretches;
    PlanChangeIds apart;
    AUTO_BUF text;
    for (size_t i = 0; i < reader->operations.len; i++) {
        const PlanOperation *operation = &reader->operations.at[i];
        const PlanChange *change = find_change(reader, operation->id);
        bool edits = operation->kind == PLAN_EDIT || operation->kind == PLAN_RENAME;
        bool wanted = !edits || operation->accepted || group == 0 || (change && change->group == group);
        PlanOperation *kept = wanted ? VEC_PUSH(arena, &some) : NULL;
        if (kept)
            *kept = *operation;
    }
    if (!plan_wording(arena, reader->base, &some, key, &stretches, &apart, error))
        return false;
    buf_init(&text, (size_t)1 << 20);
    for (size_t i = 0; i < stretches.len; i++)
        if (stretches.at[i].op != REDLINE_STRUCK)
            buf_add(&text, stretches.at[i].text);
    *out = arena_str(arena, buf_str(&text));
    return (!text.failed && !arena_failed(arena)) || error_memory(error);
}

bool draft_revision(DraftReader *reader, DraftNodePage *page, Error *error)
{
    Str who;
    const PlanChange *change = page->form.revises > 0 ? find_change(reader, page->form.revises) : NULL;
    if (!change || change->state != PLAN_CHANGE_PENDING) {
        page->form.revises = 0;
        return true;
    }
    if (!draft_reader_person(reader, change->author, &who, error))
        return false;
    page->revises_words =
        message_print(reader->request->arena, reader->request->language, MESSAGE_draft_revises, 1, &who);
    return str_equal(page->form.part, S("reword")) ||
           draft_wanted(reader, page->key, change->group, &page->form.after, error);
}

/* --- the wording in pieces --- */

typedef struct Numbering {
    VEC_OF(int64_t) ids; /* in order of their numbers */
} Numbering;

static size_t number_of(Arena *arena, Numbering *numbers, int64_t id)
{
    for (size_t i = 0; i < numbers->ids.len; i++)
        if (numbers->ids.at[i] == id)
            return i + 1;
    int64_t *slot = VEC_PUSH(arena, &numbers->ids);
    if (slot)
        *slot = id;
    return numbers->ids.len;
}

static void add_piece(Arena *arena, DraftPieces *out, const DraftPiece *piece)
{
    DraftPiece *slot = VEC_PUSH(arena, out);
    if (slot)
        *slot = *piece;
}

/* The next place behind `at` where a comment begins or ends; `end` when there is none before it. */
static size_t next_cut(const PlanAnchors *anchors, size_t at, size_t end)
{
    size_t cut = end;
    for (size_t i = 0; i < anchors->len; i++) {
        const PlanPassage *passage = &anchors->at[i].passage;
        if (passage->from > at && passage->from < cut)
            cut = passage->from;
        if (passage->to > at && passage->to < cut)
            cut = passage->to;
    }
    return cut;
}

static bool stands_on(const PlanAnchors *anchors, size_t at)
{
    for (size_t i = 0; i < anchors->len; i++)
        if (anchors->at[i].passage.from <= at && at < anchors->at[i].passage.to)
            return true;
    return false;
}

/* A stretch of the base, cut where comments begin and end. anchors[i] is comment i + 1. */
static void add_base_stretch(
    Arena *arena, const PlanStretch *stretch, const PlanAnchors *anchors, DraftPieces *out)
{
    size_t at = stretch->at, end = stretch->at + grapheme_count(stretch->text);
    Str rest = stretch->text;
    while (at < end) {
        size_t cut = next_cut(anchors, at, end);
        Str head = grapheme_head(rest, cut - at);
        add_piece(arena, out,
            &(DraftPiece){.op = stretch->op,
                .accepted = stretch->accepted,
                .marked = stands_on(anchors, at),
                .text = head});
        for (size_t i = 0; i < anchors->len; i++)
            if (anchors->at[i].passage.to == cut)
                add_piece(arena, out, &(DraftPiece){.op = '*', .number = i + 1});
        rest = str_slice(rest, head.len, rest.len);
        at = cut;
    }
}

/* Where the page's open comments stand, in order of their numbers; those on the whole stand nowhere. */
static PlanAnchors anchors_of(Arena *arena, const DraftNodePage *page)
{
    PlanAnchors out = {0};
    for (size_t i = 0; i < page->threads.len; i++) {
        const DraftThread *thread = &page->threads.at[i];
        PlanAnchor *anchor = VEC_PUSH(arena, &out);
        if (!anchor)
            break;
        anchor->passage = thread->passage;
        if (thread->passage.whole || thread->passage.lost)
            anchor->passage.from = anchor->passage.to = SIZE_MAX;
    }
    return out;
}

bool draft_pieces(DraftReader *reader, DraftNodePage *page, Error *error)
{
    Arena *arena = reader->request->arena;
    PlanStretches stretches;
    Numbering numbers = {0};
    if (!plan_wording(arena, reader->base, &reader->operations, page->key, &stretches, &page->apart, error) ||
        !plan_wording_now(arena, reader->base, &reader->operations, page->key, &page->now, error))
        return false;
    const PlanAnchors anchors = anchors_of(arena, page), none = {0};
    for (size_t i = 0; i < stretches.len; i++) {
        const PlanStretch *stretch = &stretches.at[i];
        bool own = str_equal(stretch->key, page->key);
        if (stretch->op == REDLINE_INSERTED)
            add_piece(arena, &page->pieces,
                &(DraftPiece){.op = '+', .accepted = stretch->accepted, .text = stretch->text});
        else
            add_base_stretch(arena, stretch, own ? &anchors : &none, &page->pieces);
        bool is_last = i + 1 == stretches.len || stretches.at[i + 1].change != stretch->change;
        page->has_redline = page->has_redline || stretch->op != REDLINE_KEPT;
        if (stretch->change > 0 && is_last)
            add_piece(arena, &page->pieces,
                &(DraftPiece){.op = '#',
                    .accepted = stretch->accepted,
                    .number = number_of(arena, &numbers, stretch->change)});
    }
    page->numbered = numbers.ids.at;
    page->numbered_count = numbers.ids.len;
    return !arena_failed(arena) || error_memory(error);
}

static void add_reference(Html *html, const DraftPiece *piece)
{
    bool is_change = piece->op == '#';
    const HtmlArgument number = {.is_int = true, .integer = (int64_t)piece->number};
    if (is_change)
        html_literal(html, "<a class=\"reference\" data-aside href=\"#change-number-");
    else
        html_literal(html, "<a class=\"reference reference-comment\" data-aside href=\"#comment-number-");
    html_int_(html, (int64_t)piece->number);
    html_literal(html, "\">");
    html_message(html, is_change ? MESSAGE_draft_change_number : MESSAGE_draft_comment_number, 1, &number);
    html_literal(html, "</a>");
}

static void add_words(Html *html, const DraftPiece *piece)
{
    if (piece->marked)
        html_element(html, "mark", piece->text);
    else
        html_text(html, piece->text);
}

void draft_wording(Html *html, const DraftPieces *pieces)
{
    for (size_t i = 0; i < pieces->len; i++) {
        const DraftPiece *piece = &pieces->at[i];
        switch (piece->op) {
        case '#':
        case '*':
            add_reference(html, piece);
            break;
        case '-':
            if (piece->accepted)
                html_literal(html, "<del class=\"decided\">");
            else
                html_literal(html, "<del>");
            add_words(html, piece);
            html_literal(html, "</del>");
            break;
        case '+':
            if (piece->accepted)
                html_literal(html, "<ins class=\"decided\">");
            else
                html_literal(html, "<ins>");
            add_words(html, piece);
            html_literal(html, "</ins>");
            break;
        default:
            add_words(html, piece);
        }
    }
}

/* --- changes --- */

/* Whether a change is shown on the page of that node. */
static bool concerns(const PlanOperation *operation, Str key)
{
    return str_equal(operation->key, key) || str_equal(operation->parent, key) ||
           (operation->kind == PLAN_MERGE && str_equal(operation->after, key)) ||
           (operation->kind == PLAN_INSERT && operation->parent.len == 0 && str_equal(operation->after, key));
}

static bool is_apart(const DraftNodePage *page, int64_t id)
{
    for (size_t i = 0; i < page->apart.len; i++)
        if (page->apart.at[i] == id)
            return true;
    return false;
}

bool draft_changes(DraftReader *reader, DraftNodePage *page, Error *error)
{
    Arena *arena = reader->request->arena;
    Numbering numbers = {0};
    page->pending_ids = STR_EMPTY;
    for (size_t i = 0; i < page->numbered_count; i++)
        number_of(arena, &numbers, page->numbered[i]);
    for (size_t i = 0; i < reader->changes.len; i++) {
        const PlanChange *change = &reader->changes.at[i];
        bool pending = change->state == PLAN_CHANGE_PENDING;
        bool accepted = change->state == PLAN_CHANGE_ACCEPTED;
        DraftHunk *hunk;
        if (!concerns(&change->operation, page->key))
            continue;
        if (!draft_group_add(reader, change, pending ? &page->open : &page->decided, &hunk, error))
            return false;
        if (pending || accepted)
            hunk->number = number_of(arena, &numbers, change->id);
        hunk->apart = is_apart(page, change->id);
        page->pending += pending;
        if (pending)
            page->pending_ids = arena_printf(arena, "%.*s%s%lld", STR_ARGS(page->pending_ids),
                page->pending_ids.len > 0 ? "," : "", (long long)change->id);
    }
    return true;
}

/* --- comments --- */

static bool read_thread(DraftReader *reader, const PlanComment *comment, DraftThread *thread, Error *error)
{
    const Request *request = reader->request;
    const PlanPassage *passage = &comment->anchor.passage;
    *thread = (DraftThread){.id = comment->id,
        .quote = text_head(request->arena, comment->anchor.quote, QUOTE_GRAPHEMES),
        .when = day_print(request->arena, request->language, comment->created_at),
        .text = comment->text,
        .passage = *passage,
        .settled = comment->settled_by.len > 0};
    thread->may_settle = reader->place->is_owner || str_equal(comment->author, reader->place->user);
    return draft_reader_person(reader, comment->author, &thread->author, error) &&
           (!thread->settled || draft_reader_person(reader, comment->settled_by, &thread->settled_by, error));
}

static bool add_answer(DraftReader *reader, const PlanComment *comment, DraftThread *thread, Error *error)
{
    const Request *request = reader->request;
    DraftAnswer *answer = VEC_PUSH(request->arena, &thread->answers);
    if (!answer)
        return error_memory(error);
    *answer = (DraftAnswer){
        .text = comment->text, .when = day_print(request->arena, request->language, comment->created_at)};
    return draft_reader_person(reader, comment->author, &answer->author, error);
}

bool draft_threads(DraftReader *reader, DraftNodePage *page, Error *error)
{
    Arena *arena = reader->request->arena;
    PlanComments comments;
    DraftThread *thread = NULL;
    if (page->is_new)
        return true;
    if (!plan_comment_list(reader->conn, arena, reader->place->base->id, page->key, &comments, error))
        return false;
    for (size_t i = 0; i < comments.len; i++) {
        const PlanComment *comment = &comments.at[i];
        if (comment->id != comment->thread) {
            if (thread && thread->id == comment->thread && !add_answer(reader, comment, thread, error))
                return false;
            continue;
        }
        bool settled = comment->settled_by.len > 0;
        thread = settled ? VEC_PUSH(arena, &page->settled) : VEC_PUSH(arena, &page->threads);
        if (!thread)
            return error_memory(error);
        if (!read_thread(reader, comment, thread, error))
            return false;
        thread->number = settled ? 0 : page->threads.len;
    }
    return true;
}
