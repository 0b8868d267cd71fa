/* formula/check.c: nodes -> typed nodes: what each name means, and whether the parts of each operator fit
 * together.
 *
 * One walk, leaves first. A bare name beside a choice is one of its values when it can be; so where two parts
 * stand beside each other, the one that says more (a field of the record rather than a bare word) is looked
 * at first. Integers that meet decimals are turned by a node put between. The first error ends the walk.
 *
 * What must hold afterwards: every node has its type; no NODE_NAME is left; both sides of an operator are of
 * one representation.
 */
#include "formula/formula_internal.h"

#include "base/decimal.h"
#include "base/utf8.h"

static bool refuse(Checker *checker, const FormulaNode *node, const char *message, Str detail)
{
    if (arena_failed(checker->source->arena))
        return error_memory(checker->source->error);
    return source_refuse(checker->source, node->from, "%s%.*s", message, STR_ARGS(detail));
}

/* At a name of a path; names are slices of the source. */
static bool refuse_at_name(Checker *checker, Str name, Str message)
{
    if (arena_failed(checker->source->arena))
        return error_memory(checker->source->error);
    return source_refuse(
        checker->source, (size_t)(name.at - checker->source->text.at), "%.*s", STR_ARGS(message));
}

static Str words_of(Checker *checker, const FormulaNode *node)
{
    return type_words(checker->source->arena, &node->type);
}

/* --- names
 * ---------------------------------------------------------------------------------------------------------
 */

const FormulaRecord *find_record(const FormulaModel *model, Str name)
{
    for (size_t i = 0; i < model->record_count; i++)
        if (str_equal(model->records[i].name, name))
            return &model->records[i];
    return NULL;
}

static const FormulaField *find_field(const FormulaField *fields, size_t count, Str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_equal(fields[i].name, name))
            return &fields[i];
    return NULL;
}

static bool has_choice(const FormulaType *type, Str name)
{
    bool is_choice = type != NULL && (type->kind == FORMULA_CHOICE || type->kind == FORMULA_CHOICES);
    for (size_t i = 0; is_choice && i < type->choices->count; i++)
        if (str_equal(str_of(type->choices->names[i]), name))
            return true;
    return false;
}

static void set_choice(FormulaNode *node, const FormulaType *near)
{
    assert(near != NULL && "only a choice has values");
    node->kind = NODE_LITERAL;
    node->type = (FormulaType){.kind = FORMULA_CHOICE, .choices = near->choices};
    node->value = value_text(node->names[0]);
}

static const char **field_names(Arena *arena, const FormulaField *fields, size_t count)
{
    const char **names = arena_array(arena, count, sizeof(*names));
    for (size_t i = 0; names != NULL && i < count; i++)
        names[i] = arena_str(arena, fields[i].name).at;
    return arena_failed(arena) ? NULL : names;
}

static bool refuse_field(Checker *checker, Str name, Str owner, const FormulaField *fields, size_t count)
{
    Arena *arena = checker->source->arena;
    const char **names = field_names(arena, fields, count);
    if (names == NULL)
        return error_memory(checker->source->error);
    Str remedy = suggestion(arena, name, names, count);
    return refuse_at_name(checker, name,
        arena_printf(
            arena, "unknown field '%.*s' in %.*s%.*s", STR_ARGS(name), STR_ARGS(owner), STR_ARGS(remedy)));
}

/* A single name that is no field of the record at hand. */
static bool refuse_name(Checker *checker, const FormulaNode *node, const FormulaType *near)
{
    Arena *arena = checker->source->arena;
    Str name = node->names[0];
    if (find_function(checker->scope->model, name) != NULL)
        return refuse(checker, node, "",
            arena_printf(arena, "'%.*s' is a function; write %.*s(...)", STR_ARGS(name), STR_ARGS(name)));
    for (size_t i = 0; i < checker->scope->model->parameter_count; i++)
        if (str_equal(checker->scope->model->parameters[i].name, name))
            return refuse(checker, node, "",
                arena_printf(
                    arena, "'%.*s' is a parameter; write param(%.*s)", STR_ARGS(name), STR_ARGS(name)));
    bool is_choice = near != NULL && (near->kind == FORMULA_CHOICE || near->kind == FORMULA_CHOICES);
    if (is_choice && node->name_count == 1) {
        Str remedy = suggestion(arena, name, near->choices->names, near->choices->count);
        return refuse(checker, node, "",
            arena_printf(arena, "'%.*s' has no value '%.*s'%.*s", STR_ARGS(near->choices->name),
                STR_ARGS(name), STR_ARGS(remedy)));
    }
    if (checker->record == NULL)
        return refuse(checker, node, "",
            arena_printf(arena, "'%.*s' means nothing here: no record is at hand", STR_ARGS(name)));
    return refuse_field(
        checker, name, checker->record->name, checker->record->fields, checker->record->count);
}

