/* web/page_plan_internal.h: what the pages of a policy and of any other node share. */
#ifndef WEB_PAGE_PLAN_INTERNAL_H
#define WEB_PAGE_PLAN_INTERNAL_H

#include "web/edition_choice.h"
#include "web/page_plan.h"

/* A policy as a table. `part` begins with it. */
MUST_USE bool page_policy(const Request *request, Response *response, DbConn *conn,
    const EditionChoice *choice, const PlanPart *part, Error *error);

/* The way from the plan down to the node's parent. */
void add_crumbs(Arena *arena, const PlanPart *part, PlanFrame *frame);
/* To a node's page; an empty link for NULL. */
PlanLink node_link(Arena *arena, const PlanNode *node, const PlanPlace *place);
/* "(1) 子ども・子育て支援の充実" */
Str node_title(Arena *arena, const PlanNode *node);

#endif
