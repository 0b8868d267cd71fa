void page(Html *html, Str name)
{
    html_raw_(html, name);
    SafeHtml part = (SafeHtml){name};
    html_text(html, arena_printf(arena, "<b>%s</b>", "x"));
}
