/* Mizube Town, an invented place, for tests and fuzzers of services: one plan, one unit, two roles, one
 * letter. */
#ifndef TESTS_UNIT_CITY_MIZUBE_H
#define TESTS_UNIT_CITY_MIZUBE_H

#include "city/city.h"

static const char test_city_yaml[] =
    "name: {ja: 水辺町, en: Mizube Town}\n"
    "code: \"131016\"\n"
    "languages: [ja, en]\n"
    "plans: [{id: basic-2019, title: {ja: 計画, en: Plan}}]\n"
    "units: [{id: youth-section, title: {ja: 青少年係, en: Youth section}}]\n"
    "roles:\n"
    "  - {id: youth_officer, title: {ja: 青少年担当, en: Youth officer}}\n"
    "  - {id: clerk, title: {ja: 窓口担当, en: Clerk}}\n";

static const char test_letter[] =
    "# 中止のお知らせ\n\n{guardian.name} 様\n\n{child.name}さんの教室は中止になりました。\n";

/* Compiles the town with one service, or none (empty text). */
static inline bool compile_service(
    City **out, Arena *arena, Str name, Str text, CityProblems *problems, Error *error)
{
    const CityFile all[] = {
        {S("city.yaml"), str_of(test_city_yaml)},
        {S("letters/cancelled.md"), str_of(test_letter)},
        {name, text},
    };
    CityFiles files = {0};
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        CityFile *file = all[i].text.len > 0 ? VEC_PUSH(arena, &files) : NULL;
        if (file)
            *file = all[i];
    }
    return city_compile(out, S("mizube"), &files, problems, error);
}

#endif
