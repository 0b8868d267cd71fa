/* cli/command.c: options and arguments of one call, checked against its command's table entry. */
#include "cli/command.h"

static size_t option_index(const Command *command, Str name)
{
    size_t i = 0;
    while (i < COMMAND_OPTIONS_MAX && command->options[i].name &&
           !str_equal(name, str_of(command->options[i].name)))
        i++;
    return i < COMMAND_OPTIONS_MAX && command->options[i].name ? i : COMMAND_OPTIONS_MAX;
}

/* `--name`, `--name value` or `--name=value`; *at moves over a value. */
static bool read_option(Call *call, int count, char **words, int *at, Error *error)
{
    Str word = str_of(words[*at]), name, value;
    bool has_value = str_cut(str_slice(word, 2, word.len), S("="), &name, &value);
    size_t i = option_index(call->command, name);
    if (i == COMMAND_OPTIONS_MAX)
        return error_set(error, ERROR_INPUT, "%s has no option --%.*s; see: hitomachi help %s",
            call->command->words, STR_ARGS(name), call->command->words);
    const Option *option = &call->command->options[i];
    if (!option->value && has_value)
        return error_set(error, ERROR_INPUT, "--%s takes no value", option->name);
    if (option->value && !has_value) {
        if (*at + 1 >= count)
            return error_set(
                error, ERROR_INPUT, "--%s needs a value: --%s %s", option->name, option->name, option->value);
        value = str_of(words[++*at]);
    }
    call->given[i] = true;
    call->values[i] = value;
    return true;
}

bool call_read(Call *call, const Command *command, int count, char **words, Error *error)
{
    call->command = command;
    bool options_end = false;
    for (int at = 0; at < count; at++) {
        Str word = str_of(words[at]);
        if (!options_end && str_equal(word, S("--"))) {
            options_end = true;
        } else if (!options_end && str_starts(word, S("--"))) {
            if (!read_option(call, count, words, &at, error))
                return false;
        } else if (call->argument_count < COMMAND_ARGUMENTS_MAX) {
            call->arguments[call->argument_count++] = word;
        } else {
            return error_set(error, ERROR_INPUT, "too many arguments");
        }
    }
    if (call->argument_count < command->least || call->argument_count > command->most)
        return error_set(error, ERROR_INPUT, "usage: hitomachi %s %s; see: hitomachi help %s", command->words,
            command->arguments, command->words);
    return true;
}

bool call_has(const Call *call, const char *option)
{
    size_t i = option_index(call->command, str_of(option));
    assert(i < COMMAND_OPTIONS_MAX && "an option that the command's table names");
    return call->given[i];
}

Str call_option(const Call *call, const char *option, Str otherwise)
{
    size_t i = option_index(call->command, str_of(option));
    assert(i < COMMAND_OPTIONS_MAX && "an option that the command's table names");
    return call->given[i] ? call->values[i] : otherwise;
}
