#include "base/base.h"
#include "plan/node.h"
