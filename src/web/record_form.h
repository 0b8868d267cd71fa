/* web/record_form.h: the form of a record, made from its declaration: fields -> form parts, by field type.
 *
 *     record_form_new     a record to be made; a resident may make one for each of several persons at once
 *     record_form_edit    a record that exists
 *     record_form_drafts, record_form_inputs      what was typed, for record/record.h
 *     record_form_faults  what was wrong, beside each field and on top
 *
 * A form shows what was typed when it was sent (POST), else what is there. Names of its inputs are
 * "f.FIELD", and "f.FIELD.CODE" where each person has her own.
 */
#ifndef WEB_RECORD_FORM_H
#define WEB_RECORD_FORM_H

#include "web/record_view.h"

typedef enum FormKind {
    FORM_LINE,      /* text, numbers, dates ...: an <input> */
    FORM_PARAGRAPH, /* <textarea> */
    FORM_RADIOS,    /* one of few, yes or no */
    FORM_SELECT,    /* one of many */
    FORM_CHECKS,    /* several */
    FORM_SEARCH,    /* one of very many: looked for first */
} FormKind;

typedef enum FormLineType {
    FORM_LINE_TEXT,
    FORM_LINE_WHOLE,
    FORM_LINE_DECIMAL,
    FORM_LINE_DATE,
    FORM_LINE_TIME,
    FORM_LINE_MOMENT,
    FORM_LINE_EMAIL,
    FORM_LINE_PHONE,
} FormLineType;

typedef struct FormOption {
    Str value, title, id;
    bool chosen;
} FormOption;

typedef struct FormField {
    const CityField *field;
    FormKind kind;
    Str name, id, title, help;
    Str text; /* as typed, or as it is */
    FormLineType line;
    size_t max_length; /* 0: none */
    VEC_OF(FormOption) options;
    bool required, sensitive, has_more; /* has_more: there are more to find than are shown */
    Str words_name, words;              /* FORM_SEARCH: what was looked for */
    Str wrong;                          /* empty: nothing */
    Str described;                      /* ids of what is said of it */
} FormField;
typedef VEC_OF(FormField) FormFields;

/* Somebody for whom a record of her own is made. */
typedef struct FormPerson {
    Str code, name, id;
    int64_t person;
    bool checked;
    Str barred; /* why no record can be made for her; empty: nothing stands against it */
    FormFields fields;
    Str wrong; /* of her herself, or of her record as a whole */
} FormPerson;

typedef struct FormFault {
    Str id, words;
} FormFault;

typedef struct RecordForm {
    const ServicePlace *place;
    const Request *request;
    const CityRecordType *type;
    const CityField *whom; /* with persons: the field they go into; NULL: no persons */
    VEC_OF(FormPerson) persons;
    FormFields fields; /* without persons: all; with them: what all share */
    VEC_OF(FormFault) faults;
    VEC_OF(size_t) draft_person; /* with persons: whose draft each is */
} RecordForm;

MUST_USE bool record_form_new(const ServicePlace *place, const Request *request, DbConn *conn,
    const CityRecordType *type, RecordForm *out, Error *error);
MUST_USE bool record_form_edit(const ServicePlace *place, const Request *request, DbConn *conn,
    const Record *record, RecordForm *out, Error *error);

/* Finds out for whom no record can be made, and why. It asks the writer: not while a connection is held. */
MUST_USE bool record_form_bar(RecordForm *form, Str about, Error *error);

typedef VEC_OF(RecordDraft) RecordDrafts;
typedef VEC_OF(RecordInput) RecordInputs;
/* One for each person that is checked, or just one. When several are made at once, and the field that keeps
 * records together was left empty, it gets a word of its own. */
MUST_USE bool record_form_drafts(RecordForm *form, Str about, RecordDrafts *out, Error *error);
MUST_USE bool record_form_inputs(const RecordForm *form, RecordInputs *out, Error *error);
/* Puts the faults where they belong. */
void record_form_faults(RecordForm *form, const RecordFaults *faults);
/* Whether the button of a search was pressed, not the one that sends the form. */
bool record_form_only_looks(const Request *request);

/* One field as a form part, for tables: named `name`, holding `text`. */
MUST_USE bool form_field(const ServicePlace *place, DbConn *conn, const CityField *field, Str name, Str text,
    FormField *out, Error *error);
/* What a fault means, in words. */
Str fault_words(const ServicePlace *place, const RecordFault *fault);
/* All values of a repeated input with commas between them. */
Str form_values(const Request *request, Str name);
/* What was sent under the field's name between the two others, or, from a form that was opened before a
 * rename, under a name it had. */
Str form_sent(const Request *request, const char *before, const CityField *field, Str after);

/* --- parts of templates --- */

/* In a table the column's heading is its name. */
void form_line(Html *html, const FormField *field, bool is_in_table);

#endif
