/* tools/check_style.c: how files are laid out, and words that may not stand in them.
 *
 * One table says which rule looks at which files. The words of unfinished work, of machines and of package
 * registries are written in two halves here, so that this file does not refuse itself.
 */
#include "tools/source_check.h"

#include <ctype.h>

enum { COLUMNS_MAX = 120, FILE_LINES_MAX = 800, FUNCTION_LINES_MAX = 90, FIRST_COMMENT_MIN = 12 };

/* Not ours to shape: the law's text, what npm writes, and files that are made wrong on purpose. */
static const char *const foreign_paths[] = {"LICENSE", "package-lock.json", "tests/tools/examples"};

static const struct {
    const char *word;
    bool is_whole; /* not as a part of a longer word */
    bool is_any_case;
    const char *instead;
} refused_words[] = {
    {"TO"
     "DO",
        true, false, "finish it, or open an issue"},
    {"FIX"
     "ME",
        true, false, "finish it, or open an issue"},
    {"X"
     "XX",
        true, false, "finish it, or open an issue"},
    {"HA"
     "CK",
        true, false, "say what it does and why"},
    {"T"
     "BD",
        true, false, "decide, or open an issue"},
    {"W"
     "IP",
        true, false, "finish it, or open an issue"},
    {"not "
     "implemented",
        true, true, "finish it, or leave it out"},
    {"not yet "
     "implemented",
        true, true, "finish it, or leave it out"},
    {"未"
     "実装",
        false, false, "finish it, or leave it out"},
    {"仮"
     "実装",
        false, false, "finish it, or leave it out"},
    {"/wo"
     "rk/",
        false, false, "paths are relative to the project's root"},
    {"/ro"
     "ot/",
        false, false, "paths are relative to the project's root"},
    {"/ho"
     "me/",
        false, false, "paths are relative to the project's root"},
    {"/tmp/"
     "b-",
        false, false, "paths are relative to the project's root"},
    {"registry.npm"
     "js",
        false, true, "a machine's own settings name its registry"},
    {"registry.yarn"
     "pkg",
        false, true, "a machine's own settings name its registry"},
    {"deb.deb"
     "ian.org",
        false, true, "a machine's own settings name its registry"},
    {"security.deb"
     "ian.org",
        false, true, "a machine's own settings name its registry"},
    {"py"
     "pi.org",
        false, true, "a machine's own settings name its registry"},
    {"files.python"
     "hosted",
        false, true, "a machine's own settings name its registry"},
    {"proxy.go"
     "lang",
        false, true, "a machine's own settings name its registry"},
    {"static.cra"
     "tes.io",
        false, true, "a machine's own settings name its registry"},
};

typedef void Rule(const SourceTree *tree, const SourceFile *file, Report *problems);

/* One line of a file, without its end. */
typedef struct Line {
    const char *at;
    size_t len;
    long number;
} Line;

/* The next line; begin with {0}. */
static bool next_line(const SourceFile *file, Line *line)
{
    const char *at = line->at == NULL ? file->text : line->at + line->len;
    if (line->at != NULL && *at == '\n')
        at++;
    if (at >= file->text + file->len)
        return false;
    const char *end = memchr(at, '\n', (size_t)(file->text + file->len - at));
    *line = (Line){.at = at,
        .len = end != NULL ? (size_t)(end - at) : (size_t)(file->text + file->len - at),
        .number = line->number + 1};
    return true;
}

/* Code points: bytes that do not continue one. */
static long count_columns(const Line *line)
{
    long columns = 0;
    for (size_t i = 0; i < line->len; i++)
        columns += ((unsigned char)line->at[i] & 0xC0) != 0x80;
    return columns;
}

static void check_columns(const SourceTree *tree, const SourceFile *file, Report *problems)
{
    (void)tree;
    for (Line line = {0}; next_line(file, &line);) {
        long columns = count_columns(&line);
        if (columns > COLUMNS_MAX)
            report(problems, file, line.number, "%ld columns: at most %d", columns, COLUMNS_MAX);
    }
}

static void check_white_space(const SourceTree *tree, const SourceFile *file, Report *problems)
{
    (void)tree;
    for (Line line = {0}; next_line(file, &line);) {
        if (memchr(line.at, '\t', line.len) != NULL)
            report(problems, file, line.number, "a tab: indent with spaces, and write \\t in strings");
        if (memchr(line.at, '\r', line.len) != NULL)
            report(
                problems, file, line.number, "a carriage return: lines end in LF, and write \\r in strings");
        if (line.len > 0 && line.at[line.len - 1] == ' ')
            report(problems, file, line.number, "white space at the end of the line");
    }
    if (file->len > 0 && file->text[file->len - 1] != '\n')
        report(problems, file, 1, "the last line does not end: end it with a line feed");
}

