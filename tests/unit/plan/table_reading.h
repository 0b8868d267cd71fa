/* tests/unit/plan/table_reading.h: what the tests of the table reader share: reading a text that must be
 * readable, and finding nodes and warnings in what came of it. Include it after the headers under test.
 */
#ifndef TESTS_UNIT_PLAN_TABLE_READING_H
#define TESTS_UNIT_PLAN_TABLE_READING_H

#include <setjmp.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "plan/read_table.h"

#define READING_ROOM ((size_t)512 << 20)

static inline void check_text(Str found, Str expected, const char *file, int line)
{
    if (!str_equal(found, expected)) {
        print_error("found \"%.*s\", expected \"%.*s\"\n", STR_ARGS(found), STR_ARGS(expected));
        _fail(file, line);
    }
}
#define assert_text(found, expected) check_text((found), str_of(expected), __FILE__, __LINE__)
#define assert_slice(found, expected) check_text((found), (expected), __FILE__, __LINE__)

static inline const Plan *read_with(Arena *arena, Str text, const FixChoice *fixes)
{
    Error error = {0};
    const Plan *plan = plan_read_table(arena, text, S("draft.txt"), plan_profile_default(), fixes, &error);
    if (plan == NULL) {
        fail_msg("%s:%ld:%ld: %s", error.file, error.line, error.column, error.message);
    }
    return plan;
}

static inline const Plan *read_literally(Arena *arena, Str text)
{
    return read_with(arena, text, NULL);
}

static inline const Plan *read_fixed(Arena *arena, Str text)
{
    return read_with(arena, text, &(FixChoice){.all = true});
}

static inline const PlanNode *node_of(const Plan *plan, const char *key)
{
    const int32_t index = plan_find(plan, str_of(key));
    if (index < 0) {
        fail_msg("no node has the key %s", key);
    }
    return &plan->nodes.at[index];
}

static inline Str text_of(const Plan *plan, const char *key)
{
    return node_of(plan, key)->text;
}

static inline Str parent_key(const Plan *plan, const PlanNode *node)
{
    return node->parent == PLAN_NO_PARENT ? STR_EMPTY : plan->nodes.at[node->parent].key;
}

static inline size_t count_warnings(const Plan *plan, const char *code)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->warnings.len; i++) {
        count += strcmp(plan->warnings.at[i].code, code) == 0;
    }
    return count;
}

/* The first warning with the code. */
static inline const PlanWarning *warning_of(const Plan *plan, const char *code)
{
    for (size_t i = 0; i < plan->warnings.len; i++) {
        if (strcmp(plan->warnings.at[i].code, code) == 0) {
            return &plan->warnings.at[i];
        }
    }
    fail_msg("no warning %s", code);
    return NULL;
}

static inline void check_no_warnings(const Plan *plan, const char *file, int line)
{
    for (size_t i = 0; i < plan->warnings.len; i++) {
        const PlanWarning *warning = &plan->warnings.at[i];
        print_error("warning %s: %.*s\n", warning->code, STR_ARGS(warning->subject));
    }
    if (plan->warnings.len > 0) {
        _fail(file, line);
    }
}
#define assert_no_warnings(plan) check_no_warnings((plan), __FILE__, __LINE__)

/* A page of the default profile, its labels and its two rows of sections; the rows of measures follow. */
#define PAGE_TITLE "各政策における「現状と課題」「基本方向」「主な取組」一覧表\n"
#define PAGE_LABELS "基本政策名\t1 水と緑\t政策名\t(1) 川の再生\n-----\t-----\t-----\t-----\n\n"
#define PAGE_SECTIONS \
    "現状と課題\t基本方向\n<p>《水質の状況》 ●水は澄んでいます。</p>\t<p>川を守ります。</p>\n"
#define PAGE_MEASURES "主な取組\t\n①水を守る\t②魚を増やす\n"
#define PAGE_BODY "<p>《監視》 ●月に一度測ります。</p>\t<p>《放流》 ●稚魚を放します。</p>\n"
#define PAGE PAGE_TITLE "\n" PAGE_LABELS PAGE_SECTIONS PAGE_MEASURES PAGE_BODY

#endif
