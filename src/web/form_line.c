/* The one form part that templates cannot write, as a template's type of input is always literal: an <input>
 * of the field's type. Values are escaped as everywhere (web/html.h). */
#include "web/record_form.h"

static void write_type(Html *html, FormLineType type)
{
    switch (type) {
    case FORM_LINE_DATE:
        html_literal(html, "<input type=\"date\"");
        return;
    case FORM_LINE_TIME:
        html_literal(html, "<input type=\"time\"");
        return;
    case FORM_LINE_MOMENT:
        html_literal(html, "<input type=\"datetime-local\"");
        return;
    case FORM_LINE_EMAIL:
        html_literal(html, "<input type=\"email\"");
        return;
    case FORM_LINE_PHONE:
        html_literal(html, "<input type=\"tel\"");
        return;
    case FORM_LINE_WHOLE:
        html_literal(html, "<input type=\"text\" inputmode=\"numeric\"");
        return;
    case FORM_LINE_DECIMAL:
        html_literal(html, "<input type=\"text\" inputmode=\"decimal\"");
        return;
    case FORM_LINE_TEXT:
        html_literal(html, "<input type=\"text\"");
        return;
    }
}

void form_line(Html *html, const FormField *field, bool is_in_table)
{
    write_type(html, field->line);
    html_literal(html, " id=\"");
    html_text(html, field->id);
    html_literal(html, "\" name=\"");
    html_text(html, field->name);
    html_literal(html, "\" value=\"");
    html_text(html, field->text);
    html_literal(html, "\"");
    if (field->max_length > 0) {
        html_literal(html, " maxlength=\"");
        html_int_(html, (int64_t)field->max_length);
        html_literal(html, "\"");
    }
    if (is_in_table) {
        html_literal(html, " aria-label=\"");
        html_text(html, field->title);
        html_literal(html, "\"");
    }
    if (field->described.len > 0) {
        html_literal(html, " aria-describedby=\"");
        html_text(html, field->described);
        html_literal(html, "\"");
    }
    if (field->wrong.len > 0)
        html_literal(html, " aria-invalid=\"true\"");
    html_literal(html, ">");
}
