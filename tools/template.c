/* hitomachi-template: compiles templates to C at build time.
 *
 *     template OUT.h OUT.c FILE.html...
 *
 * All templates share one header, so that any can be a part of another. The language stands in
 * template_compile.h.
 */
#include "base/file.h"
#include "tools/template_compile.h"

#define SOURCE_MAX ((size_t)4 << 20)
#define OUT_MAX ((size_t)64 << 20)

static bool compile_files(Arena *arena, int count, char **files, TemplateOutput *out)
{
    bool good = true;
    for (int i = 0; i < count; i++) {
        Error error = {0};
        Str source;
        if (!file_read(arena, str_of(files[i]), SOURCE_MAX, &source, &error) ||
            !template_compile(arena, str_of(files[i]), source, out, &error)) {
            error_print(stderr, &error);
            good = false;
        }
    }
    return good;
}

static Str base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return str_of(slash ? slash + 1 : path);
}

/* "templates.h" as MADE_TEMPLATES_H */
static void add_guard(Buf *out, Str name)
{
    buf_add(out, S("MADE_"));
    for (size_t i = 0; i < name.len; i++) {
        char b = name.at[i];
        bool lower = b >= 'a' && b <= 'z', word = (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z');
        buf_add_byte(out, lower ? (char)(b - 'a' + 'A') : word ? b : '_');
    }
}

static bool write_files(const char *header, const char *code, const TemplateOutput *out)
{
    AUTO_BUF h, c;
    Error error = {0};
    buf_init(&h, OUT_MAX);
    buf_init(&c, OUT_MAX);
    buf_add(&h, S("/* Made from templates. */\n#ifndef "));
    add_guard(&h, base_name(header));
    buf_add(&h, S("\n#define "));
    add_guard(&h, base_name(header));
    buf_add(&h, S("\n\n#include \"web/html.h\"\n"));
    buf_add(&h, buf_str(&out->includes));
    buf_add(&h, S("\n"));
    buf_add(&h, buf_str(&out->prototypes));
    buf_add(&h, S("\n#endif\n"));
    buf_printf(&c, "/* Made from templates. */\n#include \"%.*s\"\n\n#include \"web/asset.h\"\n\n",
        STR_ARGS(base_name(header)));
    buf_add(&c, S("/* a frame's first half need not use what its second half does */\n"
                  "#pragma GCC diagnostic ignored \"-Wunused-parameter\"\n\n"));
    buf_add(&c, buf_str(&out->code));
    if (h.failed || c.failed) {
        fputs("template: no memory\n", stderr);
        return false;
    }
    if (file_write(str_of(header), buf_str(&h), &error) && file_write(str_of(code), buf_str(&c), &error))
        return true;
    error_print(stderr, &error);
    return false;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fputs("usage: template OUT.h OUT.c FILE.html...\n", stderr);
        return 2;
    }
    AUTO_ARENA arena = arena_new(OUT_MAX);
    TemplateOutput out;
    buf_init(&out.includes, OUT_MAX);
    buf_init(&out.prototypes, OUT_MAX);
    buf_init(&out.code, OUT_MAX);
    bool good =
        arena && compile_files(arena, argc - 3, argv + 3, &out) && write_files(argv[1], argv[2], &out);
    buf_release(&out.includes);
    buf_release(&out.prototypes);
    buf_release(&out.code);
    return good ? 0 : 1;
}
