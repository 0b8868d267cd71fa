/* city/plan_key.c: nodes of plans that services carry out and indicators measure: "basic-2019/2-1-2-2-1".
 *
 * Reading a declaration asks only whether the city has such a plan. Whether the plan has such a node is asked
 * of the folder's texts by `check`, and of the database by `apply`: later editions are there alone.
 */
#include "base/file.h"
#include "city/city_internal.h"
#include "plan/format.h"

static void read_key(Reader *reader, const YamlNode *node, CityPlanKeys *out)
{
    CityPlanKey key = {.origin = origin_of(reader, node->line, node->column)};
    if (!expect_scalar(reader, node, "a node of a plan"))
        return;
    if (!str_cut(node->text, S("/"), &key.plan, &key.key) || key.key.len == 0) {
        refuse_node(reader, node, "a node of a plan is written as plan/key: basic-2019/2-1-2-2-1");
        return;
    }
    const City *city = reader->city;
    const char **names = arena_array(reader->arena, city->plans.len, sizeof *names);
    for (size_t i = 0; names && i < city->plans.len; i++)
        names[i] = arena_str(reader->arena, city->plans.at[i].id).at;
    if (!names)
        return;
    if (!city_plan(city, key.plan)) {
        Str remedy = remedy_of(reader, key.plan, names, city->plans.len);
        refuse_node(reader, node, "the city has no plan '%.*s'%.*s", STR_ARGS(key.plan), STR_ARGS(remedy));
        return;
    }
    CityPlanKey *slot = VEC_PUSH(reader->arena, out);
    if (slot)
        *slot = key;
}

void read_plan_keys(Reader *reader, const YamlNode *node, CityPlanKeys *out)
{
    for (size_t i = 0, count = count_items(reader, node); i < count; i++)
        read_key(reader, item_at(node, i), out);
}

/* --- do they stand in the folder's texts? ------------------------------------------------------- */

typedef struct KeyCheck {
    Reader reader; /* for notes; its file is set for each key */
    const CityPlan *city_plan;
    const Plan *plan;
} KeyCheck;

static const Plan *read_folder(
    Arena *arena, const CityPlan *plan, CityProblems *problems, Reader *reader, Error *error)
{
    FileNames names = {0};
    PlanFiles files = {0};
    PlanErrors wrong = {0};
    if (!directory_list(arena, plan->folder, S(".md"), &names, error))
        return NULL;
    for (size_t i = 0; i < names.len; i++) {
        PlanFile *file = VEC_PUSH(arena, &files);
        if (!file)
            return (void)error_memory(error), NULL;
        file->name = names.at[i];
        if (!file_read(arena, names.at[i], CITY_FILE_MAX, &file->text, error))
            return NULL;
    }
    Plan *read = plan_read_markdown(arena, files.len, files.at, &wrong);
    for (size_t i = 0; i < wrong.len; i++)
        (void)refuse_error(reader, &wrong.at[i]);
    problems->errors += wrong.total - wrong.len;
    *error = wrong.at[0];
    return read;
}

static void check_keys(KeyCheck *check, const CityPlanKey *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const CityPlanKey *key = &keys[i];
        if (!str_equal(key->plan, check->city_plan->id) || plan_find(check->plan, key->key) >= 0)
            continue;
        check->reader.file = key->origin.file;
        refuse_origin(&check->reader, &key->origin, "the plan '%.*s' has no node '%.*s' in %.*s",
            STR_ARGS(key->plan), STR_ARGS(key->key), STR_ARGS(check->city_plan->folder));
    }
}

static void check_services(KeyCheck *check, const City *city)
{
    for (size_t i = 0; i < city->services.len; i++) {
        const CityService *service = city->services.at[i];
        check_keys(check, service->carries_out.at, service->carries_out.len);
        for (size_t k = 0; k < service->indicators.len; k++)
            check_keys(check, service->indicators.at[k]->of.at, service->indicators.at[k]->of.len);
    }
}

enum { PLAN_ARENA_MAX = 256 << 20 };

bool city_check_plan_keys(const City *city, CityProblems *problems, Error *error)
{
    for (size_t i = 0; i < city->plans.len; i++) {
        KeyCheck check = {.city_plan = &city->plans.at[i]};
        if (check.city_plan->folder.len == 0)
            continue;
        AUTO_ARENA arena = arena_new(PLAN_ARENA_MAX);
        if (!arena)
            return error_memory(error);
        check.reader = (Reader){.arena = arena, .problems = problems};
        size_t before = problems->errors;
        check.plan = read_folder(arena, check.city_plan, problems, &check.reader, error);
        if (!check.plan && problems->errors == before)
            return false;
        if (check.plan)
            check_services(&check, city);
    }
    return problems_end(problems, error);
}
