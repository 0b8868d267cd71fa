/* web/page_opinion.h: public comment (パブリックコメント).
 *
 *     GET  /opinions                          open and past periods            page_opinion.c
 *     GET  /opinions/begin, POST              opens a period (planning)        page_opinion_begin.c
 *     GET  /opinions/{period}?at=KEY          what is asked; the text          page_opinion.c
 *     GET  /opinions/{period}/new?key=, POST  the form, the check              page_opinion_new.c
 *     GET  /opinions/{period}/enter, POST     staff: what came on paper        page_opinion_new.c
 *     GET  /opinions/mine?code=               receipt, and what became of it   page_opinion_mine.c
 *     GET  /opinions/{period}/results[.csv]   the table of answers             page_opinion_results.c
 *     GET  /opinions/{period}/work            staff: opinions and topics       page_opinion_work.c
 *     GET  /opinions/{period}/received/{number}    one, and those like it
 *     POST /opinions/{period}/group, /extend, /publish
 *     GET  /opinions/{period}/topics/{topic}, POST    the answer               page_opinion_topic.c
 *
 * Everybody reads periods and published results and gives opinions; staff read opinions without names;
 * planner and planning_manager do the rest (review/opinion.h).
 */
#ifndef WEB_PAGE_OPINION_H
#define WEB_PAGE_OPINION_H

#include "web/page_layout.h"
#include "web/page_opinion_view.h"
#include "web/response.h"

/* --- periods --- */

typedef struct OpinionListPage {
    Layout layout;
    Str plan_title;
    VEC_OF(OpinionPeriodView) open, past;
    bool may_manage, is_staff;
} OpinionListPage;

/* An edition or another thing to choose in a form. */
typedef struct OpinionOption {
    Str name, title, says;
    bool chosen;
} OpinionOption;
typedef VEC_OF(OpinionOption) OpinionOptions;

typedef struct OpinionBeginPage {
    Layout layout;
    OpinionOptions editions; /* frozen ones */
    Str title, asks, ways, from, to;
    Str wrong; /* empty: nothing is */
} OpinionBeginPage;

/* A node of the text. */
typedef struct OpinionLine {
    Str number, text, new_url;
    PlanKind kind;
    int depth;       /* 0: below the policy */
    bool is_wording; /* a sentence rather than a title */
    bool is_title;
} OpinionLine;

typedef struct OpinionPolicyLink {
    Str title, url, new_url;
    bool here;
} OpinionPolicyLink;

typedef struct OpinionPeriodPage {
    Layout layout;
    const OpinionPlace *place;
    const OpinionPeriodView *view;
    bool is_staff;
    Str new_url, work_url, results_url;
    VEC_OF(OpinionPolicyLink) policies;
    VEC_OF(OpinionLine) lines; /* of the policy that is shown */
    Str policy;                /* its title; empty: none is chosen */
} OpinionPeriodPage;

/* --- giving --- */

/* The form of residents, and that of staff with `is_entry`. */
typedef struct OpinionForm {
    bool is_entry;
    Str key, about, words, nth; /* about: "whole", "node", "words" */
    Str text, name, address, contact, with, once;
    OpinionStanding standing;
    bool has_standing;
    OpinionWay way;
    bool has_way, late;
    Str received; /* as typed */
    Date received_on;
    /* what is wrong with each; empty: nothing */
    Str wrong_words, wrong_text, wrong_name, wrong_address, wrong_contact, wrong_standing, wrong_way,
        wrong_received;
    bool is_wrong, asks_late;
    OpinionOptions places; /* the same words stand in several: choose */
} OpinionForm;

typedef struct OpinionNewPage {
    Layout layout;
    const OpinionPlace *place;
    const OpinionPeriodView *view;
    OpinionForm form;
    Str action, back_url;
    Str node_words, node_text; /* of form.key; empty: none */
    OpinionOptions standings, ways;
    Str wrong; /* of the whole form: too soon, too late; empty: nothing */
    /* of the check */
    Str about_words, quote, standing_words;
    /* of staff: what was just entered */
    Str entered_number, entered_code;
} OpinionNewPage;