static bool is_letter(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool line_has_word(const Line *line, const char *word, bool is_whole, bool is_any_case)
{
    size_t len = strlen(word);
    for (size_t i = 0; i + len <= line->len; i++) {
        const char *at = line->at + i;
        bool is_same = is_any_case ? strncasecmp(at, word, len) == 0 : memcmp(at, word, len) == 0;
        bool has_edges = (i == 0 || !is_letter(at[-1])) && (i + len == line->len || !is_letter(at[len]));
        if (is_same && (has_edges || !is_whole))
            return true;
    }
    return false;
}

static void check_words(const SourceTree *tree, const SourceFile *file, Report *problems)
{
    (void)tree;
    for (Line line = {0}; next_line(file, &line);)
        for (size_t i = 0; i < COUNT_OF(refused_words); i++)
            if (line_has_word(
                    &line, refused_words[i].word, refused_words[i].is_whole, refused_words[i].is_any_case))
                report(problems, file, line.number, "\"%s\": %s", refused_words[i].word,
                    refused_words[i].instead);
}

static void check_length(const SourceTree *tree, const SourceFile *file, Report *problems)
{
    (void)tree;
    Line line = {0};
    while (next_line(file, &line))
        ;
    if (line.number > FILE_LINES_MAX)
        report(problems, file, FILE_LINES_MAX, "%ld lines: at most %d; give a part of it a file of its own",
            line.number, FILE_LINES_MAX);
}

/* The body of a function begins and ends with a brace at the left margin, which clang-format sees to. */
static void check_functions(const SourceTree *tree, const SourceFile *file, Report *problems)
{
    (void)tree;
    long start = 0;
    for (Line line = {0}; next_line(file, &line);) {
        if (line.len == 1 && *line.at == '{')
            start = line.number;
        if (line.len == 0 || *line.at != '}' || start == 0)
            continue;
        long lines = line.number - start + 1;
        if (lines > FUNCTION_LINES_MAX)
            report(problems, file, start, "a function of %ld lines: at most %d; give a step of it a name",
                lines, FUNCTION_LINES_MAX);
        start = 0;
    }
}

static void check_opening(const SourceTree *tree, const SourceFile *file, Report *problems)
{
    (void)tree;
    const char *end = strstr(file->text, "*/");
    if (!text_starts(file->text, "/* ") || end == NULL || end - file->text < FIRST_COMMENT_MIN)
        report(problems, file, 1,
            "no opening comment: say in a few lines what this file is for, how it works, what must hold");
}

/* The header that the file's first #include "..." names, below src; NULL when there is none, or when the
 * library comes before the house and that is not allowed. */
static const SourceFile *first_header(
    const SourceTree *tree, const SourceFile *file, bool library_first, long *at_line)
{
    static const char quoted[] = "#include \"";
    for (Line line = {0}; next_line(file, &line);) {
        if (!text_starts(line.at, "#include"))
            continue;
        *at_line = line.number;
        if (!text_starts(line.at, quoted)) {
            if (library_first)
                continue;
            return NULL;
        }
        char path[256];
        const char *name = line.at + strlen(quoted);
        size_t len = strcspn(name, "\"\n");
        if (len + sizeof("src/") > sizeof(path))
            return NULL;
        snprintf(path, sizeof(path), "src/%.*s", (int)len, name);
        return source_tree_find(tree, path);
    }
    return NULL;
}

/* Every file of the house sees base/base.h, with the calls it bans, before anything else of the house. */
static void check_base(const SourceTree *tree, const SourceFile *file, Report *problems)
{
    enum { STEPS_MAX = 32 };
    long line = 1, ignored = 0;
    const SourceFile *header = first_header(tree, file, false, &line);
    for (int i = 0; i < STEPS_MAX && header != NULL && strcmp(header->path, "src/base/base.h") != 0; i++)
        header = first_header(tree, header, true, &ignored);
    if (header == NULL)
        report(problems, file, line,
            "include the file's own header or \"base/base.h\" first, so that base/banned.h holds");
}

static const char *const c_files[] = {".c", ".h", NULL};
static const char *const c_bodies[] = {".c", NULL};
static const char *const code_files[] = {".c", ".h", ".py", ".sh", ".mjs", ".js", NULL};
static const char *const laid_out_files[] = {
    ".c", ".h", ".py", ".sh", ".mjs", ".js", ".css", ".html", ".build", ".json", ".yaml", ".yml", NULL};
static const char *const all_files[] = {"", NULL};

static const struct {
    const char *folder; /* "" for everywhere */
    const char *const *endings;
    Rule *rule;
} rules[] = {
    {"", c_files, check_opening},
    {"", code_files, check_columns},
    {"", code_files, check_length},
    {"", c_bodies, check_functions},
    {"", laid_out_files, check_white_space},
    {"", all_files, check_words},
    {"src", c_bodies, check_base},
};

static bool is_foreign(const char *path)
{
    for (size_t i = 0; i < COUNT_OF(foreign_paths); i++)
        if (strcmp(path, foreign_paths[i]) == 0 || path_is_below(path, foreign_paths[i]))
            return true;
    return false;
}

static bool ends_with_one(const char *path, const char *const *endings)
{
    for (; *endings != NULL; endings++)
        if (text_ends(path, *endings))
            return true;
    return false;
}

void check_style(const SourceTree *tree, Report *problems)
{
    for (size_t i = 0; i < tree->count; i++) {
        const SourceFile *file = &tree->files[i];
        if (is_foreign(file->path))
            continue;
        for (size_t r = 0; r < COUNT_OF(rules); r++) {
            bool is_in_folder = *rules[r].folder == '\0' || path_is_below(file->path, rules[r].folder);
            if (is_in_folder && ends_with_one(file->path, rules[r].endings))
                rules[r].rule(tree, file, problems);
        }
    }
}
