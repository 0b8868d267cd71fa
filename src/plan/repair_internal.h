/* plan/repair_internal.h: what the files of the repair finder share.
 *
 * A document is looked at in blocks: the texts of many nodes as code points, one after the other with a 0
 * between them. repair_grammar.c reads Japanese closed-class words (particles, auxiliaries, endings) and says
 * where they do not join; repair_evidence.c says what else stands in the same block; repair_join.c,
 * repair_words.c and repair_titles.c propose places; repair.c keeps the best ones that do not overlap.
 */
#ifndef PLAN_REPAIR_INTERNAL_H
#define PLAN_REPAIR_INTERNAL_H

#include <uchar.h>

#include "plan/plan.h"

typedef char32_t Char;

/* ---- characters: repair_grammar.c ---- */

typedef enum CharClass {
    CHAR_END, /* 0, between texts */
    CHAR_KANJI,
    CHAR_HIRAGANA,
    CHAR_KATAKANA,
    CHAR_LATIN,
    CHAR_DIGIT,
    CHAR_SPACE,
    CHAR_STOP,  /* 。 */
    CHAR_COMMA, /* 、 */
    CHAR_DOT,   /* ・ */
    CHAR_OPEN,
    CHAR_CLOSE,
    CHAR_OTHER,
} CharClass;

CharClass char_class(Char c);
/* Kanji, katakana, Latin letters or digits: what words of content are written with, hiragana aside. */
bool char_is_content(Char c);
/* Whether it is one of a 0-ended set. */
bool char_is_any(Char c, const Char *set);

/* ---- closed-class grammar: repair_grammar.c ---- */

/* What a stretch of text ends with, that is what may follow it. */
typedef enum State {
    STATE_BEGIN, /* nothing, or a mark that begins anew */
    STATE_NOUN,
    STATE_STEM,    /* continuative form of a verb: 進め, 図り */
    STATE_SURU,    /* し of する */
    STATE_OPEN_A,  /* a-row stem that needs ない, れる, せる ... */
    STATE_OPEN_TA, /* っ, ん, い that needs た or て */
    STATE_FINITE,  /* 図る, 新しい, した, ない: ends a clause or stands before a noun */
    STATE_NA,      /* な before a noun */
    STATE_TE,      /* て-form */
    STATE_POLITE,  /* ます, です, ました */
    STATE_GA,
    STATE_WO,
    STATE_NI,
    STATE_HE,
    STATE_TO,
    STATE_DE,
    STATE_KARA, /* から, まで, より */
    STATE_NO,
    STATE_TOPIC,  /* は, も */
    STATE_LIST,   /* や, か */
    STATE_SUFFIX, /* など, 等, だけ */
    STATE_LINK,   /* とともに, ながら, に応じて: a finished clause or phrase */
    STATE_ADVERB, /* く-form */
    STATE_COUNT,
} State;

/* What a word is for. Struck and inserted words that stand in the same slot begin with words of one group. */
typedef enum WordGroup {
    GROUP_CONTENT,
    GROUP_UNKNOWN, /* hiragana that is no closed-class word */
    GROUP_ENDING,  /* okurigana, ます, た, て, ない, れる */
    GROUP_CASE,    /* particles that make a noun part of a clause */
    GROUP_SURU,
    GROUP_AUXILIARY, /* いる, おる ... after a て-form */
    GROUP_COPULA,
    GROUP_BECOME, /* なる, ある */
    GROUP_SUFFIX,
    GROUP_LINK,
    GROUP_FORMAL, /* こと, もの, ため */
    GROUP_OPENER, /* また, さらに */
    GROUP_MARK,   /* 、。・ brackets */
} WordGroup;

typedef struct Word {
    uint32_t from, to; /* within the text parsed */
    State state;       /* after the word */
    State before;      /* before it */
    WordGroup group;
    int oddity; /* how badly it joins what stands before it; ODDITY_BREAK and more: it cannot */
} Word;

enum {
    ODDITY_MILD = 2,
    ODDITY_UNKNOWN = 3,
    ODDITY_BREAK = 6,
};

#define PARSE_MAX 600 /* code points parsed at once */

typedef struct Grammar Grammar;
/* Ready to parse; NULL when the arena is full. */
Grammar *grammar_new(Arena *arena);

typedef struct Parse {
    Word words[PARSE_MAX];
    size_t count;
    int oddity; /* the sum over all words */
} Parse;

