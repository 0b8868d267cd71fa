/* Services for residents, by situation of life, and the page of one service: what it is, who runs it, on what
 * legal basis, which initiative of the plan it carries out, and what there is to apply for.
 *
 * What is listed is what the visitor may read of the types that are about nothing, state by state in the
 * order of the declaration; states that nothing leads out of are folded away. */
#include "web/page_service.h"

#include "web/edition_choice.h"
#include "web/page.h"
#include "web/templates.h"

#define LIST_MAX 200
#define TEXT_GRAPHEMES 60

/* Situations of life that declarations name in `for:`. */
typedef struct Situation {
    const char *id;
    MessageId title;
} Situation;

static const Situation SITUATIONS[] = {
    {"pregnancy", MESSAGE_life_pregnancy},
    {"baby", MESSAGE_life_baby},
    {"child", MESSAGE_life_child},
    {"school", MESSAGE_life_school},
    {"youth", MESSAGE_life_youth},
    {"work", MESSAGE_life_work},
    {"home", MESSAGE_life_home},
    {"moving", MESSAGE_life_moving},
    {"illness", MESSAGE_life_illness},
    {"disability", MESSAGE_life_disability},
    {"old-age", MESSAGE_life_old_age},
    {"bereavement", MESSAGE_life_bereavement},
    {"culture", MESSAGE_life_culture},
    {"community", MESSAGE_life_community},
    {"", MESSAGE_life_other},
};

Str unit_title(const City *city, Str id, Language language)
{
    const CityName *unit = city_unit(city, id);
    return unit ? unit->title.in[language] : id;
}

bool service_is_for_residents(const CityService *service)
{
    for (size_t i = 0; i < service->record_types.len; i++) {
        const CityRecordType *type = service->record_types.at[i];
        for (size_t k = 0; !type->is_register && k < type->access.len; k++) {
            const CityAccess *access = &type->access.at[k];
            bool is_theirs =
                str_equal(access->role, S(ROLE_RESIDENT)) || str_equal(access->role, S(ROLE_ANYONE));
            if (is_theirs && (access->create.is_given || access->read.is_given))
                return true;
        }
    }
    return false;
}

/* --- all services
 * ------------------------------------------------------------------------------------------------------ */

static bool names_situation(const CityService *service, const Situation *situation)
{
    bool any = false;
    for (size_t i = 0; i < service->life_situations.len; i++)
        for (size_t k = 0; k < COUNT_OF(SITUATIONS); k++) {
            bool same = str_equal(service->life_situations.at[i], str_of(SITUATIONS[k].id));
            any |= same;
            if (same && &SITUATIONS[k] == situation)
                return true;
        }
    return !any && situation->id[0] == '\0';
}

static void add_card(const ServicePlace *place, SituationView *situation, const CityService *service)
{
    Arena *arena = place->asking.arena;
    ServiceCard *card = VEC_PUSH(arena, &situation->services);
    if (card)
        *card = (ServiceCard){.service = service,
            .title = service->title.in[place->language],
            .summary = service->summary.in[place->language],
            .easy = place->language == LANGUAGE_JA ? service->summary_easy : STR_EMPTY,
            .url = service_url(arena, service),
            .unit = unit_title(place->city, service->unit, place->language)};
}

static void add_situation(const ServicePlace *place, const Situation *situation, ServicesPage *page)
{
    SituationView *view = NULL;
    for (size_t i = 1; i < place->city->services.len; i++) {
        const CityService *service = place->city->services.at[i];
        bool is_shown = place->is_staff || service_is_for_residents(service);
        if (!is_shown || !names_situation(service, situation))
            continue;
        if (!view)
            view = VEC_PUSH(place->asking.arena, &page->situations);
        if (!view)
            return;
        view->id = situation->id[0] ? str_of(situation->id) : S("other");
        view->title = message_text(place->language, situation->title);
        add_card(place, view, service);
    }
}

bool page_services(Request *request, Response *response, Error *error)
{
    ServicePlace place;
    ServicesPage page = {0};
    if (!service_ask(request, &place, error))
        return false;
    for (size_t i = 0; i < COUNT_OF(SITUATIONS); i++)
        add_situation(&place, &SITUATIONS[i], &page);
    page.is_resident = place.is_resident;
    page.layout = layout_of(request, message_text(request->language, MESSAGE_services_title), MENU_SERVICES);
    Html html = page_begin(request, response);
    services_page(&html, &page);
    return page_end(&html, error);
}

/* --- one service
 * ------------------------------------------------------------------------------------------------------- */

