/* fuzz/fuzz_plan_json.c: any bytes to the reader of hitomachi-plan/1.
 *
 * What must hold: a valid plan, or an error with words; a plan that was read is written as JSON, and what is
 * written reads back as the same plan and is written as the same bytes; every other writer takes it too, or
 * says why not.
 */
#include "fuzz.h"

#include "plan/format.h"

#define ROOM ((size_t)256 << 20)
#define TEXT_MAX ((size_t)32 << 20)

static void write_others(Arena *arena, const Plan *plan)
{
    Error error = {0};
    AUTO_BUF text;
    PlanReplacements replaced;
    buf_init(&text, TEXT_MAX);
    FUZZ_CHECK(plan_write_html(plan, &text, &error));
    buf_clear(&text);
    FUZZ_CHECK(plan_write_csv(plan, PLAN_CSV_CP932, arena, &replaced, &text, &error));
    buf_clear(&text);
    if (!plan_write_markdown(plan, &text, &error)) {
        FUZZ_CHECK(error.code == ERROR_INPUT && error.message[0] != '\0');
        return;
    }
    PlanErrors *errors = ARENA_NEW(arena, PlanErrors);
    const PlanFile file = {S("written.md"), buf_str(&text)};
    FUZZ_CHECK(errors != NULL);
    FUZZ_CHECK(plan->nodes.len == 0 || plan_read_markdown(arena, 1, &file, errors) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(ROOM);
    FUZZ_CHECK(arena != NULL);
    Error error = {0};
    AUTO_BUF first, second;
    buf_init(&first, TEXT_MAX);
    buf_init(&second, TEXT_MAX);
    const Plan *plan = plan_read_json(arena, (Str){(const char *)data, size}, S("fuzz.json"), &error);
    if (plan == NULL) {
        FUZZ_CHECK(error.code != ERROR_NONE && error.message[0] != '\0');
        return 0;
    }
    FUZZ_CHECK(plan_write_json(plan, false, &first, &error));
    const Plan *again = plan_read_json(arena, buf_str(&first), S("written.json"), &error);
    FUZZ_CHECK(again != NULL && plan_same(plan, again, &error));
    FUZZ_CHECK(plan_write_json(again, false, &second, &error));
    FUZZ_CHECK(str_equal(buf_str(&first), buf_str(&second)));
    write_others(arena, plan);
    return 0;
}
