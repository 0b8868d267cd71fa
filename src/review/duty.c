/* review/duty.c: reports that a declaration answers by itself. One function a report, one row a fact; words
 * in both languages stand in one table.
 */
#include "review/duty.h"

#include <inttypes.h>

typedef enum Word {
    WORD_SERVICE,
    WORD_RECORD_TYPE,
    WORD_ROLE,
    WORD_RIGHT,
    WORD_CONDITION,
    WORD_ACCESS,
    WORD_CREATE,
    WORD_READ,
    WORD_WRITE,
    WORD_TRANSITION,
    WORD_ALWAYS,
    WORD_RESIDENT,
    WORD_ANYONE,
    WORD_WHILE,
    WORD_AND,
    WORD_COMMA,
    WORD_FIELDS,
    WORD_FIELD,
    WORD_TYPE,
    WORD_REQUIRED,
    WORD_YES,
    WORD_NO,
    WORD_SENSITIVE,
    WORD_LOGGED,
    WORD_READERS,
    WORD_WRITERS,
    WORD_CONDITIONAL,
    WORD_NOBODY,
    WORD_PERSONAL_FILES,
    WORD_FILE,
    WORD_UNIT,
    WORD_PURPOSE,
    WORD_ITEMS,
    WORD_WHOSE,
    WORD_COLLECTED,
    WORD_SPECIAL_CARE,
    WORD_GIVEN_TO,
    WORD_REQUESTS_TO,
    WORD_UNSAID,
    WORD_NONE,
    WORD_HAS,
    WORD_RETENTION,
    WORD_TERM,
    WORD_CLASS,
    WORD_YEARS,
    WORD_FISCAL_YEARS,
    WORD_PERMANENT,
    WORD_COVERAGE,
    WORD_KEY,
    WORD_INITIATIVE,
    WORD_CARRIED_OUT_BY,
    WORD_COUNT,
} Word;

static const char *const words[WORD_COUNT][LANGUAGE_COUNT] = {
    [WORD_SERVICE] = {"事業", "Service"},
    [WORD_RECORD_TYPE] = {"台帳", "Records"},
    [WORD_ROLE] = {"役割", "Role"},
    [WORD_RIGHT] = {"できること", "May"},
    [WORD_CONDITION] = {"条件", "When"},
    [WORD_ACCESS] = {"だれが何をできるか", "Who may do what"},
    [WORD_CREATE] = {"作る", "create"},
    [WORD_READ] = {"読む", "read"},
    [WORD_WRITE] = {"書き換える", "write"},
    [WORD_TRANSITION] = {"処理：", "transition: "},
    [WORD_ALWAYS] = {"つねに", "always"},
    [WORD_RESIDENT] = {"住民（本人として）", "Resident"},
    [WORD_ANYONE] = {"だれでも", "Anyone"},
    [WORD_WHILE] = {"状態が次のとき：", "while: "},
    [WORD_AND] = {"、かつ ", " and "},
    [WORD_COMMA] = {"、", ", "},
    [WORD_FIELDS] = {"項目ごとの取扱い", "How each field is handled"},
    [WORD_FIELD] = {"項目", "Field"},
    [WORD_TYPE] = {"種類", "Type"},
    [WORD_REQUIRED] = {"必須", "Required"},
    [WORD_YES] = {"○", "yes"},
    [WORD_NO] = {"", ""},
    [WORD_SENSITIVE] = {"要注意", "Sensitive"},
    [WORD_LOGGED] = {"閲覧を記録", "each read is noted"},
    [WORD_READERS] = {"読める役割", "Read by"},
    [WORD_WRITERS] = {"書ける役割", "Written by"},
    [WORD_CONDITIONAL] = {"（条件あり）", " (on conditions)"},
    [WORD_NOBODY] = {"なし", "nobody"},
    [WORD_PERSONAL_FILES] = {"個人情報ファイル簿", "Register of personal information files"},
    [WORD_FILE] = {"個人情報ファイルの名称", "Name of the file"},
    [WORD_UNIT] = {"事務をつかさどる組織の名称", "Unit in charge"},
    [WORD_PURPOSE] = {"利用目的", "Purpose"},
    [WORD_ITEMS] = {"記録項目", "Items"},
    [WORD_WHOSE] = {"記録範囲", "Whose"},
    [WORD_COLLECTED] = {"記録情報の収集方法", "How it is collected"},
    [WORD_SPECIAL_CARE] = {"要配慮個人情報", "Information requiring special care"},
    [WORD_GIVEN_TO] = {"記録情報の経常的提供先", "Regularly given to"},
    [WORD_REQUESTS_TO] = {"開示請求等を受理する組織の名称", "Requests are taken by"},
    [WORD_UNSAID] = {"（未記載）", "(not said)"},
    [WORD_NONE] = {"なし", "none"},
    [WORD_HAS] = {"含む", "contained"},
    [WORD_RETENTION] = {"保存期間の一覧", "Terms of keeping"},
    [WORD_TERM] = {"保存期間", "Kept for"},
    [WORD_CLASS] = {"文書分類", "Class of documents"},
    [WORD_YEARS] = {"年", " years"},
    [WORD_FISCAL_YEARS] = {"年度", " fiscal years"},
    [WORD_PERMANENT] = {"永年", "permanent"},
    [WORD_COVERAGE] = {"取組を実施する事業", "Services that carry out initiatives"},
    [WORD_KEY] = {"番号", "Key"},
    [WORD_INITIATIVE] = {"取組", "Initiative"},
    [WORD_CARRIED_OUT_BY] = {"実施する事業", "Carried out by"},
};