static bool same_path(const FormulaPath *a, const FormulaPath *b)
{
    return a->is_mine == b->is_mine && a->count == b->count &&
           memcmp(a->fields, b->fields, a->count * sizeof(a->fields[0])) == 0;
}

static bool set_path(Checker *checker, FormulaNode *node, const FormulaPath *path)
{
    FormulaPath *kept = ARENA_NEW(checker->source->arena, FormulaPath);
    if (kept == NULL)
        return error_memory(checker->source->error);
    *kept = *path;
    node->kind = NODE_PATH;
    node->path = kept;
    if (path->count > 0)
        node->type = path->fields[path->count - 1]->type;
    return true;
}

/* Notes the path as one the formula reads. */
static bool note_path(Checker *checker, const FormulaNode *node)
{
    Formula *formula = checker->formula;
    formula->uses_me |= node->path->is_mine;
    for (size_t i = 0; i < formula->paths.len; i++)
        if (same_path(formula->paths.at[i], node->path))
            return true;
    const FormulaPath **slot = VEC_PUSH(checker->source->arena, &formula->paths);
    if (slot == NULL)
        return error_memory(checker->source->error);
    *slot = node->path;
    return true;
}

/* One step on; *type becomes that of the field. */
static bool follow(Checker *checker, Str name, FormulaType *type, FormulaPath *path)
{
    Arena *arena = checker->source->arena;
    if (type->kind != FORMULA_REFERENCE) {
        Str what = type_words(arena, type);
        return refuse_at_name(checker, name,
            arena_printf(arena, "'%.*s' cannot follow: what stands before it is %.*s, not a record",
                STR_ARGS(name), STR_ARGS(what)));
    }
    const FormulaRecord *record = find_record(checker->scope->model, type->record);
    assert(record != NULL && "a model knows the record types that its references name");
    const FormulaField *field = find_field(record->fields, record->count, name);
    if (field == NULL)
        return refuse_field(checker, name, record->name, record->fields, record->count);
    if (path->count == FORMULA_PATH_MAX)
        return source_refuse_limit(checker->source, (size_t)(name.at - checker->source->text.at),
            "a path has at most %d steps", FORMULA_PATH_MAX);
    path->fields[path->count++] = field;
    *type = field->type;
    return true;
}

bool extend_path(Checker *checker, FormulaNode *node, const FormulaField *field)
{
    FormulaPath path = *node->path;
    if (path.count == FORMULA_PATH_MAX)
        return source_refuse_limit(
            checker->source, node->from, "a path has at most %d steps", FORMULA_PATH_MAX);
    path.fields[path.count++] = field;
    return set_path(checker, node, &path) && note_path(checker, node);
}

/* names[0] is me or my. */
static bool start_at_me(Checker *checker, FormulaNode *node, FormulaPath *path, FormulaType *type, size_t *at)
{
    const FormulaModel *model = checker->scope->model;
    if (!checker->scope->allows_me)
        return refuse(checker, node, "nobody acts here, so 'me' and 'my' cannot be used", STR_EMPTY);
    path->is_mine = true;
    *type = model->me;
    *at = 1;
    if (str_equal(node->names[0], S("me")))
        return true;
    if (node->name_count == 1)
        return refuse(checker, node, "write what of yours is meant: my.unit", STR_EMPTY);
    const FormulaField *field = find_field(model->mine, model->mine_count, node->names[1]);
    if (field == NULL)
        return refuse_field(checker, node->names[1], S("my"), model->mine, model->mine_count);
    path->fields[path->count++] = field;
    *type = field->type;
    *at = 2;
    return true;
}

bool resolve_path(Checker *checker, FormulaNode *node, size_t from)
{
    FormulaPath path = {.text = node->source};
    FormulaType type = {
        .kind = FORMULA_REFERENCE, .record = checker->record == NULL ? STR_EMPTY : checker->record->name};
    size_t at = from;
    bool is_mine = from == 0 && (str_equal(node->names[0], S("me")) || str_equal(node->names[0], S("my")));
    if (is_mine && !start_at_me(checker, node, &path, &type, &at))
        return false;
    for (; at < node->name_count; at++) {
        if (!follow(checker, node->names[at], &type, &path))
            return false;
    }
    node->type = type;
    return set_path(checker, node, &path) && note_path(checker, node);
}

