/* city/letter.c: texts of letters, and the letter that follows a transition.
 *
 *     letters/cancelled.md      # 体験活動の中止について       the first heading is the title
 *                               {session.name} は ...          {placeholders} are paths of a record
 *     then: {letter: cancelled, to: entry.guardian}
 *
 * `to` leads to a person, from the record itself or, beginning with the name of a record type that is about
 * it, from each of those records. Placeholders are read in the record where `to` begins.
 */
#include "city/city_internal.h"

static Str stem_of(Str name)
{
    size_t from = name.len;
    while (from > 0 && name.at[from - 1] != '/')
        from--;
    return str_slice(name, from, name.len - S(".md").len);
}

void read_letter_file(City *city, CityProblems *problems, const CityFile *file)
{
    Reader reader;
    Str path = arena_printf(city->arena, "%.*s/%.*s", STR_ARGS(city->folder), STR_ARGS(file->name));
    reader_init(&reader, city, problems, path, file->text);
    Str rest = file->text, line;
    while (str_line(&rest, &line) && str_trim(line).len == 0)
        ;
    if (!str_starts(line, S("# ")) || str_trim(str_slice(line, 2, line.len)).len == 0) {
        refuse_place(&reader, 1, 1, "a letter begins with its title: a line '# 中止のお知らせ'");
        return;
    }
    CityLetter *letter = VEC_PUSH(city->arena, &city->letters);
    if (letter)
        *letter = (CityLetter){.name = stem_of(file->name),
            .title = str_trim(str_slice(line, 2, line.len)),
            .body = str_trim(rest),
            .text = file->text};
}

static const CityLetter *find_letter(const City *city, Str name)
{
    for (size_t i = 0; i < city->letters.len; i++)
        if (str_equal(city->letters.at[i].name, name))
            return &city->letters.at[i];
    return NULL;
}

/* --- placeholders ------------------------------------------------------------------------------- */

static bool has_hole(const CityTransition *transition, Str path)
{
    for (size_t i = 0; i < transition->letter_holes.len; i++)
        if (str_equal(transition->letter_holes.at[i].path, path))
            return true;
    return false;
}

static bool is_path(const Formula *formula)
{
    const FormulaPath *const *paths;
    return formula_paths(formula, &paths) == 1 && str_equal(paths[0]->text, formula_text(formula));
}

static void read_hole(Reader *reader, const FormulaScope *scope, const FormulaOrigin *origin, Str path,
    CityTransition *transition)
{
    if (has_hole(transition, path))
        return;
    const Formula *formula = compile_text(reader, scope, origin, path, NULL);
    if (formula && !is_path(formula)) {
        refuse_place(reader, origin->line, origin->column,
            "{%.*s}: in braces stands the path of a value, as {session.name}", STR_ARGS(path));
        return;
    }
    CityHole *hole = formula ? VEC_PUSH(reader->arena, &transition->letter_holes) : NULL;
    if (hole)
        *hole = (CityHole){.path = path, .formula = formula};
}

static long code_points(Str text)
{
    long count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.at[i] & 0xC0) != 0x80;
    return count;
}

/* The places are those of the letter's file. */
static void read_holes(Reader *reader, const FormulaScope *scope, CityTransition *transition)
{
    Str rest = reader->text, line;
    for (long number = 1; str_line(&rest, &line); number++) {
        ptrdiff_t open = -1;
        while ((open = str_find(line, S("{"), (size_t)(open + 1))) >= 0) {
            ptrdiff_t close = str_find(line, S("}"), (size_t)open);
            long column = code_points(str_slice(line, 0, (size_t)open)) + 1;
            if (close < 0) {
                refuse_place(reader, number, column, "this '{' is not closed by '}' in its line");
                break;
            }
            const FormulaOrigin origin = {.file = reader->file, .line = number, .column = column + 1};
            read_hole(reader, scope, &origin, str_slice(line, (size_t)open + 1, (size_t)close), transition);
        }
    }
}

static void check_letter(ServiceDraft *draft, const CityLetter *letter, CityTransition *transition)
{
    City *city = draft->reader->city;
    Reader reader;
    const FormulaScope scope = {
        .model = draft->service->model, .record = transition->letter_record->name, .allows_today = false};
    Str path =
        arena_printf(city->arena, "%.*s/letters/%.*s.md", STR_ARGS(city->folder), STR_ARGS(letter->name));
    reader_init(&reader, city, draft->reader->problems, path, letter->text);
    reader.broken.at = draft->reader->broken.at, reader.broken.len = draft->reader->broken.len;
    read_holes(&reader, &scope, transition);
}

/* --- then: {letter: ..., to: ...} --------------------------------------------------------------- */

/* entry.guardian: the record type below that the path begins with; itself without one. */
static const CityRecordType *letter_record_of(const CityRecordType *type, Str path, size_t *behind)
{
    *behind = 0;
    for (size_t i = 0; i < type->below.len; i++) {
        Str name = type->below.at[i]->name;
        bool begins = str_starts(path, name) && path.len > name.len && path.at[name.len] == '.';
        if (begins && !city_field(type, name)) {
            *behind = name.len + 1;
            return type->below.at[i];
        }
    }
    return type;
}

static void read_to(ServiceDraft *draft, CityRecordType *type, const YamlNode *to, CityTransition *transition)
{
    static const FormulaType person = {.kind = FORMULA_REFERENCE, .record = STR_LITERAL("person")};
    Reader *reader = draft->reader;
    if (!expect_scalar(reader, to, "the path of a person"))
        return;
    size_t behind;
    transition->letter_record = letter_record_of(type, to->text, &behind);
    const FormulaScope scope = {.model = draft->service->model, .record = transition->letter_record->name};
    const FormulaOrigin origin = {
        .file = reader->file, .line = to->line, .column = to->column + (long)behind + (to->quoted ? 1 : 0)};
    transition->letter_to =
        compile_text(reader, &scope, &origin, str_slice(to->text, behind, to->text.len), &person);
}

void read_then(ServiceDraft *draft, CityRecordType *type, const YamlNode *node, CityTransition *transition)
{
    static const char *const known[] = {"letter", "to"};
    static const char *const later[] = {"task", "record"};
    Reader *reader = draft->reader;
    if (!expect_keys(reader, node, KEYS(known, later), S("'then'")))
        return;
    const YamlNode *letter = yaml_get(node, S("letter")), *to = yaml_get(node, S("to"));
    if (!letter || !to) {
        refuse_node(reader, node, "'then' sends a letter to somebody: {letter: name, to: path of a person}");
        return;
    }
    if (!expect_scalar(reader, letter, "the name of a letter"))
        return;
    transition->letter = find_letter(reader->city, letter->text);
    if (!transition->letter)
        refuse_node(reader, letter, "there is no letter '%.*s'; write its text into letters/%.*s.md",
            STR_ARGS(letter->text), STR_ARGS(letter->text));
    read_to(draft, type, to, transition);
    if (transition->letter && transition->letter_record && transition->letter_to)
        check_letter(draft, transition->letter, transition);
}
