/* city/part.c: the parts that every declaration is made of: maps with known keys, names, titles, words. */
#include "city/city_internal.h"

#include "base/near.h"

static bool has_word(const char *const *words, size_t count, Str word)
{
    for (size_t i = 0; i < count; i++)
        if (str_equal(word, str_of(words[i])))
            return true;
    return false;
}

Str remedy_of(Reader *reader, Str word, const char *const *known, size_t count)
{
    const size_t listed_max = 10;
    const char *near = near_word(word, known, count);
    if (near)
        return arena_printf(reader->arena, "; did you mean '%s'?", near);
    if (count == 0 || count > listed_max)
        return STR_EMPTY;
    Str list = S("; known are ");
    for (size_t i = 0; i < count; i++)
        list = arena_printf(reader->arena, "%.*s%s%s", STR_ARGS(list), i > 0 ? ", " : "", known[i]);
    return list;
}

bool expect_keys(Reader *reader, const YamlNode *node, Keys keys, Str what)
{
    if (node->kind != YAML_MAP)
        return refuse_node(reader, node, "%.*s is written as 'key: value' lines", STR_ARGS(what));
    for (size_t i = 0; i < node->pairs.len; i++) {
        const YamlPair *pair = &node->pairs.at[i];
        if (has_word(keys.known, keys.known_count, pair->key))
            continue;
        if (has_word(keys.later, keys.later_count, pair->key)) {
            refuse_place(reader, pair->line, pair->column,
                "'%.*s' belongs to the language, but this version does not carry it out yet; remove it from "
                "%.*s",
                STR_ARGS(pair->key), STR_ARGS(what));
            continue;
        }
        const char *near = near_word(pair->key, keys.known, keys.known_count);
        refuse_place(reader, pair->line, pair->column, "unknown key '%.*s' in %.*s%s%s%s",
            STR_ARGS(pair->key), STR_ARGS(what), near ? "; did you mean '" : "", near ? near : "",
            near ? "'?" : "");
    }
    return true;
}

bool expect_list(Reader *reader, const YamlNode *node)
{
    return node->kind == YAML_LIST ||
           refuse_node(reader, node, "a list is written as lines that begin with '- '");
}

size_t count_items(Reader *reader, const YamlNode *node)
{
    if (node->kind != YAML_LIST)
        return 1;
    if (node->items.len <= CITY_LIST_MAX)
        return node->items.len;
    refuse_node(reader, node, "this list has %zu items; at most %d can be", node->items.len, CITY_LIST_MAX);
    return 0;
}

const YamlNode *item_at(const YamlNode *node, size_t i)
{
    return node->kind == YAML_LIST ? node->items.at[i] : node;
}

bool expect_scalar(Reader *reader, const YamlNode *node, const char *what)
{
    return (node->kind == YAML_SCALAR && !yaml_is_null(node)) ||
           refuse_node(reader, node, "%s should stand here", what);
}

bool expect_names(Reader *reader, const YamlNode *node, const char *what, size_t max)
{
    if (node->kind != YAML_MAP)
        return refuse_node(reader, node, "%s are written as 'name: {...}' lines", what);
    if (node->pairs.len > max)
        return refuse_node(
            reader, node, "there are %zu %s here; at most %zu can be", node->pairs.len, what, max);
    return true;
}

static bool check_letters(Reader *reader, const YamlPair *pair, const char *what)
{
    Str name = pair->key;
    bool fine = name.len > 0;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        fine &= (c >= 'a' && c <= 'z') || (i > 0 && ((c >= '0' && c <= '9') || c == '_'));
    }
    if (!fine)
        return refuse_place(reader, pair->line, pair->column,
            "the name of a %s is a lower-case letter followed by letters, digits and _, as in held_on", what);
    return name.len <= CITY_NAME_MAX || refuse_place(reader, pair->line, pair->column,
                                            "the name of a %s has at most %d letters", what, CITY_NAME_MAX);
}

static bool check_word(Reader *reader, const YamlPair *pair, const char *what)
{
    return !formula_is_reserved(pair->key) ||
           refuse_place(reader, pair->line, pair->column,
               "'%.*s' is a word of the language and cannot name a %s", STR_ARGS(pair->key), what);
}

bool check_name(Reader *reader, const YamlPair *pair, const char *what)
{
    return check_letters(reader, pair, what) && check_word(reader, pair, what);
}

bool check_value_name(Reader *reader, const YamlPair *pair, const char *what)
{
    bool is_answer = str_equal(pair->key, S("yes")) || str_equal(pair->key, S("no"));
    return check_letters(reader, pair, what) && (is_answer || check_word(reader, pair, what));
}

static bool is_plain_ascii(Str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.at[i] >= 0x80)
            return false;
    return true;
}

/* {en: Nature, culture and crafts} is read by YAML as two keys: the second has no value. Whoever writes it
 * means one text, so such a piece belongs to the text before it. */
static bool continues_text(const YamlPair *pair, const char *const *languages, size_t count)
{
    return yaml_is_null(pair->value) && pair->value->line == 0 && !has_word(languages, count, pair->key);
}

