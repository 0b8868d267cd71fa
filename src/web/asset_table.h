/* web/asset_table.h: the table that tools/embed makes; for asset.c. */
#ifndef WEB_ASSET_TABLE_H
#define WEB_ASSET_TABLE_H

#include "web/asset.h"

extern const Asset asset_table[];

#endif
