/* city/apply_internal.h: what planning and doing of an apply share. */
#ifndef CITY_APPLY_INTERNAL_H
#define CITY_APPLY_INTERNAL_H

#include "city/apply.h"

/* The declared_column that says what a table's records are about: its kind is that table. */
#define DECLARED_ABOUT S("row_about")

/* What declared_column.kind says of a field: its type, or the table a reference leads to. */
Str city_column_kind(const CityField *field);

#endif
