/* Words that several templates of the plan need. */
#include "web/plan_frame.h"

#include "base/date.h"

Str day_print(Arena *arena, Language language, int64_t instant)
{
    Date date;
    Str day = str_slice(instant_print(arena, instant), 0, sizeof "2018-05-01" - 1);
    if (language == LANGUAGE_JA && date_parse_iso(day, &date))
        return date_print_japanese(arena, date);
    return day;
}

void kind_name(Html *html, PlanKind kind)
{
    html_message(html, kind_message(kind), 0, NULL);
}

void note_label(Html *html, const NoteView *note)
{
    html_message(html, note->label, 1, &(HtmlArgument){.is_int = true, .integer = (int64_t)note->number});
}
