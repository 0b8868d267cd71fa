/* tools/floors.c: checks that includes respect the floors of the house.
 *
 *     floors [ROOT]        prints `file:line: what is wrong and what would be right`; 0 when nothing is
 *
 * Reads every .c and .h below ROOT/src and looks at its #include lines. A file includes from its own floor or
 * a lower one; a header whose name ends in _internal.h stays in its folder; the two doors stand side by side,
 * and only cli may look into web; a database library is known to db alone, and the HTTP library to one file;
 * headers do not include each other in a circle. The order of the floors is the table below and nowhere else.
 */
#include "tools/source_tree.h"

static const char *const floors[] = {
    "base", "db", "kit", "plan", "formula", "city", "indicator", "record", "review", "web", "cli"};

/* From here on the floors are doors: beside each other, not above. */
static const char first_door[] = "web";

static const struct {
    const char *header, *floor, *instead;
} libraries_of_floors[] = {
    {"sqlite3.h", "db", "db/db.h"},
    {"libpq-fe.h", "db", "db/db.h"},
};

static const char http_library[] = "microhttpd.h";

enum { NAME_MAX_LEN = 160 };

/* One #include line. */
typedef struct Include {
    const SourceFile *file;
    long line;
    bool is_quoted; /* "..." and not <...> */
    char name[NAME_MAX_LEN];
} Include;

typedef struct Includes {
    Include *at;
    size_t count, room;
} Includes;

/* Position among the floors, from the bottom; -1 for a name that is none. */
static int floor_of_name(const char *name, size_t len)
{
    for (size_t i = 0; i < COUNT_OF(floors); i++)
        if (strlen(floors[i]) == len && memcmp(floors[i], name, len) == 0)
            return (int)i;
    return -1;
}

/* Of "plan/plan.h" or "plan/read/table.h" the floor plan. */
static int floor_of(const char *path)
{
    const char *slash = strchr(path, '/');
    return slash != NULL ? floor_of_name(path, (size_t)(slash - path)) : -1;
}

static const char *below_src(const SourceFile *file)
{
    return file->path + strlen("src/");
}

static bool include_parse(const char *line, Include *out)
{
    line += strspn(line, " \t");
    if (*line++ != '#')
        return false;
    line += strspn(line, " \t");
    if (!text_starts(line, "include"))
        return false;
    line += strlen("include");
    line += strspn(line, " \t");
    if (*line != '"' && *line != '<')
        return false;
    out->is_quoted = *line == '"';
    line++;
    size_t len = strcspn(line, "\">\n");
    if (len >= sizeof(out->name))
        return false;
    memcpy(out->name, line, len);
    out->name[len] = '\0';
    return true;
}

