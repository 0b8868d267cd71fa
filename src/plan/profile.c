/* plan/profile.c: what plan tables look like, read from a city's import.yaml.
 *
 * Every key is one row of a table: where it stands and which text of the profile it sets. A file starts from
 * the default profile and replaces what it names.
 */
#include "plan/profile.h"

#include "base/utf8.h"
#include "base/yaml.h"

static const PlanProfile default_profile = {
    .page_title = STR_LITERAL("各政策における「現状と課題」「基本方向」「主な取組」一覧表"),
    .basic_policy = STR_LITERAL("基本政策名"),
    .policy = STR_LITERAL("政策名"),
    .situation = STR_LITERAL("現状と課題"),
    .direction = STR_LITERAL("基本方向"),
    .measures = STR_LITERAL("主な取組"),
    .group_open = STR_LITERAL("《"),
    .group_close = STR_LITERAL("》"),
    .item = STR_LITERAL("●"),
    .footnote = STR_LITERAL("*"),
    .insertion_tag = STR_LITERAL("u"),
    .deletion_tag = STR_LITERAL("s"),
    .cell = STR_LITERAL("\t"),
    .rule = STR_LITERAL("-"),
};

const PlanProfile *plan_profile_default(void)
{
    return &default_profile;
}

/* What a value must look like. */
typedef enum ValueRule {
    RULE_LABEL, /* any words on one line */
    RULE_SIGN,  /* one or a few characters, no letters, digits or spaces, no '<' and '&' */
    RULE_PAIR,  /* two code points: opening and closing */
    RULE_TAG,   /* a tag's name: small Latin letters and digits */
    RULE_BYTE,  /* one ASCII character that is no letter or digit */
} ValueRule;

typedef struct ProfileKey {
    const char *section; /* NULL: at the top of the file */
    const char *key;
    size_t field; /* offset of the Str in PlanProfile */
    ValueRule rule;
} ProfileKey;

#define FIELD(name) offsetof(PlanProfile, name)

static const ProfileKey profile_keys[] = {
    {NULL, "page_title", FIELD(page_title), RULE_LABEL},
    {"labels", "basic_policy", FIELD(basic_policy), RULE_LABEL},
    {"labels", "policy", FIELD(policy), RULE_LABEL},
    {"labels", "situation", FIELD(situation), RULE_LABEL},
    {"labels", "direction", FIELD(direction), RULE_LABEL},
    {"labels", "measures", FIELD(measures), RULE_LABEL},
    {"marks", "group", FIELD(group_open), RULE_PAIR},
    {"marks", "item", FIELD(item), RULE_SIGN},
    {"marks", "footnote", FIELD(footnote), RULE_SIGN},
    {"marks", "insertion_tag", FIELD(insertion_tag), RULE_TAG},
    {"marks", "deletion_tag", FIELD(deletion_tag), RULE_TAG},
    {"separators", "cell", FIELD(cell), RULE_BYTE},
    {"separators", "rule", FIELD(rule), RULE_BYTE},
};
static const char *const sections[] = {"labels", "marks", "separators"};

#define KEYS_MAX 8

typedef struct ProfileReader {
    Arena *arena;
    Str name;
    PlanProfile *profile;
    Error *error;
} ProfileReader;

static Str *field_of(PlanProfile *profile, size_t offset)
{
    return (Str *)(void *)((char *)profile + offset);
}

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_sign(Str value)
{
    for (size_t i = 0; i < value.len; i++) {
        const char c = value.at[i];
        if (is_letter_or_digit(c) || (c >= 0 && c <= ' ') || c == '<' || c == '>' || c == '&') {
            return false;
        }
    }
    return utf8_count(value) <= 4;
}

static bool is_tag_name(Str value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (!((value.at[i] >= 'a' && value.at[i] <= 'z') || (value.at[i] >= '0' && value.at[i] <= '9'))) {
            return false;
        }
    }
    return value.len <= 16;
}

static bool is_separator(Str value)
{
    const char c = value.at[0];
    const bool ascii = c == '\t' || (c > ' ' && c < 0x7F);
    return value.len == 1 && ascii && !is_letter_or_digit(c) && c != '<' && c != '>' && c != '&';
}

