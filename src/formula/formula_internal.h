/* formula/formula_internal.h: what the files of formula/ share: tokens, nodes, and the compiled formula.
 *
 * lex.c        bytes -> tokens
 * parse.c      tokens -> nodes whose names mean nothing yet
 * check.c      operators: types, and what a name means
 * check_call.c functions, parameters, aggregates
 * function.c   the table of functions; operator.c the table of operators
 * evaluate.c   one record
 * trace.c      explanations and values in words
 * tree.c       sets
 */
#ifndef FORMULA_INTERNAL_H
#define FORMULA_INTERNAL_H

#include "base/vec.h"
#include "formula/function.h"

typedef enum TokenKind {
    TOKEN_END,
    TOKEN_NAME,
    TOKEN_INTEGER,
    TOKEN_DECIMAL,
    TOKEN_TEXT,
    TOKEN_DATE,
    TOKEN_TIME,
    TOKEN_DATETIME,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_COMMA,
    TOKEN_DOT,
    TOKEN_PLUS,
    TOKEN_MINUS,
    TOKEN_TIMES,
    TOKEN_DIVIDE,
    TOKEN_EQUAL,
    TOKEN_NOT_EQUAL,
    TOKEN_LESS,
    TOKEN_LESS_EQUAL,
    TOKEN_GREATER,
    TOKEN_GREATER_EQUAL,
    /* Words of the language. */
    TOKEN_AND,
    TOKEN_OR,
    TOKEN_NOT,
    TOKEN_IN,
    TOKEN_BETWEEN,
    TOKEN_IS,
    TOKEN_GIVEN,
    TOKEN_MISSING,
    TOKEN_IF,
    TOKEN_THEN,
    TOKEN_ELSE,
    TOKEN_WHERE,
    TOKEN_TRUE,
    TOKEN_FALSE,
    TOKEN_YES,
    TOKEN_NO,
    TOKEN_TODAY,
    TOKEN_ME,
    TOKEN_MY,
    TOKEN_KIND_COUNT,
} TokenKind;

typedef struct Token {
    TokenKind kind;
    uint32_t from, to; /* bytes of the source */
    Value value;       /* literals */
} Token;

/* What every pass over one source needs. */
typedef struct Source {
    Str text;
    FormulaOrigin origin;
    Arena *arena;
    Error *error;
} Source;

/* Sets the error at a byte of the source; answers false. */
bool source_refuse(const Source *source, size_t at, const char *format, ...) PRINTF_LIKE(3, 4);
bool source_refuse_limit(const Source *source, size_t at, const char *format, ...) PRINTF_LIKE(3, 4);

/* The token at or after byte *at, which moves behind it. */
bool lex_next(const Source *source, size_t *at, Token *token) MUST_USE;
/* "and" ... for words and signs of the language. */
const char *token_text(TokenKind kind);

typedef enum NodeKind {
    NODE_LITERAL,
    NODE_NAME, /* names; the checker makes it a path or a literal */
    NODE_PATH,
    NODE_TODAY,
    NODE_OR,
    NODE_AND,
    NODE_NOT,
    NODE_EQUAL,
    NODE_NOT_EQUAL,
    NODE_LESS,
    NODE_LESS_EQUAL,
    NODE_GREATER,
    NODE_GREATER_EQUAL,
    NODE_BETWEEN, /* value, low, high */
    NODE_IN,      /* value, then what it may be */
    NODE_IN_ALL,  /* value, then references (a path) or choices */
    NODE_IS_GIVEN,
    NODE_IS_MISSING,
    NODE_IF, /* condition, then, else */
    NODE_NEGATE,
    NODE_ADD,
    NODE_SUBTRACT,
    NODE_MULTIPLY,
    NODE_DIVIDE,
    NODE_TO_DECIMAL, /* put in by the checker */
    NODE_CALL,       /* name(...); the checker makes a parameter or an aggregate of some */
    NODE_PARAMETER,
    NODE_AGGREGATE,
    NODE_KIND_COUNT,
} NodeKind;

struct FormulaNode {
    NodeKind kind;
    FormulaType type;
    uint32_t from, to; /* bytes of the source */
    uint32_t height;   /* of the nodes below it, 1 for a leaf */
    Str source;        /* what stands there */
    Value value;       /* literal */
    const Str *names;  /* name: a.b.c; call: its name */
    size_t name_count;
    FormulaNode **arguments;
    size_t argument_count;
    FormulaNode *where; /* call: behind its argument */
    const FormulaPath *path;
    const FormulaFunction *function;
    const FormulaParameter *parameter;
    const FormulaAggregate *aggregate;
};

struct Formula {
    FormulaNode *root;
    FormulaType type;
    Source source; /* its error is not used */
    bool uses_today, uses_me;
    VEC_OF(const FormulaPath *) paths;
    VEC_OF(const FormulaAggregate *) aggregates;
};

/* The nodes of the source; NULL on error. */
FormulaNode *parse(const Source *source) MUST_USE;

/* --- check.c, check_call.c --- */
typedef struct Checker {
    const Source *source;
    const FormulaScope *scope;
    const FormulaRecord *record; /* at hand; NULL: none */
    Formula *formula;            /* where paths and aggregates are noted */
} Checker;

/* Gives the node its meaning and type. `near` is the type of what it stands beside: a bare name may be a
 * value of its choice; NULL: nothing. */
bool check_node(Checker *checker, FormulaNode *node, const FormulaType *near) MUST_USE;
/* Both nodes, each beside the other, whichever says more first. */
bool check_pair(Checker *checker, FormulaNode *a, FormulaNode *b, const FormulaType *near) MUST_USE;
bool check_condition(Checker *checker, FormulaNode *node) MUST_USE;
/* Whether values of both types may meet in a comparison or as two branches, and as what. */
bool types_meet(const FormulaType *a, const FormulaType *b, FormulaType *common);
/* Makes the node a value of `type`, which meets its own. */
bool convert_node(Checker *checker, FormulaNode *node, const FormulaType *type) MUST_USE;
bool check_call(Checker *checker, FormulaNode *node) MUST_USE;
const FormulaRecord *find_record(const FormulaModel *model, Str name);
/* Makes the path of a node one field longer. */
bool extend_path(Checker *checker, FormulaNode *node, const FormulaField *field) MUST_USE;
/* The node as a path from the record on: names[from ...]. */
bool resolve_path(Checker *checker, FormulaNode *node, size_t from) MUST_USE;
const FormulaFunction *find_function(const FormulaModel *model, Str name);
/* A type in words, for messages: "a date", "one of draft, open". */
Str type_words(Arena *arena, const FormulaType *type);
/* "; did you mean 'capacity'?", "; it is one of a, b", or nothing. */
Str suggestion(Arena *arena, Str word, const char *const *known, size_t count);
#endif