static bool add_carried(
    const Request *request, DbConn *conn, const CityPlanKey *key, ServicePage *page, Error *error)
{
    EditionChoice choice;
    if (!edition_choose(request, conn, key->plan, STR_EMPTY, &choice, error))
        return error->code == ERROR_NOT_FOUND;
    if (!choice.edition)
        return true;
    const PlanPart *part = plan_load_part(conn, request->arena, choice.edition, key->key, error);
    if (!part)
        return error->code == ERROR_NOT_FOUND;
    CarriedView *view = VEC_PUSH(request->arena, &page->carried);
    if (!view)
        return error_memory(error);
    PlanPlace place = edition_place(request, &choice, choice.edition);
    const PlanNode *node = &part->plan->nodes.at[0];
    *view = (CarriedView){.plan = choice.title,
        .text = text_head(request->arena, node->text, TEXT_GRAPHEMES),
        .url = node_url(request->arena, node->key, &place)};
    for (size_t i = 0; i < part->above_count; i++)
        if (part->above[i].kind == PLAN_POLICY)
            view->policy = part->above[i].text;
    return true;
}

static StateGroup *group_of_state(const ServicePlace *place, TypeGroup *group, Str state)
{
    const CityRecordType *type = group->type;
    bool is_over = state.len > 0 && state_is_final(type, state);
    Str title = state_title(type, state, place->language);
    StateGroups *states = is_over ? &group->over : &group->states;
    for (size_t i = 0; i < states->len; i++)
        if (str_equal(states->at[i].title, title))
            return &states->at[i];
    StateGroup *made = VEC_PUSH(place->asking.arena, states);
    if (made)
        *made = (StateGroup){.title = title, .tone = state.len > 0 ? state_tone(type, state) : TONE_PLAIN};
    return made;
}

static bool add_record(
    const ServicePlace *place, DbConn *conn, const Record *record, TypeGroup *group, Error *error)
{
    StateGroup *states = group_of_state(place, group, record_state(record));
    RecordView *view = states ? VEC_PUSH(place->asking.arena, &states->records) : NULL;
    if (!view)
        return error_memory(error);
    record_view(place, record, view);
    bool is_over = record_state(record).len > 0 && state_is_final(record->type, record_state(record));
    return is_over || record_view_seats(place, conn, view, error);
}

/* State by state, as declared. */
static bool add_states(
    const ServicePlace *place, DbConn *conn, const RecordList *list, TypeGroup *group, Error *error)
{
    for (size_t s = 0; s < group->type->states.len || s == 0; s++)
        for (size_t i = 0; i < list->at.len; i++) {
            bool here = group->type->states.len == 0 ||
                        str_equal(record_state(list->at.at[i]), group->type->states.at[s].name);
            if (here && !add_record(place, conn, list->at.at[i], group, error))
                return false;
        }
    return true;
}

static bool add_group(
    const ServicePlace *place, DbConn *conn, const CityRecordType *type, ServicePage *page, Error *error)
{
    bool may_read = door_may_read(place->door, &place->asking, type);
    bool may_create = !type->about && door_may_create(place->door, &place->asking, type);
    if (!may_read && !may_create)
        return true;
    Arena *arena = place->asking.arena;
    TypeGroup *group = VEC_PUSH(arena, &page->groups);
    if (!group)
        return error_memory(error);
    *group = (TypeGroup){.type = type, .id = type->name, .title = type->title.in[place->language]};
    Str url = record_type_url(arena, type);
    if (place->is_staff && may_read)
        group->list_url = url;
    if (may_create)
        group->new_url = arena_join(arena, url, S("/new"));
    if (type->about || !may_read)
        return true;
    RecordQuery query = {.type = type, .limit = LIST_MAX, .newest_first = true};
    RecordList list = {0};
    if (!record_list(place->door, conn, &place->asking, &query, false, &list, error))
        return false;
    group->total = list.total;
    group->shown = list.at.len;
    return add_states(place, conn, &list, group, error);
}

static void fill(const ServicePlace *place, ServicePage *page)
{
    const CityService *service = place->service;
    Language language = place->language;
    page->service = service;
    page->is_staff = place->is_staff;
    page->title = service->title.in[language];
    page->summary = service->summary.in[language];
    page->easy = language == LANGUAGE_JA ? service->summary_easy : STR_EMPTY;
    page->legal_basis = service->legal_basis.in[language];
    page->purpose = service->purpose.in[language];
    page->unit = unit_title(place->city, service->unit, language);
    crumb_add(
        place->asking.arena, &page->crumbs, message_text(language, MESSAGE_menu_services), S("/services"));
}

bool page_service(Request *request, Response *response, Error *error)
{
    ServicePlace place;
    ServicePage page = {0};
    if (!service_find(request, &place, error))
        return false;
    if (!place.is_staff && !service_is_for_residents(place.service))
        return error_set(error, ERROR_NOT_FOUND, "there is no such service");
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error))
        return false;
    fill(&place, &page);
    for (size_t i = 0; i < place.service->carries_out.len; i++)
        if (!add_carried(request, conn, &place.service->carries_out.at[i], &page, error))
            return false;
    for (size_t i = 0; i < place.service->record_types.len; i++)
        if (!add_group(&place, conn, place.service->record_types.at[i], &page, error))
            return false;
    page.layout = layout_of(request, page.title, MENU_SERVICES);
    Html html = page_begin(request, response);
    service_page(&html, &page);
    return page_end(&html, error);
}
