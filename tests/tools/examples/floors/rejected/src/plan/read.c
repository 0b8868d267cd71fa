#include "plan/read/deep_internal.h"
