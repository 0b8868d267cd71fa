/* cli/place.h: where a command works: the city's folder and the database, from options, environment or habit.
 */
#ifndef CLI_PLACE_H
#define CLI_PLACE_H

#include "city/city.h"
#include "cli/command.h"
#include "db/db.h"

#define OPTION_CITY                                        \
    {                                                      \
        "city", "DIR", "the city's folder of declarations" \
    }
#define OPTION_DB                           \
    {                                       \
        "db", "FILE-or-URL", "the database" \
    }

/* The folder's path; ERROR_INPUT with the remedy when there is none to be found. */
MUST_USE bool place_city_folder(const Call *call, Str *out, Error *error);
/* Reads the city. */
MUST_USE bool place_city(const Call *call, City **out, Error *error);
/* The same where a city is not needed: *out is NULL when none is named and none is to be found. */
MUST_USE bool place_city_if_any(const Call *call, City **out, Error *error);
/* Where the database is: a file's path or a URL. */
Str place_db_url(const Call *call);
/* Opens the database and brings its tables up to date. A command that only reads a database (`must_exist`)
 * does not make a new empty one. */
MUST_USE bool place_db(const Call *call, bool must_exist, Db **out, Error *error);

#endif
