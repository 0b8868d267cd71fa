/* web/record_words.h: values of records as people read them, and as a form takes them back. */
#ifndef WEB_RECORD_WORDS_H
#define WEB_RECORD_WORDS_H

#include "record/record.h"
#include "web/message.h"

/* 令和8年8月1日（土）; 2026-08-01 (Sat). Missing: empty. */
Str date_words(Arena *arena, Language language, Value date);
/* A figure: 1,234; 12.5. Missing: empty. */
Str number_words(Arena *arena, Value value);
/* 平成30年度; FY2018. */
Str fiscal_year_words(Arena *arena, Language language, int64_t year);
/* A value of a field that is no reference; empty when it is missing. */
Str value_words(Arena *arena, Language language, const CityField *field, Value value);
/* The record's value of the field, references by their label; empty when missing or hidden. */
Str field_words(Arena *arena, Language language, const Record *record, const CityField *field);
/* The same as a form has it: 2026-08-01, yes, names of choices with commas, codes. */
Str field_input(Arena *arena, const Record *record, const CityField *field);
Str value_input(Arena *arena, const CityField *field, Value value);
/* Whether a name is among those of a field of choices, written with commas: "mon,wed". */
bool input_has_choice(Str input, Str name);

#endif
