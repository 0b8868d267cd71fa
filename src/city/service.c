/* city/service.c: a service's file: its head, then its record types and indicators in two passes.
 *
 *     first pass    names, fields, states; then what refers to what, and the columns
 *     model         what formulas may speak of
 *     second pass   formulas: fields, transitions, access, places, indicators
 */
#include "city/city_internal.h"

/* --- finding ------------------------------------------------------------------------------------ */

const CityService *city_service(const City *city, Str id)
{
    for (size_t i = 0; i < city->services.len; i++)
        if (str_equal(city->services.at[i]->id, id))
            return city->services.at[i];
    return NULL;
}

static CityRecordType *type_of_service(const CityService *service, Str name)
{
    for (size_t i = 0; service && i < service->record_types.len; i++)
        if (str_equal(service->record_types.at[i]->name, name))
            return service->record_types.at[i];
    return NULL;
}

const CityRecordType *city_record_type(const City *city, const CityService *service, Str name)
{
    const CityRecordType *found = type_of_service(service, name);
    return found || city->services.len == 0 ? found : type_of_service(city->services.at[0], name);
}

const CityRecordType *city_record_type_of_table(const City *city, Str table)
{
    for (size_t i = 0; i < city->services.len; i++)
        for (size_t k = 0; k < city->services.at[i]->record_types.len; k++)
            if (str_equal(city->services.at[i]->record_types.at[k]->table, table))
                return city->services.at[i]->record_types.at[k];
    return NULL;
}

const CityIndicator *city_indicator(const City *city, Str id)
{
    for (size_t i = 0; i < city->services.len; i++)
        for (size_t k = 0; k < city->services.at[i]->indicators.len; k++)
            if (str_equal(city->services.at[i]->indicators.at[k]->id, id))
                return city->services.at[i]->indicators.at[k];
    return NULL;
}

size_t city_dependents(const City *city, const CityRecordType *type, const CityDependent **out)
{
    (void)city;
    *out = type->dependents.at;
    return type->dependents.len;
}

/* --- the head ----------------------------------------------------------------------------------- */

static bool is_service_id(Str id)
{
    bool fine = id.len > 0 && id.len <= CITY_NAME_MAX && id.at[0] >= 'a' && id.at[0] <= 'z';
    for (size_t i = 1; i < id.len; i++) {
        bool is_letter = (id.at[i] >= 'a' && id.at[i] <= 'z') || (id.at[i] >= '0' && id.at[i] <= '9');
        fine &= is_letter || (id.at[i] == '-' && id.at[i - 1] != '-');
    }
    return fine && id.at[id.len - 1] != '-';
}

static bool read_service_id(Reader *reader, const YamlNode *root, CityService *service)
{
    const YamlNode *id = yaml_get(root, S("service"));
    if (!id)
        return refuse_node(reader, root,
            "'service' is missing: the name of the service, as in service: experience-programme");
    if (!expect_scalar(reader, id, "the name of the service"))
        return false;
    service->id = id->text;
    if (!is_service_id(id->text))
        return refuse_node(reader, id,
            "the name of a service is lower-case letters and digits with - between words, at most %d, as in "
            "experience-programme",
            CITY_NAME_MAX);
    const CityService *other = city_service(reader->city, id->text);
    return !other || refuse_node(reader, id, "there is a service '%.*s' already, in %.*s", STR_ARGS(id->text),
                         STR_ARGS(other->file));
}

static Str read_unit(Reader *reader, const YamlNode *node)
{
    const City *city = reader->city;
    const char **names = arena_array(reader->arena, city->units.len, sizeof *names);
    for (size_t i = 0; names && i < city->units.len; i++)
        names[i] = arena_str(reader->arena, city->units.at[i].id).at;
    ptrdiff_t at = names ? read_word(reader, node, names, city->units.len, "a unit of the city") : -1;
    return at >= 0 ? city->units.at[at].id : STR_EMPTY;
}

static void read_life_situations(Reader *reader, const YamlNode *node, CityService *service)
{
    if (!expect_list(reader, node))
        return;
    for (size_t i = 0, count = count_items(reader, node); i < count; i++) {
        Str *slot = expect_scalar(reader, node->items.at[i], "a life situation, as school")
                        ? VEC_PUSH(reader->arena, &service->life_situations)
                        : NULL;
        if (slot)
            *slot = node->items.at[i]->text;
    }
}

/* "3 fiscal years", "1 year", "permanent". */
static void read_retention(Reader *reader, const YamlNode *node, CityService *service)
{
    static const Str ends[] = {STR_LITERAL(" years"), STR_LITERAL(" year")};
    if (!expect_scalar(reader, node, "for how long records are kept"))
        return;
    service->retention = node->text;
    Str number = node->text;
    int64_t years = 0;
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        if (str_ends(number, ends[i]))
            number = str_slice(number, 0, number.len - ends[i].len);
    bool has_end = number.len < node->text.len;
    if (str_ends(number, S(" fiscal")))
        number = str_slice(number, 0, number.len - S(" fiscal").len);
    bool is_term = has_end && str_to_int(number, &years) && years > 0 && years <= 100;
    if (!is_term && !str_equal(node->text, S("permanent")))
        refuse_node(reader, node, "retention is written as '3 fiscal years', '5 years' or 'permanent'");
}

