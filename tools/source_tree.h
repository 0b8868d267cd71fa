/* tools/source_tree.h: the files of a project read whole, and how a check tells what is wrong in them.
 *
 * Shared by the checks in this folder (floors, source-check). They are small programs that run once and need
 * nothing of the house but its first header. Text is bytes; every file's text ends in a NUL that is not
 * counted.
 */
#ifndef TOOLS_SOURCE_TREE_H
#define TOOLS_SOURCE_TREE_H

#include "base/base.h"

typedef struct SourceFile {
    char *path; /* from the root: "src/plan/plan.h" */
    char *text;
    size_t len;
} SourceFile;

typedef struct SourceTree {
    SourceFile *files; /* in order of their paths */
    size_t count, room;
    char **folders; /* that were looked into, from the root; for dependency files */
    size_t folder_count, folder_room;
} SourceTree;

/* Reads every file below root/folder (the whole root for "") whose name ends as text of ours does; hidden
 * files, build folders and node_modules are left out, and a folder that is not there is empty. false, with a
 * line on stderr, when something cannot be read. */
MUST_USE bool source_tree_read(SourceTree *tree, const char *root, const char *folder);
void source_tree_release(SourceTree *tree);
/* The file with this path, NULL when there is none. */
const SourceFile *source_tree_find(const SourceTree *tree, const char *path);

bool text_ends(const char *text, const char *suffix);
bool text_starts(const char *text, const char *prefix);
/* Whether `path` is in the folder (a path from the root without a slash at its end) or below it. */
bool path_is_below(const char *path, const char *folder);

/* The number of things found wrong so far; each is one line on standard output. */
typedef struct Report {
    size_t problems;
} Report;

void report(Report *to, const SourceFile *file, long line, const char *format, ...) PRINTF_LIKE(4, 5);

#endif
