/* fuzz/replay.c: gives a fuzzer the files of a folder, one after the other; for builds without libFuzzer.
 *
 * Each file is given whole and, so that the end of the text comes at many places, cut at every eighth of its
 * length. The bytes lie in memory of exactly their size, where a sanitizer sees the first step beyond them.
 */
#include "fuzz.h"

#include "base/arena.h"
#include "base/file.h"

#define FILE_MAX ((size_t)8 << 20)

static void give(Str bytes)
{
    char *copy = malloc(bytes.len == 0 ? 1 : bytes.len);
    FUZZ_CHECK(copy != NULL);
    if (bytes.len > 0) {
        memcpy(copy, bytes.at, bytes.len);
    }
    (void)LLVMFuzzerTestOneInput((const uint8_t *)copy, bytes.len);
    free(copy);
}

static bool replay_file(Str path, Error *error)
{
    AUTO_ARENA arena = arena_new(FILE_MAX * 2);
    Str bytes;
    if (arena == NULL || !file_read(arena, path, FILE_MAX, &bytes, error)) {
        return false;
    }
    for (size_t eighth = 0; eighth <= 8; eighth++) {
        give(str_slice(bytes, 0, bytes.len * eighth / 8));
    }
    return true;
}

int main(int argc, char **argv)
{
    AUTO_ARENA arena = arena_new(FILE_MAX);
    Error error = {0};
    FileNames names = {0};
    if (argc != 2 || arena == NULL) {
        fprintf(stderr, "usage: replay FOLDER\n");
        return 2;
    }
    if (!directory_list(arena, str_of(argv[1]), STR_EMPTY, &names, &error)) {
        error_print(stderr, &error);
        return 1;
    }
    for (size_t i = 0; i < names.len; i++) {
        if (!replay_file(names.at[i], &error)) {
            error_print(stderr, &error);
            return 1;
        }
    }
    printf("%zu files\n", names.len);
    return names.len > 0 ? 0 : 1;
}
