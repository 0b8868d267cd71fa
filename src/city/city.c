/* city/city.c: city.yaml made into a City: name, code, languages, plans, units, roles.
 *
 * One function for each part of the file, each noting what is wrong and going on. Titles are
 * `title: {ja: ..., en: ...}` or a plain word, which is Japanese.
 */
#include "city/city_internal.h"

bool read_id_of(Reader *reader, const YamlNode *item, Str *out)
{
    const YamlNode *id = yaml_get(item, S("id"));
    if (!yaml_get_text(item, S("id"), out))
        return refuse_node(reader, item, "an 'id' is missing here");
    for (size_t i = 0; i < out->len; i++) {
        char c = out->at[i];
        bool fine = (c >= 'a' && c <= 'z') || (i > 0 && ((c >= '0' && c <= '9') || c == '-' || c == '_'));
        if (!fine)
            return refuse_node(reader, id,
                "an id is a lower-case letter followed by letters, digits, - and _, as in youth-section");
    }
    return true;
}

static void read_steps(Reader *reader, const YamlNode *steps, CityPlan *plan)
{
    if (!expect_list(reader, steps))
        return;
    for (size_t i = 0; i < steps->items.len; i++) {
        Str *step = expect_scalar(reader, steps->items.at[i], "the name of a step")
                        ? VEC_PUSH(reader->arena, &plan->steps)
                        : NULL;
        if (step)
            *step = steps->items.at[i]->text;
    }
}

static void read_plan(Reader *reader, const YamlNode *item)
{
    static const char *const known[] = {"id", "title", "folder", "first_edition", "steps"};
    CityPlan plan = {.folder = STR_EMPTY, .first_edition = S("素案")};
    Str folder = STR_EMPTY;
    if (!expect_keys(reader, item, KEYS_ONLY(known), S("a plan")) || !read_id_of(reader, item, &plan.id) ||
        !read_title_of(reader, item, S("a plan"), &plan.title))
        return;
    if (city_plan(reader->city, plan.id)) {
        refuse_node(reader, item, "a plan of this id stands above already");
        return;
    }
    yaml_get_text(item, S("first_edition"), &plan.first_edition);
    if (yaml_get_text(item, S("folder"), &folder))
        plan.folder =
            arena_printf(reader->arena, "%.*s/%.*s", STR_ARGS(reader->city->folder), STR_ARGS(folder));
    if (yaml_get(item, S("steps")))
        read_steps(reader, yaml_get(item, S("steps")), &plan);
    CityPlan *slot = VEC_PUSH(reader->arena, &reader->city->plans);
    if (slot)
        *slot = plan;
}

/* keeps: [registers, protection] */
static void read_keeps(Reader *reader, const YamlNode *node, CityName *role)
{
    static const char *const words[] = {"registers", "protection"};
    for (size_t i = 0, count = count_items(reader, node); i < count; i++) {
        ptrdiff_t at = read_word(reader, item_at(node, i), words, COUNT_OF(words), "what a role keeps");
        role->keeps_registers |= at == 0;
        role->keeps_protection |= at == 1;
    }
}

static void read_name(Reader *reader, const YamlNode *item, CityNames *names)
{
    static const char *const of_unit[] = {"id", "title"}, *const of_role[] = {"id", "title", "keeps"};
    CityName name = {0};
    bool is_role = names == &reader->city->roles;
    if (!expect_keys(
            reader, item, is_role ? KEYS_ONLY(of_role) : KEYS_ONLY(of_unit), S("a unit or a role")) ||
        !read_id_of(reader, item, &name.id) ||
        !read_title_of(reader, item, S("a unit or a role"), &name.title))
        return;
    for (size_t i = 0; i < names->len; i++)
        if (str_equal(names->at[i].id, name.id)) {
            refuse_node(reader, item, "the id '%.*s' stands above already", STR_ARGS(name.id));
            return;
        }
    if (is_role && yaml_get(item, S("keeps")))
        read_keeps(reader, yaml_get(item, S("keeps")), &name);
    CityName *slot = VEC_PUSH(reader->arena, names);
    if (slot)
        *slot = name;
}

static void read_unit(Reader *reader, const YamlNode *item)
{
    read_name(reader, item, &reader->city->units);
}

