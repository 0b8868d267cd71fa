/* web/gzip.h: answers made smaller for those who accept it. Any thread. */
#ifndef WEB_GZIP_H
#define WEB_GZIP_H

#include "base/buf.h"

#define GZIP_WORTH_BYTES 1024 /* shorter bodies are sent as they are */

/* Whether an Accept-Encoding header takes gzip (RFC 9110 12.5.3; q=0 means no). */
bool gzip_accepted(Str accept_encoding);
/* Whether bodies of this content type shrink: text, JSON, XML, SVG. */
bool gzip_suits(Str content_type);
/* Compresses into *out (initialised, empty). false when it would not be smaller or there is no memory: send
 * the original. */
MUST_USE bool gzip_compress(Str body, Buf *out);

#endif
