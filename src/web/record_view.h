/* web/record_view.h: a record as templates walk it: what it is called, its state, its fields in words, what
 * may be done with it, and where it stands in the queue.
 *
 * Slices are the request's arena's or the city's. */
#ifndef WEB_RECORD_VIEW_H
#define WEB_RECORD_VIEW_H

#include "web/html.h"
#include "web/record_words.h"
#include "web/service_place.h"

/* A field and what it holds. */
typedef struct FactView {
    const CityField *field;
    Str title, text, url; /* url: of what a reference leads to; empty: none */
} FactView;
typedef VEC_OF(FactView) FactViews;

/* How a state looks: what is well, what waits for somebody, what is over. */
typedef enum StateTone { TONE_PLAIN, TONE_GOOD, TONE_WAITS, TONE_ASKS, TONE_OVER } StateTone;

typedef struct ActionView {
    const CityTransition *transition;
    Str title, url;
    bool asks; /* the address is of a page that asks first, not of what is done */
    bool is_main;
} ActionView;
typedef VEC_OF(ActionView) ActionViews;

/* Where an application stands. */
typedef struct SeatView {
    bool is_shown;
    bool is_held, is_waiting, is_offered, is_drawing;
    int64_t number; /* its place among those who wait, from 1 */
    SeatPlace place;
    Str answer_by;
} SeatView;

/* Places of what can be applied for. */
typedef struct SeatsView {
    const CityRecordType *type; /* what is applied with; NULL: no places are limited */
    bool has_capacity;
    int64_t capacity, taken, waiting, left;
    bool queues;    /* whoever applies now waits */
    bool is_closed; /* nobody can apply now: it is full, and nobody may wait */
    SeatDrawing drawing;
    Str draw_after; /* its last day in words */
} SeatsView;

typedef struct RecordView {
    const Record *record;
    const CityRecordType *type;
    Str url, title, type_title;
    Str about_title, about_url; /* empty: about nothing, or not readable */
    Str state_title;
    StateTone tone;
    int64_t receipt;
    FactViews facts;
    ActionViews actions;
    SeatView seat;
    SeatsView seats;
} RecordView;
typedef VEC_OF(RecordView) RecordViews;

/* Title, state and facts; asks the database nothing. */
void record_view(const ServicePlace *place, const Record *record, RecordView *out);
/* What the actor may do with it now. `back`: where to return afterwards, a path; empty: to the record. */
MUST_USE bool record_view_actions(
    const ServicePlace *place, DbConn *conn, Str back, RecordView *view, Error *error);
MUST_USE bool record_view_seat(const ServicePlace *place, DbConn *conn, RecordView *view, Error *error);
/* The places of what is applied for with `type` (one that is about the record's). */
MUST_USE bool seats_view(const ServicePlace *place, DbConn *conn, const CityRecordType *type,
    const Record *about, SeatsView *out, Error *error);
/* Those of the first record type below that has limited places. */
MUST_USE bool record_view_seats(const ServicePlace *place, DbConn *conn, RecordView *view, Error *error);

Str record_title(const ServicePlace *place, const Record *record);
StateTone state_tone(const CityRecordType *type, Str state);
Str state_title(const CityRecordType *type, Str state, Language language);
/* How a transition's button is called. */
Str transition_title(const CityTransition *transition, Language language);
/* Whether it is asked once more before it is done: it cannot be undone, or somebody gets a letter. */
bool transition_asks(const CityRecordType *type, const CityTransition *transition);
/* A field of the product's own register of people. */
bool is_person_field(const ServicePlace *place, const CityField *field);

/* --- parts of templates --- */

/* "受付中" as a tag of its tone. */
void state_tag(Html *html, const RecordView *view);

#endif
