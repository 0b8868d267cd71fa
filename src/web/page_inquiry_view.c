/* Inquiries in words. Days left are counted from the civil date of the request. */
#include "web/page_inquiry_view.h"

#include "record/session.h"
#include "web/page_plan_internal.h"
#include "web/page_service.h"
#include "web/plan_frame.h"
#include "web/record_words.h"
#include "web/site.h"

#define NAME_GRAPHEMES 40

Str inquiry_url(Arena *arena, int64_t id)
{
    return arena_printf(arena, "/inquiries/%lld", (long long)id);
}

Str inquiry_part_url(Arena *arena, const InquiryPart *part)
{
    return arena_printf(
        arena, "/inquiries/%lld/parts/%lld", (long long)part->inquiry_id, (long long)part->id);
}

Str inquiry_part_name(Arena *arena, const InquiryPart *part)
{
    const PlanNode node = {.number = part->number, .text = text_head(arena, part->text, NAME_GRAPHEMES)};
    return node_title(arena, &node);
}

Str inquiry_unit_title(const Request *request, Str unit)
{
    const City *city = request->site->city;
    return city ? unit_title(city, unit, request->language) : unit;
}

bool inquiry_is_own(const Request *request, Str unit)
{
    return request->session && account_in_unit(&request->session->account, unit);
}

InquiryDue inquiry_due(const Request *request, const Inquiry *inquiry)
{
    Arena *arena = request->arena;
    int32_t days = date_to_days(inquiry->answer_by) - date_to_days(request->clock.today);
    InquiryDue due = {
        .day = date_words(arena, request->language, value_date(date_to_days(inquiry->answer_by)))};
    if (inquiry->closed_at > 0 || inquiry->answered + inquiry->returned == inquiry->parts)
        return due;
    Str count = arena_printf(arena, "%d", days < 0 ? -days : days);
    due.is_over = days < 0;
    due.left = message_print(arena, request->language,
        days < 0    ? MESSAGE_inquiry_days_over
        : days == 0 ? MESSAGE_inquiry_today
                    : MESSAGE_inquiry_days_left,
        1, &count);
    return due;
}

bool inquiry_lines_read(
    const Request *request, DbConn *conn, int64_t plan_id, bool open, InquiryLines *out, Error *error)
{
    Inquiries inquiries;
    *out = (InquiryLines){0};
    if (!inquiry_list(conn, request->arena, plan_id, &inquiries, error))
        return false;
    for (size_t i = 0; i < inquiries.len; i++) {
        const Inquiry *inquiry = &inquiries.at[i];
        if ((inquiry->closed_at == 0) != open)
            continue;
        InquiryLine *line = VEC_PUSH(request->arena, out);
        if (!line)
            return error_memory(error);
        *line = (InquiryLine){.title = inquiry->title,
            .url = inquiry_url(request->arena, inquiry->id),
            .due = inquiry_due(request, inquiry),
            .parts = inquiry->parts,
            .answered = inquiry->answered,
            .returned = inquiry->returned,
            .waiting = inquiry->parts - inquiry->answered - inquiry->returned};
        if (!open)
            line->closed_on = day_print(request->arena, request->language, inquiry->closed_at);
    }
    return !arena_failed(request->arena) || error_memory(error);
}

static const Inquiry *find(const Inquiries *inquiries, int64_t id)
{
    for (size_t i = 0; i < inquiries->len; i++)
        if (inquiries->at[i].id == id)
            return &inquiries->at[i];
    return NULL;
}

bool inquiry_duties_read(const Request *request, DbConn *conn, InquiryDuties *out, Error *error)
{
    Arena *arena = request->arena;
    Inquiries inquiries;
    InquiryParts parts;
    int64_t last = 0;
    const Account *account = request->session ? &request->session->account : NULL;
    *out = (InquiryDuties){.shown = account && account->units.len > 0};
    if (!account || !out->shown)
        return true;
    if (!inquiry_list(conn, arena, 0, &inquiries, error) ||
        !inquiry_part_list(conn, arena, 0, account->units.at, account->units.len, &parts, error))
        return false;
    for (size_t i = 0; i < parts.len; i++) {
        const InquiryPart *part = &parts.at[i];
        const Inquiry *inquiry = part->answer == INQUIRY_OPEN ? find(&inquiries, part->inquiry_id) : NULL;
        if (!inquiry)
            continue;
        InquiryDutyList *list =
            last == inquiry->id ? &out->at.at[out->at.len - 1] : VEC_PUSH(arena, &out->at);
        if (!list)
            return error_memory(error);
        if (last != inquiry->id)
            *list = (InquiryDutyList){.title = inquiry->title, .due = inquiry_due(request, inquiry)};
        last = inquiry->id;
        InquiryDuty *duty = VEC_PUSH(arena, &list->at);
        if (duty)
            *duty = (InquiryDuty){.name = inquiry_part_name(arena, part),
                .url = inquiry_part_url(arena, part),
                .unit = inquiry_unit_title(request, part->unit)};
    }
    return !arena_failed(arena) || error_memory(error);
}
