#include "web/http.h"
#include "web/made_by_the_build.h"
