/* base/html.h: the one escaping of text for HTML below the doors. */
#ifndef BASE_HTML_H
#define BASE_HTML_H

#include "base/buf.h"

/* Appends text that may stand between tags or inside a quoted attribute: & < > " ' become references, control
 * bytes that HTML does not allow are left out. */
void buf_add_html(Buf *buf, Str s);

#endif
