/* The guard on heads as the library leaves them: NUL for line ends and for the first colon of each line. What
 * a client sends is tried over sockets by tests/web/attack.py; here are the bytes themselves, and every way
 * to spoil them. */
#include "web/guard.h"

#include <sodium.h>

#include "check.h"

#define LINES(text) ((Str){text, sizeof(text) - 1})
#define HOST "Host\0 a.example\0\0"

static int verdict(Str lines)
{
    GuardHead head;
    return guard_read_headers(lines, false, &head);
}

static void a_plain_head_is_read(void **state)
{
    (void)state;
    GuardHead head;
    assert_int_equal(
        guard_read_headers(
            LINES(HOST "X-A\0\t one two \t\0\0Content-Length\0 12\0\0X-Empty\0\0\0\0\0"), false, &head),
        0);
    assert_int_equal(head.count, 4);
    assert_str(head.host, "a.example");
    assert_str(head.headers[1].name, "X-A");
    assert_str(head.headers[1].value, "one two");
    assert_true(head.has_length);
    assert_int_equal(head.length, 12);
    assert_str(head.headers[3].value, "");
    assert_false(head.is_chunked);
}

static void chunked_is_read_in_any_case(void **state)
{
    (void)state;
    GuardHead head;
    assert_int_equal(guard_read_headers(LINES(HOST "transfer-encoding\0 Chunked\0\0\0\0"), false, &head), 0);
    assert_true(head.is_chunked);
}

