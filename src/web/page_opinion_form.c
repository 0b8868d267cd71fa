/* The form of an opinion: read, checked, and its words found in the text of the plan.
 *
 * Words are looked for in the node that the form is about, or, when it is about none, in the whole plan; when
 * they stand in several places, the form asks which is meant. */
#include "web/page_opinion_form.h"

#include <sodium.h>

#include "base/utf8.h"

#define ONCE_BYTES 16
#define PLACES_MAX 12

static Str field(const Request *request, const char *name)
{
    return request->method == HTTP_POST ? request_form(request, str_of(name))
                                        : request_query(request, str_of(name));
}

static Str once_new(Arena *arena)
{
    unsigned char bytes[ONCE_BYTES];
    char hex[2 * ONCE_BYTES + 1];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(hex, sizeof hex, bytes, sizeof bytes);
    return arena_str(arena, str_of(hex));
}

void opinion_form_read(const Request *request, bool is_entry, OpinionForm *form)
{
    const Str standing = field(request, "standing"), way = field(request, "way");
    const bool posted = request->method == HTTP_POST;
    *form = (OpinionForm){.is_entry = is_entry,
        .key = field(request, "key"),
        .about = field(request, "about"),
        .words = field(request, "words"),
        .nth = field(request, "nth"),
        .with = field(request, "with"),
        .once = posted ? field(request, "once") : once_new(request->arena)};
    if (posted) { /* what somebody typed is in no address */
        form->text = field(request, "text");
        form->name = field(request, "name");
        form->address = field(request, "address");
        form->contact = field(request, "contact");
        form->received = field(request, "received");
        form->late = field(request, "late").len > 0;
        form->has_standing = opinion_standing_from_name(standing, &form->standing) && standing.len > 0;
        form->has_way = opinion_way_from_name(way, &form->way) && way.len > 0 && form->way != OPINION_BY_PAGE;
    } else if (is_entry) {
        form->received = date_print_iso(request->arena, request->clock.today);
    }
    if (form->about.len == 0)
        form->about = form->key.len > 0 ? S("node") : S("whole");
}

/* --- where --- */

typedef struct Finding {
    const Request *request;
    const OpinionPlace *place;
    OpinionForm *form;
    size_t nodes; /* that hold the words */
    PlanPassage first;
    bool is_several; /* within one node */
} Finding;

static void look_in_node(Finding *finding, const PlanNode *node, size_t wanted)
{
    PlanPassage passage;
    size_t found = 0;
    Arena *arena = finding->request->arena;
    const bool one =
        opinion_find_words(arena, node->key, node->text, finding->form->words, wanted, &passage, &found);
    if (found == 0)
        return;
    finding->nodes++;
    finding->is_several |= !one;
    if (finding->nodes == 1)
        finding->first = passage;
    OpinionOption *option = finding->nodes <= PLACES_MAX ? VEC_PUSH(arena, &finding->form->places) : NULL;
    if (option)
        *option = (OpinionOption){.name = node->key,
            .title = opinion_place_words(finding->request, finding->place->plan, node->key),
            .says = node->text};
}

static MessageId find_words(const Request *request, const OpinionPlace *place, OpinionForm *form,
    const PlanNode *node, PlanPassage *passage)
{
    int64_t nth = 0;
    Finding finding = {.request = request, .place = place, .form = form};
    if (str_trim(form->words).len == 0)
        return MESSAGE_opinion_wrong_words_none;
    if (utf8_count(form->words) > OPINION_TEXT_MAX)
        return MESSAGE_opinion_wrong_words_missing;
    if (!str_to_int(form->nth, &nth) || nth < 0 || nth > 10000)
        nth = 0;
    form->places = (OpinionOptions){0};
    if (node)
        look_in_node(&finding, node, (size_t)nth);
    for (size_t i = 0; !node && i < place->plan->nodes.len; i++)
        look_in_node(&finding, &place->plan->nodes.at[i], 0);
    if (finding.nodes > 1 && finding.nodes <= PLACES_MAX)
        return MESSAGE_opinion_wrong_words_places;
    form->places = (OpinionOptions){0};
    if (finding.nodes > PLACES_MAX)
        return MESSAGE_opinion_wrong_words_often;
    if (finding.nodes == 0)
        return node ? MESSAGE_opinion_wrong_words_missing : MESSAGE_opinion_wrong_words_nowhere;
    if (finding.is_several)
        return MESSAGE_opinion_wrong_words_several;
    *passage = finding.first;
    form->key = finding.first.key;
    return MESSAGE_COUNT;
}