static bool check_name(Checker *checker, FormulaNode *node, const FormulaType *near)
{
    if (node->name_count == 1 && has_choice(near, node->names[0])) {
        set_choice(node, near);
        return true;
    }
    bool is_mine = str_equal(node->names[0], S("me")) || str_equal(node->names[0], S("my"));
    bool is_known =
        is_mine || (checker->record != NULL &&
                       find_field(checker->record->fields, checker->record->count, node->names[0]) != NULL);
    return is_known ? resolve_path(checker, node, 0) : refuse_name(checker, node, near);
}

/* --- parts beside each other
 * ------------------------------------------------------------------------------------------- */

/* A bare word that is no field of a choice: it may be the value of one. */
static bool may_be_choice(const Checker *checker, const FormulaNode *node)
{
    if (node->kind == NODE_LITERAL)
        return node->type.kind == FORMULA_BOOLEAN;
    if (node->kind != NODE_NAME || node->name_count != 1)
        return false;
    const FormulaField *field =
        checker->record == NULL ? NULL
                                : find_field(checker->record->fields, checker->record->count, node->names[0]);
    return field == NULL || (field->type.kind != FORMULA_CHOICE && field->type.kind != FORMULA_CHOICES);
}

bool check_pair(Checker *checker, FormulaNode *a, FormulaNode *b, const FormulaType *near)
{
    bool is_b_first = may_be_choice(checker, a) && !may_be_choice(checker, b);
    FormulaNode *first = is_b_first ? b : a, *second = is_b_first ? a : b;
    return check_node(checker, first, near) &&
           check_node(checker, second, near != NULL ? near : &first->type);
}

/* What to write instead, where it can be told from the two kinds. */
static const struct {
    FormulaKind a, b;
    const char *remedy;
} remedies[] = {
    {FORMULA_CHOICE, FORMULA_TEXT, "; values of a choice are written without quotes"},
    {FORMULA_CHOICES, FORMULA_CHOICE, "; write 'value in field'"},
    {FORMULA_DATE, FORMULA_TEXT, "; a date is written without quotes: 2018-06-01"},
    {FORMULA_DATE, FORMULA_DATETIME, "; write date_of(...) of the date with a time"},
    {FORMULA_DATE, FORMULA_FISCAL_YEAR, "; write fiscal_year(...) of the date"},
    {FORMULA_DATE, FORMULA_INTEGER,
        "; write year(...), month(...) or day(...) of the date, or a date: 2018-06-01"},
    {FORMULA_INTEGER, FORMULA_TEXT, "; a number is written without quotes"},
    {FORMULA_YEN, FORMULA_TEXT, "; a number is written without quotes"},
    {FORMULA_DECIMAL, FORMULA_TEXT, "; a number is written without quotes"},
    {FORMULA_TEXT, FORMULA_INTEGER, "; a text is written in quotes"},
};

static Str find_remedy(FormulaKind a, FormulaKind b)
{
    for (size_t i = 0; i < COUNT_OF(remedies); i++)
        if ((remedies[i].a == a && remedies[i].b == b) || (remedies[i].a == b && remedies[i].b == a))
            return str_of(remedies[i].remedy);
    return STR_EMPTY;
}

static bool refuse_meeting(Checker *checker, const FormulaNode *a, const FormulaNode *b)
{
    Arena *arena = checker->source->arena;
    Str left = words_of(checker, a), right = words_of(checker, b),
        remedy = find_remedy(a->type.kind, b->type.kind);
    return refuse(checker, b, "",
        arena_printf(arena, "%.*s and %.*s cannot be compared%.*s", STR_ARGS(left), STR_ARGS(right),
            STR_ARGS(remedy)));
}

bool convert_node(Checker *checker, FormulaNode *node, const FormulaType *type)
{
    if (type->kind != FORMULA_DECIMAL || node->type.kind == FORMULA_DECIMAL) {
        if (formula_value_type(type->kind) == formula_value_type(node->type.kind))
            node->type = *type;
        return true;
    }
    FormulaNode *inner = ARENA_NEW(checker->source->arena, FormulaNode);
    FormulaNode **arguments = arena_array(checker->source->arena, 1, sizeof(FormulaNode *));
    if (inner == NULL || arguments == NULL)
        return error_memory(checker->source->error);
    *inner = *node;
    arguments[0] = inner;
    *node = (FormulaNode){.kind = NODE_TO_DECIMAL,
        .type = *type,
        .from = inner->from,
        .to = inner->to,
        .source = inner->source,
        .height = inner->height + 1,
        .arguments = arguments,
        .argument_count = 1};
    return true;
}

