/* record/faults.c: faults are collected in a closure's arena, which is emptied when it runs again, and handed
 * out when it is over.
 */
#include "record/record_internal.h"

bool fault_add(Arena *arena, RecordFaults *faults, RecordFault fault, Error *error)
{
    RecordFault *at = VEC_PUSH(arena, faults);
    if (!at)
        return error_memory(error);
    *at = fault;
    return true;
}

bool faults_hand_out(const Asking *asking, const RecordFaults *found, RecordFaults *out, Error *error)
{
    *out = (RecordFaults){0};
    for (size_t i = 0; i < found->len; i++)
        if (!fault_add(asking->arena, out, found->at[i], error))
            return false;
    return true;
}
