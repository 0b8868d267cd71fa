/* web/service_place.h: which service and record type an address is about, who asks, and where things are.
 *
 *     /services/{service}                     a service
 *     /services/{service}/{type}              its records of a type
 *     /records/{code}                         a record
 */
#ifndef WEB_SERVICE_PLACE_H
#define WEB_SERVICE_PLACE_H

#include "record/record.h"
#include "web/page_layout.h"
#include "web/response.h"
#include "web/site.h"

typedef struct ServicePlace {
    Door *door;
    const City *city;
    Asking asking;
    Language language;
    bool is_staff, is_resident;
    const CityService *service;
    const CityRecordType *type;
} ServicePlace;

/* Who asks. ERROR_NOT_FOUND when the city has no services. */
MUST_USE bool service_ask(const Request *request, ServicePlace *out, Error *error);
/* With the route's {service}; with its {type} as well. ERROR_NOT_FOUND without such a one. */
MUST_USE bool service_find(const Request *request, ServicePlace *out, Error *error);
MUST_USE bool service_find_type(const Request *request, ServicePlace *out, Error *error);

Str service_url(Arena *arena, const CityService *service);
Str record_type_url(Arena *arena, const CityRecordType *type);
Str record_url(Arena *arena, Str code);

/* Whether a type is the city's own and not one of the registers. */
bool is_of_service(const CityRecordType *type);
/* No transition leads out of the state. */
bool state_is_final(const CityRecordType *type, Str state);

/* Who is not signed in is led to the sign-in page when there is nothing to see: true. */
bool service_lead_to_sign_in(const Request *request, Response *response, const Error *error);

/* What was done, in words, from a word in the address behind a redirect (`said=changed`); empty for none.
 * `state`: the title of the state that a record is in now, where one is shown. */
Str service_said(const Request *request, Str state);
void service_return(Response *response, Str url, const char *said);

/* A step of the way to a page. */
typedef struct Crumb {
    Str title, url;
} Crumb;
typedef VEC_OF(Crumb) Crumbs;
void crumb_add(Arena *arena, Crumbs *crumbs, Str title, Str url);
/* Services, the service, and for staff its list of the type. */
void crumbs_of_type(const ServicePlace *place, const CityRecordType *type, Crumbs *crumbs);

#endif