/* What is wrong with a value, NULL when it is right. */
static const char *find_fault(ValueRule rule, Str value)
{
    if (value.len == 0 || !utf8_check(value, NULL)) {
        return "must not be empty";
    }
    switch (rule) {
    case RULE_LABEL:
        return str_equal(value, str_trim(value)) && !str_contains(value, S("\n"))
                   ? NULL
                   : "must be one line without spaces around it";
    case RULE_SIGN:
        return is_sign(value) ? NULL : "must be a sign such as ● or *, not letters, digits, spaces, < > &";
    case RULE_PAIR:
        return is_sign(value) && utf8_count(value) == 2 &&
                       !str_equal(utf8_slice(value, 0, 1), utf8_slice(value, 1, 2))
                   ? NULL
                   : "must be an opening and a closing bracket, such as 《》";
    case RULE_TAG:
        return is_tag_name(value) ? NULL : "must be a tag's name in small letters, such as u";
    case RULE_BYTE:
        return is_separator(value) ? NULL : "must be one character such as \"\\t\" or \"-\"";
    }
    return NULL;
}

static bool set_value(ProfileReader *reader, const ProfileKey *row, const YamlNode *node)
{
    if (node->kind != YAML_SCALAR) {
        return error_at(reader->error, ERROR_INPUT, reader->name, node->line, node->column,
            "%s must be a text", row->key);
    }
    const char *fault = find_fault(row->rule, node->text);
    if (fault != NULL) {
        return error_at(
            reader->error, ERROR_INPUT, reader->name, node->line, node->column, "%s %s", row->key, fault);
    }
    if (row->rule != RULE_PAIR) {
        *field_of(reader->profile, row->field) = arena_str(reader->arena, node->text);
        return true;
    }
    reader->profile->group_open = arena_str(reader->arena, utf8_slice(node->text, 0, 1));
    reader->profile->group_close = arena_str(reader->arena, utf8_slice(node->text, 1, 2));
    return true;
}

/* section NULL: the top of the file. */
static bool is_in_section(const ProfileKey *row, const char *section)
{
    if (row->section == NULL || section == NULL) {
        return row->section == section;
    }
    return strcmp(row->section, section) == 0;
}

/* The keys of one section of the file (NULL: its top), each checked and set. */
static bool read_section(ProfileReader *reader, const YamlNode *map, const char *section)
{
    const char *known[KEYS_MAX + COUNT_OF(sections)];
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(profile_keys); i++) {
        if (is_in_section(&profile_keys[i], section)) {
            known[count++] = profile_keys[i].key;
        }
    }
    for (size_t i = 0; section == NULL && i < COUNT_OF(sections); i++) {
        known[count++] = sections[i];
    }
    if (!yaml_expect_map(map, reader->name, section == NULL ? "an import profile" : section, known, count,
            reader->error)) {
        return false;
    }
    for (size_t i = 0; i < COUNT_OF(profile_keys); i++) {
        const ProfileKey *row = &profile_keys[i];
        const YamlNode *value = is_in_section(row, section) ? yaml_get(map, str_of(row->key)) : NULL;
        if (value != NULL && !set_value(reader, row, value)) {
            return false;
        }
    }
    return true;
}

/* Marks that a reader could not tell apart. */
static bool check_distinct(const ProfileReader *reader)
{
    const PlanProfile *p = reader->profile;
    const Str sets[][3] = {{p->item, p->group_open, p->footnote}, {p->situation, p->direction, p->measures},
        {p->basic_policy, p->policy, p->page_title}};
    for (size_t i = 0; i < COUNT_OF(sets); i++) {
        for (size_t j = 0; j < 3; j++) {
            if (str_equal(sets[i][j], sets[i][(j + 1) % 3])) {
                return error_at(reader->error, ERROR_INPUT, reader->name, 1, 1,
                    "\"%.*s\" stands for two things in this profile", STR_ARGS(sets[i][j]));
            }
        }
    }
    if (str_equal(p->cell, p->rule) || str_equal(p->insertion_tag, p->deletion_tag)) {
        return error_at(reader->error, ERROR_INPUT, reader->name, 1, 1,
            "the two separators and the two tags must differ from each other");
    }
    return true;
}

bool plan_profile_read(Arena *arena, Str yaml, Str name, const PlanProfile **out, Error *error)
{
    const YamlNode *top = yaml_read(arena, yaml, name, error);
    if (top == NULL) {
        return false;
    }
    PlanProfile *profile = ARENA_NEW(arena, PlanProfile);
    if (profile == NULL) {
        return error_memory(error);
    }
    *profile = default_profile;
    ProfileReader reader = {.arena = arena, .name = name, .profile = profile, .error = error};
    if (!read_section(&reader, top, NULL)) {
        return false;
    }
    for (size_t i = 0; i < COUNT_OF(sections); i++) {
        const YamlNode *section = yaml_get(top, str_of(sections[i]));
        if (section != NULL && !read_section(&reader, section, sections[i])) {
            return false;
        }
    }
    if (arena_failed(arena)) {
        return error_memory(error);
    }
    *out = profile;
    return check_distinct(&reader);
}
