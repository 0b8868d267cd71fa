/* base/file.c: reading and writing of whole files, each path checked to hold no NUL. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_AT_ONCE = 64 << 10 };

typedef struct Path {
    char at[PATH_MAX];
} Path;

/* The path as a C string; a path with a NUL or too long is as good as one that does not exist. */
static bool path_of(Str path, const char *suffix, Path *out)
{
    size_t extra = strlen(suffix);
    if (path.len == 0 || path.len + extra >= sizeof out->at || memchr(path.at, 0, path.len))
        return false;
    memcpy(out->at, path.at, path.len);
    memcpy(out->at + path.len, suffix, extra + 1);
    return true;
}

static bool refuse(Error *error, Str path, const char *what)
{
    ErrorCode code = errno == ENOENT ? ERROR_NOT_FOUND : ERROR_SYSTEM;
    return error_set(error, code, "%.*s: %s: %s", STR_ARGS(path), what, strerror(errno));
}

static void close_cleanup(int *descriptor)
{
    if (*descriptor > STDERR_FILENO)
        close(*descriptor);
}

bool file_exists(Str path)
{
    Path name;
    struct stat status;
    return path_of(path, "", &name) && stat(name.at, &status) == 0;
}

static bool read_all(Arena *arena, int descriptor, Str path, size_t max, Str *out, Error *error)
{
    size_t room = READ_AT_ONCE, len = 0;
    struct stat status;
    if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0)
        room = (size_t)status.st_size + 1; /* one more, so that the end is seen without growing */
    char *at = arena_alloc(arena, room);
    while (at) {
        if (len == room) {
            char *moved = arena_array(arena, room, 2);
            if (!moved)
                break;
            memcpy(moved, at, len);
            at = moved;
            room *= 2;
        }
        ssize_t got = read(descriptor, at + len, room - len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return refuse(error, path, "cannot be read");
        if (got == 0) {
            *out = (Str){at, len};
            return true;
        }
        len += (size_t)got;
        if (len > max)
            return error_set(error, ERROR_LIMIT, "%.*s: larger than %zu bytes", STR_ARGS(path), max);
    }
    return error_memory(error);
}

bool file_read(Arena *arena, Str path, size_t max, Str *out, Error *error)
{
    if (str_equal(path, S("-")))
        return read_all(arena, STDIN_FILENO, path, max, out, error);
    Path name;
    if (!path_of(path, "", &name))
        return error_set(error, ERROR_INPUT, "'%.*s' is not a path", STR_ARGS(path));
    CLEANUP(close_cleanup) int descriptor = open(name.at, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return refuse(error, path, "cannot be opened");
    struct stat status;
    if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && (uint64_t)status.st_size > max)
        return error_set(error, ERROR_LIMIT, "%.*s: %lld bytes; the most that is read is %zu", STR_ARGS(path),
            (long long)status.st_size, max);
    return read_all(arena, descriptor, path, max, out, error);
}

static bool write_all(int descriptor, Str text)
{
    while (text.len > 0) {
        ssize_t put = write(descriptor, text.at, text.len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        text = str_slice(text, (size_t)put, text.len);
    }
    return true;
}

bool file_write(Str path, Str text, Error *error)
{
    if (str_equal(path, S("-")))
        return write_all(STDOUT_FILENO, text) || refuse(error, path, "cannot be written");
    Path name, beside;
    if (!path_of(path, "", &name) || !path_of(path, ".new", &beside))
        return error_set(error, ERROR_INPUT, "'%.*s' is not a path", STR_ARGS(path));
    CLEANUP(close_cleanup) int descriptor = open(beside.at, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor < 0)
        return refuse(error, path, "cannot be written");
    if (write_all(descriptor, text) && fsync(descriptor) == 0 && rename(beside.at, name.at) == 0)
        return true;
    refuse(error, path, "cannot be written");
    unlink(beside.at);
    return false;
}

bool directory_make(Str path, Error *error)
{
    Path name;
    if (!path_of(path, "", &name))
        return error_set(error, ERROR_INPUT, "'%.*s' is not a path", STR_ARGS(path));
    return mkdir(name.at, 0755) == 0 || errno == EEXIST || refuse(error, path, "cannot be made");
}

static int by_bytes(const void *a, const void *b)
{
    return str_compare(*(const Str *)a, *(const Str *)b);
}

static void closedir_cleanup(DIR **directory)
{
    if (*directory)
        closedir(*directory);
}

static bool is_folder(Str path)
{
    Path name;
    struct stat status;
    return path_of(path, "", &name) && stat(name.at, &status) == 0 && S_ISDIR(status.st_mode);
}

/* What the folder holds: names that do not begin with a point and end in `suffix`. */
static bool list(Arena *arena, Str folder, Str suffix, bool folders_only, FileNames *out, Error *error)
{
    Path name;
    if (!path_of(folder, "", &name))
        return error_set(error, ERROR_INPUT, "'%.*s' is not a path", STR_ARGS(folder));
    CLEANUP(closedir_cleanup) DIR *directory = opendir(name.at);
    if (!directory)
        return refuse(error, folder, "cannot be opened");
    for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
        Str file = str_of(entry->d_name);
        if (file.at[0] == '.' || !str_ends(file, suffix))
            continue;
        Str path = arena_printf(arena, "%.*s/%.*s", STR_ARGS(folder), STR_ARGS(file));
        if (folders_only && !is_folder(path))
            continue;
        Str *slot = VEC_PUSH(arena, out);
        if (!slot)
            return error_memory(error);
        *slot = path;
    }
    if (out->len > 1)
        qsort(out->at, out->len, sizeof *out->at, by_bytes);
    return !arena_failed(arena) || error_memory(error);
}

bool directory_list(Arena *arena, Str folder, Str suffix, FileNames *out, Error *error)
{
    return list(arena, folder, suffix, false, out, error);
}

bool directory_list_folders(Arena *arena, Str folder, FileNames *out, Error *error)
{
    return list(arena, folder, STR_EMPTY, true, out, error);
}
