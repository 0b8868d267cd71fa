/* plan/profile.h: what a city's plan tables look like, as data: headings, separators and marks.
 *
 *     page_title: 各政策における「現状と課題」「基本方向」「主な取組」一覧表
 *     labels: {basic_policy: 基本政策名, policy: 政策名, situation: 現状と課題, direction: 基本方向,
 * measures: 主な取組} marks: {group: 《》, item: ●, footnote: "*", insertion_tag: u, deletion_tag: s}
 *     separators: {cell: "\t", rule: "-"}
 *
 * What a file leaves out is as in plan_profile_default(), which is the profile above.
 */
#ifndef PLAN_PROFILE_H
#define PLAN_PROFILE_H

#include "base/arena.h"
#include "base/error.h"

typedef struct PlanProfile {
    Str page_title;                     /* the line that introduces a page of tables */
    Str basic_policy, policy;           /* labels of the line below it, each followed by its value */
    Str situation, direction, measures; /* headings of the sections */
    Str group_open, group_close;        /* 《 and 》 around the heading of a group */
    Str item;                           /* before an item of a list */
    Str footnote;                       /* before a footnote and before the word it explains */
    Str insertion_tag, deletion_tag;    /* names of tags around inserted and struck words, lower case */
    Str cell;                           /* one ASCII byte between two cells of a row */
    Str rule; /* a line of nothing but these (and cell separators) is a ruled line */
} PlanProfile;

/* The profile above; static, never NULL. */
const PlanProfile *plan_profile_default(void);

/* Reads a profile; *out is in the arena. Errors (file:line:column): unknown keys, empty or doubled marks,
 * lists where a text should stand, and what base/yaml.h refuses, anchors and aliases among it. */
MUST_USE bool plan_profile_read(Arena *arena, Str yaml, Str name, const PlanProfile **out, Error *error);

#endif
