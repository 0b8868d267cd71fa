/* formula/parse.c: tokens -> nodes, by recursive descent.
 *
 *     expression  = "if" expression "then" expression "else" expression | or
 *     or          = and ("or" and)*
 *     and         = not ("and" not)*
 *     not         = "not" not | comparison
 *     comparison  = sum [sign sum | ["not"] "in" (list | path) | ["not"] "between" sum "and" sum | "is"
 * "given"|"missing"] sum         = product (("+" | "-") product)* product     = unary (("*" | "/") unary)*
 *     unary       = "-" unary | primary
 *     primary     = literal | path | name "(" [argument ("," argument)*] ")" | "(" expression ")"
 *     argument    = expression ["where" expression]
 *
 * What must hold: no formula makes this or a later pass recurse deeper than FORMULA_DEPTH_MAX; every node
 * knows its place in the source.
 */
#include "formula/formula_internal.h"

#include "base/utf8.h"

typedef struct Parser {
    const Source *source;
    size_t at;    /* behind the token */
    Token token;  /* the next one */
    uint32_t end; /* of the token before it */
    size_t depth, nodes;
} Parser;

typedef VEC_OF(FormulaNode *) Nodes;

static FormulaNode *parse_expression(Parser *parser);

static bool advance(Parser *parser)
{
    parser->end = parser->token.to;
    return lex_next(parser->source, &parser->at, &parser->token);
}

/* Takes the token when it is of that kind; *ok becomes false when the next one cannot be read. */
static bool take(Parser *parser, TokenKind kind, bool *ok)
{
    if (parser->token.kind != kind)
        return false;
    *ok = advance(parser);
    return true;
}

static Str token_source(const Parser *parser)
{
    return str_slice(parser->source->text, parser->token.from, parser->token.to);
}

static bool refuse_token(Parser *parser, const char *expected)
{
    const Token *token = &parser->token;
    if (token->kind == TOKEN_END)
        return source_refuse(
            parser->source, token->from, "the formula ends where %s should follow", expected);
    return source_refuse(parser->source, token->from, "'%.*s' stands where %s should",
        STR_ARGS(token_source(parser)), expected);
}

static bool expect(Parser *parser, TokenKind kind)
{
    if (parser->token.kind == kind)
        return advance(parser);
    char expected[32];
    snprintf(expected, sizeof(expected), "'%s'", token_text(kind));
    return refuse_token(parser, expected);
}

static bool refuse_depth(Parser *parser, size_t at)
{
    return source_refuse_limit(parser->source, at,
        "this formula is nested more than %d deep; give a part of it a field of its own", FORMULA_DEPTH_MAX);
}

static FormulaNode *new_node(Parser *parser, NodeKind kind, uint32_t from)
{
    if (++parser->nodes > FORMULA_NODES_MAX) {
        source_refuse_limit(parser->source, from,
            "this formula has more than %d parts; give a part of it a field of its own", FORMULA_NODES_MAX);
        return NULL;
    }
    FormulaNode *node = ARENA_NEW(parser->source->arena, FormulaNode);
    if (node == NULL) {
        error_memory(parser->source->error);
        return NULL;
    }
    *node = (FormulaNode){.kind = kind, .from = from, .to = parser->end, .height = 1};
    node->source = str_slice(parser->source->text, node->from, node->to);
    return node;
}

/* A node over others; any of them may be NULL after an error. */
static FormulaNode *new_parent(Parser *parser, NodeKind kind, uint32_t from, const Nodes *nodes)
{
    uint32_t height = 0;
    for (size_t i = 0; i < nodes->len; i++) {
        if (nodes->at[i] == NULL)
            return NULL;
        if (nodes->at[i]->height > height)
            height = nodes->at[i]->height;
    }
    if (height >= FORMULA_DEPTH_MAX) {
        refuse_depth(parser, from);
        return NULL;
    }
    FormulaNode *node = new_node(parser, kind, from);
    if (node == NULL)
        return NULL;
    node->height = height + 1;
    node->arguments = nodes->at;
    node->argument_count = nodes->len;
    return node;
}

