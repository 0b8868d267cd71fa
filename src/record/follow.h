/* record/follow.h: the tables of this floor follow what an apply did to those of records. */
#ifndef RECORD_FOLLOW_H
#define RECORD_FOLLOW_H

#include "city/apply.h"

/* For CityApply.follow: scopes of search, letters and notes of reads go with a renamed table; the words of
 * one that is dropped are found no more. */
MUST_USE bool record_follow(DbConn *conn, const CitySteps *steps, Error *error);

#endif
