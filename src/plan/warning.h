/* plan/warning.h: what each warning of the importer says, in Japanese and English.
 *
 * A PlanWarning is data (code, place, subject, fix); its sentence is made here from one table, so that a
 * page, a command and the API say the same.
 */
#ifndef PLAN_WARNING_H
#define PLAN_WARNING_H

#include "base/language.h"
#include "plan/plan.h"

typedef enum PlanWarningLevel {
    PLAN_WARNING_NOTE,  /* how something was read; nothing to do */
    PLAN_WARNING_CHECK, /* somebody should look: the document may say something else than it means */
    PLAN_WARNING_LOSS,  /* words that are in the warning's subject only, not in the plan */
    PLAN_WARNING_LEVEL_COUNT,
} PlanWarningLevel;
/* "note", "check", "loss". */
const char *plan_warning_level_name(PlanWarningLevel level);

/* One row of the table. {subject} and {fix} in the sentences stand for the warning's words. */
typedef struct PlanWarningText {
    const char *code;
    PlanWarningLevel level;
    const char *ja, *en;         /* what is odd and how it was read */
    const char *fix_ja, *fix_en; /* what the fix does; NULL where none is ever offered */
} PlanWarningText;

/* All rows, for documentation and tests. */
size_t plan_warning_texts(const PlanWarningText **out);
/* The row of a code; NULL when there is none. */
const PlanWarningText *plan_warning_text(const char *code);

/* The sentence in the language ("en", everything else is Japanese) with the subject shortened to a few words.
 */
Str plan_warning_message(Arena *arena, const PlanWarning *warning, Language language);
/* What taking the fix does; empty when none is offered. */
Str plan_warning_fix(Arena *arena, const PlanWarning *warning, Language language);
/* "line 26, table 3, row 2, cell 4", "26行目・表3・2行目・4列目"; with the file's name in front when it has
 * one. */
Str plan_warning_place(Arena *arena, const PlanSource *source, Language language);

#endif
