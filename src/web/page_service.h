/* web/page_service.h: GET /services (what there is for residents, by situation of life), GET
 * /services/{service} (one service, and what can be applied for).
 *
 * Everything said of a service comes from its declaration.
 */
#ifndef WEB_PAGE_SERVICE_H
#define WEB_PAGE_SERVICE_H

#include "web/record_view.h"

typedef struct ServiceCard {
    const CityService *service;
    Str title, summary, easy, url, unit;
} ServiceCard;

typedef struct SituationView {
    Str id, title;
    VEC_OF(ServiceCard) services;
} SituationView;

typedef struct ServicesPage {
    Layout layout;
    VEC_OF(SituationView) situations;
    bool is_resident;
} ServicesPage;

/* What the service carries out, as the plan's current edition says it. */
typedef struct CarriedView {
    Str plan, policy, text, url;
} CarriedView;

/* Records in one state. */
typedef struct StateGroup {
    Str title;
    StateTone tone;
    RecordViews records;
} StateGroup;
typedef VEC_OF(StateGroup) StateGroups;

/* Records of one type that somebody may read. */
typedef struct TypeGroup {
    const CityRecordType *type;
    Str id, title, list_url, new_url; /* empty: not for this visitor */
    StateGroups states, over;         /* those that are over stand apart */
    size_t total, shown;
} TypeGroup;

typedef struct ServicePage {
    Layout layout;
    Crumbs crumbs;
    const CityService *service;
    Str title, summary, easy, legal_basis, purpose, unit;
    VEC_OF(CarriedView) carried;
    VEC_OF(TypeGroup) groups;
    bool is_staff;
} ServicePage;

bool page_services(Request *request, Response *response, Error *error);
bool page_service(Request *request, Response *response, Error *error);

/* A unit's name; its id when the city does not declare it. */
Str unit_title(const City *city, Str id, Language language);
/* Whether residents or anybody may read or create something of the service. */
bool service_is_for_residents(const CityService *service);

#endif
