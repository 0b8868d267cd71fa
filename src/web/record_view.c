/* Records for people. Nothing here knows a service: what is said comes from the declaration, and what stands
 * first from its parts (seats, final states, offers). */
#include "web/record_view.h"

#include "web/templates.h"

Str record_title(const ServicePlace *place, const Record *record)
{
    if (record->type->label >= 0 && record->label.len > 0)
        return record->label;
    Str number = arena_printf(place->asking.arena, "%lld", (long long)record_receipt(record));
    return message_print(place->asking.arena, place->language, MESSAGE_record_receipt, 1, &number);
}

Str state_title(const CityRecordType *type, Str state, Language language)
{
    const CityState *found = state.len > 0 ? city_state(type, state) : NULL;
    return found ? found->title.in[language] : state;
}

StateTone state_tone(const CityRecordType *type, Str state)
{
    if (type->has_seats && str_equal(state, type->seats.offered))
        return TONE_ASKS;
    if (type->has_seats && (str_equal(state, type->seats.waiting) || str_equal(state, type->seats.drawing)))
        return TONE_WAITS;
    if (type->has_seats && str_equal(state, type->starts))
        return TONE_GOOD;
    if (state_is_final(type, state))
        return TONE_OVER;
    return str_equal(state, type->starts) ? TONE_PLAIN : TONE_GOOD;
}

Str transition_title(const CityTransition *transition, Language language)
{
    return transition->takes_offer ? message_text(language, MESSAGE_do_take_offer)
                                   : transition->title.in[language];
}

bool transition_asks(const CityRecordType *type, const CityTransition *transition)
{
    return transition->letter != NULL || state_is_final(type, transition->to);
}

bool is_person_field(const ServicePlace *place, const CityField *field)
{
    return field->type == CITY_FIELD_REFERENCE && field->record == place->city->registers.person;
}

static void add_facts(const ServicePlace *place, const Record *record, RecordView *out)
{
    Arena *arena = place->asking.arena;
    const CityRecordType *type = record->type;
    for (size_t i = 0; i < type->fields.len; i++) {
        const CityField *field = &type->fields.at[i];
        bool is_title = type->label == (ptrdiff_t)i;
        Str text = field_words(arena, place->language, record, field);
        FactView *fact = text.len > 0 && !is_title ? VEC_PUSH(arena, &out->facts) : NULL;
        if (!fact)
            continue;
        *fact = (FactView){.field = field, .title = field->title.in[place->language], .text = text};
        Str code = field->type == CITY_FIELD_REFERENCE ? record->codes[field->column] : STR_EMPTY;
        if (code.len > 0 && place->is_staff)
            fact->url = record_url(arena, code);
    }
}

void record_view(const ServicePlace *place, const Record *record, RecordView *out)
{
    Arena *arena = place->asking.arena;
    Str state = record_state(record);
    *out = (RecordView){
        .record = record,
        .type = record->type,
        .url = record_url(arena, record_code(record)),
        .title = record_title(place, record),
        .type_title = record->type->title.in[place->language],
        .state_title = state_title(record->type, state, place->language),
        .tone = state.len > 0 ? state_tone(record->type, state) : TONE_PLAIN,
        .receipt = record_receipt(record),
    };
    if (record->type->about) {
        out->about_title = record->reads[CITY_COLUMN_ABOUT];
        if (record->codes[CITY_COLUMN_ABOUT].len > 0)
            out->about_url = record_url(arena, record->codes[CITY_COLUMN_ABOUT]);
    }
    add_facts(place, record, out);
}

/* What should be done stands first. */
static void put_main_first(ActionViews *actions)
{
    for (size_t i = 1; i < actions->len; i++)
        for (size_t k = i; k > 0 && actions->at[k].is_main && !actions->at[k - 1].is_main; k--) {
            ActionView action = actions->at[k];
            actions->at[k] = actions->at[k - 1];
            actions->at[k - 1] = action;
        }
}

