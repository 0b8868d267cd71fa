/* plan/c.h: includes nothing of the house. */
#include <errno.h>
