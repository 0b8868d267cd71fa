/* Tags are a hash of the content, so that equal pages have equal tags on every server of a city. */
#include "web/etag.h"

#include <sodium.h>

#define TAG_BYTES 16

Str etag_of(Arena *arena, Str content)
{
    unsigned char hash[TAG_BYTES];
    char *text =
        arena_alloc(arena, sodium_base64_ENCODED_LEN(TAG_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING));
    if (!text)
        return STR_EMPTY;
    crypto_generichash(hash, sizeof hash, (const unsigned char *)content.at, content.len, NULL, 0);
    sodium_bin2base64(text, sodium_base64_ENCODED_LEN(TAG_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING),
        hash, sizeof hash, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return str_of(text);
}

bool etag_matches(Str if_none_match, Str tag)
{
    Str rest = if_none_match, item;
    while (rest.len > 0) {
        str_cut(rest, S(","), &item, &rest);
        item = str_trim(item);
        if (str_equal(item, S("*")))
            return true;
        if (str_starts(item, S("W/")))
            item = str_slice(item, 2, item.len);
        if (item.len < 2 || item.at[0] != '"' || item.at[item.len - 1] != '"')
            continue;
        item = str_slice(item, 1, item.len - 1);
        if (str_ends(item, S("-gz")))
            item = str_slice(item, 0, item.len - 3);
        if (str_equal(item, tag))
            return true;
    }
    return false;
}