static void what_is_ambiguous_is_refused(void **state)
{
    (void)state;
    const Str bad[] = {
        LINES(""),
        LINES("\0"),
        LINES("\0\0"),
        LINES(HOST),
        LINES(HOST "\0"),
        LINES(HOST "\0\0x"),
        LINES(HOST HOST "\0\0"),
        LINES("Host\0\0\0\0\0"),
        LINES("Host\0 a b\0\0\0\0"),
        LINES(" Host\0 a\0\0\0\0"),
        LINES(HOST "Content-Length\0 1\0\0Content-Length\0 1\0\0\0\0"),
        LINES(HOST "Content-Length\0 1a\0\0\0\0"),
        LINES(HOST "Content-Length\0\0\0\0\0"),
        LINES(HOST "Content-Length\0 18446744073709551616\0\0\0\0"),
        LINES(HOST "Content-Length\0 1\0\0Transfer-Encoding\0 chunked\0\0\0\0"),
        LINES(HOST "Transfer-Encoding\0 chunked, chunked\0\0\0\0"),
        LINES(HOST "Transfer-Encoding\0\0\0\0\0"),
        LINES(HOST "X A\0 b\0\0\0\0"),
        LINES(HOST "\0b\0\0\0\0"),
        LINES(HOST "X\0 a\0b\0\0\0\0"),
        LINES(HOST "X\0 a\0Y\0 b\0\0\0\0"),
        LINES(HOST "X\0 a\x01\0\0\0\0"),
        LINES(HOST "X\0 a\x7f\0\0\0\0"),
        LINES(HOST "X\0 a\rb\0\0\0\0"),
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (verdict(bad[i]) != 400) {
            print_error("case %zu was let through\n", i);
            fail();
        }
}

static void old_http_may_lack_a_host(void **state)
{
    (void)state;
    GuardHead head;
    assert_int_equal(guard_read_headers(LINES("\0\0"), true, &head), 0);
    assert_int_equal(guard_read_headers(LINES(HOST HOST "\0\0"), true, &head), 400);
    assert_int_equal(guard_read_headers(LINES("Transfer-Encoding\0 chunked\0\0\0\0"), true, &head), 400);
}

static void many_headers_are_another_answer(void **state)
{
    (void)state;
    AUTO_BUF lines;
    buf_init(&lines, 1 << 16);
    buf_add(&lines, LINES(HOST));
    for (int i = 0; i < REQUEST_HEADERS_MAX - 1; i++)
        buf_add(&lines, LINES("X\0 y\0\0"));
    size_t len = lines.len;
    buf_add(&lines, LINES("\0\0"));
    assert_int_equal(verdict(buf_str(&lines)), 0);
    lines.len = len;
    buf_add(&lines, LINES("X\0 y\0\0\0\0"));
    assert_int_equal(verdict(buf_str(&lines)), 431);
}

/* Cut anywhere, or with one byte more anywhere out of those that end lines, a head is never read as another
 * one that is whole; and nothing is read outside the slice (the address sanitizer watches a block of exactly
 * its size). */
static void spoiled_heads(void **state)
{
    (void)state;
    const Str good = LINES("Host\0 a\0\0Content-Length\0 3\0\0X\0 y\0\0\0\0");
    for (size_t cut = 0; cut < good.len; cut++) {
        char *block = malloc(cut + 1);
        memcpy(block, good.at, cut);
        assert_int_equal(verdict((Str){block, cut}), 400);
        free(block);
    }
    for (size_t at = 0; at <= good.len; at++) {
        char *block = malloc(good.len + 1);
        memcpy(block, good.at, at);
        block[at] = '\0';
        memcpy(block + at + 1, good.at + at, good.len - at);
        assert_int_equal(verdict((Str){block, good.len + 1}), 400);
        free(block);
    }
}

/* Random heads of a few pieces: whatever is let through obeys the rules when it is counted by other means. */
static void random_heads(void **state)
{
    (void)state;
    static const Str pieces[] = {STR_LITERAL("\0\0"), STR_LITERAL("\0\0"), STR_LITERAL("\0"),
        STR_LITERAL("\0 "), STR_LITERAL("X"), STR_LITERAL("Y\0b"), STR_LITERAL("Host\0a"), STR_LITERAL(" "),
        STR_LITERAL("\n"), STR_LITERAL(":"), STR_LITERAL("Content-Length\0"), STR_LITERAL("1")};
    size_t let_through = 0;
    for (uint32_t round = 0; round < 100000; round++) {
        unsigned char random[16], seed[randombytes_SEEDBYTES] = "guard";
        memcpy(seed + 8, &round, sizeof round);
        randombytes_buf_deterministic(random, sizeof random, seed);
        char text[256] = HOST;
        size_t len = sizeof HOST - 1, nuls = 0;
        for (size_t i = 0; i < 2 + random[0] % 8u; i++) {
            Str piece = pieces[random[i + 1] % COUNT_OF(pieces)];
            memcpy(text + len, piece.at, piece.len);
            len += piece.len;
        }
        GuardHead head;
        if (guard_read_headers((Str){text, len}, false, &head) != 0)
            continue;
        let_through++;
        assert_null(memchr(text, '\n', len));
        for (size_t i = 0; i < len; i++)
            nuls += text[i] == '\0';
        assert_int_equal(nuls, head.count * 3 + 2);
        assert_str(head.host, "a.example");
        assert_true(str_ends((Str){text, len}, LINES("\0\0\0\0")));
    }
    assert_true(let_through > 100);
}

static void targets_are_plain(void **state)
{
    (void)state;
    assert_true(guard_target_is_plain(S("/a?b=%20")));
    assert_false(guard_target_is_plain(S("")));
    assert_false(guard_target_is_plain(S("/a b")));
    assert_false(guard_target_is_plain(S("/計")));
    assert_false(guard_target_is_plain(S("/\x7f")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_head_is_read),
        cmocka_unit_test(chunked_is_read_in_any_case),
        cmocka_unit_test(what_is_ambiguous_is_refused),
        cmocka_unit_test(old_http_may_lack_a_host),
        cmocka_unit_test(many_headers_are_another_answer),
        cmocka_unit_test(spoiled_heads),
        cmocka_unit_test(random_heads),
        cmocka_unit_test(targets_are_plain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
