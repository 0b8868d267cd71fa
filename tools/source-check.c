/* tools/source-check.c: refuses what a reader or an attacker should not find in the sources.
 *
 *     source-check [--only strings|style] [--stamp FILE --depfile FILE] [ROOT]
 *
 * Prints `file:line: what is wrong and what would be right`; answers 0 when nothing is, 1 when something is,
 * 2 when it could not look. The build runs the strings part and fails when text is pasted into SQL or HTML;
 * the linters run both parts. With --stamp it writes an empty file when nothing is wrong, and with --depfile
 * what it looked at, both for ninja.
 */
#include "tools/source_check.h"

typedef struct Options {
    const char *only, *stamp, *depfile, *root;
} Options;

static bool read_options(Options *options, int count, char **words)
{
    const struct {
        const char *name;
        const char **value;
    } known[] = {{"--only", &options->only}, {"--stamp", &options->stamp}, {"--depfile", &options->depfile}};
    for (int i = 1; i < count; i++) {
        size_t k = 0;
        while (k < COUNT_OF(known) && strcmp(words[i], known[k].name) != 0)
            k++;
        if (k < COUNT_OF(known) && i + 1 < count)
            *known[k].value = words[++i];
        else if (words[i][0] != '-' && options->root == NULL)
            options->root = words[i];
        else
            return false;
    }
    if (options->root == NULL)
        options->root = ".";
    bool is_known_part =
        options->only == NULL || strcmp(options->only, "strings") == 0 || strcmp(options->only, "style") == 0;
    return is_known_part && (options->depfile == NULL || options->stamp != NULL);
}

/* A make rule: the stamp needs every file and folder that was read. */
static bool write_depfile(const Options *options, const SourceTree *tree)
{
    FILE *out = fopen(options->depfile, "w");
    if (out == NULL) {
        perror(options->depfile);
        return false;
    }
    fprintf(out, "%s:", options->stamp);
    for (size_t i = 0; i < tree->folder_count; i++)
        fprintf(out, " %s/%s", options->root, tree->folders[i]);
    for (size_t i = 0; i < tree->count; i++)
        fprintf(out, " %s/%s", options->root, tree->files[i].path);
    fputc('\n', out);
    return fclose(out) == 0;
}

static bool write_stamp(const Options *options)
{
    FILE *out = fopen(options->stamp, "w");
    if (out == NULL) {
        perror(options->stamp);
        return false;
    }
    return fclose(out) == 0;
}

static bool is_asked(const Options *options, const char *part)
{
    return options->only == NULL || strcmp(options->only, part) == 0;
}

int main(int count, char **words)
{
    Options options = {0};
    if (!read_options(&options, count, words)) {
        fputs("usage: source-check [--only strings|style] [--stamp FILE --depfile FILE] [ROOT]\n", stderr);
        return 2;
    }
    SourceTree tree = {0};
    Report problems = {0};
    /* the strings part looks at src alone, so that a change elsewhere does not make ninja ask again */
    bool done = source_tree_read(&tree, options.root, is_asked(&options, "style") ? "" : "src");
    if (done && is_asked(&options, "strings"))
        check_strings(&tree, &problems);
    if (done && is_asked(&options, "style"))
        check_style(&tree, &problems);
    done = done && (options.depfile == NULL || write_depfile(&options, &tree));
    done = done && (options.stamp == NULL || problems.problems > 0 || write_stamp(&options));
    source_tree_release(&tree);
    if (!done)
        return 2;
    return problems.problems == 0 ? 0 : 1;
}