static FormulaNode *new_over(
    Parser *parser, NodeKind kind, uint32_t from, size_t count, FormulaNode *const *nodes)
{
    Nodes copy = {.at = arena_array(parser->source->arena, count, sizeof(FormulaNode *)), .len = count};
    if (copy.at == NULL) {
        error_memory(parser->source->error);
        return NULL;
    }
    memcpy(copy.at, nodes, count * sizeof(FormulaNode *));
    return new_parent(parser, kind, from, &copy);
}

static bool push(Parser *parser, Nodes *nodes, FormulaNode *node)
{
    FormulaNode **slot = node == NULL ? NULL : VEC_PUSH(parser->source->arena, nodes);
    if (slot != NULL)
        *slot = node;
    else if (node != NULL)
        error_memory(parser->source->error);
    return slot != NULL;
}

static const Str *name_of(Parser *parser, const Token *token)
{
    Str *name = ARENA_NEW(parser->source->arena, Str);
    if (name == NULL)
        error_memory(parser->source->error);
    else
        *name = str_slice(parser->source->text, token->from, token->to);
    return name;
}

/* --- the smallest parts
 * ------------------------------------------------------------------------------------------------ */

static FormulaNode *parse_literal(Parser *parser)
{
    static const FormulaKind kinds[TOKEN_KIND_COUNT] = {
        [TOKEN_INTEGER] = FORMULA_INTEGER,
        [TOKEN_DECIMAL] = FORMULA_DECIMAL,
        [TOKEN_TEXT] = FORMULA_TEXT,
        [TOKEN_DATE] = FORMULA_DATE,
        [TOKEN_TIME] = FORMULA_TIME,
        [TOKEN_DATETIME] = FORMULA_DATETIME,
    };
    Token token = parser->token;
    if (!advance(parser))
        return NULL;
    FormulaNode *node = new_node(parser, NODE_LITERAL, token.from);
    if (node == NULL)
        return NULL;
    node->type.kind = kinds[token.kind];
    node->value = token.value;
    if (token.kind == TOKEN_DECIMAL) {
        ptrdiff_t point = str_find(node->source, S("."), 0);
        node->type.digits = (int)(node->source.len - (size_t)point - 1);
    } else if (token.kind >= TOKEN_TRUE && token.kind <= TOKEN_NO) {
        node->type.kind = FORMULA_BOOLEAN;
        node->value = value_boolean(token.kind == TOKEN_TRUE || token.kind == TOKEN_YES);
        node->names = name_of(parser, &token); /* it may be the name of a choice */
        return node->names == NULL ? NULL : node;
    }
    return node;
}

static FormulaNode *parse_arguments(Parser *parser, uint32_t from, const Str *name)
{
    Nodes arguments = {0};
    FormulaNode *where = NULL;
    bool ok = true;
    while (ok && parser->token.kind != TOKEN_CLOSE) {
        if (where != NULL) {
            refuse_token(parser, "')'");
            return NULL;
        }
        if (arguments.len > 0 && !expect(parser, TOKEN_COMMA))
            return NULL;
        if (!push(parser, &arguments, parse_expression(parser)))
            return NULL;
        if (take(parser, TOKEN_WHERE, &ok) && (!ok || (where = parse_expression(parser)) == NULL))
            return NULL;
    }
    if (!ok || !expect(parser, TOKEN_CLOSE))
        return NULL;
    FormulaNode *node = new_parent(parser, NODE_CALL, from, &arguments);
    if (node == NULL)
        return NULL;
    if (where != NULL && where->height >= node->height)
        node->height = where->height + 1;
    if (node->height > FORMULA_DEPTH_MAX) {
        refuse_depth(parser, from);
        return NULL;
    }
    node->names = name;
    node->name_count = 1;
    node->where = where;
    return node;
}

