/* plan/read_table.h: a plan read from table text: pages of tab-separated tables flattened from a word
 * processor.
 *
 *     page title
 *     label TAB value TAB label TAB value          基本政策名 2 ひと創り 政策名 (1) ...
 *     ------------------------------------
 *     section TAB section                          現状と課題 基本方向
 *     cell TAB cell
 *     主な取組
 *     ① title TAB ② title
 *     cell TAB cell
 *     paragraphs outside the tables
 *
 * A cell holds paragraphs, 《group》 headings and ● items, with tags (<p>, <ul>, <u> ...) and entities, and
 * may run over several lines. The reading is literal: every text is the source's, to the character, without
 * its markers (●, 《》, ①), tags and the white space between items; a space inside a title or a wording
 * stays, two wordings run together stay. A line break inside a wording is layout: it falls away between
 * Japanese characters and is a space elsewhere.
 *
 * What is odd becomes a numbered warning (plan/warning.h) with its place; where a repair of the structure is
 * plain, it offers a fix, which is taken only when asked for. Numbers of warnings depend on the bytes and the
 * profile alone.
 */
#ifndef PLAN_READ_TABLE_H
#define PLAN_READ_TABLE_H

#include "plan/plan.h"
#include "plan/profile.h"

/* Which of the offered fixes to take: all, or those of the warnings with these numbers. {0}: none. */
typedef struct FixChoice {
    bool all;
    const uint32_t *numbers;
    size_t count;
} FixChoice;

/* Reads UTF-8 text (plan/encoding.h makes it) into a plan with keys, annotations and warnings, checked by
 * plan_validate. `fixes` may be NULL: none. The plan is in the arena and holds no slices of `text`. NULL with
 * a place in *error when the text is empty, larger than PLAN_TEXT_MAX, no UTF-8, holds control bytes or no
 * page at all, when `fixes` names a warning that is not there or offers nothing, and with ERROR_LIMIT when a
 * row has more than 4,096 cells or a table more than fits into the memory for reading it. Time and memory are
 * linear in the text. Any thread. */
Plan *plan_read_table(Arena *arena, Str text, Str file_name, const PlanProfile *profile,
    const FixChoice *fixes, Error *error) MUST_USE;

/* Whether a text looks like such tables: it has a line that is the page title or begins with one of the two
 * labels. */
bool plan_text_is_table(Str text, const PlanProfile *profile);

#endif