/* a and b are compared, or stand in one list: of one representation afterwards. */
static bool meet(Checker *checker, FormulaNode *a, FormulaNode *b, FormulaType *common)
{
    if (!types_meet(&a->type, &b->type, common))
        return refuse_meeting(checker, a, b);
    return convert_node(checker, a, common) && convert_node(checker, b, common);
}

bool check_condition(Checker *checker, FormulaNode *node)
{
    if (!check_node(checker, node, NULL))
        return false;
    if (node->type.kind == FORMULA_BOOLEAN)
        return true;
    return refuse(
        checker, node, "a condition (yes or no) should stand here, but this is ", words_of(checker, node));
}

/* --- operators
 * ----------------------------------------------------------------------------------------------------- */

static bool check_logic(Checker *checker, FormulaNode *node)
{
    node->type.kind = FORMULA_BOOLEAN;
    for (size_t i = 0; i < node->argument_count; i++)
        if (!check_condition(checker, node->arguments[i]))
            return false;
    return true;
}

static bool check_comparable(Checker *checker, const FormulaNode *node, bool is_ordered)
{
    Arena *arena = checker->source->arena;
    unsigned kind = 1u << node->type.kind;
    bool is_text = node->type.kind == FORMULA_TEXT;
    if (is_ordered && (kind & FORMULA_IS_ORDERED) == 0 && !is_text) {
        Str what = words_of(checker, node);
        return refuse(checker, node, "",
            arena_printf(arena, "%.*s has no order; compare it with = or <>", STR_ARGS(what)));
    }
    if ((kind & FORMULA_IS_ANY_VALUE) != 0)
        return true;
    Str what = words_of(checker, node);
    return refuse(checker, node, "",
        arena_printf(arena, "%.*s cannot be compared; write 'value in field'", STR_ARGS(what)));
}

static bool check_comparison(Checker *checker, FormulaNode *node)
{
    FormulaNode *a = node->arguments[0], *b = node->arguments[1];
    FormulaType common;
    node->type.kind = FORMULA_BOOLEAN;
    bool is_ordered = node->kind != NODE_EQUAL && node->kind != NODE_NOT_EQUAL;
    return check_pair(checker, a, b, NULL) && meet(checker, a, b, &common) &&
           check_comparable(checker, a, is_ordered);
}

/* value in (a, b), value between a and b: each of them beside the value, all of one representation. */
static bool check_list(Checker *checker, FormulaNode *node)
{
    FormulaNode **nodes = node->arguments;
    FormulaType common;
    node->type.kind = FORMULA_BOOLEAN;
    if (!check_pair(checker, nodes[0], nodes[1], NULL))
        return false;
    bool is_path_in_brackets = node->kind == NODE_IN && node->argument_count == 2;
    if (is_path_in_brackets &&
        (nodes[1]->type.kind == FORMULA_REFERENCES || nodes[1]->type.kind == FORMULA_CHOICES)) {
        node->kind = NODE_IN_ALL;
        return true;
    }
    if (!check_comparable(checker, nodes[0], node->kind == NODE_BETWEEN) ||
        !meet(checker, nodes[0], nodes[1], &common))
        return false;
    for (size_t i = 2; i < node->argument_count; i++)
        if (!check_node(checker, nodes[i], &common) || !meet(checker, nodes[0], nodes[i], &common))
            return false;
    for (size_t i = 1; i < node->argument_count; i++)
        if (!convert_node(checker, nodes[i], &common))
            return false;
    return true;
}

static bool check_in_all_types(Checker *checker, FormulaNode *node)
{
    const FormulaNode *value = node->arguments[0], *list = node->arguments[1];
    bool is_known = list->type.kind == FORMULA_REFERENCES || list->type.kind == FORMULA_CHOICES;
    if (!is_known)
        return refuse(checker, list,
            "behind 'in' stands a list in brackets, or a field that holds several; this is ",
            words_of(checker, list));
    FormulaType one = list->type;
    one.kind = list->type.kind == FORMULA_CHOICES ? FORMULA_CHOICE : FORMULA_REFERENCE;
    FormulaType common;
    return types_meet(&value->type, &one, &common) || refuse_meeting(checker, value, list);
}

