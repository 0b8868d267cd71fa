/* web/node_service.h: what carries out a part of the plan: its services, and for staff its live figures. */
#ifndef WEB_NODE_SERVICE_H
#define WEB_NODE_SERVICE_H

#include "plan/plan.h"
#include "record/figure.h"
#include "web/html.h"

typedef struct NodeServiceView {
    Str title, summary, url, unit;
} NodeServiceView;

typedef struct NodeFigurePart {
    Str title;
    int64_t rows, permille; /* of the largest part, for its bar */
} NodeFigurePart;

typedef struct NodeFigureView {
    Str id, title, value, unit, year, as_of, service, service_url;
    MessageId kind;
    Str by_title;
    VEC_OF(NodeFigurePart) parts;
    bool is_missing;
} NodeFigureView;

typedef struct NodeServices {
    VEC_OF(NodeServiceView) services;
    VEC_OF(NodeFigureView) figures; /* for staff only */
} NodeServices;

/* Of the nodes of a part of the plan: the first and all that is below it. Nothing for a city without
 * services. */
MUST_USE bool node_services_read(
    const Request *request, DbConn *conn, Str plan_id, const Plan *part, NodeServices *out, Error *error);

#endif
