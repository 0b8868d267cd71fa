/* web/page_draft.h: the drafting room (計画案づくり): the draft of a plan's next edition, node by node.
 *
 *     GET  /draft                        what is pending, policy by policy           page_draft.c
 *     GET  /draft/{key}                  one node: wording, changes, comments        page_draft_node.c
 *     POST /draft/{key}/reword           another wording, or a look at it            page_draft_reword.c
 *     POST /draft/{key}/operate          insert, delete, move, renumber, split, merge    page_draft_operate.c
 *     GET  /draft/{key}/move?to=KEY      the choice of a new place                   page_draft_move.c
 *     POST /draft/decide                 change=ID,ID..., group=ID or key=KEY; to=accepted, rejected, pending
 *     POST /draft/withdraw               group=ID                                    page_draft_decide.c
 *     POST /draft/{key}/comments         a comment on a passage, or an answer        page_draft_comment.c
 *     POST /draft/comments/{id}/settle
 *
 * ?evaluation=12 (and whatever else web/change_cause.h knows) gives a change its cause. Every form carries
 * what its author saw; whatever is wrong, it comes back with what was typed.
 */
#ifndef WEB_PAGE_DRAFT_H
#define WEB_PAGE_DRAFT_H

#include "web/page_draft_view.h"
#include "web/page_inquiry_view.h"
#include "web/page_layout.h"

/* --- the draft at a glance --- */

typedef enum DraftShow {
    DRAFT_SHOW_PENDING,
    DRAFT_SHOW_ACCEPTED,
    DRAFT_SHOW_MINE,
    DRAFT_SHOW_COMMENTS,
    DRAFT_SHOW_ALL,
    DRAFT_SHOW_COUNT,
} DraftShow;

typedef struct DraftChoice {
    MessageId name;
    Str url;
    size_t count;
    bool here;
} DraftChoice;

/* A node with changes or open comments. */
typedef struct DraftRow {
    Str key, name, url;
    MessageId kind;
    bool has_kind;
    DraftGroups groups; /* those that the list shows */
    size_t comments;    /* open threads */
} DraftRow;

typedef struct DraftPolicy {
    Str name; /* "2 ひと創り　(1) 子ども・子育て支援の充実"; empty: above the policies */
    size_t from, to; /* its rows */
} DraftPolicy;

typedef struct DraftThreadLine {
    Str node, url, quote, text, author, when;
} DraftThreadLine;

typedef struct DraftPage {
    Layout layout;
    const DraftPlace *place; /* its base may be NULL: there is no plan yet */
    Str plan_title;
    Str base, base_url, step, next_step; /* next_step empty: none is declared behind it */
    bool base_is_frozen;
    size_t pending, accepted, rejected, threads;
    VEC_OF(DraftChoice) choices;
    VEC_OF(DraftPolicy) policies;
    VEC_OF(DraftRow) rows; /* of this page of the list */
    Str previous_url, next_url;
    size_t first, total; /* number of the first row shown, and how many nodes there are */
    VEC_OF(DraftThreadLine) comments;
    Str editions_url;
    VEC_OF(PlanLink)
    contents;               /* the policies, to begin at; number: the basic policy's title where it changes */
    InquiryLines inquiries; /* open ones of the plan */
    MessageId said;
} DraftPage;

/* --- one node --- */

/* A piece of a wording as it is drafted. */
typedef struct DraftPiece {
    char op;       /* '=', '-', '+', or '#': a reference to a change, '*': one to a comment */
    bool accepted; /* of '-' and '+': decided already */
    bool marked;   /* an open comment stands on it */
    Str text;
    size_t number; /* of the change or the comment that is referred to */
} DraftPiece;
typedef VEC_OF(DraftPiece) DraftPieces;

/* Something directly below the node. */
typedef struct DraftChild {
    Str key, name, url;
    MessageId kind;
    size_t pending;    /* changes of it and of what is below it */
    MessageId becomes; /* 新設, 削る ...; MESSAGE_COUNT: stays */
    bool decided;      /* ... accepted already */
} DraftChild;

typedef struct DraftAnswer {
    Str author, when, text;
} DraftAnswer;

typedef struct DraftThread {
    int64_t id;
    size_t number;
    PlanPassage passage;
    Str quote, author, when, text;
    bool settled, may_settle;
    Str settled_by;
    VEC_OF(DraftAnswer) answers;
} DraftThread;

/* A kind that may stand at a place, or a place to cut a text at. */
typedef struct DraftOption {
    Str value, name;
    bool chosen;
} DraftOption;
typedef VEC_OF(DraftOption) DraftOptions;

