/* hitomachi-embed-text: makes a text file part of the program.
 *
 *     embed-text OUT.c NAME FILE
 *
 * OUT.c defines `const Str NAME`, the file's bytes. What is written depends only on the input.
 */
#include "base/buf.h"
#include "base/file.h"

#define FILE_MAX ((size_t)1 << 20)
#define OUT_MAX ((size_t)16 << 20)

static bool embed(Arena *arena, const char *out_path, const char *name, const char *path, Error *error)
{
    Str text;
    if (!file_read(arena, str_of(path), FILE_MAX, &text, error))
        return false;
    AUTO_BUF out;
    buf_init(&out, OUT_MAX);
    buf_printf(&out,
        "#include \"base/str.h\"\n\nextern const Str %s;\nstatic const unsigned char bytes[] = {", name);
    for (size_t i = 0; i < text.len; i++)
        buf_printf(&out, "%s%u,", i % 32 == 0 ? "\n" : "", (unsigned)(unsigned char)text.at[i]);
    buf_printf(&out, "0};\nconst Str %s = {(const char *)bytes, %zu};\n", name, text.len);
    return out.failed ? error_memory(error) : file_write(str_of(out_path), buf_str(&out), error);
}

int main(int argc, char **argv)
{
    Error error = {0};
    if (argc != 4) {
        fputs("usage: embed-text OUT.c NAME FILE\n", stderr);
        return 2;
    }
    AUTO_ARENA arena = arena_new(OUT_MAX);
    if (arena && embed(arena, argv[1], argv[2], argv[3], &error))
        return 0;
    error_print(stderr, &error);
    return 1;
}
