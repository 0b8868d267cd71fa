/* fuzz/fuzz_table.c: any bytes to the reader of table text.
 *
 * What must hold: a plan or an error with words; the same bytes give the same warnings whatever fixes are
 * taken; a fix moves nodes and neither makes nor loses any. (plan_read_table checks its own plan with
 * plan_validate.)
 */
#include "fuzz.h"

#include "plan/encoding.h"
#include "plan/read_table.h"
#include "plan/warning.h"

#define ROOM ((size_t)256 << 20)

static const Plan *read_text(Arena *arena, Str text, bool fixed)
{
    Error error = {0};
    const FixChoice fixes = {.all = fixed};
    const Plan *plan = plan_read_table(arena, text, S("fuzz"), plan_profile_default(), &fixes, &error);
    FUZZ_CHECK(plan != NULL || (error.code != ERROR_NONE && error.message[0] != '\0'));
    return plan;
}

static void compare(Arena *arena, const Plan *literal, const Plan *fixed)
{
    FUZZ_CHECK(literal->nodes.len == fixed->nodes.len);
    FUZZ_CHECK(literal->annotations.len == fixed->annotations.len);
    FUZZ_CHECK(literal->warnings.len == fixed->warnings.len);
    for (size_t i = 0; i < literal->warnings.len; i++) {
        const PlanWarning *a = &literal->warnings.at[i], *b = &fixed->warnings.at[i];
        FUZZ_CHECK(a->number == i + 1 && b->number == i + 1 && strcmp(a->code, b->code) == 0);
        FUZZ_CHECK(!a->taken && b->taken == a->has_fix);
        FUZZ_CHECK(plan_warning_message(arena, a, LANGUAGE_JA).len > 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(ROOM);
    FUZZ_CHECK(arena != NULL);
    Error error = {0};
    Str text;
    if (!text_to_utf8(arena, (Str){(const char *)data, size}, STR_EMPTY, &text, &error)) {
        FUZZ_CHECK(error.message[0] != '\0');
        return 0;
    }
    const Plan *literal = read_text(arena, text, false), *fixed = read_text(arena, text, true);
    FUZZ_CHECK((literal == NULL) == (fixed == NULL));
    if (literal != NULL) {
        compare(arena, literal, fixed);
    }
    return 0;
}
