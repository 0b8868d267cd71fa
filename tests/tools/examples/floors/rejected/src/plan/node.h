#include "plan/text.h"
