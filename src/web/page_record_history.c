/* What became of a record, newest first, in the words of its declaration. */
#include "web/page_record.h"

#include "web/page.h"
#include "web/templates.h"

#define MICROSECONDS_OF_MINUTE INT64_C(60000000)

typedef struct EventName {
    const char *event;
    MessageId title;
} EventName;

static const EventName EVENTS[] = {
    {"create", MESSAGE_event_create},
    {"change", MESSAGE_event_change},
    {"seats", MESSAGE_event_seats},
    {"job", MESSAGE_event_job},
};

static Str event_title(const ServicePlace *place, const CityRecordType *type, const HistoryEntry *entry)
{
    const CityTransition *transition =
        entry->transition.len > 0 ? city_transition(type, entry->transition) : NULL;
    if (transition)
        return transition_title(transition, place->language);
    for (size_t i = 0; i < COUNT_OF(EVENTS); i++)
        if (str_equal(entry->event, str_of(EVENTS[i].event)))
            return message_text(place->language, EVENTS[i].title);
    return entry->event;
}

/* The civil day as the page writes it, and the minute in Japan. */
static Str when_words(const ServicePlace *place, const HistoryEntry *entry)
{
    Arena *arena = place->asking.arena;
    Str time = str_slice(instant_print(arena, entry->instant), 11, 16);
    return arena_printf(
        arena, "%.*s %.*s", STR_ARGS(date_words(arena, place->language, entry->day)), STR_ARGS(time));
}

static Str side_words(
    const ServicePlace *place, const CityRecordType *type, const HistoryChange *change, bool is_after)
{
    Value value = is_after ? change->after : change->before;
    Str then = (is_after ? change->after_words : change->before_words).in[place->language];
    if (then.len > 0)
        return then;
    if (!change->field)
        return value_is_missing(value) ? STR_EMPTY : state_title(type, value.text, place->language);
    if (change->field->type == CITY_FIELD_REFERENCE)
        return is_after ? change->after_label : change->before_label;
    return value_words(place->asking.arena, place->language, change->field, value);
}

static void add_event(
    const ServicePlace *place, const CityRecordType *type, const HistoryEntry *entry, HistoryPage *page)
{
    Arena *arena = place->asking.arena;
    EventView *event = VEC_PUSH(arena, &page->events);
    if (!event)
        return;
    *event = (EventView){.when = when_words(place, entry),
        .who = place->is_staff ? entry->actor : STR_EMPTY,
        .what = event_title(place, type, entry),
        .reason = entry->reason};
    for (size_t i = 0; i < entry->changes.len; i++) {
        const HistoryChange *change = &entry->changes.at[i];
        ChangeView *view = VEC_PUSH(arena, &event->changes);
        if (!view)
            return;
        *view = (ChangeView){.title = change->field ? change->field->title.in[place->language]
                                                    : message_text(place->language, MESSAGE_list_state),
            .before = side_words(place, type, change, false),
            .after = side_words(place, type, change, true),
            .is_erased = change->is_erased,
            .is_hidden = change->is_hidden};
    }
}

bool page_record_history(Request *request, Response *response, Error *error)
{
    ServicePlace place;
    HistoryPage page = {0};
    Record *record = NULL;
    HistoryEntries entries = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!service_ask(request, &place, error) || !db_read_begin(request->site->db, &conn, error) ||
        !record_of_route(request, &place, conn, &record, error) ||
        !history_of(place.door, conn, &place.asking, record, &entries, error))
        return false;
    record_view(&place, record, &page.view);
    for (size_t i = 0; i < entries.len; i++)
        add_event(&place, record->type, &entries.at[i], &page);
    crumbs_of_record(&place, &page.view, false, &page.crumbs);
    Str title = message_print(request->arena, place.language, MESSAGE_history_of, 1, &page.view.title);
    page.layout = layout_of(request, title, place.is_staff ? MENU_WORK : MENU_MINE);
    Html html = page_begin(request, response);
    history_page(&html, &page);
    return page_end(&html, error);
}
