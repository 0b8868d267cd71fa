#include "db/db_internal.h"
#include <sqlite3.h>
  #  include   <libpq-fe.h>
