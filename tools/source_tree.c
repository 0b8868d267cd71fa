/* tools/source_tree.c: reads a tree of files for the checks.
 *
 * Folders are read in order of their names, so that what a check prints is the same on every machine.
 * Everything stays in memory until the end: the whole project is a few megabytes. Without memory the program
 * ends at once.
 */
#include "tools/source_tree.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

static const char *const text_endings[] = {".c", ".h", ".py", ".sh", ".mjs", ".js", ".css", ".html", ".build",
    ".md", ".json", ".yaml", ".yml", ".txt", ".csv", ".sql", "Makefile", "NOTICE"};

static const char *const skipped_names[] = {"build", "node_modules", "__pycache__"};

bool text_ends(const char *text, const char *suffix)
{
    size_t len = strlen(text), suffix_len = strlen(suffix);
    return len >= suffix_len && memcmp(text + len - suffix_len, suffix, suffix_len) == 0;
}

bool text_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool path_is_below(const char *path, const char *folder)
{
    size_t len = strlen(folder);
    return strncmp(path, folder, len) == 0 && path[len] == '/';
}

static void *must(void *memory)
{
    if (memory == NULL) {
        fputs("no memory\n", stderr);
        exit(2);
    }
    return memory;
}

/* `folder/name`, or the one of them when the other is empty. */
static char *path_join(const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = must(malloc(size));
    const char *slash = *folder != '\0' && *name != '\0' ? "/" : "";
    snprintf(path, size, "%s%s%s", folder, slash, name);
    return path;
}

static bool is_text(const char *name, const char *text, size_t len)
{
    for (size_t i = 0; i < COUNT_OF(text_endings); i++)
        if (text_ends(name, text_endings[i]))
            return true;
    return len > 2 && text_starts(text, "#!");
}

static bool is_skipped(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(skipped_names); i++)
        if (strcmp(name, skipped_names[i]) == 0)
            return true;
    return text_starts(name, "build-") || (name[0] == '.' && strcmp(name, ".ci") != 0);
}

/* Takes over path. */
static bool read_file(SourceTree *tree, const char *disk_path, char *path, size_t size)
{
    FILE *in = fopen(disk_path, "rb");
    char *text = must(malloc(size + 1));
    size_t len = in != NULL ? fread(text, 1, size, in) : 0;
    bool whole = in != NULL && !ferror(in);
    if (in != NULL)
        fclose(in);
    text[len] = '\0';
    if (!whole || !is_text(path, text, len)) {
        if (!whole)
            fprintf(stderr, "%s: %s\n", disk_path, strerror(errno));
        free(text);
        free(path);
        return whole;
    }
    if (tree->count == tree->room) {
        tree->room = tree->room * 2 + 64;
        tree->files = must(reallocarray(tree->files, tree->room, sizeof(*tree->files)));
    }
    tree->files[tree->count++] = (SourceFile){.path = path, .text = text, .len = len};
    return true;
}

static void note_folder(SourceTree *tree, const char *folder)
{
    if (tree->folder_count == tree->folder_room) {
        tree->folder_room = tree->folder_room * 2 + 16;
        tree->folders = must(reallocarray(tree->folders, tree->folder_room, sizeof(*tree->folders)));
    }
    tree->folders[tree->folder_count++] = must(strdup(folder));
}

static bool read_folder(SourceTree *tree, const char *root, const char *folder);

static bool read_entry(SourceTree *tree, const char *root, const char *folder, const char *name)
{
    if (is_skipped(name))
        return true;
    char *path = path_join(folder, name);
    char *disk_path = path_join(root, path);
    struct stat status;
    bool done = true;
    if (lstat(disk_path, &status) != 0) {
        done =
            errno == ENOENT; /* gone since the folder was listed: an editor's or a compiler's passing file */
        if (!done)
            fprintf(stderr, "%s: %s\n", disk_path, strerror(errno));
        free(path);
    } else if (S_ISDIR(status.st_mode)) {
        done = read_folder(tree, root, path);
        free(path);
    } else if (S_ISREG(status.st_mode)) {
        done = read_file(tree, disk_path, path, (size_t)status.st_size);
    } else {
        free(path);
    }
    free(disk_path);
    return done;
}

static bool read_folder(SourceTree *tree, const char *root, const char *folder)
{
    char *disk_path = path_join(root, folder);
    struct dirent **entries = NULL;
    int count = scandir(disk_path, &entries, NULL, alphasort);
    bool done = count >= 0;
    if (!done)
        fprintf(stderr, "%s: %s\n", disk_path, strerror(errno));
    free(disk_path);
    note_folder(tree, folder);
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
            done = read_entry(tree, root, folder, name) && done;
        free(entries[i]);
    }
    free(entries);
    return done;
}

bool source_tree_read(SourceTree *tree, const char *root, const char *folder)
{
    char *disk_path = path_join(root, folder);
    struct stat status;
    bool is_there = stat(disk_path, &status) == 0;
    free(disk_path);
    return !is_there || read_folder(tree, root, folder);
}

void source_tree_release(SourceTree *tree)
{
    for (size_t i = 0; i < tree->count; i++) {
        free(tree->files[i].path);
        free(tree->files[i].text);
    }
    for (size_t i = 0; i < tree->folder_count; i++)
        free(tree->folders[i]);
    free(tree->files);
    free(tree->folders);
    *tree = (SourceTree){0};
}

const SourceFile *source_tree_find(const SourceTree *tree, const char *path)
{
    for (size_t i = 0; i < tree->count; i++)
        if (strcmp(tree->files[i].path, path) == 0)
            return &tree->files[i];
    return NULL;
}

void report(Report *to, const SourceFile *file, long line, const char *format, ...)
{
    to->problems++;
    printf("%s:%ld: ", file->path, line);
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
}
