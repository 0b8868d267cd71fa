/* city/was.c: the names that something had before, `was:`.
 *
 * A service, record type, field, state, choice or indicator may say what it was called; an apply then renames
 * what the database has under that name and makes nothing new (apply_steps.c). Files keep their `was:` when
 * it is done. What can be seen without a database is told here: an earlier name that is the present one, that
 * is still declared beside it, or that two things claim.
 */
#include "city/city_internal.h"

/* --- finding by an earlier name ------------------------------------------------------------------ */

bool city_was(const CityFormerNames *was, Str name)
{
    for (size_t i = 0; i < was->len; i++)
        if (str_equal(was->at[i].name, name))
            return true;
    return false;
}

const CityField *city_field_or_former(const CityRecordType *type, Str name)
{
    const CityField *found = city_field(type, name);
    for (size_t i = 0; i < type->fields.len && !found; i++)
        if (city_was(&type->fields.at[i].was, name))
            found = &type->fields.at[i];
    return found;
}

const CityService *city_service_or_former(const City *city, Str id)
{
    const CityService *found = city_service(city, id);
    for (size_t i = 0; i < city->services.len && !found; i++)
        if (city_was(&city->services.at[i]->was, id))
            found = city->services.at[i];
    return found;
}

const CityRecordType *city_record_type_or_former(const CityService *service, Str name)
{
    const CityRecordType *former = NULL;
    for (size_t i = 0; i < service->record_types.len; i++) {
        const CityRecordType *type = service->record_types.at[i];
        if (str_equal(type->name, name))
            return type;
        former = city_was(&type->was, name) ? type : former;
    }
    return former;
}

/* --- reading ------------------------------------------------------------------------------------ */

/* One of those among which names are unique. */
typedef struct Sibling {
    Str name;
    const CityFormerNames *was;
} Sibling;

static bool is_name_of(Str name, bool has_dashes)
{
    bool fine = name.len > 0 && name.len <= CITY_NAME_MAX && name.at[0] >= 'a' && name.at[0] <= 'z';
    for (size_t i = 1; i < name.len; i++) {
        char c = name.at[i];
        fine &= (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == (has_dashes ? '-' : '_');
    }
    return fine;
}

bool read_was(Reader *reader, const YamlNode *map, Str own, const char *what, CityFormerNames *out)
{
    const YamlNode *was = yaml_get(map, S("was"));
    bool ok = true;
    for (size_t i = 0, count = was ? count_items(reader, was) : 0; i < count; i++) {
        const YamlNode *item = item_at(was, i);
        if (!expect_scalar(reader, item, "the name it had before")) {
            ok = false;
        } else if (!is_name_of(item->text, strcmp(what, "service") == 0)) {
            ok = refuse_node(reader, item, "'%.*s' was never the name of a %s: it could not be written so",
                STR_ARGS(item->text), what);
        } else if (str_equal(item->text, own)) {
            ok = refuse_node(reader, item, "'%.*s' is the present name; 'was' says what it was called before",
                STR_ARGS(own));
        } else {
            CityFormerName *slot = VEC_PUSH(reader->arena, out);
            if (slot)
                *slot = (CityFormerName){item->text, origin_of(reader, item->line, item->column)};
        }
    }
    return ok;
}

/* The map without `was:`. */
static const YamlNode *titles_of(Reader *reader, const YamlNode *node)
{
    YamlNode *titles = ARENA_NEW(reader->arena, YamlNode);
    if (node->kind != YAML_MAP || !yaml_get(node, S("was")) || !titles)
        return node;
    *titles = (YamlNode){.kind = YAML_MAP, .line = node->line, .column = node->column, .text = STR_EMPTY};
    for (size_t i = 0; i < node->pairs.len; i++) {
        bool is_title = !str_equal(node->pairs.at[i].key, S("was"));
        YamlPair *slot = is_title ? VEC_PUSH(reader->arena, &titles->pairs) : NULL;
        if (slot)
            *slot = node->pairs.at[i];
    }
    return titles;
}

bool read_named_value(Reader *reader, const YamlPair *pair, const char *what, CityChoice *out)
{
    *out = (CityChoice){.name = pair->key};
    return check_value_name(reader, pair, what) &&
           read_titled(reader, titles_of(reader, pair->value), &out->title) &&
           read_was(reader, pair->value, pair->key, what, &out->was);
}

/* --- among their like --------------------------------------------------------------------------- */

static void check_one(Reader *reader, const char *what, const Sibling *all, size_t count, size_t own,
    const CityFormerName *former)
{
    for (size_t i = 0; i < count; i++) {
        if (str_equal(all[i].name, former->name)) {
            refuse_origin(reader, &former->origin,
                "the %s '%.*s' is declared still, so '%.*s' cannot have been it; remove one of them", what,
                STR_ARGS(former->name), STR_ARGS(all[own].name));
            return;
        }
        for (size_t k = 0; i < own && k < all[i].was->len; k++)
            if (str_equal(all[i].was->at[k].name, former->name)) {
                refuse_origin(reader, &former->origin, "'%.*s' says already that it was the %s '%.*s'",
                    STR_ARGS(all[i].name), what, STR_ARGS(former->name));
                return;
            }
    }
}

static void check_siblings(Reader *reader, const char *what, const Sibling *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < all[i].was->len; k++)
            check_one(reader, what, all, count, i, &all[i].was->at[k]);
}

