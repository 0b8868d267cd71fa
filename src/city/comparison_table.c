/* city/comparison_table.c: `comparison_tables:` of city.yaml, how the city prints 新旧対照表.
 *
 * What an entry does not say is as in the built-in form "plan". An entry with a built-in form's id stands in
 * its place.
 */
#include "city/city_internal.h"

/* A map of texts: `titles: {old: 現行, new: 改正案}`. */
typedef struct TextPart {
    const char *key;
    Str *text;
} TextPart;

static void read_texts_of(Reader *reader, const YamlNode *map, const TextPart *parts, size_t count,
    const char *const *known, Str what)
{
    if (!map || !expect_keys(reader, map, (Keys){known, count, NULL, 0}, what))
        return;
    for (size_t i = 0; i < count; i++) {
        const YamlNode *node = yaml_get(map, str_of(parts[i].key));
        if (!node || !expect_scalar(reader, node, "a text"))
            continue;
        if (node->text.len == 0)
            refuse_node(reader, node, "a word should stand here, as in （新設）");
        else
            *parts[i].text = node->text;
    }
}

static void read_titles(Reader *reader, const YamlNode *map, ComparisonProfile *profile)
{
    static const char *const known[] = {"old", "new"};
    const TextPart parts[] = {{"old", &profile->old_title}, {"new", &profile->new_title}};
    read_texts_of(reader, map, parts, COUNT_OF(parts), known, S("the titles of a comparison table"));
}

static void read_words_of(Reader *reader, const YamlNode *map, ComparisonProfile *profile)
{
    static const char *const known[] = {"inserted", "deleted", "moved"};
    const TextPart parts[] = {
        {"inserted", &profile->inserted}, {"deleted", &profile->deleted}, {"moved", &profile->moved}};
    read_texts_of(reader, map, parts, COUNT_OF(parts), known, S("the words of a comparison table"));
}

static void read_choices(Reader *reader, const YamlNode *item, ComparisonProfile *profile)
{
    static const char *const orders[] = {"old_first", "new_first"};
    static const char *const marks[] = {"underline", "strike"};
    static const char *const views[] = {"characters", "words"};
    const YamlNode *order = yaml_get(item, S("order")), *mark = yaml_get(item, S("mark"));
    const YamlNode *remarks = yaml_get(item, S("remarks")), *by = yaml_get(item, S("by"));
    ptrdiff_t chosen = order ? read_word(reader, order, orders, COUNT_OF(orders), "an order of columns") : -1;
    if (chosen >= 0)
        profile->new_first = chosen == 1;
    chosen = mark ? read_word(reader, mark, marks, COUNT_OF(marks), "a way to mark") : -1;
    if (chosen >= 0)
        profile->mark = chosen == 0 ? COMPARISON_UNDERLINE : COMPARISON_STRIKE_UNDERLINE;
    chosen = by ? read_word(reader, by, views, COUNT_OF(views), "what is compared") : -1;
    if (chosen >= 0)
        profile->view = chosen == 0 ? REDLINE_CHARACTERS : REDLINE_WORDS;
    if (remarks)
        (void)read_yes_no(reader, remarks, &profile->remarks);
}

void read_comparison_table(Reader *reader, const YamlNode *item)
{
    static const char *const known[] = {"id", "title", "order", "titles", "mark", "by", "words", "remarks"};
    const ComparisonProfile *base = comparison_profile(S("plan"));
    assert(base && "the form that every other is made from is built in");
    ComparisonProfile profile = *base;
    Titled title;
    if (!expect_keys(reader, item, KEYS_ONLY(known), S("a comparison table")) ||
        !read_id_of(reader, item, &profile.id) ||
        !read_title_of(reader, item, S("a comparison table"), &title))
        return;
    for (size_t i = 0; i < reader->city->comparison_tables.len; i++)
        if (str_equal(reader->city->comparison_tables.at[i].id, profile.id)) {
            refuse_node(reader, item, "the id '%.*s' stands above already", STR_ARGS(profile.id));
            return;
        }
    profile.name = title.in[LANGUAGE_JA];
    read_choices(reader, item, &profile);
    read_titles(reader, yaml_get(item, S("titles")), &profile);
    read_words_of(reader, yaml_get(item, S("words")), &profile);
    ComparisonProfile *slot = VEC_PUSH(reader->arena, &reader->city->comparison_tables);
    if (slot)
        *slot = profile;
}

const ComparisonProfile *city_comparison_table(const City *city, size_t n)
{
    const size_t own = city ? city->comparison_tables.len : 0;
    if (n < own)
        return &city->comparison_tables.at[n];
    n -= own;
    for (size_t i = 0; i < comparison_profile_count; i++) {
        bool replaced = false;
        for (size_t j = 0; j < own; j++)
            replaced |= str_equal(city->comparison_tables.at[j].id, comparison_profiles[i].id);
        if (!replaced && n-- == 0)
            return &comparison_profiles[i];
    }
    return NULL;
}

const ComparisonProfile *city_find_comparison_table(const City *city, Str id)
{
    const ComparisonProfile *table = NULL;
    for (size_t n = 0; (table = city_comparison_table(city, n)) != NULL; n++)
        if (id.len == 0 || str_equal(table->id, id))
            return table;
    return NULL;
}