typedef struct OpinionMineView {
    OpinionView view;
    OpinionPeriodView period;
    Str code;
    bool is_answered; /* its topic's answer is published */
    OpinionTopicView topic;
} OpinionMineView;

typedef struct OpinionMinePage {
    Layout layout;
    Str code; /* as typed */
    bool is_unknown, is_receipt, has_opinion;
    OpinionMineView mine;
    Str again_url; /* another one of the same person; empty: the period is over */
    Str url;
} OpinionMinePage;

/* --- work --- */

typedef struct OpinionWorkPage {
    Layout layout;
    const OpinionPlace *place;
    const OpinionPeriodView *view;
    bool may_manage;
    Str url;
    OpinionOptions shows, places, topic_choices; /* filters; and what to group into */
    OpinionViews opinions;
    OpinionTopicViews topics;
    size_t unread;
    OpinionObstacles obstacles;
    bool may_publish;
    MessageId said; /* MESSAGE_COUNT: nothing */
    Str wrong, to;
} OpinionWorkPage;

typedef struct OpinionOnePage {
    Layout layout;
    const OpinionPlace *place;
    const OpinionPeriodView *view;
    OpinionView one;
    bool may_manage, may_group;
    OpinionViews similar;
    Str group_url, back_url;
} OpinionOnePage;

typedef struct OpinionTopicVersion {
    Str when, who, kind, summary, answer;
} OpinionTopicVersion;

typedef struct OpinionChangeChoice {
    int64_t id;
    OpinionChangeViews views; /* one */
    MessageId state;
    Str reason;
    bool chosen, is_cause; /* is_cause: it names the topic and cannot be untied */
} OpinionChangeChoice;

typedef struct OpinionTopicPage {
    Layout layout;
    const OpinionPlace *place;
    const OpinionPeriodView *view;
    OpinionTopicView topic;
    OpinionViews opinions;
    bool may_manage;
    Str summary, answer; /* as typed, or kept */
    OpinionOptions kinds;
    VEC_OF(OpinionChangeChoice) changes;
    int64_t version;
    Str draft_url, url, back_url;
    Str wrong;
    bool is_conflict, said;
    OpinionTopicVersion other; /* with is_conflict */
    VEC_OF(OpinionTopicVersion) versions;
} OpinionTopicPage;

/* --- results --- */

typedef struct OpinionCount {
    Str title, says;
    size_t topics, opinions;
} OpinionCount;

typedef struct OpinionResultsPage {
    Layout layout;
    const OpinionPlace *place;
    const OpinionPeriodView *view;
    bool is_preview;
    OpinionCount kinds[OPINION_ANSWER_KIND_COUNT];
    size_t topic_count;
    VEC_OF(OpinionCount) ways;
    OpinionTopicViews topics;
    Str csv_url, work_url;
} OpinionResultsPage;

bool page_opinions(Request *request, Response *response, Error *error);
bool page_opinion_begin(Request *request, Response *response, Error *error);
bool page_opinion_begin_post(Request *request, Response *response, Error *error);
bool page_opinion_period(Request *request, Response *response, Error *error);
bool page_opinion_new(Request *request, Response *response, Error *error);
bool page_opinion_new_post(Request *request, Response *response, Error *error);
bool page_opinion_enter(Request *request, Response *response, Error *error);
bool page_opinion_enter_post(Request *request, Response *response, Error *error);
bool page_opinion_mine(Request *request, Response *response, Error *error);
bool page_opinion_results(Request *request, Response *response, Error *error);
bool page_opinion_results_csv(Request *request, Response *response, Error *error);
bool page_opinion_work(Request *request, Response *response, Error *error);
bool page_opinion_one(Request *request, Response *response, Error *error);
bool page_opinion_group_post(Request *request, Response *response, Error *error);
bool page_opinion_extend_post(Request *request, Response *response, Error *error);
bool page_opinion_publish_post(Request *request, Response *response, Error *error);
bool page_opinion_topic(Request *request, Response *response, Error *error);
bool page_opinion_topic_post(Request *request, Response *response, Error *error);

#endif
