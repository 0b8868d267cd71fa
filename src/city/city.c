/* city/city.c: city.yaml made into a City.
 *
 * One function for each part of the file, each checking what it reads; the first error ends the reading.
 * Titles are `title: {ja: ..., en: ...}` or a plain word, which is Japanese.
 */
#include "city/city.h"

#include "base/file.h"
#include "base/yaml.h"

enum { CITY_ARENA_MAX = 16 << 20, CITY_FILE_MAX = 1 << 20 };

typedef struct CityReader {
    City *city;
    Arena *arena;
    Str name; /* path of the file being read */
    Error *error;
} CityReader;

static bool wrong(CityReader *reader, const YamlNode *at, const char *message)
{
    return error_at(reader->error, ERROR_INPUT, reader->name, at->line, at->column, "%s", message);
}

static bool read_titled(CityReader *reader, const YamlNode *node, Titled *out)
{
    static const char *const languages[] = {"ja", "en", "ja-easy"};
    if (node->kind == YAML_SCALAR) {
        for (int i = 0; i < LANGUAGE_COUNT; i++)
            out->in[i] = node->text;
        return true;
    }
    if (!yaml_expect_map(node, reader->name, "a title", languages, COUNT_OF(languages), reader->error))
        return false;
    if (!yaml_get_text(node, S("ja"), &out->in[LANGUAGE_JA]))
        return wrong(
            reader, node, "a title needs its Japanese, as in {ja: 子育て支援課, en: Child support section}");
    if (!yaml_get_text(node, S("en"), &out->in[LANGUAGE_EN]))
        out->in[LANGUAGE_EN] = out->in[LANGUAGE_JA];
    return true;
}

/* `title:` of an item; an item without one is an error. */
static bool read_title_of(CityReader *reader, const YamlNode *item, Titled *out)
{
    const YamlNode *title = yaml_get(item, S("title"));
    return title ? read_titled(reader, title, out) : wrong(reader, item, "a 'title' is missing here");
}

static bool read_id_of(CityReader *reader, const YamlNode *item, Str *out)
{
    if (!yaml_get_text(item, S("id"), out))
        return wrong(reader, item, "an 'id' is missing here");
    for (size_t i = 0; i < out->len; i++) {
        char c = out->at[i];
        bool fine = (c >= 'a' && c <= 'z') || (i > 0 && ((c >= '0' && c <= '9') || c == '-' || c == '_'));
        if (!fine)
            return wrong(reader, yaml_get(item, S("id")),
                "an id is a lower-case letter followed by letters, digits, - and _, as in youth-section");
    }
    return true;
}

static bool expect_list(CityReader *reader, const YamlNode *node)
{
    return node->kind == YAML_LIST || wrong(reader, node, "a list is written as lines that begin with '- '");
}

static bool read_plan(CityReader *reader, const YamlNode *item)
{
    static const char *const known[] = {"id", "title", "folder", "first_edition", "steps"};
    if (!yaml_expect_map(item, reader->name, "a plan", known, COUNT_OF(known), reader->error))
        return false;
    CityPlan plan = {0};
    if (!read_id_of(reader, item, &plan.id) || !read_title_of(reader, item, &plan.title))
        return false;
    if (city_plan(reader->city, plan.id))
        return wrong(reader, item, "a plan of this id stands above already");
    plan.first_edition = S("素案");
    yaml_get_text(item, S("first_edition"), &plan.first_edition);
    Str folder = STR_EMPTY;
    if (yaml_get_text(item, S("folder"), &folder))
        plan.folder =
            arena_printf(reader->arena, "%.*s/%.*s", STR_ARGS(reader->city->folder), STR_ARGS(folder));
    const YamlNode *steps = yaml_get(item, S("steps"));
    if (steps && !expect_list(reader, steps))
        return false;
    for (size_t i = 0; steps && i < steps->items.len; i++) {
        Str *step = VEC_PUSH(reader->arena, &plan.steps);
        if (!step)
            return error_memory(reader->error);
        *step = steps->items.at[i]->text;
    }
    CityPlan *slot = VEC_PUSH(reader->arena, &reader->city->plans);
    if (!slot)
        return error_memory(reader->error);
    *slot = plan;
    return true;
}

/* A unit or a role goes to the end of `names`. */
static bool read_name(CityReader *reader, const YamlNode *item, CityName *out)
{
    static const char *const known[] = {"id", "title"};
    return yaml_expect_map(item, reader->name, "a unit or a role", known, COUNT_OF(known), reader->error) &&
           read_id_of(reader, item, &out->id) && read_title_of(reader, item, &out->title);
}

static bool read_unit(CityReader *reader, const YamlNode *item)
{
    CityName *unit = VEC_PUSH(reader->arena, &reader->city->units);
    return unit ? read_name(reader, item, unit) : error_memory(reader->error);
}

static bool read_role(CityReader *reader, const YamlNode *item)
{
    CityName *role = VEC_PUSH(reader->arena, &reader->city->roles);
    return role ? read_name(reader, item, role) : error_memory(reader->error);
}

