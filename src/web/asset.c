/* Serving what tools/embed put into the binary. */
#include "web/asset.h"

#include "web/asset_table.h"

const Asset *asset_get(AssetId id)
{
    assert(id < ASSET_COUNT && "an asset of the table");
    return &asset_table[id];
}

Str asset_url(AssetId id)
{
    return asset_get(id)->url;
}

const Asset *asset_find(Str file_name)
{
    for (size_t i = 0; i < ASSET_COUNT; i++) {
        Str url = asset_table[i].url;
        if (str_equal(str_slice(url, sizeof "/assets/" - 1, url.len), file_name))
            return &asset_table[i];
    }
    return NULL;
}

bool asset_page(Request *request, Response *response, Error *error)
{
    const Asset *asset = asset_find(request_parameter(request, S("file")));
    if (!asset)
        return error_set(error, ERROR_NOT_FOUND, "there is no such file");
    response->content_type = asset->content_type;
    response->fixed = asset->bytes;
    response->fixed_gzip = asset->gzip;
    response->etag = asset->hash;
    return true;
}
