#include "plan.h"
#include "db/db_internal.h"
#include <sqlite3.h>
#include "plans/plan.h"
