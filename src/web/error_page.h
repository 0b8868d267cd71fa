/* web/error_page.h: an error as a page, or as problem+json (RFC 9457). */
#ifndef WEB_ERROR_PAGE_H
#define WEB_ERROR_PAGE_H

#include "web/request.h"
#include "web/response.h"

typedef struct ErrorPage {
    int status;
    const char *code; /* "not_found" ...: for programs */
    Str detail;       /* what was wrong and what would be right, in English; may be empty */
    Str says; /* the same in the reader's language, where the interface has words for it; then detail is for
                 programs */
    Str reference; /* of an internal fault; else empty */
} ErrorPage;

/* Replaces the response. JSON for an API route or whoever asks for it. Any thread. */
void error_page_write(const Request *request, Response *response, const ErrorPage *page);
/* The heading for a status. */
MessageId error_page_title(int status);

#endif