typedef struct Report {
    const City *city;
    Arena *arena;
    Language language;
    Grid *grid;
} Report;

static Str word(const Report *report, Word at)
{
    return str_of(words[at][report->language]);
}

static Str titled(const Report *report, const Titled *title)
{
    return title->in[report->language];
}

static Report report_begin(const City *city, Arena *arena, Language language, Grid *grid, Word title,
    const Word *headings, size_t count)
{
    Report report = {.city = city, .arena = arena, .language = language, .grid = grid};
    Str texts[GRID_COLUMNS_MAX];
    for (size_t i = 0; i < count; i++)
        texts[i] = word(&report, headings[i]);
    grid_init(grid, arena, word(&report, title), texts, count);
    return report;
}

static bool report_end(const Report *report, Error *error)
{
    return !arena_failed(report->arena) || error_memory(error);
}

/* "a、b": adds one more. */
static Str joined(const Report *report, Str list, Str more)
{
    return list.len == 0 ? more
                         : arena_printf(report->arena, "%.*s%.*s%.*s", STR_ARGS(list),
                               STR_ARGS(word(report, WORD_COMMA)), STR_ARGS(more));
}

static Str role_title(const Report *report, Str role)
{
    const CityName *named = city_role(report->city, role);
    if (named)
        return titled(report, &named->title);
    return word(report, str_equal(role, S("resident")) ? WORD_RESIDENT : WORD_ANYONE);
}

static Str unit_title(const Report *report, Str unit)
{
    for (size_t i = 0; i < report->city->units.len; i++)
        if (str_equal(report->city->units.at[i].id, unit))
            return titled(report, &report->city->units.at[i].title);
    return word(report, WORD_UNSAID);
}

static Str said(const Report *report, Str text)
{
    return text.len > 0 ? text : word(report, WORD_UNSAID);
}

/* Whether the report is about the service; ERROR_NOT_FOUND when there is no such service at all. */
static bool check_service(const City *city, Str service, Error *error)
{
    return service.len == 0 || city_service(city, service) ||
           error_set(error, ERROR_NOT_FOUND, "the city has no service '%.*s'", STR_ARGS(service));
}

static bool is_meant(const CityService *service, Str wanted)
{
    return wanted.len == 0 || str_equal(service->id, wanted);
}

/* --- who may do what ----------------------------------------------------------------------------- */

static void add_right(const Report *report, const CityRecordType *type, Str role, Str right, Str condition)
{
    const Str cells[] = {titled(report, &type->service->title), titled(report, &type->title),
        role_title(report, role), right, condition.len > 0 ? condition : word(report, WORD_ALWAYS)};
    grid_add(report->grid, cells);
}

