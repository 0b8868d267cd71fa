/* Every message is whole in every language; languages are chosen as browsers ask. */
#include "web/message.h"

#include "base/utf8.h"
#include "check.h"

static unsigned placeholders(Str text)
{
    unsigned found = 0;
    Str literal;
    for (size_t at = 0, number; (number = message_part(text, at, &literal)) != 0; at += literal.len + 3)
        found |= 1u << number;
    return found;
}

static void messages_are_whole(void **state)
{
    (void)state;
    for (int id = 0; id < MESSAGE_COUNT; id++) {
        Str ja = message_text(LANGUAGE_JA, (MessageId)id), en = message_text(LANGUAGE_EN, (MessageId)id);
        bool good = ja.len > 0 && en.len > 0 && utf8_check(ja, NULL) && utf8_check(en, NULL) &&
                    placeholders(ja) == placeholders(en);
        /* 1, 2, 3 ... without gaps */
        unsigned used = placeholders(ja) >> 1;
        if (!good || (used & (used + 1)) != 0) {
            print_error("message %s is not whole\n", message_name((MessageId)id));
            fail();
        }
    }
}

static void arguments_are_put_in(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 16);
    const Str number = S("12ab");
    assert_str(message_print(arena, LANGUAGE_EN, MESSAGE_error_reference, 1, &number),
        "When you ask us about this, please give the number 12ab.");
    Str literal;
    assert_int_equal(message_part(S("a {1} {x} {2}"), 0, &literal), 1);
    assert_str(literal, "a ");
    assert_int_equal(message_part(S("a {1} {x} {2}"), 5, &literal), 2);
    assert_str(literal, " {x} ");
    assert_int_equal(message_part(S("{0}{"), 0, &literal), 0);
    assert_str(literal, "{0}{");
}

static void languages_are_chosen(void **state)
{
    (void)state;
    static const struct {
        const char *accept;
        Language expected;
    } cases[] = {
        {"", LANGUAGE_JA},
        {"en", LANGUAGE_EN},
        {"en-GB,en;q=0.9", LANGUAGE_EN},
        {"ja,en;q=0.9", LANGUAGE_JA},
        {"en;q=0.3, ja;q=0.31", LANGUAGE_JA},
        {"fr,de;q=0.9", LANGUAGE_JA},
        {"fr,EN;q=0.1", LANGUAGE_EN},
        {"en;q=0", LANGUAGE_JA},
        {"*", LANGUAGE_JA},
        {"jav,eng", LANGUAGE_JA},
        {";;;,,,q=1", LANGUAGE_JA},
        {"en;q=x", LANGUAGE_EN},
        {"en;level=1;q=0.2,ja;q=0.1", LANGUAGE_EN},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(language_from_accept(str_of(cases[i].accept), LANGUAGE_JA), cases[i].expected);
    Language language;
    assert_true(language_from_code(S("EN"), &language));
    assert_false(language_from_code(S("e"), &language));
    assert_str(language_code(LANGUAGE_JA), "ja");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_are_whole),
        cmocka_unit_test(arguments_are_put_in),
        cmocka_unit_test(languages_are_chosen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
