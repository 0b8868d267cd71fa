/* city/set.h: formulas over all rows of a record type: trees for a query, with the joins that their paths
 * want (entry -> session.held_on joins session).
 *
 * A CitySet belongs to one query being made. It is filled while trees are made and then gives the select:
 *
 *     CitySet set;
 *     city_set_init(&set, arena, type);
 *     set.today = value_date(...);                       // where `today` is allowed
 *     set.me = id; set.mine = ids; set.mine_count = n;   // where somebody acts
 *     if (!city_set_tree(&set, formula, &where, error)) return false;
 *     city_set_select(&set, &select);                    // table, alias, joins
 *     select.where = where; ...
 */
#ifndef CITY_SET_H
#define CITY_SET_H

#include "city/city.h"
#include "db/tree.h"
#include "formula/function.h"

typedef struct CitySet {
    Arena *arena;
    const CityRecordType *type;
    const City *city;
    VEC_OF(DbJoin) joins;
    Value today;         /* DATE; missing: `today` has no form here */
    int64_t me;          /* id of the acting person; 0: none, `me` is missing */
    const int64_t *mine; /* ids of the persons she is guardian of today */
    size_t mine_count;
    Value as_of; /* DATE: population(...) reads age and its kin as of it */
} CitySet;

void city_set_init(CitySet *set, Arena *arena, const City *city, const CityRecordType *type);
/* guardian_of(me, x) is `x in mine`; with another guardian it has no form for sets and is refused. */
MUST_USE bool city_set_tree(CitySet *set, const Formula *formula, const DbTree **out, Error *error);
/* A column of the record type itself. */
const DbTree *city_set_column(CitySet *set, size_t column);
/* A column of what references lead to: one column for each step, the last the one that is wanted. */
const DbTree *city_set_path(CitySet *set, const size_t *columns, size_t count);
/* Sets table, alias and joins; the rest stays as it is. */
void city_set_select(const CitySet *set, DbSelect *select);

/* The function guardian_of(person, person), which every service's model has; answered by whoever holds the
 * registers (FormulaContext.call). */
extern const FormulaFunction city_functions[];
extern const size_t city_function_count;
#define CITY_FUNCTION_GUARDIAN_OF "guardian_of"

#endif
