/* record/verify_part.c: what the parts of verify share: noting problems, naming rows, going through record
 * types. */
#include "record/verify_internal.h"

bool verify_problem(Verification *verification, Error *error, const char *part, const char *format, ...)
{
    VerifyReport *report = verification->out;
    if (report->problem_count++ >= VERIFY_PROBLEMS_MAX)
        return true;
    char words[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof(words), format, arguments);
    va_end(arguments);
    VerifyProblem *problem = VEC_PUSH(verification->arena, &report->problems);
    if (!problem)
        return error_memory(error);
    *problem = (VerifyProblem){part, arena_str(verification->arena, str_of(words))};
    return !arena_failed(verification->arena) || error_memory(error);
}

Str verify_row_name(Arena *arena, const CityRecordType *type, int64_t id)
{
    return arena_printf(arena, "%.*s %lld", STR_ARGS(type->table), (long long)id);
}

bool verify_each_type(Verification *verification, VerifyType *check, Error *error)
{
    const City *city = verification->city;
    for (size_t i = 0; i < city->services.len; i++) {
        const CityService *service = city->services.at[i];
        for (size_t j = 0; j < service->record_types.len; j++)
            if (!check(verification, service->record_types.at[j], error))
                return false;
    }
    return true;
}