/* What was typed into one of the node's forms, and what is wrong with it. */
typedef struct DraftForm {
    Str part;   /* "reword", "insert-below" ..., "comment", "decide"; empty: nothing was sent */
    Str wrong;  /* in words; empty: nothing is wrong */
    Str detail; /* what the machine says, in English; may be empty */
    int status; /* of the answer; 0: 200 */
    Str after, reason, cause;
    int64_t seen, revises;
    Str began; /* the present wording when its author began */
    Str kept;  /* what she had typed before she went on from another's text */
    bool preview;
    Str number, text, kind, place, words; /* of the other forms */
    int64_t thread;
} DraftForm;

typedef struct DraftNodePage {
    Layout layout;
    const DraftPlace *place;
    PlanFrame frame;   /* crumbs and neighbours lead to pages of drafting */
    Str key, key_path; /* key_path: encoded, for the forms' addresses */
    MessageId kind;
    Str number, text; /* in the base */
    bool is_new;
    bool is_long; /* its text is a wording rather than a title */
    Str plan_url; /* its page in the plan; empty for what is new */
    Str now;      /* the present wording */
    DraftPieces pieces;
    bool has_redline;        /* something in `pieces` is struck or put in */
    const int64_t *numbered; /* ids of the changes in `pieces`, in order of their numbers */
    size_t numbered_count;
    PlanChangeIds apart; /* ids of those that cannot be shown in it */
    size_t pending;
    Str pending_ids; /* "3,5,7": what is decided with one button */
    DraftGroups open, decided;
    VEC_OF(DraftChild) children;
    VEC_OF(DraftThread) threads, settled;
    MessageId said;
    bool said_of_comments; /* ... and stands there */
    DraftForm form;
    RedlinePieces preview;
    ChangeCause cause;
    Str revises_words; /* whose change is worded anew; empty: none */
    DraftOptions below, behind, cuts;
    Str next_name; /* of the sibling behind it, which may be merged; empty: none */
    Str move_url;  /* empty: it cannot be moved */
    bool may_delete, may_split;
} DraftNodePage;

/* Somebody else was faster. */
typedef struct DraftConflictPage {
    Layout layout;
    const DraftPlace *place;
    Str name, key_path, node_url;
    Str hers, began, other; /* three wordings */
    Str who, when;          /* of the other's */
    bool other_is_pending;  /* proposed; else it is the present wording */
    bool began_differs;     /* from the other's */
    RedlinePieces between;  /* from the other's to hers */
    DraftForm form;         /* as it is sent again */
    int64_t other_change;   /* to go on from; 0: the present wording */
} DraftConflictPage;

/* A place that the node could stand at. */
typedef struct DraftMovePage {
    Layout layout;
    const DraftPlace *place;
    Str name, key_path, node_url;
    VEC_OF(PlanLink) crumbs; /* from the top to `to` */
    Str to, to_name;
    bool may_stand;          /* directly below `to` */
    DraftOptions places;     /* "" first, or a key: behind it */
    VEC_OF(PlanLink) deeper; /* what is below `to`, to look into */
    DraftForm form;
} DraftMovePage;

/* Shows the node with what was typed. The form may be NULL. No connection may be held. */
MUST_USE bool draft_node_show(
    Request *request, Response *response, Str key, const DraftForm *form, Error *error);

bool page_draft(Request *request, Response *response, Error *error);
bool page_draft_node(Request *request, Response *response, Error *error);
bool page_draft_reword(Request *request, Response *response, Error *error);
bool page_draft_operate(Request *request, Response *response, Error *error);
bool page_draft_move(Request *request, Response *response, Error *error);
bool page_draft_decide(Request *request, Response *response, Error *error);
bool page_draft_withdraw(Request *request, Response *response, Error *error);
bool page_draft_comment(Request *request, Response *response, Error *error);
bool page_draft_settle(Request *request, Response *response, Error *error);

/* --- for templates --- */

/* Whether it was this form that was sent. */
bool draft_is_part(const DraftForm *form, const char *part);
/* Whether it was one of those for the structure. */
bool draft_is_structure(const DraftForm *form);
/* The reason that stands in a form: as typed there, or prefilled in the one for the wording. */
Str draft_reason_of(const DraftForm *form, const char *part);
/* The wording with its changes struck and underlined, numbered, and comments marked. */
void draft_wording(Html *html, const DraftPieces *pieces);

#endif
