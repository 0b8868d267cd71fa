/* base/near.h. */
#include "base/near.h"

#include "check.h"

static const char *const KNOWN[] = {"capacity", "title", "fields", "field", "access", "ja", "en"};

static void assert_near(const char *word, const char *expected)
{
    const char *found = near_word(str_of(word), KNOWN, COUNT_OF(KNOWN));
    if (!expected && found)
        fail_msg("%s was taken for %s", word, found);
    if (expected && (!found || strcmp(found, expected) != 0))
        fail_msg("%s was taken for %s, not %s", word, found ? found : "nothing", expected);
}

static void mistyped_words_are_found(void **state)
{
    (void)state;
    assert_near("capasity", "capacity"); /* replaced */
    assert_near("capcity", "capacity");  /* left out */
    assert_near("titlle", "title");      /* doubled */
    assert_near("titel", "title");       /* swapped: one step */
    assert_near("fieldss", "fields");    /* the nearest, not the first */
    assert_near("fild", "field");
    assert_near("aj", "ja");
    assert_near("jp", "ja");
    assert_near("title", "title");
}

static void far_words_are_not(void **state)
{
    (void)state;
    assert_near("capability statement", NULL);
    assert_near("xyz", NULL);
    assert_near("tile up", NULL);
    assert_near("", NULL);
    assert_near("題名", NULL);
    assert_near("capacitycapacitycapacitycapacitycapacitycapacity", NULL); /* beyond 40 bytes */
    assert_null(near_word(S("title"), KNOWN, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistyped_words_are_found),
        cmocka_unit_test(far_words_are_not),
    };
    return cmocka_run_group_tests_name("near", tests, NULL, NULL);
}
