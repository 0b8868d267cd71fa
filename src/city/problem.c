/* city/problem.c: what is wrong with a city's declarations, collected in one run and put in order. */
#include "city/city_internal.h"

void reader_init(Reader *reader, City *city, CityProblems *problems, Str file, Str text)
{
    *reader = (Reader){.city = city, .arena = city->arena, .problems = problems, .file = file, .text = text};
}

static void note(Reader *reader, bool is_warning, const Error *error)
{
    CityProblems *problems = reader->problems;
    problems->errors += !is_warning;
    if (problems->at.len >= CITY_PROBLEMS_MAX)
        return;
    CityProblem *problem = VEC_PUSH(problems->arena, &problems->at);
    if (problem)
        *problem = (CityProblem){.is_warning = is_warning, .error = *error};
}

static void PRINTF_LIKE(5, 0)
    note_words(Reader *reader, bool is_warning, long line, long column, const char *format, va_list arguments)
{
    char message[sizeof((Error *)0)->message];
    Error error = {0};
    vsnprintf(message, sizeof message, format, arguments);
    (void)error_at(&error, ERROR_INPUT, reader->file, line, column, "%s", message);
    note(reader, is_warning, &error);
}

bool refuse_place(Reader *reader, long line, long column, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    note_words(reader, false, line, column, format, arguments);
    va_end(arguments);
    return false;
}

bool refuse_node(Reader *reader, const YamlNode *at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    note_words(reader, false, at->line, at->column, format, arguments);
    va_end(arguments);
    return false;
}

bool refuse_origin(Reader *reader, const CityOrigin *at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    note_words(reader, false, at->line, at->column, format, arguments);
    va_end(arguments);
    return false;
}

void warn_node(Reader *reader, const YamlNode *at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    note_words(reader, true, at->line, at->column, format, arguments);
    va_end(arguments);
}

void warn_origin(Reader *reader, const CityOrigin *at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    note_words(reader, true, at->line, at->column, format, arguments);
    va_end(arguments);
}

bool refuse_error(Reader *reader, const Error *error)
{
    note(reader, false, error);
    return false;
}

static int by_place(const void *left, const void *right)
{
    const CityProblem *a = left, *b = right;
    int order = strcmp(a->error.file, b->error.file);
    if (order == 0 && a->error.line != b->error.line)
        order = a->error.line < b->error.line ? -1 : 1;
    if (order == 0 && a->error.column != b->error.column)
        order = a->error.column < b->error.column ? -1 : 1;
    return order != 0 ? order : strcmp(a->error.message, b->error.message);
}

bool problems_end(CityProblems *problems, Error *error)
{
    if (arena_failed(problems->arena))
        return error_memory(error);
    if (problems->at.len > 1)
        qsort(problems->at.at, problems->at.len, sizeof(CityProblem), by_place);
    if (problems->errors == 0)
        return true;
    for (size_t i = 0; i < problems->at.len; i++)
        if (!problems->at.at[i].is_warning) {
            *error = problems->at.at[i].error;
            return false;
        }
    return error_set(
        error, ERROR_LIMIT, "there are more than %d warnings, and errors behind them", CITY_PROBLEMS_MAX);
}
