/* fuzz/fuzz_markdown.c: any bytes to the reader of plan text in Markdown.
 *
 * What must hold: a valid plan, or errors with words; a plan that was read is written, and what is written
 * reads back as the same plan, from one text and from a text for each policy.
 */
#include "fuzz.h"

#include "plan/format.h"

#define ROOM ((size_t)256 << 20)
#define TEXT_MAX ((size_t)32 << 20)

static const Plan *read_files(Arena *arena, size_t count, const PlanFile *files)
{
    PlanErrors *errors = ARENA_NEW(arena, PlanErrors);
    FUZZ_CHECK(errors != NULL);
    const Plan *plan = plan_read_markdown(arena, count, files, errors);
    FUZZ_CHECK((plan == NULL) == (errors->total > 0));
    FUZZ_CHECK(plan != NULL || errors->at[0].message[0] != '\0');
    return plan;
}

static void check_same(const Plan *plan, const Plan *again)
{
    Error error = {0};
    if (again == NULL || !plan_same(plan, again, &error)) {
        fprintf(stderr, "%s\n", error.message);
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(ROOM);
    FUZZ_CHECK(arena != NULL);
    Error error = {0};
    const PlanFile file = {S("fuzz.md"), {(const char *)data, size}};
    const Plan *plan = read_files(arena, 1, &file);
    if (plan == NULL) {
        return 0;
    }
    FUZZ_CHECK(plan_validate(plan, &error));
    AUTO_BUF text;
    buf_init(&text, TEXT_MAX);
    FUZZ_CHECK(plan_write_markdown(plan, &text, &error));
    const PlanFile written = {S("written.md"), buf_str(&text)};
    check_same(plan, read_files(arena, 1, &written));
    PlanFiles files = {0};
    FUZZ_CHECK(plan_write_markdown_files(plan, arena, TEXT_MAX, &files, &error));
    check_same(plan, read_files(arena, files.len, files.at));
    return 0;
}