static void add_rules(const Report *report, const CityRecordType *type, Str role)
{
    for (size_t i = 0; i < type->access.len; i++) {
        const CityAccess *access = &type->access.at[i];
        const CityRule *const rules[] = {&access->create, &access->read, &access->write};
        static const Word rights[] = {WORD_CREATE, WORD_READ, WORD_WRITE};
        for (size_t k = 0; k < COUNT_OF(rules); k++)
            if (rules[k]->is_given && (role.len == 0 || str_equal(role, access->role)))
                add_right(report, type, access->role, word(report, rights[k]),
                    rules[k]->when ? formula_text(rules[k]->when) : STR_EMPTY);
    }
}

/* "状態が次のとき：受付、補欠、かつ ..." */
static Str transition_condition(
    const Report *report, const CityRecordType *type, const CityTransition *transition)
{
    Str states = STR_EMPTY;
    for (size_t i = 0; i < transition->from.len; i++) {
        const CityState *state = city_state(type, transition->from.at[i]);
        if (state)
            states = joined(report, states, titled(report, &state->title));
    }
    Str condition = arena_join(report->arena, word(report, WORD_WHILE), states);
    return !transition->needs
               ? condition
               : arena_printf(report->arena, "%.*s%.*s%.*s", STR_ARGS(condition),
                     STR_ARGS(word(report, WORD_AND)), STR_ARGS(formula_text(transition->needs)));
}

static void add_transitions(const Report *report, const CityRecordType *type, Str role)
{
    for (size_t i = 0; i < type->transitions.len; i++) {
        const CityTransition *transition = &type->transitions.at[i];
        Str right =
            arena_join(report->arena, word(report, WORD_TRANSITION), titled(report, &transition->title));
        for (size_t k = 0; k < transition->by.len; k++)
            if (role.len == 0 || str_equal(role, transition->by.at[k]))
                add_right(report, type, transition->by.at[k], right,
                    transition_condition(report, type, transition));
    }
}

static bool check_role(const City *city, Str role, Error *error)
{
    bool is_known = role.len == 0 || city_role(city, role) || str_equal(role, S("resident")) ||
                    str_equal(role, S("anyone"));
    return is_known || error_set(error, ERROR_NOT_FOUND, "the city has no role '%.*s'", STR_ARGS(role));
}

bool duty_access(
    const City *city, Arena *arena, Language language, Str service, Str role, Grid *out, Error *error)
{
    static const Word headings[] = {WORD_SERVICE, WORD_RECORD_TYPE, WORD_ROLE, WORD_RIGHT, WORD_CONDITION};
    const Report report = report_begin(city, arena, language, out, WORD_ACCESS, headings, COUNT_OF(headings));
    if (!check_service(city, service, error) || !check_role(city, role, error))
        return false;
    for (size_t i = 0; i < city->services.len; i++) {
        const CityService *at = city->services.at[i];
        for (size_t k = 0; is_meant(at, service) && k < at->record_types.len; k++) {
            add_rules(&report, at->record_types.at[k], role);
            add_transitions(&report, at->record_types.at[k], role);
        }
    }
    return report_end(&report, error);
}

/* --- fields -------------------------------------------------------------------------------------- */

static Str add_role_of(const Report *report, Str list, Str role, bool is_conditional)
{
    Str title = role_title(report, role);
    return joined(report, list,
        is_conditional ? arena_join(report->arena, title, word(report, WORD_CONDITIONAL)) : title);
}

static Str readers_of(const Report *report, const CityRecordType *type, const CityField *field)
{
    Str list = STR_EMPTY;
    for (size_t i = 0; i < type->access.len; i++) {
        const CityAccess *access = &type->access.at[i];
        if (access->read.is_given && city_narrows_to(&field->read_by, access->role))
            list = add_role_of(report, list, access->role, access->read.when != NULL);
    }
    return list.len > 0 ? list : word(report, WORD_NOBODY);
}

