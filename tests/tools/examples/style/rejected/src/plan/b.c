/* plan/b.c: includes a library before the house, which the rule of the opening words does not mind. */
#include <errno.h>

#include "base/base.h"
