void write(Buf *out, int64_t level)
{
    buf_add(out, S("<section>"));
    buf_printf(out, "<h%d id=\"n-%lld\">100%% %%s", (int)level, (long long)level);
    buf_add(out, S("</section>"));
}
