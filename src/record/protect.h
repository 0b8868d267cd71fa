/* record/protect.h: protected persons (支援措置): where they can be found is shown to nobody.
 *
 * While a measure of the register `protection` is in force, the fields marked `locates` of every record that
 * concerns the protected person, or somebody protected along with her, are hidden from everybody, herself
 * included: her account may be in other hands. A record concerns the persons it is about or names, at any
 * depth of `about`; a household concerns its members. Whoever has a role that keeps protection may lift the
 * mask of one record, giving a reason, and that is noted first (住民基本台帳事務における支援措置).
 *
 * Whoever she is protected from finds no record that concerns her at all, whatever his roles, and is nobody's
 * guardian towards her. The program's own jobs see everything: they show nothing to people.
 *
 *     protection_open       while the door opens: its statements, printed once
 *     protection_hides      is this row masked?          asked where rows become Records, texts, letters
 *     protection_bars       is this row not there for the actor?                asked by access.c
 *     protection_bar_tree   the same for a list, as a condition
 */
#ifndef RECORD_PROTECT_H
#define RECORD_PROTECT_H

#include "record/record_internal.h"

/* What is in force today, as one Sight has read it. */
typedef struct Protection Protection;

/* Where letters to somebody protected go; empty texts where nothing is said. */
typedef struct ProtectionDelivery {
    Str name, postal_code, address;
} ProtectionDelivery;

MUST_USE bool protection_open(Door *door, Error *error);
/* The table of reasons (module "protection"). */
MUST_USE bool protection_migrate(Db *db, int *applied, Error *error);
/* After a row was written. */
void protection_forget(Sight *sight, const CityRecordType *type);

bool protection_hides(Sight *sight, const CityRecordType *type, const Row *row);
/* The same whoever acts, jobs too: for what is written to people. */
bool protection_stands(Sight *sight, const CityRecordType *type, const Row *row);
/* Whether the actor may lift masks. */
bool protection_may_lift(const Sight *sight);
bool protection_bars(Sight *sight, const CityRecordType *type, const Row *row);
/* Whether the person (an id) is one the actor is barred from. */
bool protection_bars_person(Sight *sight, int64_t person);
/* Whether a record is about somebody who is protected from `person`: no letter of it goes there. */
bool protection_bars_letter(Sight *sight, const CityRecordType *type, const Row *row, int64_t person);
/* NULL in *out: nobody is barred. */
MUST_USE bool protection_bar_tree(CitySet *set, Sight *sight, const DbTree **out, Error *error);
/* Of somebody who is protected today; false: she is not. */
bool protection_delivery(Sight *sight, int64_t person, ProtectionDelivery *out);

#endif
