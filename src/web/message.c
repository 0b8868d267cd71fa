/* The table of messages, made from messages.def, and the choice of a language. */
#include "web/message.h"

#include "base/buf.h"
#include "web/url.h"

#define MESSAGE_PRINT_MAX ((size_t)64 << 10)

typedef struct Message {
    const char *name;
    Str text[LANGUAGE_COUNT];
} Message;

static const Message MESSAGES[] = {
#define MESSAGE(id, ja, en) {#id, {STR_LITERAL(ja), STR_LITERAL(en)}},
#include "web/messages.def"
#undef MESSAGE
};

static const Str CODES[LANGUAGE_COUNT] = {
    [LANGUAGE_JA] = STR_LITERAL("ja"), [LANGUAGE_EN] = STR_LITERAL("en")};

Str language_code(Language language)
{
    return CODES[language];
}

bool language_from_code(Str code, Language *out)
{
    for (int i = 0; i < LANGUAGE_COUNT; i++)
        if (ascii_equal_caseless(code, CODES[i])) {
            *out = (Language)i;
            return true;
        }
    return false;
}

/* "0.8" in thousandths; 1000 for anything unreadable, as a missing q means 1. */
static int read_quality(Str parameters)
{
    Str parameter, rest = parameters;
    while (rest.len > 0) {
        str_cut(rest, S(";"), &parameter, &rest);
        parameter = str_trim(parameter);
        if (!str_starts(parameter, S("q=")) && !str_starts(parameter, S("Q=")))
            continue;
        int value = 0, scale = 1000;
        for (size_t i = 2; i < parameter.len && scale > 0; i++) {
            if (parameter.at[i] == '.')
                continue;
            if (parameter.at[i] < '0' || parameter.at[i] > '9')
                return 1000;
            value += (parameter.at[i] - '0') * scale;
            scale /= 10;
        }
        return value > 1000 ? 1000 : value;
    }
    return 1000;
}

Language language_from_accept(Str accept, Language otherwise)
{
    Language best = otherwise;
    int best_quality = 0;
    Str rest = accept, range, tag, parameters, primary, region;
    while (rest.len > 0) {
        Language language;
        str_cut(rest, S(","), &range, &rest);
        str_cut(range, S(";"), &tag, &parameters);
        str_cut(str_trim(tag), S("-"), &primary, &region);
        if (!language_from_code(primary, &language))
            continue;
        int quality = read_quality(parameters);
        if (quality > best_quality) {
            best = language;
            best_quality = quality;
        }
    }
    return best;
}

Str message_text(Language language, MessageId id)
{
    assert((size_t)id < COUNT_OF(MESSAGES) && "a message of the table");
    return MESSAGES[id].text[language];
}

const char *message_name(MessageId id)
{
    assert((size_t)id < COUNT_OF(MESSAGES) && "a message of the table");
    return MESSAGES[id].name;
}

size_t message_part(Str text, size_t from, Str *literal)
{
    for (size_t i = from; i + 2 < text.len; i++)
        if (text.at[i] == '{' && text.at[i + 1] >= '1' && text.at[i + 1] <= '9' && text.at[i + 2] == '}') {
            *literal = str_slice(text, from, i);
            return (size_t)(text.at[i + 1] - '0');
        }
    *literal = str_slice(text, from, text.len);
    return 0;
}

Str message_print(Arena *arena, Language language, MessageId id, size_t count, const Str *arguments)
{
    AUTO_BUF out;
    buf_init(&out, MESSAGE_PRINT_MAX);
    Str text = message_text(language, id), literal;
    for (size_t at = 0, number; at < text.len; at += literal.len + (number ? 3 : 0)) {
        number = message_part(text, at, &literal);
        buf_add(&out, literal);
        if (number > 0 && number <= count)
            buf_add(&out, arguments[number - 1]);
        if (number == 0)
            break;
    }
    return arena_str(arena, buf_str(&out));
}
