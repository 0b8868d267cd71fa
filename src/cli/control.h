/* cli/control.h: a command reaches the server that runs on its database.
 *
 * On SQLite the server's process is the only one that writes, so `hitomachi apply` asks it to: through a
 * socket beside the database (`city.db.sock`, readable by the server's user alone). It stands on this floor,
 * as both ends are commands: what the server does then is what the command would do (cli/apply_run.h), and
 * the pages notice the new declaration as they notice any (web/epoch.h).
 *
 * One line of JSON goes in, {"folder": ..., "export": ..., "actor": ..., "drop": ..., "trial": ...}; lines
 * come back: {"line": ..., "refused": ...} as they are known, then {"done": true}, or {"code": ...,
 * "message": ..., "file": ..., "at": ..., "column": ...}.
 */
#ifndef CLI_CONTROL_H
#define CLI_CONTROL_H

#include "cli/apply_run.h"

typedef struct Control Control;

/* The socket's path for a database; empty when there is none to be had: PostgreSQL, or a path that is longer
 * than the system takes. */
Str control_path(Arena *arena, Str database);

/* Listens, in a thread that takes one wish after the other. An old socket that nobody listens to is replaced.
 * The database must outlive it. */
MUST_USE bool control_start(Control **out, Db *db, Str path, Date today, Error *error);
/* Waits for a wish that is being carried out, then ends. NULL is allowed. */
void control_stop(Control *control);
void control_cleanup(Control **control);

/* Asks the server at the path. *answered false: nobody listens there, and nothing was done. */
MUST_USE bool control_ask(
    Str path, const ApplyWish *wish, ApplySay *say, void *to, bool *answered, Error *error);

#endif