static bool read_languages(CityReader *reader, const YamlNode *list)
{
    static const char *const names[LANGUAGE_COUNT] = {"ja", "en"};
    if (!expect_list(reader, list))
        return false;
    for (size_t i = 0; i < list->items.len; i++) {
        size_t at = 0;
        while (at < LANGUAGE_COUNT && !str_equal(list->items.at[i]->text, str_of(names[at])))
            at++;
        if (at == LANGUAGE_COUNT)
            return wrong(reader, list->items.at[i], "languages are ja and en");
        reader->city->languages[at] = true;
    }
    return true;
}

static bool each(CityReader *reader, const YamlNode *list, bool (*read)(CityReader *, const YamlNode *))
{
    if (!list)
        return true;
    if (!expect_list(reader, list))
        return false;
    for (size_t i = 0; i < list->items.len; i++)
        if (!read(reader, list->items.at[i]))
            return false;
    return true;
}

static bool read_code(CityReader *reader, const YamlNode *root)
{
    City *city = reader->city;
    if (!yaml_get_text(root, S("code"), &city->code))
        return wrong(
            reader, root, "'code' is missing: the six digits of the 全国地方公共団体コード, in quotes");
    int check = city->code.len == 6 ? city_code_check_digit(str_slice(city->code, 0, 5)) : -1;
    if (check < 0)
        return wrong(reader, yaml_get(root, S("code")),
            "a 全国地方公共団体コード has six digits; keep its leading zero in quotes");
    if (city->code.at[5] != '0' + check)
        return error_at(reader->error, ERROR_INPUT, reader->name, yaml_get(root, S("code"))->line,
            yaml_get(root, S("code"))->column, "the check digit of %.*s is wrong; it would be %.*s%d",
            STR_ARGS(city->code), 5, city->code.at, check);
    return true;
}

static bool read_root(CityReader *reader, const YamlNode *root)
{
    static const char *const known[] = {
        "name", "code", "prefecture", "languages", "fiscal_year", "notice", "plans", "units", "roles"};
    City *city = reader->city;
    if (!yaml_expect_map(root, reader->name, "city.yaml", known, COUNT_OF(known), reader->error))
        return false;
    const YamlNode *name = yaml_get(root, S("name")), *notice = yaml_get(root, S("notice"));
    if (!name)
        return wrong(reader, root, "'name' is missing: the city's name, as in {ja: 水辺町, en: Mizube Town}");
    if (!read_titled(reader, name, &city->name) || !read_code(reader, root))
        return false;
    if (notice && !read_titled(reader, notice, &city->notice))
        return false;
    const YamlNode *languages = yaml_get(root, S("languages"));
    city->languages[LANGUAGE_JA] = true;
    if (languages && !read_languages(reader, languages))
        return false;
    return each(reader, yaml_get(root, S("units")), read_unit) &&
           each(reader, yaml_get(root, S("roles")), read_role) &&
           each(reader, yaml_get(root, S("plans")), read_plan);
}

static bool read_city(City *city, Str folder, Error *error)
{
    CityReader reader = {.city = city, .arena = city->arena, .error = error};
    city->folder = arena_str(city->arena, folder);
    reader.name = arena_printf(city->arena, "%.*s/city.yaml", STR_ARGS(folder));
    Str text;
    if (!file_read(city->arena, reader.name, CITY_FILE_MAX, &text, error))
        return false;
    const YamlNode *root = yaml_read(city->arena, text, reader.name, error);
    if (!root || !read_root(&reader, root))
        return false;
    city->import_profile_name = arena_printf(city->arena, "%.*s/import.yaml", STR_ARGS(folder));
    if (file_exists(city->import_profile_name) &&
        !file_read(city->arena, city->import_profile_name, CITY_FILE_MAX, &city->import_profile, error))
        return false;
    return !arena_failed(city->arena) || error_memory(error);
}

bool city_read(City **out, Str folder, CityProblems *problems, Error *error)
{
    (void)problems;
    Arena *arena = arena_new(CITY_ARENA_MAX);
    City *city = arena ? ARENA_NEW(arena, City) : NULL;
    if (!city) {
        arena_free(arena);
        return error_memory(error);
    }
    city->arena = arena;
    if (!read_city(city, folder, error)) {
        city_free(city);
        return false;
    }
    *out = city;
    return true;
}

void city_free(City *city)
{
    if (city)
        arena_free(city->arena);
}

void city_cleanup(City **city)
{
    city_free(*city);
    *city = NULL;
}

const CityPlan *city_plan(const City *city, Str id)
{
    for (size_t i = 0; i < city->plans.len; i++)
        if (str_equal(city->plans.at[i].id, id))
            return &city->plans.at[i];
    return NULL;
}

const CityName *city_role(const City *city, Str id)
{
    for (size_t i = 0; i < city->roles.len; i++)
        if (str_equal(city->roles.at[i].id, id))
            return &city->roles.at[i];
    return NULL;
}

int city_code_check_digit(Str five)
{
    if (five.len != 5)
        return -1;
    int sum = 0;
    for (int i = 0; i < 5; i++) {
        if (five.at[i] < '0' || five.at[i] > '9')
            return -1;
        sum += (five.at[i] - '0') * (6 - i);
    }
    return (11 - sum % 11) % 10;
}
