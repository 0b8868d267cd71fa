/* tests/support/lossy_vfs.c: a file system for SQLite that can lose power.
 *
 * Each watched file has a shadow: its durable bytes and the list of writes since the last sync. A sync
 * carries the list out on the durable bytes. A crash carries out, on a copy, a random choice of the list,
 * each write cut into sectors that are kept or lost one by one, and a truncation kept or not. Names of files
 * are taken as durable at once: SQLite syncs the folder itself.
 */
#include "lossy_vfs.h"

#include <pthread.h>
#include <sqlite3.h>

#define SECTOR 512

typedef struct Change {
    struct Change *next;
    bool is_truncation; /* to `at` */
    size_t at, len;
    char bytes[];
} Change;

typedef struct Shadow {
    const char *suffix;
    int flag; /* what SQLite opens it as */
    char *durable;
    size_t len, room;
    Change *first, **last;
} Shadow;

typedef struct LossyFile {
    sqlite3_file base;
    Shadow *shadow; /* NULL: not watched */
    sqlite3_file *real;
} LossyFile;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Shadow shadows[] = {
    {.suffix = "", .flag = SQLITE_OPEN_MAIN_DB}, {.suffix = "-wal", .flag = SQLITE_OPEN_WAL}};
static char watched[512];
static bool is_lying;
static sqlite3_vfs lossy;
static sqlite3_vfs *real_vfs;

/* --- shadows ---------------------------------------------------------------------------------- */

typedef struct Bytes {
    char *at;
    size_t len, room;
} Bytes;

static void apply(Bytes *bytes, const Change *change, size_t from, size_t len)
{
    size_t end = change->at + (change->is_truncation ? 0 : from + len);
    if (end > bytes->room) {
        bytes->room = end * 2;
        bytes->at = realloc(bytes->at, bytes->room);
        if (bytes->at == NULL)
            abort();
    }
    if (change->is_truncation ? change->at != bytes->len : end > bytes->len) {
        if (end > bytes->len)
            memset(bytes->at + bytes->len, 0, end - bytes->len);
        bytes->len = end;
    }
    if (!change->is_truncation)
        memcpy(bytes->at + change->at + from, change->bytes + from, len);
}

static void remember(Shadow *shadow, bool is_truncation, size_t at, const void *bytes, size_t len)
{
    Change *change = malloc(sizeof(*change) + len);
    if (change == NULL)
        abort();
    *change = (Change){.is_truncation = is_truncation, .at = at, .len = len};
    if (len > 0)
        memcpy(change->bytes, bytes, len);
    pthread_mutex_lock(&lock);
    *shadow->last = change;
    shadow->last = &change->next;
    pthread_mutex_unlock(&lock);
}

static void make_durable(Shadow *shadow)
{
    pthread_mutex_lock(&lock);
    Bytes bytes = {shadow->durable, shadow->len, shadow->room};
    while (shadow->first != NULL) {
        Change *change = shadow->first;
        apply(&bytes, change, 0, change->len);
        shadow->first = change->next;
        free(change);
    }
    shadow->last = &shadow->first;
    shadow->durable = bytes.at;
    shadow->len = bytes.len;
    shadow->room = bytes.room;
    pthread_mutex_unlock(&lock);
}

static bool is_kept(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (*seed >> 40) % 2 == 0;
}

static void write_crashed(const Shadow *shadow, const char *path, uint64_t *seed)
{
    Bytes bytes = {malloc(shadow->len + 1), shadow->len, shadow->len + 1};
    if (bytes.at == NULL)
        abort();
    if (shadow->len > 0)
        memcpy(bytes.at, shadow->durable, shadow->len);
    for (const Change *change = shadow->first; change != NULL; change = change->next) {
        if (change->is_truncation && is_kept(seed))
            apply(&bytes, change, 0, 0);
        for (size_t from = 0; from < change->len; from += SECTOR)
            if (is_kept(seed))
                apply(&bytes, change, from, change->len - from < SECTOR ? change->len - from : SECTOR);
    }
    char name[600];
    snprintf(name, sizeof(name), "%s%s", path, shadow->suffix);
    FILE *file = fopen(name, "wb");
    if (file == NULL || fwrite(bytes.at, 1, bytes.len, file) != bytes.len || fclose(file) != 0)
        abort();
    free(bytes.at);
}

