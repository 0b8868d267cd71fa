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

static bool write_files(const char *header, const char *code, const TemplateOutput *out)
{
    AUTO_BUF h, c;
    Error error = {0};
    buf_init(&h, OUT_MAX);
    buf_init(&c, OUT_MAX);
    buf_printf(&h,
        "/* Made from the templates. */\n#ifndef WEB_TEMPLATES_H\n#define WEB_TEMPLATES_H\n\n"
        "#include \"web/html.h\"\n%.*s\n%.*s\n#endif\n",
        STR_ARGS(buf_str(&out->includes)), STR_ARGS(buf_str(&out->prototypes)));
    buf_printf(
        &c, "/* Made from the templates. */\n#include \"web/templates.h\"\n\n#include \"web/asset.h\"\n\n");
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
