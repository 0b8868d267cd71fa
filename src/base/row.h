/* base/row.h: the values of one record, and the names and types of their columns.
 *
 * A Row owns nothing: shape, values and their texts are somebody's arena. values[i] is missing or of the type
 * shape->columns[i].type.
 */
#ifndef BASE_ROW_H
#define BASE_ROW_H

#include "base/value.h"

typedef struct RowColumn {
    Str name;
    ValueType type; /* never VALUE_MISSING */
} RowColumn;

typedef struct RowShape {
    const RowColumn *columns;
    size_t count;
} RowShape;

typedef struct Row {
    const RowShape *shape;
    Value *values;
} Row;

/* The number of the column with that name; -1 when there is none. */
static inline ptrdiff_t row_column(const RowShape *shape, Str name)
{
    for (size_t i = 0; i < shape->count; i++)
        if (str_equal(shape->columns[i].name, name))
            return (ptrdiff_t)i;
    return -1;
}
static inline Value row_value(const Row *row, size_t column)
{
    assert(column < row->shape->count && "a row has as many values as its shape has columns");
    Value value = row->values[column];
    assert((value.type == VALUE_MISSING || value.type == row->shape->columns[column].type) &&
           "a row's values are of its columns' types");
    return value;
}

#endif
