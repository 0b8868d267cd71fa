/* plan/import_read.c: bytes to a reading, by way of the child.
 *
 * The request is lines and counted bytes:
 *
 *     hitomachi-read 1
 *     fixes all | fixes 3,5 | fixes -
 *     profile 24 12            lengths of the profile and of its name; both follow, and a line end
 *     file 10 31283            lengths of a file's name and of its bytes; both follow, and a line end
 *     end
 *
 * What comes back was made from foreign bytes, so it is read as strictly as any foreign JSON.
 */
#include "plan/import_internal.h"

#include <inttypes.h>
#include <sodium.h>

#define READING_MAX ((size_t)512 << 20)
#define MEMORY_MAX ((size_t)4 << 30)
#define SECONDS 120

static const char *const format_names[IMPORT_FORMAT_COUNT] = {"table", "markdown", "json"};

const char *import_format_name(ImportFormat format)
{
    assert(format < IMPORT_FORMAT_COUNT);
    return format_names[format];
}

ChildLimits import_child_limits(void)
{
    return (ChildLimits){.memory_max = MEMORY_MAX, .output_max = READING_MAX, .seconds = SECONDS};
}

/* --- request --- */

static void add_counted(Buf *out, const char *what, Str first, Str second)
{
    buf_printf(out, "%s %zu %zu\n", what, first.len, second.len);
    buf_add(out, first);
    buf_add(out, second);
    buf_add_byte(out, '\n');
}

bool import_print_request(const ImportRequest *request, Buf *out, Error *error)
{
    buf_add(out, S("hitomachi-read 1\nfixes "));
    if (request->fixes.all) {
        buf_add(out, S("all"));
    } else if (request->fixes.count == 0) {
        buf_add(out, S("-"));
    }
    for (size_t i = 0; !request->fixes.all && i < request->fixes.count; i++) {
        buf_printf(out, "%s%" PRIu32, i > 0 ? "," : "", request->fixes.numbers[i]);
    }
    buf_add_byte(out, '\n');
    add_counted(out, "profile", request->profile, request->profile_name);
    for (size_t i = 0; i < request->file_count; i++) {
        add_counted(out, "file", request->files[i].name, request->files[i].text);
    }
    buf_add(out, S("end\n"));
    return !out->failed ||
           error_set(error, ERROR_LIMIT, "the document is larger than %zu MB", PLAN_IMPORT_MAX >> 20);
}

static bool take_length(Str *line, size_t *out)
{
    Str word = STR_EMPTY;
    int64_t value = 0;
    (void)str_cut(*line, S(" "), &word, line);
    if (!str_to_int(word, &value) || value < 0 || (size_t)value > IMPORT_REQUEST_MAX) {
        return false;
    }
    *out = (size_t)value;
    return true;
}

/* `what 3 5` in the line, and eight bytes and a line end in the rest. */
static bool take_counted(Str line, const char *what, Str *rest, Str *first, Str *second)
{
    size_t first_length = 0, second_length = 0;
    Str word = STR_EMPTY;
    (void)str_cut(line, S(" "), &word, &line);
    if (!str_equal(word, str_of(what)) || !take_length(&line, &first_length) ||
        !take_length(&line, &second_length) || first_length + second_length + 1 > rest->len) {
        return false;
    }
    *first = str_slice(*rest, 0, first_length);
    *second = str_slice(*rest, first_length, first_length + second_length);
    *rest = str_slice(*rest, first_length + second_length + 1, rest->len);
    return true;
}

static bool parse_fixes(Arena *arena, Str list, FixChoice *out)
{
    VEC_OF(uint32_t) numbers = {0};
    *out = (FixChoice){.all = str_equal(list, S("all"))};
    for (bool more = !out->all && !str_equal(list, S("-")); more;) {
        Str word = STR_EMPTY;
        int64_t value = 0;
        more = str_cut(list, S(","), &word, &list);
        uint32_t *number = VEC_PUSH(arena, &numbers);
        if (number == NULL || !str_to_int(word, &value) || value < 1 || value > UINT32_MAX) {
            return false;
        }
        *number = (uint32_t)value;
    }
    out->numbers = numbers.at;
    out->count = numbers.len;
    return true;
}

bool import_parse_request(Arena *arena, Str text, ImportRequest *out, Error *error)
{
    VEC_OF(PlanFile) files = {0};
    Str line = STR_EMPTY;
    *out = (ImportRequest){0};
    bool good = str_line(&text, &line) && str_equal(line, S("hitomachi-read 1")) && str_line(&text, &line) &&
                str_starts(line, S("fixes ")) &&
                parse_fixes(arena, str_slice(line, strlen("fixes "), line.len), &out->fixes) &&
                str_line(&text, &line) &&
                take_counted(line, "profile", &text, &out->profile, &out->profile_name);
    while (good && str_line(&text, &line) && !str_equal(line, S("end"))) {
        PlanFile *file = files.len < IMPORT_FILES_MAX ? VEC_PUSH(arena, &files) : NULL;
        good = file != NULL && take_counted(line, "file", &text, &file->name, &file->text);
    }
    out->files = files.at;
    out->file_count = files.len;
    return (good && files.len > 0 && str_equal(line, S("end"))) ||
           error_set(error, ERROR_INPUT, "this is no request to read a plan");
}

