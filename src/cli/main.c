/* cli/main.c: the binary's door for commands: finds the command, reads its options, runs it, says what went
 * wrong.
 *
 * Answers 0 when it was done, 1 when it could not be done, 2 when it was called wrongly.
 */
#include "cli/command.h"
#include "plan/import.h"

enum { COMMAND_ARENA_MAX = 1 << 30 };

static const Command *const all_commands[] = {plan_commands, diff_commands, review_commands, city_commands,
    duty_commands, apply_commands, account_commands, record_commands, verify_commands, synth_commands,
    serve_commands};

/* How many of the call's words are the words of this command; 0 when it is another. */
static int words_matched(const Command *command, int count, char **words)
{
    Str rest = str_of(command->words), word;
    int matched = 0;
    while (rest.len > 0) {
        str_cut(rest, S(" "), &word, &rest);
        if (matched >= count || !str_equal(word, str_of(words[matched])))
            return 0;
        matched++;
    }
    return matched;
}

static const Command *find_command(int count, char **words, int *matched)
{
    for (size_t part = 0; part < COUNT_OF(all_commands); part++)
        for (const Command *command = all_commands[part]; command->words; command++)
            if ((*matched = words_matched(command, count, words)) > 0)
                return command;
    return NULL;
}

static void print_command(FILE *out, const Command *command)
{
    fprintf(out, "usage: hitomachi %s %s\n\n  %s\n", command->words, command->arguments, command->summary);
    if (command->more)
        fprintf(out, "%s\n", command->more);
    for (const Option *option = command->options; option->name; option++) {
        int wide = fprintf(
            out, "\n  --%s%s%s", option->name, option->value ? " " : "", option->value ? option->value : "");
        fprintf(out, "%*s%s", wide < 28 ? 28 - wide : 2, "", option->help);
    }
    fprintf(out, "\n");
}

static void print_commands(FILE *out)
{
    fprintf(out, "hitomachi %s: runs a city's comprehensive plan\n\n", HITOMACHI_VERSION);
    for (size_t part = 0; part < COUNT_OF(all_commands); part++)
        for (const Command *command = all_commands[part]; command->words; command++)
            fprintf(out, "  %-18s %-18s %s\n", command->words, command->arguments, command->summary);
    fprintf(out,
        "\n  help COMMAND       its options\n"
        "\nThe city's folder is --city or $HITOMACHI_CITY, else the only folder in ./cities that has a "
        "city.yaml.\n"
        "The database is --db or $HITOMACHI_DB, else ./hitomachi.db; a file, or a postgresql:// address.\n");
}

static void print_markdown(FILE *out)
{
    fprintf(out, "# Commands\n\nWritten by `hitomachi help --markdown`.\n");
    for (size_t part = 0; part < COUNT_OF(all_commands); part++)
        for (const Command *command = all_commands[part]; command->words; command++) {
            fprintf(out, "\n## %s\n\n%s.\n\n```\nhitomachi %s %s\n```\n", command->words, command->summary,
                command->words, command->arguments);
            if (command->more)
                fprintf(out, "\n%s\n", command->more);
            if (command->options[0].name)
                fprintf(out, "\n| option | meaning |\n|---|---|\n");
            for (const Option *option = command->options; option->name; option++)
                fprintf(out, "| `--%s%s%s` | %s |\n", option->name, option->value ? " " : "",
                    option->value ? option->value : "", option->help);
        }
}

static int help(int count, char **words)
{
    int matched = 0;
    const Command *command = find_command(count, words, &matched);
    if (count > 0 && str_equal(str_of(words[0]), S("--markdown")))
        print_markdown(stdout);
    else if (command)
        print_command(stdout, command);
    else
        print_commands(stdout);
    return 0;
}

static int run(const Command *command, int count, char **words)
{
    Error error = {0};
    Call call = {.clock = clock_now()};
    if (!call_read(&call, command, count, words, &error)) {
        error_print(stderr, &error);
        return 2;
    }
    AUTO_ARENA arena = arena_new(COMMAND_ARENA_MAX);
    call.arena = arena;
    bool done = arena ? command->run(&call, &error) : error_memory(&error);
    if (fflush(stdout) != 0 && done)
        done = error_set(&error, ERROR_SYSTEM, "the answer could not be written");
    if (!done)
        error_print(stderr, &error);
    return done ? 0 : 1;
}

int main(int count, char **words)
{
    count--, words++;
    int matched = 0;
    Str first = count > 0 ? str_of(words[0]) : S("help");
    if (str_equal(first, S("help")) || str_equal(first, S("--help")))
        return help(count > 0 ? count - 1 : 0, count > 0 ? words + 1 : words);
    if (str_equal(first, S("version")) || str_equal(first, S("--version")))
        return printf("hitomachi %s\n", HITOMACHI_VERSION) < 0;
    /* The sandboxed reader of foreign documents is this same binary (base/child.h); no person calls it. */
    if (str_equal(first, S(PLAN_READER_COMMAND)))
        return plan_reader_main(count, words);
    const Command *command = find_command(count, words, &matched);
    if (!command) {
        fprintf(stderr, "hitomachi has no command '%.*s'; see: hitomachi help\n", STR_ARGS(first));
        return 2;
    }
    return run(command, count - matched, words + matched);
}