void lossy_vfs_crash(const char *path, uint64_t seed)
{
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < COUNT_OF(shadows); i++)
        write_crashed(&shadows[i], path, &seed);
    pthread_mutex_unlock(&lock);
}

/* --- files ------------------------------------------------------------------------------------ */

static LossyFile *lossy_of(sqlite3_file *file)
{
    return (LossyFile *)file;
}

static sqlite3_file *real_of(sqlite3_file *file)
{
    return lossy_of(file)->real;
}

static int file_close(sqlite3_file *file)
{
    int result = real_of(file)->pMethods->xClose(real_of(file));
    free(lossy_of(file)->real);
    return result;
}

static int file_read(sqlite3_file *file, void *out, int len, sqlite3_int64 at)
{
    return real_of(file)->pMethods->xRead(real_of(file), out, len, at);
}

static int file_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
    if (lossy_of(file)->shadow != NULL)
        remember(lossy_of(file)->shadow, false, (size_t)at, bytes, (size_t)len);
    return real_of(file)->pMethods->xWrite(real_of(file), bytes, len, at);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    if (lossy_of(file)->shadow != NULL)
        remember(lossy_of(file)->shadow, true, (size_t)size, NULL, 0);
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int file_sync(sqlite3_file *file, int flags)
{
    if (lossy_of(file)->shadow != NULL && !is_lying)
        make_durable(lossy_of(file)->shadow);
    return real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int file_lock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int file_is_reserved(sqlite3_file *file, int *answer)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), answer);
}

static int file_control(sqlite3_file *file, int what, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), what, argument);
}

static int file_sector(sqlite3_file *file)
{
    (void)file;
    return SECTOR;
}

/* Promises nothing, not even that a write leaves its neighbours alone. */
static int file_promises(sqlite3_file *file)
{
    (void)file;
    return 0;
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, out);
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int file_shm_unmap(sqlite3_file *file, int removes)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), removes);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_is_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_promises,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
    (void)vfs;
    LossyFile *opened = lossy_of(file);
    *opened = (LossyFile){.real = calloc(1, (size_t)real_vfs->szOsFile)};
    if (opened->real == NULL)
        return SQLITE_NOMEM;
    for (size_t i = 0; i < COUNT_OF(shadows); i++)
        if ((flags & shadows[i].flag) != 0 && name != NULL && strncmp(name, watched, strlen(watched)) == 0)
            opened->shadow = &shadows[i];
    int result = real_vfs->xOpen(real_vfs, name, opened->real, flags, out_flags);
    if (result == SQLITE_OK)
        opened->base.pMethods = &methods;
    else
        free(opened->real);
    return result;
}

/* --- watching --------------------------------------------------------------------------------- */

void lossy_vfs_watch(const char *path)
{
    real_vfs = sqlite3_vfs_find(NULL);
    lossy = *real_vfs;
    lossy.zName = "lossy";
    lossy.szOsFile = sizeof(LossyFile);
    lossy.pNext = NULL;
    lossy.xOpen = vfs_open;
    snprintf(watched, sizeof(watched), "%s", path);
    for (size_t i = 0; i < COUNT_OF(shadows); i++)
        shadows[i].last = &shadows[i].first;
    if (sqlite3_vfs_register(&lossy, 1) != SQLITE_OK)
        abort();
}

void lossy_vfs_lie(bool lies)
{
    is_lying = lies;
}

void lossy_vfs_end(void)
{
    sqlite3_vfs_unregister(&lossy);
    for (size_t i = 0; i < COUNT_OF(shadows); i++) {
        make_durable(&shadows[i]);
        free(shadows[i].durable);
        shadows[i].durable = NULL;
        shadows[i].len = shadows[i].room = 0;
    }
}
