/* city/access.c: who may create, read and write: the lines of `access`, and lists of roles.
 *
 * Roles are those of city.yaml, besides `resident` and `anyone`, who have no role of the city, and `staff`,
 * which stands for every role of the city that has no line of its own. `registers_keeper` and
 * `protection_keeper` stand for the roles that keep them (`keeps` in city.yaml).
 */
#include "city/city_internal.h"

#define ROLE_STAFF "staff"
#define ROLE_REGISTERS_KEEPER "registers_keeper"
#define ROLE_PROTECTION_KEEPER "protection_keeper"

static const char *const built_in[] = {
    "resident", "anyone", ROLE_STAFF, ROLE_REGISTERS_KEEPER, ROLE_PROTECTION_KEEPER};

/* Whether the word stands for several roles of the city. */
static bool is_group(Str word)
{
    return str_equal(word, S(ROLE_STAFF)) || str_equal(word, S(ROLE_REGISTERS_KEEPER)) ||
           str_equal(word, S(ROLE_PROTECTION_KEEPER));
}

static bool is_of_group(const CityName *role, Str word)
{
    if (str_equal(word, S(ROLE_REGISTERS_KEEPER)))
        return role->keeps_registers;
    return str_equal(word, S(ROLE_STAFF)) || role->keeps_protection;
}

static bool is_role(const City *city, Str role)
{
    bool is_known = city_role(city, role) != NULL;
    for (size_t i = 0; i < COUNT_OF(built_in); i++)
        is_known |= str_equal(role, str_of(built_in[i]));
    return is_known;
}

static bool check_role(Reader *reader, Str role, long line, long column)
{
    const City *city = reader->city;
    if (is_role(city, role))
        return true;
    size_t count = 0;
    const char **names = arena_array(reader->arena, city->roles.len + COUNT_OF(built_in), sizeof *names);
    if (!names)
        return false;
    for (; count < COUNT_OF(built_in); count++)
        names[count] = built_in[count];
    for (size_t i = 0; i < city->roles.len; i++)
        names[count++] = arena_str(reader->arena, city->roles.at[i].id).at;
    Str remedy = remedy_of(reader, role, names, count);
    return refuse_place(reader, line, column, "unknown role '%.*s'%.*s", STR_ARGS(role), STR_ARGS(remedy));
}

void add_role(Reader *reader, Str role, CityWords *out)
{
    for (size_t i = 0; i < out->len; i++)
        if (str_equal(out->at[i], role))
            return;
    Str *slot = VEC_PUSH(reader->arena, out);
    if (slot)
        *slot = role;
}

static void read_role_of_list(Reader *reader, const YamlNode *node, CityWords *out)
{
    if (!expect_scalar(reader, node, "the name of a role") ||
        !check_role(reader, node->text, node->line, node->column))
        return;
    if (!is_group(node->text))
        add_role(reader, node->text, out);
    for (size_t i = 0; is_group(node->text) && i < reader->city->roles.len; i++)
        if (is_of_group(&reader->city->roles.at[i], node->text))
            add_role(reader, reader->city->roles.at[i].id, out);
}

void read_roles(Reader *reader, const YamlNode *node, CityWords *out)
{
    for (size_t i = 0, count = count_items(reader, node); i < count; i++)
        read_role_of_list(reader, item_at(node, i), out);
}

static CityRule read_rule(ServiceDraft *draft, const CityRecordType *type, Str role, const YamlNode *node)
{
    static const FormulaType condition = {.kind = FORMULA_BOOLEAN};
    Reader *reader = draft->reader;
    CityRule rule = {0};
    if (!node || !expect_scalar(reader, node, "yes, no or a formula"))
        return rule;
    bool is_yes = str_equal(node->text, S("yes")) || str_equal(node->text, S("true"));
    bool is_no = str_equal(node->text, S("no")) || str_equal(node->text, S("false"));
    if (is_yes || is_no) {
        rule.is_given = is_yes;
        return rule;
    }
    FormulaScope scope = {.model = draft->service->model,
        .record = type->name,
        .allows_today = true,
        .allows_me = !str_equal(role, S("anyone"))};
    rule.when = read_formula(reader, &scope, node, &condition);
    rule.is_given = true;
    return rule;
}

static void add_access(Reader *reader, CityRecordType *type, const CityAccess *access, Str role)
{
    CityAccess *slot = VEC_PUSH(reader->arena, &type->access);
    if (!slot)
        return;
    *slot = *access;
    slot->role = role;
}

static void read_line(ServiceDraft *draft, CityRecordType *type, const YamlNode *lines, const YamlPair *pair)
{
    static const char *const known[] = {"create", "read", "write"};
    Reader *reader = draft->reader;
    Str what = arena_printf(reader->arena, "the access of '%.*s'", STR_ARGS(pair->key));
    if (!check_role(reader, pair->key, pair->line, pair->column) ||
        !expect_keys(reader, pair->value, KEYS_ONLY(known), what))
        return;
    const CityAccess access = {
        .role = pair->key,
        .create = read_rule(draft, type, pair->key, yaml_get(pair->value, S("create"))),
        .read = read_rule(draft, type, pair->key, yaml_get(pair->value, S("read"))),
        .write = read_rule(draft, type, pair->key, yaml_get(pair->value, S("write"))),
    };
    check_set_form(reader, type, access.read.when);
    if (!is_group(pair->key)) {
        add_access(reader, type, &access, pair->key);
        return;
    }
    for (size_t i = 0; i < reader->city->roles.len; i++) {
        const CityName *role = &reader->city->roles.at[i];
        bool is_staff = str_equal(pair->key, S(ROLE_STAFF));
        if (is_of_group(role, pair->key) && !(is_staff && yaml_get(lines, role->id)))
            add_access(reader, type, &access, role->id);
    }
}

bool may_read(const CityRecordType *type, Str role)
{
    for (size_t i = 0; i < type->access.len; i++) {
        const CityAccess *access = &type->access.at[i];
        bool is_for = str_equal(access->role, role) || str_equal(access->role, S("anyone"));
        if (is_for && access->read.is_given)
            return true;
    }
    return false;
}

static bool lets_in(const CityRecordType *type, bool to_create)
{
    for (size_t i = 0; i < type->access.len; i++)
        if (to_create ? type->access.at[i].create.is_given : type->access.at[i].read.is_given)
            return true;
    return false;
}

void read_access(ServiceDraft *draft, TypeDraft *type)
{
    Reader *reader = draft->reader;
    const YamlNode *lines = yaml_get(type->node, S("access"));
    size_t before = reader->problems->errors;
    if (lines && !expect_names(reader, lines, "lines of access", CITY_LIST_MAX))
        return;
    for (size_t i = 0; lines && i < lines->pairs.len; i++)
        read_line(draft, type->type, lines, &lines->pairs.at[i]);
    if (reader->problems->errors > before)
        return;
    check_transition_roles(reader, type->type);
    if (!lets_in(type->type, false) && !type->type->is_register)
        warn_origin(reader, &type->type->origin,
            "nobody may read records of %.*s; its 'access' lets nobody in", STR_ARGS(type->type->name));
    else if (!lets_in(type->type, true) && !type->type->is_register)
        warn_origin(reader, &type->type->origin,
            "nobody may create records of %.*s; its 'access' lets nobody do so", STR_ARGS(type->type->name));
}
