/* base/arena_internal.h: the test hook of arena.h, for the other allocators of this folder. */
#ifndef BASE_ARENA_INTERNAL_H
#define BASE_ARENA_INTERNAL_H

#include "base/base.h"

/* Counts one allocation; true when arena_fail_after says that this one is to fail. */
bool allocation_is_to_fail(void);

#endif
