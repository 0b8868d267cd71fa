/* plan/reader_main.c: the command "read-plan": reads one foreign document, sealed.
 *
 * What needs files is opened first (the converter of a named encoding), then the process seals itself, and
 * only then takes a byte of the request from stdin. It answers with a line that names the format and, for
 * Markdown, the prefix of the stand-ins for keys that were not given, and with the reading as
 * hitomachi-plan/1.
 */
#include "base/base.h"

#include <errno.h>
#include <unistd.h>

#include "plan/encoding.h"
#include "plan/import_internal.h"
#include "plan/markdown_internal.h"
#include "plan/repair.h"

#define WORK_MAX ((size_t)3 << 30)
#define CHUNK ((size_t)1 << 16)

static bool read_stdin(Buf *out, Error *error)
{
    for (;;) {
        char *room = buf_reserve(out, CHUNK);
        if (room == NULL) {
            return error_set(error, ERROR_LIMIT, "the document is larger than %zu MB", PLAN_IMPORT_MAX >> 20);
        }
        const ssize_t got = read(STDIN_FILENO, room, CHUNK);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return error_set(error, ERROR_SYSTEM, "the request cannot be read: %s", strerror(errno));
        }
        if (got == 0) {
            return true;
        }
        out->len += (size_t)got;
    }
}

static bool write_stdout(Str text, Error *error)
{
    if (fwrite(text.at, 1, text.len, stdout) != text.len) {
        return error_set(error, ERROR_SYSTEM, "the reading cannot be written");
    }
    return true;
}

static bool decode_files(
    const TextDecoder *decoder, Arena *arena, const ImportRequest *request, PlanFile *out, Error *error)
{
    for (size_t i = 0; i < request->file_count; i++) {
        out[i].name = request->files[i].name;
        if (!text_decode(decoder, arena, request->files[i].text, &out[i].text, error)) {
            const Error found = *error; /* names no file */
            return error_at(error, found.code, out[i].name, found.line, found.column, "%s", found.message);
        }
    }
    return true;
}

/* A line that begins like a heading, or front matter. */
static bool looks_like_markdown(Str text)
{
    Str line = STR_EMPTY;
    bool first = true;
    while (str_line(&text, &line)) {
        if (str_starts(line, S("# ")) || (first && str_equal(str_trim(line), S("---")))) {
            return true;
        }
        first = false;
    }
    return false;
}

static bool is_markdown(const PlanFile *files, size_t count, const PlanProfile *profile)
{
    if (count > 1 || str_ends(files[0].name, S(".md"))) {
        return true;
    }
    return !plan_text_is_table(files[0].text, profile) && looks_like_markdown(files[0].text);
}

static bool read_markdown(
    Arena *arena, const PlanFile *files, size_t count, const FixChoice *fixes, Buf *out, Error *error)
{
    PlanErrors *errors = ARENA_NEW(arena, PlanErrors);
    if (fixes->count > 0) {
        return error_set(
            error, ERROR_INPUT, "plan text in Markdown has no warnings, so there is nothing to fix");
    }
    Str prefix = STR_EMPTY;
    if (errors == NULL) {
        return error_memory(error);
    }
    const Plan *plan = markdown_read_unkeyed(arena, count, files, &prefix, errors);
    if (plan == NULL) {
        *error = errors->at[0];
        if (errors->total > 1) {
            const size_t length = strlen(error->message);
            (void)snprintf(error->message + length, sizeof error->message - length, " (and %zu more)",
                errors->total - 1);
        }
        return false;
    }
    buf_printf(out, "%s %.*s\n", import_format_name(IMPORT_MARKDOWN), STR_ARGS(prefix));
    return plan_write_json(plan, false, out, error);
}

static bool read_table(Arena *arena, const PlanFile *file, const PlanProfile *profile, const FixChoice *fixes,
    Buf *out, Error *error)
{
    Plan *plan = plan_read_table(arena, file->text, file->name, profile, fixes, error);
    if (plan == NULL || !plan_find_repairs(plan, error)) {
        return false;
    }
    buf_printf(out, "%s \n", import_format_name(IMPORT_TABLE));
    return plan_write_json(plan, false, out, error);
}

static bool read_document(const TextDecoder *decoder, Arena *arena, Buf *out, Error *error)
{
    AUTO_BUF input;
    buf_init(&input, IMPORT_REQUEST_MAX);
    ImportRequest request = {0};
    const PlanProfile *profile = plan_profile_default();
    if (!read_stdin(&input, error) || !import_parse_request(arena, buf_str(&input), &request, error) ||
        (request.profile.len > 0 &&
            !plan_profile_read(arena, request.profile, request.profile_name, &profile, error))) {
        return false;
    }
    PlanFile *files = arena_array(arena, request.file_count, sizeof *files);
    if (files == NULL) {
        return error_memory(error);
    }
    if (!decode_files(decoder, arena, &request, files, error)) {
        return false;
    }
    return is_markdown(files, request.file_count, profile)
               ? read_markdown(arena, files, request.file_count, &request.fixes, out, error)
               : read_table(arena, &files[0], profile, &request.fixes, out, error);
}

int plan_reader_main(int argc, char **argv)
{
    Error error = {0};
    Str encoding = STR_EMPTY;
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], "--encoding") == 0) {
            encoding = str_of(argv[i + 1]);
        }
    }
    TextDecoder decoder = {0};
    const ChildLimits limits = import_child_limits();
    bool done = text_decoder_open(&decoder, encoding, &error) && sandbox_seal(&limits, &error);
    if (done) {
        Arena *arena = arena_new(WORK_MAX);
        Buf out;
        buf_init(&out, limits.output_max);
        done = arena != NULL
                   ? read_document(&decoder, arena, &out, &error) && write_stdout(buf_str(&out), &error)
                   : error_memory(&error);
    }
    if (error.file[0] != '\0' &&
        error.line == 0) { /* about the whole file: the parent knows places with a line */
        error.line = error.column = 1;
    }
    child_leave(done, &error);
}