/* a, a.b.c, me, my.unit, or name(...). */
static FormulaNode *parse_name(Parser *parser)
{
    VEC_OF(Str) names = {0};
    uint32_t from = parser->token.from;
    bool is_first = true, ok = true;
    do {
        bool is_name = parser->token.kind == TOKEN_NAME ||
                       (is_first && (parser->token.kind == TOKEN_ME || parser->token.kind == TOKEN_MY));
        if (!is_name) {
            refuse_token(parser, "the name of a field");
            return NULL;
        }
        Str *name = VEC_PUSH(parser->source->arena, &names);
        if (name == NULL) {
            error_memory(parser->source->error);
            return NULL;
        }
        *name = token_source(parser);
        if (!advance(parser))
            return NULL;
        is_first = false;
    } while (take(parser, TOKEN_DOT, &ok) && ok);
    if (!ok)
        return NULL;
    if (names.len == 1 && take(parser, TOKEN_OPEN, &ok))
        return ok ? parse_arguments(parser, from, names.at) : NULL;
    FormulaNode *node = new_node(parser, NODE_NAME, from);
    if (node != NULL) {
        node->names = names.at;
        node->name_count = names.len;
    }
    return node;
}

static FormulaNode *parse_brackets(Parser *parser)
{
    uint32_t from = parser->token.from;
    if (!advance(parser))
        return NULL;
    FormulaNode *node = parse_expression(parser);
    if (node == NULL || !expect(parser, TOKEN_CLOSE))
        return NULL;
    node->from = from;
    node->to = parser->end;
    node->source = str_slice(parser->source->text, from, parser->end);
    return node;
}

static FormulaNode *parse_primary(Parser *parser)
{
    switch (parser->token.kind) {
    case TOKEN_INTEGER:
    case TOKEN_DECIMAL:
    case TOKEN_TEXT:
    case TOKEN_DATE:
    case TOKEN_TIME:
    case TOKEN_DATETIME:
    case TOKEN_TRUE:
    case TOKEN_FALSE:
    case TOKEN_YES:
    case TOKEN_NO:
        return parse_literal(parser);
    case TOKEN_NAME:
    case TOKEN_ME:
    case TOKEN_MY:
        return parse_name(parser);
    case TOKEN_OPEN:
        return parse_brackets(parser);
    case TOKEN_TODAY: {
        uint32_t from = parser->token.from;
        return advance(parser) ? new_node(parser, NODE_TODAY, from) : NULL;
    }
    case TOKEN_IF:
        source_refuse(parser->source, parser->token.from, "put 'if ... then ... else ...' in brackets here");
        return NULL;
    default:
        refuse_token(parser, "a value, a name or '('");
        return NULL;
    }
}

/* --- operators
 * ----------------------------------------------------------------------------------------------------- */

static FormulaNode *parse_unary(Parser *parser)
{
    uint32_t from = parser->token.from;
    if (parser->token.kind != TOKEN_MINUS)
        return parse_primary(parser);
    if (parser->depth == FORMULA_DEPTH_MAX) {
        refuse_depth(parser, from);
        return NULL;
    }
    parser->depth++;
    FormulaNode *node = advance(parser) ? parse_unary(parser) : NULL;
    parser->depth--;
    return node == NULL ? NULL : new_over(parser, NODE_NEGATE, from, 1, &node);
}

typedef struct Sign {
    TokenKind token;
    NodeKind node;
} Sign;

static const Sign *find_sign(const Sign *signs, size_t count, TokenKind token)
{
    for (size_t i = 0; i < count; i++)
        if (signs[i].token == token)
            return &signs[i];
    return NULL;
}

/* part (sign part)*, from the left. */
static FormulaNode *parse_chain(
    Parser *parser, const Sign *signs, size_t count, FormulaNode *(*parse_part)(Parser *parser))
{
    uint32_t from = parser->token.from;
    FormulaNode *node = parse_part(parser);
    const Sign *sign;
    while (node != NULL && (sign = find_sign(signs, count, parser->token.kind)) != NULL) {
        FormulaNode *right = advance(parser) ? parse_part(parser) : NULL;
        node = right == NULL ? NULL : new_over(parser, sign->node, from, 2, (FormulaNode *[]){node, right});
    }
    return node;
}

