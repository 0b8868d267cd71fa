#include <microhttpd.h>
#include "cli/command.h"
