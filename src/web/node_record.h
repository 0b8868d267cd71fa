/* web/node_record.h: what is known of a node beside its wording. */
#ifndef WEB_NODE_RECORD_H
#define WEB_NODE_RECORD_H

#include "web/edition_choice.h"

/* The node's wording in every edition the visitor may see, newest first; empty when none has it. One SELECT.
 */
MUST_USE bool node_history(const Request *request, DbConn *conn, const EditionChoice *choice, Str key,
    WordingVersions *out, Error *error);
/* The whole record. `choice` must have an edition. Asks the database nothing. */
MUST_USE bool node_record_read(
    const Request *request, const EditionChoice *choice, const PlanNode *node, NodeRecord *out, Error *error);

#endif