static FormulaNode *parse_product(Parser *parser)
{
    static const Sign signs[] = {{TOKEN_TIMES, NODE_MULTIPLY}, {TOKEN_DIVIDE, NODE_DIVIDE}};
    return parse_chain(parser, signs, COUNT_OF(signs), parse_unary);
}

static FormulaNode *parse_sum(Parser *parser)
{
    static const Sign signs[] = {{TOKEN_PLUS, NODE_ADD}, {TOKEN_MINUS, NODE_SUBTRACT}};
    return parse_chain(parser, signs, COUNT_OF(signs), parse_product);
}

static const Sign comparisons[] = {
    {TOKEN_EQUAL, NODE_EQUAL},
    {TOKEN_NOT_EQUAL, NODE_NOT_EQUAL},
    {TOKEN_LESS, NODE_LESS},
    {TOKEN_LESS_EQUAL, NODE_LESS_EQUAL},
    {TOKEN_GREATER, NODE_GREATER},
    {TOKEN_GREATER_EQUAL, NODE_GREATER_EQUAL},
};

static FormulaNode *parse_in(Parser *parser, FormulaNode *value, uint32_t from)
{
    Nodes nodes = {0};
    bool ok = true;
    if (!push(parser, &nodes, value))
        return NULL;
    if (!take(parser, TOKEN_OPEN, &ok)) {
        if (!push(parser, &nodes, parse_sum(parser)))
            return NULL;
        return new_parent(parser, NODE_IN_ALL, from, &nodes);
    }
    do {
        if (!ok || !push(parser, &nodes, parse_expression(parser)))
            return NULL;
    } while (take(parser, TOKEN_COMMA, &ok));
    if (!ok || !expect(parser, TOKEN_CLOSE))
        return NULL;
    return new_parent(parser, NODE_IN, from, &nodes);
}

static FormulaNode *parse_between(Parser *parser, FormulaNode *value, uint32_t from)
{
    FormulaNode *low = parse_sum(parser);
    if (low == NULL || !expect(parser, TOKEN_AND))
        return NULL;
    FormulaNode *high = parse_sum(parser);
    return high == NULL ? NULL : new_over(parser, NODE_BETWEEN, from, 3, (FormulaNode *[]){value, low, high});
}

static FormulaNode *parse_is(Parser *parser, FormulaNode *value, uint32_t from)
{
    bool ok = true;
    if (take(parser, TOKEN_GIVEN, &ok))
        return ok ? new_over(parser, NODE_IS_GIVEN, from, 1, &value) : NULL;
    if (take(parser, TOKEN_MISSING, &ok))
        return ok ? new_over(parser, NODE_IS_MISSING, from, 1, &value) : NULL;
    refuse_token(parser, "'given' or 'missing' (for equality write =)");
    return NULL;
}

/* What follows a value behind the word in, between or is; NULL when none of them does. */
static FormulaNode *parse_word(Parser *parser, FormulaNode *value, uint32_t from, bool *is_there)
{
    bool ok = true;
    *is_there = true;
    if (take(parser, TOKEN_IN, &ok))
        return ok ? parse_in(parser, value, from) : NULL;
    if (take(parser, TOKEN_BETWEEN, &ok))
        return ok ? parse_between(parser, value, from) : NULL;
    if (take(parser, TOKEN_IS, &ok))
        return ok ? parse_is(parser, value, from) : NULL;
    *is_there = false;
    return value;
}

static bool refuse_second_comparison(Parser *parser)
{
    bool is_another = find_sign(comparisons, COUNT_OF(comparisons), parser->token.kind) != NULL ||
                      parser->token.kind == TOKEN_IN || parser->token.kind == TOKEN_BETWEEN ||
                      parser->token.kind == TOKEN_IS;
    if (is_another)
        source_refuse(parser->source, parser->token.from,
            "comparisons do not follow one another; join two of them with 'and', or use brackets");
    return is_another;
}