/* Whoever makes records or changes them; what is computed is written by the program. */
static Str writers_of(const Report *report, const CityRecordType *type, const CityField *field)
{
    Str list = STR_EMPTY;
    for (size_t i = 0; i < type->access.len && !field->value; i++) {
        const CityAccess *access = &type->access.at[i];
        const CityRule *create = &access->create, *write = &access->write;
        bool is_free = (create->is_given && !create->when) || (write->is_given && !write->when);
        if ((create->is_given || write->is_given) && city_narrows_to(&field->write_by, access->role))
            list = add_role_of(report, list, access->role, !is_free);
    }
    return list.len > 0 ? list : word(report, WORD_NOBODY);
}

static void add_fields(const Report *report, const CityRecordType *type)
{
    for (size_t i = 0; i < type->fields.len; i++) {
        const CityField *field = &type->fields.at[i];
        const Str cells[] = {titled(report, &type->service->title), titled(report, &type->title),
            titled(report, &field->title),
            field->record ? titled(report, &field->record->title) : str_of(city_field_type_name(field->type)),
            word(report, field->required ? WORD_YES : WORD_NO),
            word(report, field->sensitive ? WORD_LOGGED : WORD_NO), readers_of(report, type, field),
            writers_of(report, type, field)};
        grid_add(report->grid, cells);
    }
}

bool duty_fields(const City *city, Arena *arena, Language language, Str service, Grid *out, Error *error)
{
    static const Word headings[] = {WORD_SERVICE, WORD_RECORD_TYPE, WORD_FIELD, WORD_TYPE, WORD_REQUIRED,
        WORD_SENSITIVE, WORD_READERS, WORD_WRITERS};
    const Report report = report_begin(city, arena, language, out, WORD_FIELDS, headings, COUNT_OF(headings));
    if (!check_service(city, service, error))
        return false;
    for (size_t i = 0; i < city->services.len; i++)
        for (size_t k = 0;
             is_meant(city->services.at[i], service) && k < city->services.at[i]->record_types.len; k++)
            add_fields(&report, city->services.at[i]->record_types.at[k]);
    return report_end(&report, error);
}

/* --- personal information ------------------------------------------------------------------------ */

/* Whether a record of the type speaks of somebody: it is about her, names her, or is how she is reached.
 * Telephones in the registers of the product are those of bodies and buildings. */
static bool is_personal(const City *city, const CityRecordType *type)
{
    assert(type);
    for (const CityRecordType *at = type; at; at = at->about)
        if (at == city->registers.person || at == city->registers.guardianship)
            return true;
    for (size_t i = 0; i < type->fields.len; i++) {
        const CityField *field = &type->fields.at[i];
        bool reaches = field->type == CITY_FIELD_EMAIL || field->type == CITY_FIELD_PHONE;
        if (field->record == city->registers.person || (reaches && !type->is_register))
            return true;
    }
    return false;
}

/* "申込（参加する子、保護者、アレルギーなど）" */
static Str items_of(const Report *report, const CityRecordType *type)
{
    Str list = STR_EMPTY;
    for (size_t i = 0; i < type->fields.len; i++)
        list = joined(report, list, titled(report, &type->fields.at[i].title));
    return arena_printf(report->arena, report->language == LANGUAGE_JA ? "%.*s（%.*s）" : "%.*s (%.*s)",
        STR_ARGS(titled(report, &type->title)), STR_ARGS(list));
}

static void add_personal_file(const Report *report, const CityService *service)
{
    const CityPersonal *personal = &service->personal;
    Str items = STR_EMPTY, given_to = STR_EMPTY;
    for (size_t i = 0; i < service->record_types.len; i++)
        if (is_personal(report->city, service->record_types.at[i]))
            items = joined(report, items, items_of(report, service->record_types.at[i]));
    if (items.len == 0)
        return;
    for (size_t i = 0; i < personal->given_to.len; i++)
        given_to = joined(report, given_to, titled(report, &personal->given_to.at[i]));
    const Str cells[] = {titled(report, &service->title), unit_title(report, service->unit),
        said(report, titled(report, &service->purpose)), items,
        said(report, titled(report, &personal->whose)), said(report, titled(report, &personal->collected)),
        word(report, !personal->says_care     ? WORD_UNSAID
                     : personal->special_care ? WORD_HAS
                                              : WORD_NONE),
        given_to.len > 0 ? given_to : word(report, WORD_NONE),
        unit_title(report, personal->requests_to.len > 0 ? personal->requests_to : service->unit)};
    grid_add(report->grid, cells);
}