static bool check_in_all(Checker *checker, FormulaNode *node)
{
    node->type.kind = FORMULA_BOOLEAN;
    return check_pair(checker, node->arguments[0], node->arguments[1], NULL);
}

static bool check_if(Checker *checker, FormulaNode *node, const FormulaType *near)
{
    FormulaNode *met = node->arguments[1], *otherwise = node->arguments[2];
    if (!check_condition(checker, node->arguments[0]) || !check_pair(checker, met, otherwise, near))
        return false;
    if (!types_meet(&met->type, &otherwise->type, &node->type)) {
        Str left = words_of(checker, met), right = words_of(checker, otherwise);
        return refuse(checker, otherwise, "",
            arena_printf(checker->source->arena,
                "both branches must be of one type, but they are %.*s and %.*s", STR_ARGS(left),
                STR_ARGS(right)));
    }
    if ((1u << node->type.kind & FORMULA_IS_ANY_VALUE) == 0)
        return refuse(checker, met, "a branch cannot be ", words_of(checker, met));
    return convert_node(checker, met, &node->type) && convert_node(checker, otherwise, &node->type);
}

/* --- arithmetic
 * ---------------------------------------------------------------------------------------------------- */

static bool refuse_arithmetic(Checker *checker, const FormulaNode *node, const char *remedy)
{
    static const char *const verbs[NODE_KIND_COUNT] = {[NODE_ADD] = "added",
        [NODE_SUBTRACT] = "subtracted",
        [NODE_MULTIPLY] = "multiplied",
        [NODE_DIVIDE] = "divided"};
    const FormulaNode *a = node->arguments[0], *b = node->arguments[1];
    Str left = words_of(checker, a), right = words_of(checker, b);
    return refuse(checker, b, "",
        arena_printf(checker->source->arena, "%.*s and %.*s cannot be %s%s", STR_ARGS(left), STR_ARGS(right),
            verbs[node->kind], remedy));
}

static bool check_date_sum(Checker *checker, FormulaNode *node)
{
    FormulaKind a = node->arguments[0]->type.kind, b = node->arguments[1]->type.kind;
    bool is_sum = node->kind == NODE_ADD;
    bool is_shift =
        (a == FORMULA_DATE && b == FORMULA_INTEGER) || (is_sum && a == FORMULA_INTEGER && b == FORMULA_DATE);
    bool is_span = !is_sum && a == FORMULA_DATE && b == FORMULA_DATE;
    node->type.kind = is_span ? FORMULA_INTEGER : FORMULA_DATE;
    return is_shift || is_span || refuse_arithmetic(checker, node, "; a date takes whole days: date + 30");
}

static bool check_sum(Checker *checker, FormulaNode *node)
{
    FormulaNode *a = node->arguments[0], *b = node->arguments[1];
    if (a->type.kind == FORMULA_DATE || b->type.kind == FORMULA_DATE)
        return check_date_sum(checker, node);
    bool is_text = a->type.kind == FORMULA_TEXT && b->type.kind == FORMULA_TEXT;
    if (is_text)
        return refuse_arithmetic(checker, node, "; write join(a, b)");
    const unsigned numbers = FORMULA_IS_NUMBER | FORMULA_IS(FISCAL_YEAR);
    bool are_numbers = (1u << a->type.kind & numbers) != 0 && (1u << b->type.kind & numbers) != 0;
    if (!are_numbers || !types_meet(&a->type, &b->type, &node->type))
        return refuse_arithmetic(checker, node, "");
    bool are_years = a->type.kind == FORMULA_FISCAL_YEAR && b->type.kind == FORMULA_FISCAL_YEAR;
    if (are_years && node->kind == NODE_ADD)
        return refuse_arithmetic(checker, node, "");
    if (are_years)
        node->type.kind = FORMULA_INTEGER;
    else if (node->kind == NODE_SUBTRACT && a->type.kind == FORMULA_INTEGER &&
             b->type.kind == FORMULA_FISCAL_YEAR)
        return refuse_arithmetic(checker, node, "");
    return node->type.kind != FORMULA_DECIMAL ||
           (convert_node(checker, a, &node->type) && convert_node(checker, b, &node->type));
}

