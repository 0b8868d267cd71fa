/* web/finish.h: what every answer gets before it leaves: security headers, content type, caching, ETag and
 * 304, gzip. */
#ifndef WEB_FINISH_H
#define WEB_FINISH_H

#include "web/request.h"
#include "web/response.h"

/* Any thread. Call once, last. */
void response_finish(const Request *request, Response *response);

#endif
