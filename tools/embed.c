/* hitomachi-embed: puts styles, scripts, fonts and pictures into the binary at build time.
 *
 *     embed OUT.h OUT.c FILE...
 *
 * Each file becomes an Asset (src/web/asset.h) whose URL holds a hash of its content; what shrinks is also
 * kept as gzip. In CSS, url("asset:NAME") becomes the URL of another file of the list, so fonts and pictures
 * come first and styles see them; a style that names another style or an unknown file is an error. The bytes
 * written depend only on the input.
 */
#include <sodium.h>
#include <zlib.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/vec.h"

#define FILE_MAX ((size_t)16 << 20)
#define OUT_MAX ((size_t)256 << 20)
#define HASH_BYTES 6

typedef struct EmbedType {
    Str ending, content_type;
    bool shrinks;
} EmbedType;

static const EmbedType TYPES[] = {
    {STR_LITERAL(".css"), STR_LITERAL("text/css; charset=utf-8"), true},
    {STR_LITERAL(".js"), STR_LITERAL("text/javascript; charset=utf-8"), true},
    {STR_LITERAL(".svg"), STR_LITERAL("image/svg+xml; charset=utf-8"), true},
    {STR_LITERAL(".json"), STR_LITERAL("application/json"), true},
    {STR_LITERAL(".txt"), STR_LITERAL("text/plain; charset=utf-8"), true},
    {STR_LITERAL(".png"), STR_LITERAL("image/png"), false},
    {STR_LITERAL(".ico"), STR_LITERAL("image/x-icon"), false},
    {STR_LITERAL(".woff2"), STR_LITERAL("font/woff2"), false},
};

typedef struct EmbedFile {
    Str name, stem, bytes, gzip, id, url, hash;
    const EmbedType *type;
} EmbedFile;

typedef VEC_OF(EmbedFile) EmbedFiles;

static bool is_style(const EmbedFile *file)
{
    return str_equal(file->type->ending, S(".css"));
}

static Str id_of(Arena *arena, Str name)
{
    char *id = arena_alloc(arena, name.len);
    for (size_t i = 0; id && i < name.len; i++) {
        char b = name.at[i];
        bool word = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
        id[i] = word ? b : '_';
    }
    return id ? (Str){id, name.len} : STR_EMPTY;
}

static bool load_file(Arena *arena, const char *path, EmbedFile *file, Error *error)
{
    const char *slash = strrchr(path, '/');
    file->name = str_of(slash ? slash + 1 : path);
    for (size_t i = 0; i < COUNT_OF(TYPES); i++)
        if (str_ends(file->name, TYPES[i].ending))
            file->type = &TYPES[i];
    if (!file->type)
        return error_at(error, ERROR_INPUT, str_of(path), 0, 0, "this kind of file is not known as an asset");
    file->stem = str_slice(file->name, 0, file->name.len - file->type->ending.len);
    file->id = id_of(arena, file->name);
    return file_read(arena, str_of(path), FILE_MAX, &file->bytes, error);
}

/* Replaces url("asset:NAME") by the URLs of files that have theirs already. */
static bool fill_references(Arena *arena, EmbedFile *file, const EmbedFiles *files, Error *error)
{
    static const Str mark = STR_LITERAL("asset:");
    AUTO_BUF out;
    buf_init(&out, FILE_MAX * 2);
    size_t at = 0;
    for (ptrdiff_t found; (found = str_find(file->bytes, mark, at)) >= 0;) {
        size_t from = (size_t)found + mark.len, to = from;
        while (to < file->bytes.len && !strchr("\"') \n", file->bytes.at[to]))
            to++;
        Str name = str_slice(file->bytes, from, to);
        const EmbedFile *target = NULL;
        for (size_t i = 0; i < files->len; i++)
            if (str_equal(files->at[i].name, name) && files->at[i].url.len > 0)
                target = &files->at[i];
        if (!target)
            return error_at(error, ERROR_INPUT, file->name, 0, 0,
                "asset:%.*s is no asset that may be named here", STR_ARGS(name));
        buf_add(&out, str_slice(file->bytes, at, (size_t)found));
        buf_add(&out, target->url);
        at = to;
    }
    buf_add(&out, str_slice(file->bytes, at, file->bytes.len));
    file->bytes = arena_str(arena, buf_str(&out));
    return (!out.failed && !arena_failed(arena)) || error_memory(error);
}