static bool check_product(Checker *checker, FormulaNode *node)
{
    FormulaNode *a = node->arguments[0], *b = node->arguments[1];
    bool are_numbers =
        (1u << a->type.kind & FORMULA_IS_NUMBER) != 0 && (1u << b->type.kind & FORMULA_IS_NUMBER) != 0;
    if (!are_numbers)
        return refuse_arithmetic(checker, node, "");
    FormulaType common;
    types_meet(&a->type, &b->type, &common);
    bool are_yen = a->type.kind == FORMULA_YEN && b->type.kind == FORMULA_YEN;
    if (node->kind == NODE_MULTIPLY && are_yen)
        return refuse_arithmetic(checker, node, "; one of them must be a plain number");
    int digits = a->type.digits + b->type.digits;
    node->type = common;
    node->type.digits = digits < DECIMAL_DIGITS ? digits : DECIMAL_DIGITS;
    if (node->kind == NODE_DIVIDE)
        node->type = (FormulaType){.kind = FORMULA_DECIMAL, .digits = DECIMAL_DIGITS};
    return common.kind != FORMULA_DECIMAL ||
           (convert_node(checker, a, &common) && convert_node(checker, b, &common));
}

static bool check_arithmetic(Checker *checker, FormulaNode *node)
{
    if (!check_node(checker, node->arguments[0], NULL) || !check_node(checker, node->arguments[1], NULL))
        return false;
    bool is_sum = node->kind == NODE_ADD || node->kind == NODE_SUBTRACT;
    return is_sum ? check_sum(checker, node) : check_product(checker, node);
}

static bool check_negation(Checker *checker, FormulaNode *node)
{
    if (!check_node(checker, node->arguments[0], NULL))
        return false;
    node->type = node->arguments[0]->type;
    if ((1u << node->type.kind & FORMULA_IS_NUMBER) != 0)
        return true;
    return refuse(checker, node->arguments[0], "behind '-' a number should stand, but this is ",
        words_of(checker, node));
}

static bool check_today(Checker *checker, FormulaNode *node)
{
    node->type.kind = FORMULA_DATE;
    checker->formula->uses_today = true;
    if (checker->scope->allows_today)
        return true;
    return refuse(checker, node,
        "'today' cannot be used here, as the answer would change by itself; use a date of the record",
        STR_EMPTY);
}

static bool check_given(Checker *checker, FormulaNode *node)
{
    node->type.kind = FORMULA_BOOLEAN;
    if (!check_node(checker, node->arguments[0], NULL))
        return false;
    return node->arguments[0]->type.kind != FORMULA_REFERENCES ||
           refuse(checker, node->arguments[0], "only one value can be given or missing; this is ",
               words_of(checker, node->arguments[0]));
}

bool check_node(Checker *checker, FormulaNode *node, const FormulaType *near)
{
    switch (node->kind) {
    case NODE_LITERAL:
        if (node->type.kind == FORMULA_BOOLEAN && has_choice(near, node->names[0]))
            set_choice(node, near);
        return true;
    case NODE_NAME:
        return check_name(checker, node, near);
    case NODE_TODAY:
        return check_today(checker, node);
    case NODE_OR:
    case NODE_AND:
    case NODE_NOT:
        return check_logic(checker, node);
    case NODE_EQUAL:
    case NODE_NOT_EQUAL:
    case NODE_LESS:
    case NODE_LESS_EQUAL:
    case NODE_GREATER:
    case NODE_GREATER_EQUAL:
        return check_comparison(checker, node);
    case NODE_IN:
    case NODE_BETWEEN:
        return check_list(checker, node) && (node->kind != NODE_IN_ALL || check_in_all_types(checker, node));
    case NODE_IN_ALL:
        return check_in_all(checker, node) && check_in_all_types(checker, node);
    case NODE_IS_GIVEN:
    case NODE_IS_MISSING:
        return check_given(checker, node);
    case NODE_IF:
        return check_if(checker, node, near);
    case NODE_NEGATE:
        return check_negation(checker, node);
    case NODE_ADD:
    case NODE_SUBTRACT:
    case NODE_MULTIPLY:
    case NODE_DIVIDE:
        return check_arithmetic(checker, node);
    case NODE_CALL:
        return check_call(checker, node);
    case NODE_PATH:
    case NODE_TO_DECIMAL:
    case NODE_PARAMETER:
    case NODE_AGGREGATE:
    case NODE_KIND_COUNT:
        break;
    }
    assert(!"a node is checked once");
    return false;
}
