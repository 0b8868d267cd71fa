/* fuzz/fuzz_redline.c: any two texts compared, as texts and as documents.
 *
 * The bytes are cut at the first NUL: what is before it is the old text, what is behind it the new one. What
 * must hold: texts that are UTF-8 have a redline whose pieces give both back; so do their lines as documents;
 * every writer writes it; other bytes are an error with words.
 */
#include "fuzz.h"

#include "base/utf8.h"
#include "plan/redline_tree.h"

#define ROOM ((size_t)256 << 20)
#define TEXT_MAX ((size_t)64 << 20)

static void compare_texts(Arena *arena, Str old_text, Str new_text)
{
    static const RedlineView views[] = {REDLINE_CHARACTERS, REDLINE_WORDS};
    for (size_t i = 0; i < COUNT_OF(views); i++) {
        RedlinePieces pieces;
        Error error = {0};
        FUZZ_CHECK(redline_text(arena, old_text, new_text, views[i], &pieces, &error));
        FUZZ_CHECK(redline_holds(&pieces, old_text, new_text));
    }
}

static void write_all(const Redline *redline)
{
    Error error = {0};
    AUTO_BUF out;
    buf_init(&out, TEXT_MAX);
    FUZZ_CHECK(redline_write_text(redline, LANGUAGE_JA, &out, &error));
    buf_clear(&out);
    FUZZ_CHECK(redline_write_html(redline, LANGUAGE_EN, &out, &error));
    buf_clear(&out);
    FUZZ_CHECK(redline_write_json(redline, &out, &error));
    buf_clear(&out);
    FUZZ_CHECK(redline_write_script(redline, &out, &error));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(ROOM);
    FUZZ_CHECK(arena != NULL);
    const Str both = {(const char *)data, size};
    Str old_text, new_text;
    Error error = {0};
    RedlineTree old_tree, new_tree;
    Redline redline;
    (void)str_cut(both, (Str){"\0", 1}, &old_text, &new_text);
    if (!utf8_check(old_text, NULL) || !utf8_check(new_text, NULL)) {
        const bool old_read = redline_tree_of_lines(arena, old_text, S("old.txt"), &old_tree, &error);
        FUZZ_CHECK(!old_read || !redline_tree_of_lines(arena, new_text, S("new.txt"), &new_tree, &error));
        FUZZ_CHECK(error.code == ERROR_INPUT && error.message[0] != '\0');
        return 0;
    }
    compare_texts(arena, old_text, new_text);
    FUZZ_CHECK(redline_tree_of_lines(arena, old_text, S("old.txt"), &old_tree, &error));
    FUZZ_CHECK(redline_tree_of_lines(arena, new_text, S("new.txt"), &new_tree, &error));
    FUZZ_CHECK(
        redline_trees(arena, &old_tree, &new_tree, REDLINE_BLIND, REDLINE_CHARACTERS, &redline, &error));
    FUZZ_CHECK(redline_rows_hold(&redline));
    write_all(&redline);
    if (redline_tree_of_list(arena, old_text, S("list.json"), &old_tree, &error)) {
        FUZZ_CHECK(redline_trees(
            arena, &old_tree, &new_tree, REDLINE_BY_NAME, REDLINE_CHARACTERS, &redline, &error));
        write_all(&redline);
    }
    return 0;
}