bool duty_personal_files(const City *city, Arena *arena, Language language, Grid *out, Error *error)
{
    static const Word headings[] = {WORD_FILE, WORD_UNIT, WORD_PURPOSE, WORD_ITEMS, WORD_WHOSE,
        WORD_COLLECTED, WORD_SPECIAL_CARE, WORD_GIVEN_TO, WORD_REQUESTS_TO};
    const Report report =
        report_begin(city, arena, language, out, WORD_PERSONAL_FILES, headings, COUNT_OF(headings));
    for (size_t i = 0; i < city->services.len; i++)
        add_personal_file(&report, city->services.at[i]);
    return report_end(&report, error);
}

/* --- terms of keeping ---------------------------------------------------------------------------- */

/* "3 fiscal years" as the language writes it. */
static Str term_words(const Report *report, Str retention)
{
    Str number, rest;
    if (retention.len == 0)
        return word(report, WORD_UNSAID);
    if (str_equal(retention, S("permanent")))
        return word(report, WORD_PERMANENT);
    if (report->language != LANGUAGE_JA || !str_cut(retention, S(" "), &number, &rest))
        return retention;
    return arena_join(
        report->arena, number, word(report, str_starts(rest, S("fiscal")) ? WORD_FISCAL_YEARS : WORD_YEARS));
}

bool duty_retention(const City *city, Arena *arena, Language language, Grid *out, Error *error)
{
    static const Word headings[] = {WORD_SERVICE, WORD_RECORD_TYPE, WORD_TERM, WORD_CLASS};
    const Report report =
        report_begin(city, arena, language, out, WORD_RETENTION, headings, COUNT_OF(headings));
    for (size_t i = 0; i < city->services.len; i++) {
        const CityService *service = city->services.at[i];
        for (size_t k = 0; k < service->record_types.len; k++) {
            const Str cells[] = {titled(&report, &service->title),
                titled(&report, &service->record_types.at[k]->title), term_words(&report, service->retention),
                said(&report, service->document_class)};
            grid_add(out, cells);
        }
    }
    return report_end(&report, error);
}

/* --- coverage ------------------------------------------------------------------------------------ */

/* Whether the service carries out the node, or one above it. */
static bool carries_out(const CityService *service, const Plan *plan, int32_t node)
{
    for (; node != PLAN_NO_PARENT; node = plan->nodes.at[node].parent)
        for (size_t i = 0; i < service->carries_out.len; i++)
            if (str_equal(service->carries_out.at[i].plan, plan->id) &&
                str_equal(service->carries_out.at[i].key, plan->nodes.at[node].key))
                return true;
    return false;
}

bool duty_coverage(const City *city, const Plan *plan, Arena *arena, Language language, bool only_uncovered,
    Grid *out, size_t *uncovered, Error *error)
{
    static const Word headings[] = {WORD_KEY, WORD_INITIATIVE, WORD_CARRIED_OUT_BY};
    const Report report =
        report_begin(city, arena, language, out, WORD_COVERAGE, headings, COUNT_OF(headings));
    *uncovered = 0;
    for (size_t i = 0; i < plan->nodes.len; i++) {
        const PlanNode *node = &plan->nodes.at[i];
        Str services = STR_EMPTY;
        if (node->kind != PLAN_INITIATIVE)
            continue;
        for (size_t k = 0; k < city->services.len; k++)
            if (carries_out(city->services.at[k], plan, (int32_t)i))
                services = joined(&report, services, titled(&report, &city->services.at[k]->title));
        *uncovered += services.len == 0;
        const Str cells[] = {node->key, node->text, services.len > 0 ? services : word(&report, WORD_NONE)};
        if (services.len == 0 || !only_uncovered)
            grid_add(out, cells);
    }
    return report_end(&report, error);
}
