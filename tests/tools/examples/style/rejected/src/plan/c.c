/* plan/c.c: its own header does not lead to base/base.h, though it exists and is a header of the house. */
#include "plan/c.h"
