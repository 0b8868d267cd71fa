/* A resident's own: every record of her and her children, of whatever service, sorted by what she should do.
 * Offers stand first, as they end by themselves. */
#include "web/page_mine.h"

#include "web/page.h"
#include "web/templates.h"

#define RECORDS_MAX 100 /* of each type */
#define LETTERS_MAX 50
#define OPINION_GRAPHEMES 60

static RecordViews *list_of(MinePage *page, const Record *record)
{
    const CityRecordType *type = record->type;
    Str state = record_state(record);
    if (type->has_seats && str_equal(state, type->seats.offered))
        return &page->asked;
    return state.len > 0 && state_is_final(type, state) ? &page->over : &page->current;
}

/* Newest first, but what was sent together stays in the order of its receipt numbers. */
static void order_together(RecordList *list)
{
    for (size_t from = 0, to; from < list->at.len; from = to) {
        Str about = list->at.at[from]->codes[CITY_COLUMN_ABOUT];
        for (to = from + 1; to < list->at.len; to++)
            if (about.len == 0 || !str_equal(list->at.at[to]->codes[CITY_COLUMN_ABOUT], about))
                break;
        for (size_t low = from, high = to - 1; low < high; low++, high--) {
            Record *record = list->at.at[low];
            list->at.at[low] = list->at.at[high];
            list->at.at[high] = record;
        }
    }
}

static bool add_records(
    const ServicePlace *place, DbConn *conn, const CityRecordType *type, MinePage *page, Error *error)
{
    RecordQuery query = {.type = type, .is_mine = true, .newest_first = true, .limit = RECORDS_MAX};
    RecordList list = {0};
    if (!record_list(place->door, conn, &place->asking, &query, false, &list, error))
        return false;
    order_together(&list);
    for (size_t i = 0; i < list.at.len; i++) {
        RecordView *view = VEC_PUSH(place->asking.arena, list_of(page, list.at.at[i]));
        if (!view)
            return error_memory(error);
        record_view(place, list.at.at[i], view);
        if (!record_view_seat(place, conn, view, error) ||
            !record_view_actions(place, conn, S("/mine"), view, error))
            return false;
    }
    return true;
}

static bool is_own_kind(const ServicePlace *place, const CityRecordType *type)
{
    bool has_person = false;
    for (size_t i = 0; i < type->fields.len; i++)
        has_person |= is_person_field(place, &type->fields.at[i]);
    return has_person && !type->is_register && door_may_read(place->door, &place->asking, type);
}

static bool add_letters(const ServicePlace *place, DbConn *conn, MinePage *page, Error *error)
{
    RecordLetters letters = {0};
    if (!record_my_letters(place->door, conn, &place->asking, LETTERS_MAX, &letters, error))
        return false;
    for (size_t i = 0; i < letters.len; i++) {
        const RecordLetter *letter = &letters.at[i];
        LetterView *view = VEC_PUSH(place->asking.arena, &page->letters);
        if (!view)
            return error_memory(error);
        *view = (LetterView){.title = letter->title,
            .body = letter->body,
            .sent = date_words(place->asking.arena, place->language, letter->sent_on)};
        if (letter->record_code.len > 0)
            view->url = record_url(place->asking.arena, letter->record_code);
    }
    return true;
}

static bool add_opinions(const Request *request, DbConn *conn, MinePage *page, Error *error)
{
    Opinions opinions;
    if (!opinion_list_of_login(conn, request->arena, request->session->account.login, &opinions, error))
        return false;
    for (size_t i = 0; i < opinions.len; i++) {
        OpinionPeriod period;
        MineOpinion *view = VEC_PUSH(request->arena, &page->opinions);
        if (!view)
            return error_memory(error);
        if (!opinion_period_get(conn, request->arena, opinions.at[i].period_id, &period, error))
            return false;
        *view = (MineOpinion){.period = period.title,
            .text = text_head(request->arena, opinions.at[i].text, OPINION_GRAPHEMES),
            .received = opinion_day(request, opinions.at[i].received_on),
            .url = arena_printf(request->arena, "/opinions/mine?code=%.*s", STR_ARGS(opinions.at[i].code)),
            .is_published = period.published_at != 0};
    }
    return true;
}

bool page_mine(Request *request, Response *response, Error *error)
{
    ServicePlace place;
    MinePage page = {.said = service_said(request, STR_EMPTY)};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!service_ask(request, &place, error) || !db_read_begin(request->site->db, &conn, error))
        return false;
    page.is_resident = place.is_resident;
    for (size_t i = 0; place.is_resident && i < place.city->services.len; i++)
        for (size_t k = 0; k < place.city->services.at[i]->record_types.len; k++) {
            const CityRecordType *type = place.city->services.at[i]->record_types.at[k];
            if (is_own_kind(&place, type) && !add_records(&place, conn, type, &page, error))
                return false;
        }
    if ((place.is_resident && !add_letters(&place, conn, &page, error)) ||
        !add_opinions(request, conn, &page, error))
        return false;
    page.layout = layout_of(request, message_text(request->language, MESSAGE_mine_title), MENU_MINE);
    Html html = page_begin(request, response);
    mine_page(&html, &page);
    return page_end(&html, error);
}
