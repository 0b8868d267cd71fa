/* web/api_plan.h: the JSON API under /api/v1: plans, editions, their parts, search. openapi.json describes
 * it. */
#ifndef WEB_API_PLAN_H
#define WEB_API_PLAN_H

#include "web/request.h"
#include "web/response.h"

bool api_plans(Request *request, Response *response, Error *error);
bool api_editions(Request *request, Response *response, Error *error);
bool api_edition(Request *request, Response *response, Error *error);
bool api_node(Request *request, Response *response, Error *error);
bool api_search(Request *request, Response *response, Error *error);
/* /api/v1/openapi.json and the JSON Schema of a plan beside it. */
bool api_description(Request *request, Response *response, Error *error);
bool api_plan_schema(Request *request, Response *response, Error *error);

#endif