static FormulaNode *parse_comparison(Parser *parser)
{
    uint32_t from = parser->token.from;
    FormulaNode *node = parse_sum(parser);
    if (node == NULL)
        return NULL;
    const Sign *sign = find_sign(comparisons, COUNT_OF(comparisons), parser->token.kind);
    bool ok = true, is_there = true;
    if (sign != NULL) {
        FormulaNode *right = advance(parser) ? parse_sum(parser) : NULL;
        node = right == NULL ? NULL : new_over(parser, sign->node, from, 2, (FormulaNode *[]){node, right});
    } else if (take(parser, TOKEN_NOT, &ok)) {
        node = ok ? parse_word(parser, node, from, &is_there) : NULL;
        if (!is_there) {
            refuse_token(parser, "'in' or 'between'");
            return NULL;
        }
        node = node == NULL ? NULL : new_over(parser, NODE_NOT, from, 1, &node);
    } else {
        node = parse_word(parser, node, from, &is_there);
    }
    return node == NULL || (is_there && refuse_second_comparison(parser)) ? NULL : node;
}

static FormulaNode *parse_not(Parser *parser)
{
    uint32_t from = parser->token.from;
    if (parser->token.kind != TOKEN_NOT)
        return parse_comparison(parser);
    if (parser->depth == FORMULA_DEPTH_MAX) {
        refuse_depth(parser, from);
        return NULL;
    }
    parser->depth++;
    FormulaNode *node = advance(parser) ? parse_not(parser) : NULL;
    parser->depth--;
    return node == NULL ? NULL : new_over(parser, NODE_NOT, from, 1, &node);
}

static FormulaNode *parse_and(Parser *parser)
{
    static const Sign sign[] = {{TOKEN_AND, NODE_AND}};
    return parse_chain(parser, sign, 1, parse_not);
}

static FormulaNode *parse_or(Parser *parser)
{
    static const Sign sign[] = {{TOKEN_OR, NODE_OR}};
    return parse_chain(parser, sign, 1, parse_and);
}

static FormulaNode *parse_if(Parser *parser)
{
    uint32_t from = parser->token.from;
    FormulaNode *condition = advance(parser) ? parse_expression(parser) : NULL;
    if (condition == NULL || !expect(parser, TOKEN_THEN))
        return NULL;
    FormulaNode *met = parse_expression(parser);
    if (met == NULL || !expect(parser, TOKEN_ELSE))
        return NULL;
    FormulaNode *otherwise = parse_expression(parser);
    if (otherwise == NULL)
        return NULL;
    return new_over(parser, NODE_IF, from, 3, (FormulaNode *[]){condition, met, otherwise});
}

static FormulaNode *parse_expression(Parser *parser)
{
    if (parser->depth == FORMULA_DEPTH_MAX) {
        refuse_depth(parser, parser->token.from);
        return NULL;
    }
    parser->depth++;
    FormulaNode *node = parser->token.kind == TOKEN_IF ? parse_if(parser) : parse_or(parser);
    parser->depth--;
    return node;
}

FormulaNode *parse(const Source *source)
{
    Parser parser = {.source = source};
    if (!advance(&parser))
        return NULL;
    if (parser.token.kind == TOKEN_END) {
        source_refuse(source, 0, "the formula is empty");
        return NULL;
    }
    FormulaNode *root = parse_expression(&parser);
    if (root == NULL)
        return NULL;
    if (parser.token.kind == TOKEN_COMMA) {
        source_refuse(
            source, parser.token.from, "a comma stands between arguments only; numbers have none: 10000");
        return NULL;
    }
    if (parser.token.kind != TOKEN_END) {
        refuse_token(&parser, "an operator or the end");
        return NULL;
    }
    return root;
}
