SafeHtml page(Html *html, Arena *arena)
{
    html_literal(html, "<mark>");
    html_text(html, S("text"));
    SafeHtml part = html_take(html, arena);
    return part;
}
