/* base/file.h: whole files in and out. Paths are as the operating system takes them; errors name the path. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/vec.h"

bool file_exists(Str path);
/* The whole file into the arena; more than `max` bytes is ERROR_LIMIT. "-" is the standard input. */
MUST_USE bool file_read(Arena *arena, Str path, size_t max, Str *out, Error *error);
/* Writes beside the path, syncs, and renames, so that the path holds either the old or the new whole text.
 * "-" is the standard output. */
MUST_USE bool file_write(Str path, Str text, Error *error);
/* Makes the directory unless it is there. */
MUST_USE bool directory_make(Str path, Error *error);

typedef VEC_OF(Str) FileNames;

/* Paths (`folder/name`) of the folder's plain files that end in `suffix`, sorted by bytes. */
MUST_USE bool directory_list(Arena *arena, Str folder, Str suffix, FileNames *out, Error *error);
/* Paths of the folders in the folder, sorted by bytes. */
MUST_USE bool directory_list_folders(Arena *arena, Str folder, FileNames *out, Error *error);

#endif
