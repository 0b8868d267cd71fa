/* The kinds of causes, one line each: the name in the stored word and in addresses, and who puts it in words.
 */
#include "web/change_cause.h"

#include "web/page_evaluation_view.h"
#include "web/page_opinion_view.h"
#include "web/page_inquiry_view.h"
#include "web/record_words.h"

/* false with ERROR_NOT_FOUND or ERROR_DENIED: nothing is said of it. */
typedef bool DescribeCause(const Request *request, DbConn *conn, int64_t id, ChangeCause *out, Error *error);

typedef struct CauseKind {
    Str name;
    DescribeCause *describe;
} CauseKind;

/* "B おおむね順調": what is left, and where it should go, as a reason. */
static Str reason_of_evaluation(const Request *request, const Evaluation *evaluation, Str year)
{
    const Str arguments[] = {
        year,
        evaluation_judgement_title(evaluation->text.judgement, request->language),
        evaluation->text.left,
        evaluation_direction_title(evaluation->text.direction, request->language),
    };
    return message_print(
        request->arena, request->language, MESSAGE_change_reason_from, COUNT_OF(arguments), arguments);
}

static bool describe_evaluation(
    const Request *request, DbConn *conn, int64_t id, ChangeCause *out, Error *error)
{
    Evaluation evaluation;
    if (!evaluation_get(conn, request->arena, id, request_evaluation_right(request), &evaluation, error))
        return false;
    Str year = fiscal_year_words(request->arena, request->language, evaluation.fiscal_year);
    out->words = message_print(request->arena, request->language, MESSAGE_change_cause, 1, &year);
    out->url = evaluation_url(request->arena, id);
    if (evaluation.text.left.len > 0)
        out->reason = reason_of_evaluation(request, &evaluation, year);
    return true;
}

/* Staff are led to the topic, the public to the published results. */
static bool describe_opinion(const Request *request, DbConn *conn, int64_t id, ChangeCause *out, Error *error)
{
    OpinionTopic topic;
    const OpinionRight right = request_opinion_right(request);
    if (!opinion_topic_get(conn, request->arena, id, right, &topic, error))
        return false;
    const Str number = arena_printf(request->arena, "%lld", (long long)id);
    out->words = message_print(request->arena, request->language, MESSAGE_opinion_cause, 1, &number);
    out->url = right == OPINION_PUBLIC ? opinion_period_url(request->arena, topic.period_id, "/results")
                                       : arena_printf(request->arena, "/opinions/%lld/topics/%lld",
                                             (long long)topic.period_id, (long long)id);
    if (topic.summary.len > 0)
        out->reason =
            message_print(request->arena, request->language, MESSAGE_opinion_cause_reason, 1, &topic.summary);
    return true;
}

static bool describe_inquiry(const Request *request, DbConn *conn, int64_t id, ChangeCause *out, Error *error)
{
    Inquiry inquiry;
    InquiryPart part;
    if (request_evaluation_right(request) == EVALUATION_PUBLIC)
        return error_set(error, ERROR_DENIED, "inquiries are for staff");
    if (!inquiry_part_get(conn, request->arena, id, &inquiry, &part, error))
        return false;
    const Str arguments[] = {inquiry.title, inquiry_unit_title(request, part.unit)};
    out->words = message_print(
        request->arena, request->language, MESSAGE_inquiry_cause, COUNT_OF(arguments), arguments);
    out->url = inquiry_part_url(request->arena, &part);
    out->reason = message_print(
        request->arena, request->language, MESSAGE_inquiry_cause_reason, COUNT_OF(arguments), arguments);
    return true;
}

static const CauseKind KINDS[] = {
    {STR_LITERAL("evaluation"), describe_evaluation},
    {STR_LITERAL("inquiry"), describe_inquiry},
    {STR_LITERAL("opinion"), describe_opinion},
};

static const CauseKind *find_kind(Str cause, int64_t *id)
{
    Str name, number;
    if (!str_cut(cause, S(":"), &name, &number) || !str_to_int(number, id) || *id < 1)
        return NULL;
    for (size_t i = 0; i < COUNT_OF(KINDS); i++)
        if (str_equal(KINDS[i].name, name))
            return &KINDS[i];
    return NULL;
}

bool change_cause_is_known(Str cause)
{
    int64_t id;
    return find_kind(cause, &id) != NULL;
}

bool change_cause_read(const Request *request, DbConn *conn, Str cause, ChangeCause *out, Error *error)
{
    int64_t id;
    Error missing = {0};
    *out = (ChangeCause){0};
    const CauseKind *kind = find_kind(cause, &id);
    if (!kind || kind->describe(request, conn, id, out, &missing))
        return true;
    *out = (ChangeCause){0};
    if (missing.code == ERROR_NOT_FOUND || missing.code == ERROR_DENIED)
        return true;
    *error = missing;
    return false;
}

Str change_cause_of_query(const Request *request)
{
    for (size_t i = 0; i < COUNT_OF(KINDS); i++) {
        Str text = request_query(request, KINDS[i].name);
        int64_t id;
        if (str_to_int(text, &id) && id > 0)
            return arena_printf(request->arena, "%.*s:%lld", STR_ARGS(KINDS[i].name), (long long)id);
    }
    return STR_EMPTY;
}