/* Reads text[0 .. len), len <= PARSE_MAX, in the way that has the least oddity. `from_begin`: the text stands
 * at a beginning; else anything may stand before it. The words go to *parse when it is not NULL. Answers the
 * oddity. */
int grammar_parse(Grammar *grammar, const Char *text, size_t len, bool from_begin, Parse *parse);

/* ---- what else stands in the document: repair_evidence.c ---- */

#define EVIDENCE_DEPTH 24 /* longest stretch that can be asked for, code points */

/* A block of texts, each followed by a 0, and its suffixes in order. */
typedef struct Evidence {
    const Char *text;
    size_t len;
    uint32_t *order;
    size_t count;
} Evidence;

/* A stretch that is not counted, as it is the place in question: [from, to) of the block. */
typedef struct Stretch {
    size_t from, to;
} Stretch;

/* Sorts the block's suffixes. */
MUST_USE bool evidence_build(Evidence *evidence, const Char *text, size_t len, Arena *arena);
/* How often the words stand in the block outside `except`; counting stops at `enough`. */
size_t evidence_count(const Evidence *evidence, const Char *words, size_t len, Stretch except, size_t enough);
/* The same, only where no content character (char_is_content) touches them on either side. */
size_t evidence_count_free(
    const Evidence *evidence, const Char *words, size_t len, Stretch except, size_t enough);

/* ---- places: repair.c and its rules ---- */

typedef enum RepairRule {
    RULE_JOIN,     /* closed-class words that cannot stand side by side */
    RULE_REPEAT,   /* two stretches side by side that begin or end alike */
    RULE_NUMBER,   /* two numbers with the same unit side by side */
    RULE_DATE,     /* a date said twice in one clause */
    RULE_KANJI,    /* two words that share a kanji run together */
    RULE_SLOT,     /* two words in one slot, each of which stands there elsewhere */
    RULE_PHRASE,   /* two noun phrases run together */
    RULE_PARTICLE, /* a particle too many */
    RULE_EDGE,     /* a character too many at the edge of an insertion mark or in a word */
    RULE_TITLE,    /* two titles in one */
    RULE_COUNT,
} RepairRule;

/* A place: text[from, middle) is struck, text[middle, to) inserted (may be empty). */
typedef struct Place {
    uint32_t from, middle, to;
    RepairRule rule;
    int score; /* thousandths */
} Place;

/* What the rules look at: one node's text, read. */
typedef struct Finder {
    Arena *scratch; /* until the node is done */
    Grammar *grammar;
    Evidence evidence;
    const Plan *plan;
    int32_t node;
    const Char *text; /* the node's, within the block */
    size_t len;
    size_t at; /* where it begins in the block */
    VEC_OF(Word) words;
    uint32_t *word_of; /* for each code point the index of the word it is in */
    VEC_OF(Place) places;
    size_t *offsets; /* byte offset of each code point, once there are places */
    size_t
        breaks_left; /* how many breaks may still be looked at in this plan, so that no text takes forever */
    Parse parse;     /* room for one reading */
} Finder;

/* Notes a place; a full arena is noticed later by arena_failed. */
void finder_note(Finder *finder, size_t from, size_t middle, size_t to, RepairRule rule, int score);
/* Length of the longest stretch across the seam text[..left_end) text[right_from..) that stands elsewhere, at
 * most 6 code points a side; 0 when not even `least` a side do. */
size_t finder_support(const Finder *finder, size_t left_end, size_t right_from, size_t least);
/* How often text[from, to) stands elsewhere, up to `enough`. */
size_t finder_count(const Finder *finder, size_t from, size_t to, size_t enough);
/* The same for two stretches put together. */
size_t finder_count_joined(
    const Finder *finder, size_t from, size_t to, size_t then, size_t end, size_t enough);
/* Index of the word that begins at `at`, -1 when none does. */
ptrdiff_t finder_word_at(const Finder *finder, size_t at);
/* Oddity of text[from, cut) + text[resume, to), read from a beginning when there is one at `from`. */
int finder_oddity(Finder *finder, size_t from, size_t cut, size_t resume, size_t to);

void find_joins(Finder *finder);
void find_words(Finder *finder);
void find_verbs(Finder *finder);
void find_phrases(Finder *finder);
void find_titles(Finder *finder);

#endif