static void check_values(Reader *reader, const char *what, const CityChoice *values, size_t count)
{
    Sibling *all = arena_array(reader->arena, count, sizeof *all);
    for (size_t i = 0; all && i < count; i++)
        all[i] = (Sibling){values[i].name, &values[i].was};
    if (all)
        check_siblings(reader, what, all, count);
}

static void check_fields(Reader *reader, const CityRecordType *type)
{
    Sibling *all = arena_array(reader->arena, type->fields.len, sizeof *all);
    for (size_t i = 0; all && i < type->fields.len; i++) {
        const CityField *field = &type->fields.at[i];
        all[i] = (Sibling){field->name, &field->was};
        check_values(reader, "choice", field->choices.at, field->choices.len);
    }
    if (all)
        check_siblings(reader, "field", all, type->fields.len);
    check_values(reader, "state", type->states.at, type->states.len);
}

/* --- tables and figures ------------------------------------------------------------------------- */

Str table_of_names(Arena *arena, Str service, Str type)
{
    if (str_equal(service, S(REGISTERS_SERVICE)))
        return type;
    char *id = arena_alloc(arena, service.len);
    for (size_t i = 0; id && i < service.len; i++)
        id[i] = service.at[i] == '-' ? '_' : service.at[i];
    return id ? arena_printf(arena, "%.*s__%.*s", (int)service.len, id, STR_ARGS(type)) : type;
}

/* One more; a name of a service and a name of its part, one of them earlier. */
static void add_former(
    Arena *arena, bool is_table, Str service, Str part, CityOrigin origin, CityFormerNames *out)
{
    CityFormerName *slot = VEC_PUSH(arena, out);
    if (slot)
        *slot =
            (CityFormerName){is_table ? table_of_names(arena, service, part)
                                      : arena_printf(arena, "%.*s/%.*s", STR_ARGS(service), STR_ARGS(part)),
                origin};
}

static void add_formers(Arena *arena, bool is_table, const CityService *service, Str name,
    const CityFormerNames *was, CityFormerNames *out)
{
    for (size_t i = 0; i < was->len; i++)
        add_former(arena, is_table, service->id, was->at[i].name, was->at[i].origin, out);
    for (size_t k = 0; k < service->was.len; k++) {
        const CityFormerName *former = &service->was.at[k];
        add_former(arena, is_table, former->name, name, former->origin, out);
        for (size_t i = 0; i < was->len; i++)
            add_former(arena, is_table, former->name, was->at[i].name, was->at[i].origin, out);
    }
}

void settle_was(Reader *reader, const CityService *service)
{
    Sibling *types = arena_array(reader->arena, service->record_types.len, sizeof *types);
    Sibling *figures = arena_array(reader->arena, service->indicators.len, sizeof *figures);
    if (!types || !figures)
        return;
    for (size_t i = 0; i < service->record_types.len; i++) {
        CityRecordType *type = service->record_types.at[i];
        types[i] = (Sibling){type->name, &type->was};
        check_fields(reader, type);
        add_formers(reader->arena, true, service, type->name, &type->was, &type->former_tables);
    }
    for (size_t i = 0; i < service->indicators.len; i++) {
        CityIndicator *indicator = service->indicators.at[i];
        figures[i] = (Sibling){indicator->name, &indicator->was};
        add_formers(reader->arena, false, service, indicator->name, &indicator->was, &indicator->former_ids);
    }
    check_siblings(reader, "record type", types, service->record_types.len);
    check_siblings(reader, "indicator", figures, service->indicators.len);
}

void check_was_of_services(City *city, CityProblems *problems)
{
    Reader reader;
    reader_init(&reader, city, problems, city->folder, STR_EMPTY);
    Sibling *all = arena_array(city->arena, city->services.len, sizeof *all);
    for (size_t i = 0; all && i < city->services.len; i++)
        all[i] = (Sibling){city->services.at[i]->id, &city->services.at[i]->was};
    if (all)
        for (size_t i = 0; all && i < city->services.len; i++) {
            reader.file = city->services.at[i]->file;
            for (size_t k = 0; k < all[i].was->len; k++)
                check_one(&reader, "service", all, city->services.len, i, &all[i].was->at[k]);
        }
}
