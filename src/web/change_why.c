/* Changes as reasons. A group was proposed in one go, for one reason: it is told once. */
#include "web/change_why.h"

#include "web/change_cause.h"
#include "web/page_evaluation_view.h"
#include "web/plan_frame.h"

static bool is_told(const PlanChanges *changes, size_t upto)
{
    for (size_t i = 0; i < upto; i++)
        if (changes->at[i].group == changes->at[upto].group)
            return true;
    return false;
}

static bool same_cause(const ChangeWhys *whys, Str cause)
{
    for (size_t i = 0; i < whys->len; i++)
        if (whys->at[i].reason.len == 0 && str_equal(whys->at[i].cause, cause))
            return true;
    return false;
}

static bool add_why(
    const Request *request, DbConn *conn, const PlanChange *change, ChangeWhys *out, Error *error)
{
    ChangeCause cause;
    ChangeWhy why = {0};
    bool is_staff = request_evaluation_right(request) != EVALUATION_PUBLIC;
    if (!change_cause_read(request, conn, change->cause, &cause, error))
        return false;
    why.cause = cause.words;
    why.cause_url = cause.url;
    if (is_staff) {
        why.reason = change->reason;
        why.when = day_print(request->arena, request->language, change->created_at);
        if (!person_print(conn, request->arena, change->author, &why.author, error))
            return false;
    } else if (cause.words.len == 0 || same_cause(out, cause.words)) {
        return true;
    }
    ChangeWhy *slot = VEC_PUSH(request->arena, out);
    if (!slot)
        return error_memory(error);
    *slot = why;
    return true;
}

bool change_whys(
    const Request *request, DbConn *conn, const PlanChanges *changes, ChangeWhys *out, Error *error)
{
    *out = (ChangeWhys){0};
    for (size_t i = 0; i < changes->len; i++)
        if (!is_told(changes, i) && !add_why(request, conn, &changes->at[i], out, error))
            return false;
    return true;
}