/* The map with such pieces put together; the node itself when there are none. */
static const YamlNode *join_pieces(
    Reader *reader, const YamlNode *node, const char *const *languages, size_t count)
{
    YamlNode *joined = ARENA_NEW(reader->arena, YamlNode);
    if (!joined || node->kind != YAML_MAP)
        return node;
    *joined = (YamlNode){.kind = YAML_MAP, .line = node->line, .column = node->column, .text = STR_EMPTY};
    for (size_t i = 0; i < node->pairs.len; i++) {
        const YamlPair *pair = &node->pairs.at[i];
        YamlPair *last = joined->pairs.len > 0 ? &joined->pairs.at[joined->pairs.len - 1] : NULL;
        bool continues = last && last->value->kind == YAML_SCALAR && continues_text(pair, languages, count);
        YamlPair *slot = continues ? last : VEC_PUSH(reader->arena, &joined->pairs);
        YamlNode *value = continues ? ARENA_NEW(reader->arena, YamlNode) : pair->value;
        if (!slot || !value)
            return node;
        if (!continues) {
            *slot = *pair;
            continue;
        }
        *value = *slot->value;
        value->text = arena_printf(reader->arena, "%.*s, %.*s", STR_ARGS(value->text), STR_ARGS(pair->key));
        slot->value = value;
    }
    return joined;
}

static bool read_texts(Reader *reader, const YamlNode *node, Titled *out)
{
    static const char *const languages[] = {"ja", "en", "ja-easy"};
    size_t before = reader->problems->errors;
    node = join_pieces(reader, node, languages, COUNT_OF(languages));
    if (!expect_keys(reader, node, KEYS_ONLY(languages), S("a title")))
        return false;
    for (size_t i = 0; i < node->pairs.len; i++)
        expect_scalar(reader, node->pairs.at[i].value, "a text");
    if (reader->problems->errors > before)
        return false;
    if (!yaml_get_text(node, S("ja"), &out->in[LANGUAGE_JA]))
        return refuse_node(
            reader, node, "a title needs its Japanese, as in {ja: 子育て支援課, en: Child support section}");
    yaml_get_text(node, S("ja-easy"), &out->easy);
    if (!yaml_get_text(node, S("en"), &out->in[LANGUAGE_EN]))
        out->in[LANGUAGE_EN] = out->in[LANGUAGE_JA];
    return true;
}

static bool read_languages(Reader *reader, const YamlNode *node, bool is_shown, Titled *out)
{
    *out = titled_empty();
    if (node->kind != YAML_SCALAR) {
        if (!read_texts(reader, node, out))
            return false;
    } else if (!expect_scalar(reader, node, "a text"))
        return false;
    else
        for (int i = 0; i < LANGUAGE_COUNT; i++)
            out->in[i] = node->text;
    bool is_same = str_equal(out->in[LANGUAGE_JA], out->in[LANGUAGE_EN]);
    if (is_shown && is_same && reader->city->languages[LANGUAGE_EN] && !is_plain_ascii(out->in[LANGUAGE_JA]))
        warn_node(reader, node, "'%.*s' has no English; add en: ...", STR_ARGS(out->in[LANGUAGE_JA]));
    return true;
}

bool read_titled(Reader *reader, const YamlNode *node, Titled *out)
{
    return read_languages(reader, node, true, out);
}

bool read_words(Reader *reader, const YamlNode *node, Titled *out)
{
    return read_languages(reader, node, false, out);
}

bool read_title_of(Reader *reader, const YamlNode *map, Str what, Titled *out)
{
    const YamlNode *title = yaml_get(map, S("title"));
    if (!title)
        return refuse_node(reader, map, "a 'title' is missing in %.*s", STR_ARGS(what));
    return read_titled(reader, title, out);
}

bool titled_is_given(const Titled *titled)
{
    return titled->in[LANGUAGE_JA].len > 0;
}

bool read_yes_no(Reader *reader, const YamlNode *node, bool *out)
{
    static const struct {
        Str word;
        bool is_yes;
    } words[] = {{STR_LITERAL("yes"), true}, {STR_LITERAL("true"), true}, {STR_LITERAL("no"), false},
        {STR_LITERAL("false"), false}};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (node->kind == YAML_SCALAR && str_equal(node->text, words[i].word)) {
            *out = words[i].is_yes;
            return true;
        }
    return refuse_node(reader, node, "yes or no should stand here");
}

bool read_count(Reader *reader, const YamlNode *node, int64_t min, int64_t max, int64_t *out)
{
    bool is_number = node->kind == YAML_SCALAR && str_to_int(node->text, out);
    if (is_number && *out >= min && *out <= max)
        return true;
    return refuse_node(
        reader, node, "a whole number from %lld to %lld should stand here", (long long)min, (long long)max);
}

ptrdiff_t read_word(
    Reader *reader, const YamlNode *node, const char *const *words, size_t count, const char *what)
{
    if (!expect_scalar(reader, node, what))
        return -1;
    for (size_t i = 0; i < count; i++)
        if (str_equal(node->text, str_of(words[i])))
            return (ptrdiff_t)i;
    Str remedy = remedy_of(reader, node->text, words, count);
    refuse_node(reader, node, "'%.*s' is not %s%.*s", STR_ARGS(node->text), what, STR_ARGS(remedy));
    return -1;
}

CityOrigin origin_of(const Reader *reader, long line, long column)
{
    return (CityOrigin){.file = reader->file, .line = line, .column = column};
}

void mark_broken(Reader *reader, Str name)
{
    Str *slot = VEC_PUSH(reader->arena, &reader->broken);
    if (slot)
        *slot = name;
}

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

bool speaks_of_broken(const Reader *reader, Str text)
{
    for (size_t i = 0; i < reader->broken.len; i++) {
        Str name = reader->broken.at[i];
        for (ptrdiff_t at = 0; name.len > 0 && (at = str_find(text, name, (size_t)at)) >= 0; at++) {
            size_t end = (size_t)at + name.len;
            bool begins = at == 0 || !is_name_byte(text.at[at - 1]);
            if (begins && (end == text.len || !is_name_byte(text.at[end])))
                return true;
        }
    }
    return false;
}