/* --- reading --- */

static bool looks_like_json(const ImportRequest *request)
{
    Str text = request->files[0].text;
    if (str_starts(text, S("\xEF\xBB\xBF"))) {
        text = str_slice(text, 3, text.len);
    }
    return request->file_count == 1 && str_starts(str_trim(text), S("{"));
}

/* The fixes of a plan in JSON were offered by another reading and cannot be taken here: those taken are
 * noted. */
static bool read_json(Arena *arena, const ImportRequest *request, ImportReading *out, Error *error)
{
    const PlanFile *file = &request->files[0];
    const bool marked = str_starts(file->text, S("\xEF\xBB\xBF"));
    if (request->fixes.count > 0) {
        return error_set(
            error, ERROR_INPUT, "a plan in JSON offers no fixes; they were taken where it was read");
    }
    out->format = IMPORT_JSON;
    out->plan =
        plan_read_json(arena, str_slice(file->text, marked ? 3 : 0, file->text.len), file->name, error);
    for (size_t i = 0; out->plan != NULL && i < out->plan->warnings.len; i++) {
        out->plan->warnings.at[i].has_fix = out->plan->warnings.at[i].taken;
    }
    return out->plan != NULL;
}

static bool run_child(const ImportRequest *request, Buf *output, Error *error)
{
    AUTO_BUF input;
    AUTO_ARENA arena = arena_new(4096);
    buf_init(&input, IMPORT_REQUEST_MAX);
    if (arena == NULL) {
        return error_memory(error);
    }
    if (!import_print_request(request, &input, error)) {
        return false;
    }
    const ChildLimits limits = import_child_limits();
    const Str encoding = arena_str(arena, str_slice(request->encoding, 0, 100));
    const char *const args[] = {PLAN_READER_COMMAND, "--encoding", encoding.at, NULL};
    return child_run(args, buf_str(&input), &limits, output, error);
}

/* Nodes that named no key have stand-ins, or, in tables, keys of their places: they are taken off. */
static void forget_keys(Plan *plan, ImportFormat format, Str prefix)
{
    for (size_t i = 0; i < plan->nodes.len; i++) {
        if (format == IMPORT_TABLE || str_starts(plan->nodes.at[i].key, prefix)) {
            plan->nodes.at[i].key = STR_EMPTY;
        }
    }
}

static bool read_answer(Arena *arena, Str answer, ImportReading *out, Error *error)
{
    Str head = STR_EMPTY, format = STR_EMPTY, prefix = STR_EMPTY;
    (void)str_line(&answer, &head);
    (void)str_cut(head, S(" "), &format, &prefix);
    const bool markdown = str_equal(format, str_of(import_format_name(IMPORT_MARKDOWN)));
    const bool table = str_equal(format, str_of(import_format_name(IMPORT_TABLE)));
    if ((!markdown && !table) || (markdown && prefix.len == 0)) {
        return error_set(error, ERROR_SYSTEM, "the reading process did not answer as it should");
    }
    out->format = table ? IMPORT_TABLE : IMPORT_MARKDOWN;
    out->plan = plan_read_json(arena, answer, S("reading"), error);
    if (out->plan == NULL) {
        return false;
    }
    forget_keys(out->plan, out->format, prefix);
    return true;
}

bool import_read(Arena *arena, const ImportRequest *request, ImportReading *out, Error *error)
{
    *out = (ImportReading){0};
    if (looks_like_json(request)) {
        return read_json(arena, request, out, error);
    }
    AUTO_BUF output;
    buf_init(&output, READING_MAX);
    return run_child(request, &output, error) && read_answer(arena, buf_str(&output), out, error);
}

/* --- hash --- */

static void hash_counted(crypto_hash_sha256_state *state, Str s)
{
    char length[24];
    const int digits = snprintf(length, sizeof length, "%zu:", s.len);
    crypto_hash_sha256_update(state, (const unsigned char *)length, (unsigned long long)digits);
    crypto_hash_sha256_update(state, (const unsigned char *)s.at, s.len);
}

void import_hash(const PlanFile *files, size_t count, char hash[PLAN_HASH_LENGTH + 1])
{
    crypto_hash_sha256_state state;
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_init(&state);
    if (count == 1) { /* what sha256sum says */
        crypto_hash_sha256_update(&state, (const unsigned char *)files[0].text.at, files[0].text.len);
    }
    for (size_t i = 0; count > 1 && i < count; i++) {
        hash_counted(&state, files[i].name);
        hash_counted(&state, files[i].text);
    }
    crypto_hash_sha256_final(&state, digest);
    sodium_bin2hex(hash, PLAN_HASH_LENGTH + 1, digest, sizeof digest);
}
