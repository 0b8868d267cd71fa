void write(Buf *out, Str text)
{
    buf_printf(out, "<p class=\"wide\">%.*s", STR_ARGS(text));
    buf_add(out, S("</p>"));
    fprintf(stderr, "<%s>", "u");
    printf(u8"</SPAN>");
}
