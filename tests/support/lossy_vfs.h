/* tests/support/lossy_vfs.h: a file system for SQLite that can lose power.
 *
 * It passes everything on to the real one, and keeps beside it what would be on the disk: what was synced,
 * and the writes since then, of which a power loss keeps any part.
 */
#ifndef TESTS_SUPPORT_LOSSY_VFS_H
#define TESTS_SUPPORT_LOSSY_VFS_H

#include "base/base.h"

/* Watches the database file of this name and its write-ahead log from now on; one at a time. */
void lossy_vfs_watch(const char *path);
/* Writes database and log to `path` as a power loss at this moment could leave them; `seed` chooses what is
 * kept of the writes that were not synced. The watched files go on as if nothing had happened. */
void lossy_vfs_crash(const char *path, uint64_t seed);
/* From now on syncs are answered and not made: a test of the test. */
void lossy_vfs_lie(bool lies);
/* Ends watching; no connection may be open. */
void lossy_vfs_end(void);

#endif
