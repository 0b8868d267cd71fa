/* web/asset.h: styles, scripts, fonts and pictures inside the binary, named by their content.
 *
 * tools/embed turns src/web/assets/ into a table; ASSET_<name with _ for other characters> is the id of each.
 * A template writes {{asset app.css}}; CSS writes url("asset:font.woff2"). They are served for ever at
 * /assets/NAME.HASH.EXT.
 */
#ifndef WEB_ASSET_H
#define WEB_ASSET_H

#include "base/str.h"
#include "web/asset_ids.h"
#include "web/router.h"

typedef struct Asset {
    Str name, url, content_type;
    Str bytes, gzip; /* gzip is empty where it would not be smaller */
    Str hash;
} Asset;

/* Program lifetime; any thread. */
const Asset *asset_get(AssetId id);
Str asset_url(AssetId id);
/* By the last part of its URL ("app.0123456789ab.css"); NULL when there is none. */
const Asset *asset_find(Str file_name);
/* Route handler of /assets/{file}. */
bool asset_page(Request *request, Response *response, Error *error);

#endif
