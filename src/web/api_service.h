/* web/api_service.h: services and their records as JSON; as everywhere, only what the asker may read.
 *
 *     GET /api/v1/services
 *     GET /api/v1/services/{service}/{type}      ?offset= &limit= (100 at most) &state=
 */
#ifndef WEB_API_SERVICE_H
#define WEB_API_SERVICE_H

#include "web/request.h"
#include "web/response.h"

bool api_services(Request *request, Response *response, Error *error);
bool api_records(Request *request, Response *response, Error *error);

#endif
