#include "plan/read/table_internal.h"
/* #include "web/http.h" stands in a comment only when the line begins with one */
