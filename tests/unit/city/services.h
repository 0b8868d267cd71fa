/* What tests of services include: Mizube Town and cmocka. */
#ifndef TESTS_UNIT_CITY_SERVICES_H
#define TESTS_UNIT_CITY_SERVICES_H

#include "mizube.h"

#include <setjmp.h>

#include <cmocka.h>

#include "base/file.h"

#endif
