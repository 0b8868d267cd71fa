/* plan/number.h: the numbers that stand before titles in a plan: 2, (1), （１）, ①, ⑴, ⒈, 1., 1), 第3, Ⅲ. */
#ifndef PLAN_NUMBER_H
#define PLAN_NUMBER_H

#include "base/str.h"

/* Takes the number at the start of a title apart: *number as printed with its brackets or stop, *rest the
 * title behind it and behind the white space that follows. A bare number (2, １０, Ⅲ) counts only when white
 * space or the end follows. Without a number: false, *number empty, *rest = s. s is valid UTF-8. */
bool number_split(Str s, Str *number, Str *rest);

/* What a printed number counts: ② and (2) and ２ are 2. false when it holds no digits, or not 1 to 9,999,999.
 */
bool number_value(Str number, uint32_t *out);

#endif
