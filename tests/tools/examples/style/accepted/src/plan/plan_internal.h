/* plan/plan_internal.h: a library before the house is fine in a header. */
#include <pthread.h>

#include "base/base.h"
