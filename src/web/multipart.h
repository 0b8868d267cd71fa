/* web/multipart.h: multipart/form-data (RFC 7578) in a body that is whole.
 *
 * The HTTP library's own reader of forms is not used: in the version Debian has, a crafted boundary makes it
 * read outside its memory (CVE-2023-27371).
 */
#ifndef WEB_MULTIPART_H
#define WEB_MULTIPART_H

#include "base/error.h"
#include "web/request.h"

/* The boundary of a Content-Type; empty when it is not multipart/form-data with a usable boundary. */
Str multipart_boundary(Str content_type);
/* Parts with a file name become request->files, others request->form, as slices of the body. false with
 * ERROR_INPUT. */
MUST_USE bool multipart_read(Request *request, Str boundary, Error *error);

#endif
