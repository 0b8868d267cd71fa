/* cli/command.h: the commands of the binary, in one table, and how their words and options are read.
 *
 * The table drives everything: dispatch, `help`, the usage of one command and docs/commands.md (`help
 * --markdown`).
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "base/arena.h"
#include "base/date.h"
#include "base/error.h"

enum { COMMAND_OPTIONS_MAX = 12, COMMAND_ARGUMENTS_MAX = 64 };

typedef struct Option {
    const char *name;  /* without the dashes */
    const char *value; /* what follows it: "FILE"; NULL for a switch */
    const char *help;
} Option;

/* One call of a command: its options and arguments as given. Arguments live as long as main's argv. */
typedef struct Call {
    const struct Command *command;
    Str values[COMMAND_OPTIONS_MAX]; /* in the order of the command's options */
    bool given[COMMAND_OPTIONS_MAX];
    Str arguments[COMMAND_ARGUMENTS_MAX];
    size_t argument_count;
    Arena *arena; /* ends with the command */
    Clock clock;
} Call;

typedef struct Command {
    const char *words;     /* "plan import" */
    const char *arguments; /* "FILE", "[KEY]", "" */
    size_t least, most;    /* how many arguments */
    const char *summary;   /* one line */
    const char *more;      /* further lines for its own help; may be NULL */
    Option options[COMMAND_OPTIONS_MAX];
    bool (*run)(const Call *call, Error *error);
} Command;

/* Reads the arguments behind the command's words. */
MUST_USE bool call_read(Call *call, const Command *command, int count, char **words, Error *error);
bool call_has(const Call *call, const char *option);
/* The option's value, or `otherwise` when it was not given. The option must be one of the command's. */
Str call_option(const Call *call, const char *option, Str otherwise);

/* The commands, ending with an entry without words. Each file of cli/ gives a part. */
extern const Command plan_commands[];
extern const Command diff_commands[];
extern const Command review_commands[];
extern const Command account_commands[];
extern const Command city_commands[];
extern const Command duty_commands[];
extern const Command apply_commands[];
extern const Command record_commands[];
extern const Command verify_commands[];
extern const Command synth_commands[];
extern const Command serve_commands[];

#endif
