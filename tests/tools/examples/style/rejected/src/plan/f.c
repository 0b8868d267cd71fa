/* plan/f.c: words of unfinished work. TO~DO: write the rest. */
#include "base/base.h"

/* FIX~ME(somebody), X~XX, a HA~CK, T~BD, W~IP */
/* This is not i~mplemented; that is Not Yet I~mplemented; 未~実装; 仮~実装 */
