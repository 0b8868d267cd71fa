/* base/base.h: what every file of this small example includes first. */
#include <stdio.h>
