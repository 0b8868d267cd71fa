/* plan/plan.c: includes its own header first, and through it base/base.h. */
#include "plan/plan_internal.h"

#include <errno.h>

static const char long_text[] = "見本の文章見本の文章見本の文章見本の文章見本の文章見本の文章見本の文章見本の文章見本";

static const struct {
    int number;
} table[] = {
    {1},
};

int number(void)
{
    return table[0].number; /* todolist, XXXXXX and hackney are whole other words */
}
