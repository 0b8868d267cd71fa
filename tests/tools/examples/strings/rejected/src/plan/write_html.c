void write(Buf *out, Str text)
{
    buf_add(out, S("<p>"));
    buf_printf(out, "<p>%d%%%.*s</p>", 3, STR_ARGS(text));
}
