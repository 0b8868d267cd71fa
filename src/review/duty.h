/* review/duty.h: what a city owes an answer about, taken from its declarations: who can see and do what,
 * which files of personal information it keeps, for how long, and which initiatives of its plan nothing
 * carries out.
 *
 * Each report is a grid (base/grid.h), in the order of the declarations or of the plan. Pure but for the plan
 * that is handed in. Texts are slices of the City, or in the arena.
 */
#ifndef REVIEW_DUTY_H
#define REVIEW_DUTY_H

#include "base/grid.h"
#include "city/city.h"
#include "plan/plan.h"

/* Who may create, read and write records, and take transitions: a row for each record type, role and right,
 * with its condition. `service`, `role`: only of these; empty: all. ERROR_NOT_FOUND names what there is. */
MUST_USE bool duty_access(
    const City *city, Arena *arena, Language language, Str service, Str role, Grid *out, Error *error);
/* What each field of each record type tells whom: a row for each field. */
MUST_USE bool duty_fields(
    const City *city, Arena *arena, Language language, Str service, Grid *out, Error *error);
/* 個人情報ファイル簿: a row for each service whose records speak of people, with what
 * 個人情報の保護に関する法律 第75条第1項 (第74条第1項各号) asks for: name, unit, purpose, items, whose, how
 * collected, special care, given to, where disclosure is asked for. What a declaration does not say stands
 * there as 未記載. */
MUST_USE bool duty_personal_files(const City *city, Arena *arena, Language language, Grid *out, Error *error);
/* Record types with their terms of keeping and classes of documents. */
MUST_USE bool duty_retention(const City *city, Arena *arena, Language language, Grid *out, Error *error);
/* Every initiative of the plan with the services that carry it out, or a node above it; *uncovered:
 * how many have none. `only_uncovered`: only those. */
MUST_USE bool duty_coverage(const City *city, const Plan *plan, Arena *arena, Language language,
    bool only_uncovered, Grid *out, size_t *uncovered, Error *error);

#endif