static MessageId find_passage(
    const Request *request, const OpinionPlace *place, OpinionForm *form, PlanPassage *passage, bool *whole)
{
    const int32_t index = form->key.len > 0 ? plan_find(place->plan, form->key) : -1;
    const PlanNode *node = index < 0 ? NULL : &place->plan->nodes.at[index];
    *whole = false;
    if (form->key.len > 0 && !node)
        return MESSAGE_opinion_wrong_key;
    if (str_equal(form->about, S("words")))
        return find_words(request, place, form, node, passage);
    *whole = !node || str_equal(form->about, S("whole"));
    *passage = (PlanPassage){.key = form->key, .whole = true};
    if (node)
        passage->to = grapheme_count(node->text);
    return MESSAGE_COUNT;
}

/* --- what --- */

static void note(const Request *request, OpinionForm *form, Str *field_wrong, MessageId message, size_t max)
{
    const Str number = arena_printf(request->arena, "%zu", max);
    *field_wrong = message_print(request->arena, request->language, message, 1, &number);
    form->is_wrong = true;
}

static void check_text(
    const Request *request, OpinionForm *form, Str text, size_t max, MessageId missing, Str *field_wrong)
{
    const size_t count = utf8_count(text);
    if (!opinion_is_plain(text))
        note(request, form, field_wrong, MESSAGE_opinion_wrong_control, 0);
    else if (missing != MESSAGE_COUNT && str_trim(text).len == 0)
        note(request, form, field_wrong, missing, 0);
    else if (count > max) {
        const Str arguments[] = {
            arena_printf(request->arena, "%zu", max), arena_printf(request->arena, "%zu", count)};
        *field_wrong =
            message_print(request->arena, request->language, MESSAGE_opinion_wrong_too_long, 2, arguments);
        form->is_wrong = true;
    }
}

/* The day on which staff received it. */
static void check_day(const Request *request, const OpinionPlace *place, OpinionForm *form)
{
    Error why = {0};
    const OpinionPeriod *period = &place->period;
    MessageId wrong = MESSAGE_COUNT;
    if (!date_parse(str_trim(form->received), &form->received_on, &why))
        wrong = MESSAGE_opinion_wrong_date;
    else if (date_compare(form->received_on, request->clock.today) > 0)
        wrong = MESSAGE_opinion_wrong_future;
    else if (date_compare(form->received_on, period->from) < 0)
        wrong = MESSAGE_opinion_wrong_early;
    else if (date_compare(form->received_on, period->to) > 0 && !form->late)
        wrong = MESSAGE_opinion_wrong_late;
    form->asks_late = form->late || wrong == MESSAGE_opinion_wrong_late;
    if (wrong != MESSAGE_COUNT)
        note(request, form, &form->wrong_received, wrong, 0);
}

bool opinion_form_check(
    const Request *request, const OpinionPlace *place, OpinionForm *form, PlanPassage *passage, bool *whole)
{
    const bool named = !form->is_entry && form->with.len == 0;
    const MessageId where = find_passage(request, place, form, passage, whole);
    if (where != MESSAGE_COUNT)
        note(request, form, &form->wrong_words, where, 0);
    check_text(request, form, form->text, OPINION_TEXT_MAX, MESSAGE_opinion_wrong_text, &form->wrong_text);
    check_text(request, form, form->name, OPINION_LINE_MAX,
        named ? MESSAGE_opinion_wrong_name : MESSAGE_COUNT, &form->wrong_name);
    check_text(request, form, form->address, OPINION_LINE_MAX,
        named ? MESSAGE_opinion_wrong_address : MESSAGE_COUNT, &form->wrong_address);
    check_text(request, form, form->contact, OPINION_LINE_MAX, MESSAGE_COUNT, &form->wrong_contact);
    if (!form->is_entry && !form->has_standing)
        note(request, form, &form->wrong_standing, MESSAGE_opinion_wrong_standing, 0);
    if (form->is_entry && !form->has_way)
        note(request, form, &form->wrong_way, MESSAGE_opinion_wrong_way, 0);
    if (form->is_entry)
        check_day(request, place, form);
    return !form->is_wrong;
}

OpinionNew opinion_form_new(
    const OpinionPlace *place, const OpinionForm *form, const PlanPassage *passage, bool whole)
{
    return (OpinionNew){.period_id = place->period.id,
        .passage = whole ? NULL : passage,
        .way = form->is_entry ? form->way : OPINION_BY_PAGE,
        .received_on = form->received_on,
        .late = form->late,
        .text = form->text,
        .name = form->name,
        .address = form->address,
        .contact = form->contact,
        .standing = form->standing,
        .with = form->with,
        .once = form->once};
}
