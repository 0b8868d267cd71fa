#include "web/http.h"
#include <microhttpd.h>
