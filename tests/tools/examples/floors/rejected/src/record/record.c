#include "review/report.h"
