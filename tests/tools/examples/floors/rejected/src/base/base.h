#include <stdio.h>
#include "plan/plan.h"