static void read_role(Reader *reader, const YamlNode *item)
{
    static const char *const built_in[] = {
        "resident", "anyone", "staff", "registers_keeper", "protection_keeper"};
    Str id = STR_EMPTY;
    yaml_get_text(item, S("id"), &id);
    for (size_t i = 0; i < COUNT_OF(built_in); i++)
        if (str_equal(id, str_of(built_in[i]))) {
            refuse_node(reader, item, "the role '%s' is built in and is not declared", built_in[i]);
            return;
        }
    read_name(reader, item, &reader->city->roles);
}

static void read_language(Reader *reader, const YamlNode *item)
{
    static const char *const names[LANGUAGE_COUNT] = {"ja", "en"};
    for (size_t i = 0; i < LANGUAGE_COUNT; i++)
        if (item->kind == YAML_SCALAR && str_equal(item->text, str_of(names[i]))) {
            reader->city->languages[i] = true;
            return;
        }
    refuse_node(reader, item, "languages are ja and en");
}

static void each(Reader *reader, const YamlNode *list, void (*read)(Reader *, const YamlNode *))
{
    if (!list || !expect_list(reader, list))
        return;
    for (size_t i = 0; i < list->items.len; i++)
        read(reader, list->items.at[i]);
}

static void read_code(Reader *reader, const YamlNode *root)
{
    City *city = reader->city;
    if (!yaml_get_text(root, S("code"), &city->code)) {
        refuse_node(
            reader, root, "'code' is missing: the six digits of the 全国地方公共団体コード, in quotes");
        return;
    }
    const YamlNode *code = yaml_get(root, S("code"));
    int check = city->code.len == 6 ? city_code_check_digit(str_slice(city->code, 0, 5)) : -1;
    if (check < 0)
        refuse_node(reader, code, "a 全国地方公共団体コード has six digits; keep its leading zero in quotes");
    else if (city->code.at[5] != '0' + check)
        refuse_node(reader, code, "the check digit of %.*s is wrong; it would be %.*s%d",
            STR_ARGS(city->code), 5, city->code.at, check);
}

void read_city_file(Reader *reader)
{
    static const char *const known[] = {"name", "code", "prefecture", "languages", "fiscal_year", "notice",
        "plans", "units", "roles", "comparison_tables"};
    City *city = reader->city;
    Error error = {0};
    city->name = city->notice = (Titled){.in = {STR_EMPTY, STR_EMPTY}, .easy = STR_EMPTY};
    city->languages[LANGUAGE_JA] = true;
    const YamlNode *root = yaml_read(reader->arena, reader->text, reader->file, &error);
    if (!root) {
        refuse_error(reader, &error);
        return;
    }
    if (!expect_keys(reader, root, KEYS_ONLY(known), S("city.yaml")))
        return;
    const YamlNode *name = yaml_get(root, S("name")), *notice = yaml_get(root, S("notice"));
    each(reader, yaml_get(root, S("languages")), read_language);
    if (!name)
        refuse_node(reader, root, "'name' is missing: the city's name, as in {ja: 水辺町, en: Mizube Town}");
    else
        (void)read_titled(reader, name, &city->name);
    read_code(reader, root);
    if (notice)
        (void)read_titled(reader, notice, &city->notice);
    each(reader, yaml_get(root, S("units")), read_unit);
    each(reader, yaml_get(root, S("roles")), read_role);
    each(reader, yaml_get(root, S("plans")), read_plan);
    each(reader, yaml_get(root, S("comparison_tables")), read_comparison_table);
}

const CityPlan *city_plan(const City *city, Str id)
{
    for (size_t i = 0; i < city->plans.len; i++)
        if (str_equal(city->plans.at[i].id, id))
            return &city->plans.at[i];
    return NULL;
}

static const CityName *find_name(const CityNames *names, Str id)
{
    for (size_t i = 0; i < names->len; i++)
        if (str_equal(names->at[i].id, id))
            return &names->at[i];
    return NULL;
}

const CityName *city_role(const City *city, Str id)
{
    return find_name(&city->roles, id);
}

const CityName *city_unit(const City *city, Str id)
{
    return find_name(&city->units, id);
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
