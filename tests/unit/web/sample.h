/* What the templates of the tests are given. */
#ifndef TESTS_UNIT_WEB_SAMPLE_H
#define TESTS_UNIT_WEB_SAMPLE_H

#include "base/vec.h"
#include "web/html.h"

typedef struct SampleItem {
    Str name;
    int count;
    VEC_OF(Str) words;
} SampleItem;

typedef struct SampleList {
    int depth;
    VEC_OF(SampleItem) items;
} SampleList;

#endif
