/* zlib at a middle level: pages are small and made anew each time. */
#include "web/gzip.h"

#include <limits.h>
#include <zlib.h>

#include "web/url.h"

#define LEVEL 5

bool gzip_accepted(Str accept_encoding)
{
    Str rest = accept_encoding, item, coding, parameters;
    while (rest.len > 0) {
        str_cut(rest, S(","), &item, &rest);
        str_cut(item, S(";"), &coding, &parameters);
        if (!ascii_equal_caseless(str_trim(coding), S("gzip")))
            continue;
        parameters = str_trim(parameters);
        if (!str_starts(parameters, S("q=0")))
            return true;
        for (size_t i = 3; i < parameters.len; i++)
            if (parameters.at[i] >= '1' && parameters.at[i] <= '9')
                return true;
        return false;
    }
    return false;
}

bool gzip_suits(Str content_type)
{
    return str_starts(content_type, S("text/")) || str_contains(content_type, S("json")) ||
           str_contains(content_type, S("xml"));
}

bool gzip_compress(Str body, Buf *out)
{
    z_stream stream = {0};
    if (body.len > UINT_MAX ||
        deflateInit2(&stream, LEVEL, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    char *room = buf_reserve(out, body.len);
    int status = Z_BUF_ERROR;
    if (room) {
        stream.next_in = (z_const Bytef *)(uintptr_t)body.at;
        stream.avail_in = (uInt)body.len;
        stream.next_out = (Bytef *)room;
        stream.avail_out = (uInt)body.len;
        status = deflate(&stream, Z_FINISH);
        out->len += body.len - stream.avail_out;
    }
    deflateEnd(&stream);
    return status == Z_STREAM_END && out->len < body.len;
}