static void read_personal(Reader *reader, const YamlNode *node, CityPersonal *personal)
{
    static const char *const known[] = {"whose", "collected", "given_to", "special_care", "requests_to"};
    if (!expect_keys(reader, node, KEYS_ONLY(known), S("personal_information")))
        return;
    const YamlNode *whose = yaml_get(node, S("whose")), *collected = yaml_get(node, S("collected")),
                   *given_to = yaml_get(node, S("given_to")), *care = yaml_get(node, S("special_care")),
                   *requests_to = yaml_get(node, S("requests_to"));
    if (whose)
        (void)read_words(reader, whose, &personal->whose);
    if (collected)
        (void)read_words(reader, collected, &personal->collected);
    for (size_t i = 0, count = given_to ? count_items(reader, given_to) : 0; i < count; i++) {
        Titled *slot = VEC_PUSH(reader->arena, &personal->given_to);
        if (!slot)
            return;
        *slot = titled_empty();
        (void)read_words(reader, item_at(given_to, i), slot);
    }
    if (care)
        personal->says_care = read_yes_no(reader, care, &personal->special_care);
    if (requests_to)
        personal->requests_to = read_unit(reader, requests_to);
}

static void read_zone(Reader *reader, const YamlNode *node, CityService *service)
{
    static const char *const zones[] = {
        [CITY_ZONE_PUBLIC] = "public", [CITY_ZONE_STAFF] = "staff", [CITY_ZONE_RESTRICTED] = "restricted"};
    ptrdiff_t at = node ? read_word(reader, node, zones, COUNT_OF(zones), "a zone") : CITY_ZONE_STAFF;
    if (at >= 0)
        service->zone = (CityZone)at;
}

static void read_head(Reader *reader, const YamlNode *root, CityService *service)
{
    const YamlNode *summary = yaml_get(root, S("summary")), *basis = yaml_get(root, S("legal_basis")),
                   *purpose = yaml_get(root, S("purpose")), *unit = yaml_get(root, S("unit")),
                   *situations = yaml_get(root, S("for")), *retention = yaml_get(root, S("retention")),
                   *class = yaml_get(root, S("document_class")),
                   *personal = yaml_get(root, S("personal_information")),
                   *carries_out = yaml_get(root, S("carries_out"));
    (void)read_title_of(reader, root, S("the service"), &service->title);
    if (summary)
        (void)read_titled(reader, summary, &service->summary);
    service->summary_easy = service->summary.easy;
    if (basis)
        (void)read_words(reader, basis, &service->legal_basis);
    if (purpose)
        (void)read_words(reader, purpose, &service->purpose);
    if (unit)
        service->unit = read_unit(reader, unit);
    else if (!str_equal(service->id, S(REGISTERS_SERVICE)))
        refuse_node(reader, root, "'unit' is missing: which unit of the city runs the service");
    if (situations)
        read_life_situations(reader, situations, service);
    if (retention)
        read_retention(reader, retention, service);
    if (class && expect_scalar(reader, class, "the class of documents"))
        service->document_class = class->text;
    if (personal)
        read_personal(reader, personal, &service->personal);
    if (carries_out)
        read_plan_keys(reader, carries_out, &service->carries_out);
    read_zone(reader, yaml_get(root, S("zone")), service);
}

/* --- both passes -------------------------------------------------------------------------------- */

static void read_types(ServiceDraft *draft)
{
    Reader *reader = draft->reader;
    const YamlNode *types = yaml_get(draft->root, S("record_types"));
    if (!types || !expect_names(reader, types, "record types", CITY_RECORD_TYPES_MAX))
        return;
    for (size_t i = 0; i < types->pairs.len; i++)
        read_record_type(draft, &types->pairs.at[i]);
    for (size_t i = 0; i < draft->types.len; i++)
        link_record_type(draft, &draft->types.at[i]);
}

static void read_formulas(ServiceDraft *draft)
{
    Reader *reader = draft->reader;
    const YamlNode *indicators = yaml_get(draft->root, S("indicators"));
    if (!build_model(reader, draft->service))
        return;
    for (size_t i = 0; i < draft->types.len; i++)
        read_behaviour(draft, &draft->types.at[i]);
    settle_narrowing(draft);
    if (!indicators || !expect_names(reader, indicators, "indicators", CITY_INDICATORS_MAX))
        return;
    for (size_t i = 0; i < indicators->pairs.len; i++)
        read_indicator(draft, &indicators->pairs.at[i]);
}

void read_service(Reader *reader, const YamlNode *root)
{
    static const char *const known[] = {"service", "title", "summary", "carries_out", "unit", "for",
        "legal_basis", "purpose", "retention", "document_class", "personal_information", "zone",
        "record_types", "indicators", "was"};
    static const char *const later[] = {"milestones"};
    CityService *service = ARENA_NEW(reader->arena, CityService);
    if (!service)
        return;
    *service = (CityService){.id = STR_EMPTY,
        .title = titled_empty(),
        .summary = titled_empty(),
        .summary_easy = STR_EMPTY,
        .unit = STR_EMPTY,
        .legal_basis = titled_empty(),
        .purpose = titled_empty(),
        .retention = STR_EMPTY,
        .document_class = STR_EMPTY,
        .personal = {.whose = titled_empty(), .collected = titled_empty(), .requests_to = STR_EMPTY},
        .file = reader->file};
    ServiceDraft draft = {.reader = reader, .service = service, .root = root};
    if (!expect_keys(reader, root, KEYS(known, later), S("a service")) ||
        !read_service_id(reader, root, service))
        return;
    read_head(reader, root, service);
    (void)read_was(reader, root, service->id, "service", &service->was);
    read_types(&draft);
    if (arena_failed(reader->arena))
        return; /* not every record type may be there */
    if (str_equal(service->id, S(REGISTERS_SERVICE)))
        find_registers(reader->city, service);
    read_formulas(&draft);
    settle_was(reader, service);
    CityService **slot = VEC_PUSH(reader->arena, &reader->city->services);
    if (slot)
        *slot = service;
}