static bool shrink(Arena *arena, EmbedFile *file, Error *error)
{
    z_stream stream = {0};
    size_t room = file->bytes.len + 1024;
    unsigned char *out = arena_alloc(arena, room);
    if (!out)
        return error_memory(error);
    if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        return error_memory(error);
    stream.next_in = (z_const Bytef *)(uintptr_t)file->bytes.at;
    stream.avail_in = (uInt)file->bytes.len;
    stream.next_out = out;
    stream.avail_out = (uInt)room;
    int status = deflate(&stream, Z_FINISH);
    size_t len = room - stream.avail_out;
    deflateEnd(&stream);
    if (status == Z_STREAM_END && len < file->bytes.len)
        file->gzip = (Str){(const char *)out, len};
    return true;
}

static bool finish_file(Arena *arena, EmbedFile *file, const EmbedFiles *files, Error *error)
{
    unsigned char hash[crypto_generichash_BYTES_MIN];
    char hex[HASH_BYTES * 2 + 1];
    if (is_style(file) && !fill_references(arena, file, files, error))
        return false;
    crypto_generichash(hash, sizeof hash, (const unsigned char *)file->bytes.at, file->bytes.len, NULL, 0);
    sodium_bin2hex(hex, sizeof hex, hash, HASH_BYTES);
    file->hash = arena_str(arena, str_of(hex));
    file->url =
        arena_printf(arena, "/assets/%.*s.%s%.*s", STR_ARGS(file->stem), hex, STR_ARGS(file->type->ending));
    if (arena_failed(arena))
        return error_memory(error);
    return !file->type->shrinks || shrink(arena, file, error);
}

static void write_bytes(Buf *out, Str bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        buf_printf(out, "%s%u,", i % 32 == 0 ? "\n" : "", (unsigned)(unsigned char)bytes.at[i]);
}

static void write_code(Buf *h, Buf *c, const EmbedFiles *files)
{
    buf_add(h, S("/* Made from src/web/assets. */\n#ifndef WEB_ASSET_IDS_H\n#define WEB_ASSET_IDS_H\n\n"
                 "typedef enum AssetId {\n"));
    buf_add(c,
        S("/* Made from src/web/assets. */\n#include \"web/asset.h\"\n#include \"web/asset_table.h\"\n\n"));
    for (size_t i = 0; i < files->len; i++) {
        const EmbedFile *file = &files->at[i];
        buf_printf(h, "    ASSET_%.*s,\n", STR_ARGS(file->id));
        buf_printf(c, "static const unsigned char bytes_%zu[] = {", i);
        write_bytes(c, file->bytes);
        buf_printf(c, "0};\nstatic const unsigned char gzip_%zu[] = {", i);
        write_bytes(c, file->gzip);
        buf_add(c, S("0};\n"));
    }
    buf_add(h, S("    ASSET_COUNT,\n} AssetId;\n\n#endif\n"));
    buf_add(c, S("\nconst Asset asset_table[] = {\n"));
    for (size_t i = 0; i < files->len; i++) {
        const EmbedFile *file = &files->at[i];
        buf_printf(c,
            "    {STR_LITERAL(\"%.*s\"), STR_LITERAL(\"%.*s\"), STR_LITERAL(\"%.*s\"),\n"
            "        {(const char *)bytes_%zu, %zu}, {(const char *)gzip_%zu, %zu}, "
            "STR_LITERAL(\"%.*s\")},\n",
            STR_ARGS(file->name), STR_ARGS(file->url), STR_ARGS(file->type->content_type), i, file->bytes.len,
            i, file->gzip.len, STR_ARGS(file->hash));
    }
    buf_add(c, S("};\n"));
}

static bool embed(Arena *arena, int argc, char **argv, Error *error)
{
    EmbedFiles files = {0};
    for (int i = 3; i < argc; i++) {
        EmbedFile *file = VEC_PUSH(arena, &files);
        if (!file)
            return error_memory(error);
        if (!load_file(arena, argv[i], file, error))
            return false;
    }
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < files.len; i++)
            if (is_style(&files.at[i]) == (pass == 1) && !finish_file(arena, &files.at[i], &files, error))
                return false;
    AUTO_BUF h, c;
    buf_init(&h, OUT_MAX);
    buf_init(&c, OUT_MAX);
    write_code(&h, &c, &files);
    if (h.failed || c.failed)
        return error_memory(error);
    return file_write(str_of(argv[1]), buf_str(&h), error) && file_write(str_of(argv[2]), buf_str(&c), error);
}

int main(int argc, char **argv)
{
    Error error = {0};
    if (argc < 3) {
        fputs("usage: embed OUT.h OUT.c FILE...\n", stderr);
        return 2;
    }
    AUTO_ARENA arena = arena_new(OUT_MAX);
    if (arena && sodium_init() >= 0 && embed(arena, argc, argv, &error))
        return 0;
    error_print(stderr, &error);
    return 1;
}
