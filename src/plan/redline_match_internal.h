/* plan/redline_match_internal.h: what matching nodes and finding similar texts share. */
#ifndef PLAN_REDLINE_MATCH_INTERNAL_H
#define PLAN_REDLINE_MATCH_INTERNAL_H

#include "plan/redline_tree_internal.h"

/* Thousandths of similarity (text_similarity of plan/match.h) that a match needs. */
enum {
    REDLINE_SIMILAR = 500,           /* below a matched parent */
    REDLINE_SIMILAR_PAIR = 300,      /* the only two of a kind that are left there */
    REDLINE_SIMILAR_ELSEWHERE = 650, /* anywhere in the tree */
};

/* Of every node of a tree. */
typedef struct RedlineIndex {
    uint64_t *text, *subtree;             /* hashes of kind and text, and with everything below */
    int32_t *size;                        /* nodes of the subtree */
    int32_t *first_child, *next, *before; /* -1: none */
} RedlineIndex;

/* Sizes and lists of children only; false when the arena is full. */
MUST_USE bool redline_link(Arena *work, const RedlineTree *tree, RedlineIndex *index);

typedef VEC_OF(int32_t) RedlineList;

typedef struct RedlineKey {
    uint64_t hash;
    int32_t node;
} RedlineKey;

typedef struct RedlinePair {
    int similarity;
    int32_t distance; /* between the places in the lists */
    int32_t old_node, new_node;
} RedlinePair;

typedef VEC_OF(RedlinePair) RedlinePairs;

typedef struct RedlineSimilar {
    Arena *work;
    const RedlineTree *old_tree, *new_tree;
    int least; /* thousandths */
} RedlineSimilar;

/* Pairs of nodes of one kind with similar texts, the most similar first, then the nearest. Small lists are
 * compared all with all; of large ones, nodes that share rare runs of characters. */
MUST_USE bool redline_similar(const RedlineSimilar *similar, const RedlineList *old_list,
    const RedlineList *new_list, RedlinePairs *out);

#endif
