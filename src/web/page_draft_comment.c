/* Comments: a new thread on a passage or on the whole node, an answer, and settling.
 *
 * The passage is told by its words. A script fills in where they stand (from, to); without it, or when that
 * does not fit, they are looked up in the base's wording and have to stand there once. */
#include "web/page_draft_internal.h"

#include "base/utf8.h"
#include "web/site.h"

#define PART "comment"

static Str graphemes_of(Str text, size_t from, size_t to)
{
    return str_slice(text, grapheme_head(text, from).len, grapheme_head(text, to).len);
}

/* Whether from and to of the form say where the words stand. */
static bool is_told(const Request *request, Str text, Str words, PlanPassage *out)
{
    int64_t from, to;
    if (!str_to_int(request_form(request, S("from")), &from) ||
        !str_to_int(request_form(request, S("to")), &to) || from < 0 || to <= from ||
        (uint64_t)to > grapheme_count(text) ||
        !str_equal(graphemes_of(text, (size_t)from, (size_t)to), words))
        return false;
    out->from = (size_t)from;
    out->to = (size_t)to;
    return true;
}

/* The only place of the words; how many there are. */
static size_t look_up(Str text, Str words, PlanPassage *out)
{
    size_t places = 0;
    for (ptrdiff_t at = str_find(text, words, 0); at >= 0; at = str_find(text, words, (size_t)at + 1)) {
        out->from = places == 0 ? grapheme_count(str_slice(text, 0, (size_t)at)) : out->from;
        places++;
    }
    out->to = out->from + grapheme_count(words);
    return places;
}

static MessageId find_passage(const Request *request, Str text, Str words, PlanPassage *out)
{
    if (words.len == 0) {
        out->whole = true;
        return MESSAGE_COUNT;
    }
    if (is_told(request, text, words, out))
        return MESSAGE_COUNT;
    size_t places = look_up(text, words, out);
    if (places == 0)
        return MESSAGE_draft_wrong_words;
    return places == 1 ? MESSAGE_COUNT : MESSAGE_draft_wrong_places;
}

static bool read_node(const Request *request, Str key, DraftPlace *place, Str *text, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) || !draft_place_read(request, conn, place, error))
        return false;
    if (!place->base)
        return error_set(error, ERROR_NOT_FOUND, "there is no plan yet");
    const PlanPart *part = plan_load_part(conn, request->arena, place->base, key, error);
    if (part)
        *text = part->plan->nodes.at[0].text;
    return part != NULL;
}

static bool show_again(
    Request *request, Response *response, Str key, DraftForm *form, MessageId wrong, Error *error)
{
    form->wrong = message_text(request->language, wrong);
    form->status = 422;
    return draft_node_show(request, response, key, form, error);
}

bool page_draft_comment(Request *request, Response *response, Error *error)
{
    DraftPlace place;
    Str key = request_parameter(request, S("key")), text = STR_EMPTY;
    DraftForm form = {.part = S(PART),
        .text = request_form(request, S("text")),
        .words = draft_one_line(request->arena, request_form(request, S("quote")))};
    PlanPassage passage = {.key = key};
    if (!str_to_int(request_form(request, S("thread")), &form.thread))
        form.thread = 0;
    if (!read_node(request, key, &place, &text, error))
        return false;
    MessageId wrong = form.thread > 0 ? MESSAGE_COUNT : find_passage(request, text, form.words, &passage);
    if (wrong == MESSAGE_COUNT && str_trim(form.text).len == 0)
        wrong = MESSAGE_draft_wrong_comment;
    if (wrong != MESSAGE_COUNT)
        return show_again(request, response, key, &form, wrong, error);
    const PlanCommentNew comment = {.edition_id = place.base->id,
        .passage = passage,
        .thread = form.thread,
        .author = place.user,
        .text = str_trim(form.text),
        .instant = request->clock.instant};
    if (!plan_comment_add(request->site->db, &comment, NULL, error))
        return draft_form_wrong(request, &form, error) &&
               draft_node_show(request, response, key, &form, error);
    draft_return(request, response, key, DRAFT_SAID_COMMENTED, "comments");
    return true;
}

/* The one who began the thread. */
static bool read_author(const Request *request, int64_t thread, Str key, Str *author, Error *error)
{
    DraftPlace place;
    PlanComments comments;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) || !draft_place_read(request, conn, &place, error))
        return false;
    if (!place.base)
        return error_set(error, ERROR_NOT_FOUND, "there is no plan yet");
    if (!plan_comment_list(conn, request->arena, place.base->id, key, &comments, error))
        return false;
    for (size_t i = 0; i < comments.len; i++)
        if (comments.at[i].id == thread) {
            *author = comments.at[i].author;
            return true;
        }
    return error_set(error, ERROR_NOT_FOUND, "there is no such comment");
}

bool page_draft_settle(Request *request, Response *response, Error *error)
{
    int64_t thread;
    Str author, key = request_form(request, S("node"));
    bool settled = !str_equal(request_form(request, S("settled")), S("no"));
    if (!str_to_int(request_parameter(request, S("id")), &thread))
        return error_set(error, ERROR_NOT_FOUND, "there is no such comment");
    if (!read_author(request, thread, key, &author, error))
        return false;
    Str user = request->session->account.login;
    if (!draft_is_owner(request) && !str_equal(author, user))
        return error_set(error, ERROR_DENIED, "whoever began a comment or owns the draft settles it");
    if (!plan_comment_settle(request->site->db, thread, settled, user, request->clock.instant, error))
        return false;
    draft_return(request, response, key, settled ? DRAFT_SAID_SETTLED : DRAFT_SAID_OPENED, "comments");
    return true;
}