bool record_view_actions(const ServicePlace *place, DbConn *conn, Str back, RecordView *view, Error *error)
{
    Arena *arena = place->asking.arena;
    RecordTransitions transitions = {0};
    if (!record_transitions(place->door, conn, &place->asking, view->record, &transitions, error))
        return false;
    for (size_t i = 0; i < transitions.len; i++) {
        const CityTransition *transition = transitions.at[i];
        ActionView *action = VEC_PUSH(arena, &view->actions);
        if (!action)
            break;
        *action = (ActionView){.transition = transition,
            .title = transition_title(transition, place->language),
            .asks = transition_asks(view->type, transition),
            .is_main = transition->takes_offer};
        Str name = url_encoded(arena, transition->name);
        action->url = arena_printf(arena, "%.*s/do/%.*s", STR_ARGS(view->url), STR_ARGS(name));
        if (back.len > 0)
            action->url = arena_printf(
                arena, "%.*s?back=%.*s", STR_ARGS(action->url), STR_ARGS(url_encoded(arena, back)));
    }
    put_main_first(&view->actions);
    return !arena_failed(arena) || error_memory(error);
}

bool record_view_seat(const ServicePlace *place, DbConn *conn, RecordView *view, Error *error)
{
    const CityRecordType *type = view->type;
    if (!type->has_seats)
        return true;
    SeatView *seat = &view->seat;
    Str state = record_state(view->record);
    seat->is_held = str_equal(state, type->starts);
    seat->is_waiting = str_equal(state, type->seats.waiting);
    seat->is_offered = str_equal(state, type->seats.offered);
    seat->is_drawing = str_equal(state, type->seats.drawing);
    seat->is_shown = seat->is_drawing || seat->is_held || seat->is_waiting || seat->is_offered;
    if (!seat->is_shown || seat->is_drawing)
        return true;
    if (!record_seat(place->door, conn, &place->asking, view->record, &seat->place, error))
        return false;
    seat->number = seat->place.ahead + 1;
    seat->answer_by = date_words(place->asking.arena, place->language, seat->place.answer_by);
    return true;
}

bool seats_view(const ServicePlace *place, DbConn *conn, const CityRecordType *type, const Record *about,
    SeatsView *out, Error *error)
{
    SeatPlace seats = {0};
    *out = (SeatsView){0};
    if (!type->has_seats)
        return true;
    if (!record_seats_of(place->door, conn, &place->asking, type, about, &seats, error))
        return false;
    *out = (SeatsView){.type = type,
        .has_capacity = seats.has_capacity,
        .capacity = seats.capacity,
        .taken = seats.taken,
        .waiting = seats.waiting,
        .left = seats.capacity > seats.taken ? seats.capacity - seats.taken : 0};
    bool is_full = out->has_capacity && out->left == 0;
    if (!record_drawing_of(place->door, conn, &place->asking, type, about, &out->drawing, error))
        return false;
    out->draw_after = date_words(place->asking.arena, place->language, out->drawing.after);
    bool is_drawing = out->drawing.is_here && !out->drawing.is_drawn;
    bool queues = type->seats.when_full == CITY_WHEN_FULL_WAITING_LIST;
    bool awaits_draw = is_drawing && !out->drawing.is_open;
    out->queues = queues && (awaits_draw || (is_full && !is_drawing));
    out->is_closed = !queues && (awaits_draw || (is_full && !is_drawing));
    return true;
}

bool record_view_seats(const ServicePlace *place, DbConn *conn, RecordView *view, Error *error)
{
    for (size_t i = 0; i < view->type->below.len; i++)
        if (view->type->below.at[i]->has_seats)
            return seats_view(place, conn, view->type->below.at[i], view->record, &view->seats, error);
    return true;
}

void state_tag(Html *html, const RecordView *view)
{
    tone_tag(html, view->tone, view->state_title);
}