static void includes_collect(Includes *includes, const SourceFile *file)
{
    long line = 1;
    for (const char *at = file->text; *at != '\0'; line++) {
        Include include = {.file = file, .line = line};
        if (include_parse(at, &include)) {
            if (includes->count == includes->room) {
                includes->room = includes->room * 2 + 256;
                includes->at = reallocarray(includes->at, includes->room, sizeof(*includes->at));
                if (includes->at == NULL)
                    exit(2);
            }
            includes->at[includes->count++] = include;
        }
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
}

static void check_library(const Include *include, Report *problems)
{
    for (size_t i = 0; i < COUNT_OF(libraries_of_floors); i++) {
        const char *floor = libraries_of_floors[i].floor;
        if (strcmp(include->name, libraries_of_floors[i].header) == 0 &&
            !path_is_below(below_src(include->file), floor))
            report(problems, include->file, include->line, "%s is known to %s alone: use %s", include->name,
                floor, libraries_of_floors[i].instead);
    }
}

/* Both names are on different floors, and the other one is not lower. */
static void report_height(const Include *include, int own, int other, Report *problems)
{
    int doors = floor_of_name(first_door, strlen(first_door));
    if (own >= doors && other >= doors)
        report(problems, include->file, include->line,
            "%s may not include \"%s\": the doors stand side by side; move what both need to a floor below",
            floors[own], include->name);
    else
        report(problems, include->file, include->line,
            "%s may not include \"%s\": %s is above %s; move what is needed down, or call from above",
            floors[own], include->name, floors[other], floors[own]);
}

static void check_house_header(const Include *include, Report *problems)
{
    int own = floor_of(below_src(include->file)), other = floor_of(include->name);
    assert(own >= 0 && "check_tree leaves out files that are on no floor");
    if (strchr(include->name, '/') == NULL) {
        report(problems, include->file, include->line, "\"%s\" does not name its floor: write \"%s/%s\"",
            include->name, floors[own], include->name);
        return;
    }
    if (other < 0) {
        report(problems, include->file, include->line,
            "\"%s\" is on no floor: headers of the house are \"floor/name.h\"", include->name);
        return;
    }
    bool cli_into_web = strcmp(floors[own], "cli") == 0 && strcmp(floors[other], "web") == 0;
    if (other > own || (other < own && strcmp(floors[other], first_door) == 0 && !cli_into_web))
        report_height(include, own, other, problems);

    size_t folder_len = (size_t)(strrchr(include->name, '/') - include->name);
    const char *own_path = below_src(include->file);
    size_t own_folder_len = (size_t)(strrchr(own_path, '/') - own_path);
    bool same_folder = folder_len == own_folder_len && memcmp(own_path, include->name, folder_len) == 0;
    if (text_ends(include->name, "_internal.h") && !same_folder)
        report(problems, include->file, include->line,
            "\"%s\" stays in its folder: use a header of %s without _internal", include->name, floors[other]);
}

/* The first file that includes the HTTP library owns it. */
static void check_http_library(const Includes *includes, Report *problems)
{
    const SourceFile *owner = NULL;
    for (size_t i = 0; i < includes->count; i++) {
        const Include *include = &includes->at[i];
        if (strcmp(include->name, http_library) != 0)
            continue;
        if (owner == NULL)
            owner = include->file;
        else if (owner != include->file)
            report(problems, include->file, include->line,
                "%s is included by %s already: one file alone may know it", http_library, owner->path);
    }
}

/* Headers on the way from the first to the present one, to find a circle. */
typedef struct Trail {
    const SourceFile *at[64];
    size_t len;
} Trail;

static void report_circle(const Trail *trail, size_t start, const Include *closing, Report *problems)
{
    char circle[1024] = "";
    size_t len = 0;
    for (size_t i = start; i < trail->len && len < sizeof(circle); i++)
        len += (size_t)snprintf(circle + len, sizeof(circle) - len, "%s -> ", below_src(trail->at[i]));
    report(problems, closing->file, closing->line, "headers include each other in a circle: %s%s", circle,
        below_src(trail->at[start]));
}

/* Follows the headers that `file` includes. `done` has a flag for each file of the tree: nothing new beyond
 * it. */
static void follow_headers(const SourceTree *tree, const Includes *includes, const SourceFile *file,
    Trail *trail, bool *done, Report *problems)
{
    if (trail->len == COUNT_OF(trail->at) || done[file - tree->files])
        return;
    trail->at[trail->len++] = file;
    for (size_t i = 0; i < includes->count; i++) {
        const Include *include = &includes->at[i];
        if (include->file != file || !include->is_quoted)
            continue;
        char path[NAME_MAX_LEN + 8];
        snprintf(path, sizeof(path), "src/%s", include->name);
        const SourceFile *next = source_tree_find(tree, path);
        size_t start = 0;
        while (start < trail->len && trail->at[start] != next)
            start++;
        if (next != NULL && start < trail->len)
            report_circle(trail, start, include, problems);
        else if (next != NULL)
            follow_headers(tree, includes, next, trail, done, problems);
    }
    trail->len--;
    done[file - tree->files] = true;
}

static void check_circles(const SourceTree *tree, const Includes *includes, Report *problems)
{
    bool *done = calloc(tree->count + 1, sizeof(bool));
    if (done == NULL)
        exit(2);
    for (size_t i = 0; i < tree->count; i++) {
        Trail trail = {.len = 0};
        if (text_ends(tree->files[i].path, ".h"))
            follow_headers(tree, includes, &tree->files[i], &trail, done, problems);
    }
    free(done);
}

static void check_tree(const SourceTree *tree, Report *problems)
{
    Includes includes = {0};
    for (size_t i = 0; i < tree->count; i++) {
        const SourceFile *file = &tree->files[i];
        if (!text_ends(file->path, ".c") && !text_ends(file->path, ".h"))
            continue;
        if (floor_of(below_src(file)) < 0)
            report(problems, file, 1,
                "this folder is no floor of the house: the floors are listed in tools/floors.c");
        else
            includes_collect(&includes, file);
    }
    for (size_t i = 0; i < includes.count; i++) {
        check_library(&includes.at[i], problems);
        if (includes.at[i].is_quoted)
            check_house_header(&includes.at[i], problems);
    }
    check_http_library(&includes, problems);
    check_circles(tree, &includes, problems);
    free(includes.at);
}

int main(int count, char **words)
{
    SourceTree tree = {0};
    if (count > 2 || !source_tree_read(&tree, count == 2 ? words[1] : ".", "src")) {
        if (count > 2)
            fputs("usage: floors [ROOT]\n", stderr);
        source_tree_release(&tree);
        return 2;
    }
    Report problems = {0};
    check_tree(&tree, &problems);
    source_tree_release(&tree);
    return problems.problems == 0 ? 0 : 1;
}
