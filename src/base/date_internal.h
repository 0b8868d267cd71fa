/* base/date_internal.h: writing an instant without an arena, for the log. */
#ifndef BASE_DATE_INTERNAL_H
#define BASE_DATE_INTERNAL_H

#include "base/base.h"

#define INSTANT_ROOM 40

/* "2018-05-01T09:30:00+09:00" and a NUL; empty when the year is not one of 1 to 9999. */
void instant_write(char out[INSTANT_ROOM], int64_t instant);

#endif
