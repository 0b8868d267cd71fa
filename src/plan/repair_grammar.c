/* plan/repair_grammar.c: how Japanese closed-class words join.
 *
 * A small lattice: content words are runs of one script, verbs and adjectives are a content word with
 * okurigana of a few kana, and everything else in hiragana is a particle, an auxiliary or an ending from the
 * table below, or an unknown word. Each word says after which states it may stand and which state it leaves;
 * a word in the wrong place costs ODDITY_BREAK, and the cheapest path through the text is its reading.
 * Nothing here knows an open-class word.
 *
 * Must hold: the cost of a text does not depend on anything but the text.
 */
#include "plan/repair_internal.h"

#include "plan/repair_lexicon.h"

#define SLOTS ((PARSE_MAX + 1) * STATE_COUNT)
#define FIRST_LOW 0x3041
#define FIRST_COUNT 0x60
#define COST(oddity, ties) (((uint32_t)(oddity) << 16) + (uint32_t)(ties))
#define UNKNOWN_MAX 8
#define ODDITY_IMPOSSIBLE 9

/* The cheapest way to end a word in a state at a place. */
typedef struct Step {
    uint32_t cost;
    uint16_t from;
    uint8_t before; /* state */
    uint8_t group;
    uint8_t oddity;
} Step;

struct Grammar {
    uint16_t head[FIRST_COUNT]; /* lexicon entries by first kana, +1 */
    uint16_t *next;
    Step *steps; /* by place and state; only those whose state is in `reached` mean anything */
    StateSet reached[PARSE_MAX + 1];
};

CharClass char_class(Char c)
{
    if (c == 0)
        return CHAR_END;
    if ((c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || c == U'々' || c == U'〆' ||
        (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF))
        return CHAR_KANJI;
    if (c >= 0x3041 && c <= 0x309F)
        return CHAR_HIRAGANA;
    if (c == U'・' || c == U'･')
        return CHAR_DOT;
    if ((c >= 0x30A1 && c <= 0x30FF) || (c >= 0xFF66 && c <= 0xFF9F))
        return CHAR_KATAKANA;
    if ((c >= '0' && c <= '9') || (c >= U'０' && c <= U'９'))
        return CHAR_DIGIT;
    if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= U'Ａ' && c <= U'Ｚ') ||
        (c >= U'ａ' && c <= U'ｚ'))
        return CHAR_LATIN;
    if (c == ' ' || c == U'　' || c == '\t' || c == '\n')
        return CHAR_SPACE;
    if (c == U'。' || c == U'．' || c == U'！' || c == U'？' || c == U'｡')
        return CHAR_STOP;
    if (c == U'、' || c == U'，' || c == U'､')
        return CHAR_COMMA;
    for (const Char *open = U"「『（(〔［【《〈“", *close = U"」』）)〕］】》〉”"; *open; open++, close++)
        if (c == *open || c == *close)
            return c == *open ? CHAR_OPEN : CHAR_CLOSE;
    return CHAR_OTHER;
}

bool char_is_content(Char c)
{
    CharClass class = char_class(c);
    return class == CHAR_KANJI || class == CHAR_KATAKANA || class == CHAR_LATIN || class == CHAR_DIGIT;
}

bool char_is_any(Char c, const Char *set)
{
    for (; *set; set++)
        if (c == *set)
            return true;
    return false;
}

Grammar *grammar_new(Arena *arena)
{
    Grammar *grammar = ARENA_NEW(arena, Grammar);
    if (!grammar)
        return NULL;
    grammar->next = arena_array(arena, LEXICON_COUNT, sizeof *grammar->next);
    grammar->steps = arena_array(arena, SLOTS, sizeof *grammar->steps);
    if (arena_failed(arena))
        return NULL;
    for (size_t i = 0; i < LEXICON_COUNT; i++) {
        size_t first = LEXICON[i].text[0] - FIRST_LOW;
        assert(first < FIRST_COUNT && "every closed-class word begins with a hiragana");
        grammar->next[i] = grammar->head[first];
        grammar->head[first] = (uint16_t)(i + 1);
    }
    return grammar;
}

/* ---- one run of the lattice ---- */

typedef struct Lattice {
    Grammar *grammar;
    const Char *text;
    size_t len;
} Lattice;

static Step *step_at(const Lattice *lattice, size_t at, State state)
{
    return &lattice->grammar->steps[at * STATE_COUNT + state];
}

/* A word that might stand in the text: what it may stand behind, what it leaves. */
typedef struct Entry {
    size_t from, to;
    StateSet among;       /* states looked at */
    StateSet after, mild; /* of them, those it joins well and just so */
    StateSet leaves;
    int oddity, ties;
    WordGroup group;
} Entry;

static State lowest_state(StateSet set)
{
    return (State)__builtin_ctz(set);
}

static void add_word(Lattice *lattice, const Entry *entry)
{
    StateSet *reached = lattice->grammar->reached;
    for (StateSet left = reached[entry->from] & entry->among; left; left &= left - 1) {
        State before = lowest_state(left);
        int join = IN(before) & entry->after ? 0 : IN(before) & entry->mild ? ODDITY_MILD : ODDITY_BREAK;
        Step step = {
            .cost = step_at(lattice, entry->from, before)->cost + COST(entry->oddity + join, entry->ties),
            .from = (uint16_t)entry->from,
            .before = (uint8_t)before,
            .group = (uint8_t)entry->group,
            .oddity = (uint8_t)(entry->oddity + join)};
        for (StateSet right = entry->leaves; right; right &= right - 1) {
            State state = lowest_state(right);
            Step *best = step_at(lattice, entry->to, state);
            if (!(reached[entry->to] & IN(state)) || step.cost < best->cost)
                *best = step;
        }
        reached[entry->to] |= entry->leaves;
    }
}

/* A word without oddity of its own. */
static void add_plain(Lattice *lattice, size_t from, size_t to, StateSet after, StateSet mild,
    StateSet leaves, int ties, WordGroup group)
{
    Entry entry = {from, to, ALL_STATES, after, mild, leaves, 0, ties, group};
    add_word(lattice, &entry);
}

/* 及び, 並びに, 又は, 若しくは: conjunctions with a kanji; their length, 0 when none stands here. */
static size_t conjunction_length(const Char *text, size_t at, size_t len)
{
    static const Char *const WORDS[] = {U"及び", U"並びに", U"又は", U"若しくは"};
    for (size_t i = 0; i < COUNT_OF(WORDS); i++) {
        size_t n = 0;
        while (WORDS[i][n] && at + n < len && text[at + n] == WORDS[i][n])
            n++;
        bool verb =
            i == 0 && at + n < len &&
            (text[at + n] == U'ま' || text[at + n] == U'、' || text[at + n] == U'に'); /* 134棟に及びました */
        if (!WORDS[i][n] && !verb)
            return n;
    }
    return 0;
}

static size_t run_end(const Char *text, size_t at, size_t len)
{
    CharClass class = char_class(text[at]);
    size_t end = at + 1;
    while (
        end < len && !conjunction_length(text, end, len) &&
        (char_class(text[end]) == class || (class == CHAR_DIGIT && (text[end] == ',' || text[end] == '.') &&
                                               end + 1 < len && char_class(text[end + 1]) == CHAR_DIGIT)))
        end++;
    return end;
}

static bool matches(const Char *text, size_t len, const Char *word, size_t *word_len)
{
    size_t n = 0;
    while (n < len && word[n] && text[n] == word[n])
        n++;
    *word_len = n;
    return !word[n];
}

/* The states an inflected form can leave, by its last kana. */
static StateSet inflection_states(Char last)
{
    if (char_is_any(last, U"きぎじちぢびみりえけげせぜてねべめれ"))
        return IN(STATE_STEM);
    if (char_is_any(last, U"うぐすずつづぬぶむる"))
        return IN(STATE_FINITE);
    if (char_is_any(last, U"がたなまらわ"))
        return IN(STATE_OPEN_A);
    switch (last) {
    case U'い':
        return IN(STATE_STEM) | IN(STATE_FINITE) | IN(STATE_OPEN_TA);
    case U'し':
        return IN(STATE_STEM);
    case U'く':
        return IN(STATE_FINITE) | IN(STATE_ADVERB);
    case U'さ':
    case U'か':
        return IN(STATE_NOUN) | IN(STATE_OPEN_A);
    case U'っ':
        return IN(STATE_OPEN_TA);
    case U'ん':
        return IN(STATE_OPEN_TA) | IN(STATE_NOUN);
    case U'ば':
        return IN(STATE_OPEN_A) | IN(STATE_NOUN) | IN(STATE_LINK);
    case U'ろ':
        return IN(STATE_NOUN);
    default:
        return 0;
    }
}

/* Whether kana can be the second to last of an okurigana: particles in that place are particles. */
static bool okurigana_may_begin(const Char *at, size_t len)
{
    if (char_is_any(at[0], U"をはへにとでの"))
        return false;
    if (at[0] != U'が' && at[0] != U'も')
        return true;
    return len > 1 && char_is_any(at[1], U"らりるれっい");
}

/* 新た, 自ら and 同じ are inflected like nothing else. */
static StateSet irregular_states(Char kanji, Char kana)
{
    if ((kanji == U'新' && kana == U'た') || (kanji == U'自' && kana == U'ら'))
        return IN(STATE_NOUN);
    return kanji == U'同' && kana == U'じ' ? IN(STATE_FINITE) : 0;
}

/* Kanji that are a verb's whole stem, so that た, て and ます follow them without okurigana. */
static bool is_whole_stem(Char kanji)
{
    return char_is_any(kanji, U"見得出似経寝着煮来居診観看");
}

/* Kana that stand before the い of an adjective: 少ない, 新しい, 重たい, 大きい. */
static bool is_adjective_kana(Char kana)
{
    return char_is_any(kana, U"なしたきる");
}

/* Three kana are the end of an adjective (しい, かな) or of a longer verb; never ます or ている. */
static bool long_okurigana_may_end(Char second, Char last)
{
    if (second == U'て' || second == U'た')
        return false;
    return char_is_any(last, U"いくさかるっりら");
}

static void add_okurigana(Lattice *lattice, size_t at)
{
    static const uint8_t TIES[] = {0, 2, 4, 7};
    const Char *text = lattice->text;
    if (at + 1 < lattice->len && text[at] == U'つ' &&
        (text[at + 1] == U'た' || text[at + 1] == U'て')) /* 持つた for 持った */
        add_plain(lattice, at, at + 2, 0, IN(STATE_NOUN), IN(text[at + 1] == U'た' ? STATE_FINITE : STATE_TE),
            0, GROUP_ENDING);
    for (size_t n = 1; n <= 3 && at + n <= lattice->len && char_class(text[at + n - 1]) == CHAR_HIRAGANA;
         n++) {
        Char last = text[at + n - 1];
        if (n > 1 && (!okurigana_may_begin(text + at, lattice->len - at) || last == U'て'))
            continue;
        if (n == 3 && !long_okurigana_may_end(text[at + 1], last))
            continue;
        StateSet states = inflection_states(last);
        if (n > 1 && last == U'ん')
            states = IN(STATE_OPEN_TA);
        if (n > 1 && last == U'い' && is_adjective_kana(text[at + n - 2])) { /* rather 少ない than 損ない */
            add_plain(lattice, at, at + n, IN(STATE_NOUN), 0, IN(STATE_STEM), TIES[n] + 3, GROUP_ENDING);
            states = IN(STATE_FINITE);
        }
        if (n == 1)
            states |= irregular_states(text[at - 1], last);
        if (states)
            add_plain(lattice, at, at + n, IN(STATE_NOUN), 0, states, TIES[n] + (last == U'が' ? 3 : 0),
                GROUP_ENDING);
    }
}

/* Words of content seldom end in a kana that is a particle. */
static bool ends_in_particle(Char last)
{
    return char_is_any(last, U"にをはがのともでへや");
}

/* How much of an unknown stretch is closed-class words. */
typedef enum Closedness {
    CLOSED_NOT,
    CLOSED_TAIL,   /* ends with an ending of two kana or more */
    CLOSED_PARTLY, /* holds one of three kana or more */
    CLOSED_WHOLLY, /* all of it is such words, one of them of two kana or more, an ending first, or two
                      particles */
} Closedness;

/* The closedness of text[at, at + n) for every n up to `most`, into closed[n]. */
static void find_closedness(const Lattice *lattice, size_t at, size_t most, Closedness *closed)
{
    bool reached[UNKNOWN_MAX + 1] = {true}, telling[UNKNOWN_MAX + 1] = {false},
                               tail[UNKNOWN_MAX + 1] = {false};
    size_t long_end = SIZE_MAX; /* where the first word of three kana ends */
    for (size_t from = 0; from < most; from++) {
        size_t first = lattice->text[at + from] - FIRST_LOW, n;
        for (size_t i = first < FIRST_COUNT ? lattice->grammar->head[first] : 0; i;
             i = lattice->grammar->next[i - 1]) {
            const ClosedWord *word = &LEXICON[i - 1];
            if (word->group == GROUP_OPENER ||
                !matches(lattice->text + at + from, most - from, word->text, &n))
                continue;
            size_t end = from + n;
            long_end = n >= 3 && end < long_end ? end : long_end;
            tail[end] = tail[end] || (n == 2 && from > 0 && word->group == GROUP_ENDING);
            if (!reached[from])
                continue;
            bool first_word =
                from == 0 && (n > 1 || word->group == GROUP_ENDING || lattice->text[at] == U'し');
            reached[end] = true;
            telling[end] = telling[end] || telling[from] || n > 1 || first_word;
        }
    }
    bool particles =
        most >= 2 && ends_in_particle(lattice->text[at]) && ends_in_particle(lattice->text[at + 1]);
    for (size_t n = 1; n <= most; n++) {
        bool wholly = reached[n] && (telling[n] || n == 1 || (n == 2 && particles));
        closed[n] = wholly          ? CLOSED_WHOLLY
                    : long_end <= n ? CLOSED_PARTLY
                    : tail[n]       ? CLOSED_TAIL
                                    : CLOSED_NOT;
    }
}

/* Hiragana that is no closed-class word: a word of content, perhaps inflected. */
static void add_unknown(Lattice *lattice, size_t at)
{
    const Char *text = lattice->text;
    bool cannot_begin = char_is_any(text[at], U"をっんゃゅょぁぃぅぇぉるれ");
    Closedness closed[UNKNOWN_MAX + 1];
    size_t most = 1;
    while (most < UNKNOWN_MAX && at + most < lattice->len && char_class(text[at + most]) == CHAR_HIRAGANA)
        most++;
    find_closedness(lattice, at, most, closed);
    for (size_t n = 1; n <= most; n++) {
        bool impossible = n == 1 || cannot_begin || closed[n] >= CLOSED_PARTLY;
        int oddity = impossible                           ? ODDITY_IMPOSSIBLE
                     : ends_in_particle(text[at + n - 1]) ? ODDITY_UNKNOWN + 3
                                                          : ODDITY_UNKNOWN;
        int touching = oddity + (closed[n] == CLOSED_NOT ? ODDITY_MILD : 2 * ODDITY_MILD);
        touching += n > 5 ? (int)n - 5 : 0;
        oddity += n > 5 ? (int)n - 5 : 0;
        StateSet leaves = inflection_states(text[at + n - 1]) | IN(STATE_NOUN),
                 tight = IN(STATE_NOUN) | IN(STATE_SURU);
        Entry entry = {at, at + n, ALL_STATES & ~tight, ALL_STATES & ~NEEDY_STATES, 0, leaves, oddity,
            4 + 2 * (int)n, GROUP_UNKNOWN};
        add_word(lattice, &entry);
        entry.among = tight;
        entry.oddity = touching;
        add_word(lattice, &entry);
    }
}

/* Kanji or kana of inflection behind a compound particle: then it was the verb itself. */
static bool continues_verb(const Char *text, size_t at, size_t len)
{
    return at < len && char_is_any(text[at], U"たてるまなれられよつうい");
}

/* The last kana of a verb in its finite form, to which です does not join (高いです, not 図るです). */
static bool is_verb_kana(Char kana)
{
    return char_is_any(kana, U"うぐすつぬぶむる");
}

/* Closed-class words that begin at `at`; true when a compound particle with a kanji in it takes the whole
 * place. */
static bool add_closed(Lattice *lattice, size_t at)
{
    const Char *text = lattice->text;
    size_t len = lattice->len, first = text[at] - FIRST_LOW, n, longest = 0;
    const ClosedWord *compound = NULL;
    for (size_t i = first < FIRST_COUNT ? lattice->grammar->head[first] : 0; i;
         i = lattice->grammar->next[i - 1]) {
        const ClosedWord *word = &LEXICON[i - 1];
        if (!matches(text + at, len - at, word->text, &n))
            continue;
        if (word->compound) {
            if (n > longest && !continues_verb(text, at + n, len)) {
                longest = n;
                compound = word;
            }
            continue;
        }
        bool after_verb = word->to == IN(STATE_POLITE) && word->group == GROUP_COPULA && at > 0 &&
                          is_verb_kana(text[at - 1]);
        add_plain(lattice, at, at + n, word->after, after_verb ? 0 : word->mild, word->to, 2,
            (WordGroup)word->group);
    }
    if (!compound)
        return false;
    for (size_t to = at + 1; to <= at + longest; to++) /* nothing else may run through it */
        for (State state = 0; state < STATE_COUNT; state++)
            if ((lattice->grammar->reached[to] & IN(state)) && step_at(lattice, to, state)->from == at)
                lattice->grammar->reached[to] &= ~IN(state);
    add_plain(lattice, at, at + longest, compound->after, compound->mild, compound->to, 2,
        (WordGroup)compound->group);
    return true;
}

static void add_mark(Lattice *lattice, size_t at, CharClass class)
{
    StateSet after = ALL_STATES, mild = 0, to = IN(STATE_BEGIN);
    switch (class) {
    case CHAR_STOP:
        after = IN(STATE_BEGIN) | IN(STATE_NOUN) | IN(STATE_FINITE) | IN(STATE_POLITE) | IN(STATE_SUFFIX) |
                IN(STATE_LIST);
        mild = ALL_STATES & ~(NEEDY_STATES | IN(STATE_GA) | IN(STATE_WO) | IN(STATE_NO) | IN(STATE_NA));
        break;
    case CHAR_COMMA:
        mild = IN(STATE_NO) | IN(STATE_NA);
        after = ALL_STATES & ~(IN(STATE_OPEN_A) | IN(STATE_OPEN_TA) | mild);
        break;
    case CHAR_DOT:
        after = IN(STATE_BEGIN) | IN(STATE_NOUN) | IN(STATE_STEM) | IN(STATE_SUFFIX);
        mild = IN(STATE_FINITE) | IN(STATE_ADVERB) | IN(STATE_KARA);
        break;
    case CHAR_CLOSE:
        to = IN(STATE_NOUN);
        break;
    case CHAR_OPEN:
        break;
    default:
        to |= IN(STATE_NOUN);
        break;
    }
    add_plain(lattice, at, at + 1, after, mild, to, 1, GROUP_MARK);
}

/* Kanji with which 等 makes one word: 平等, 高等. */
static bool is_within_word(Char before)
{
    return char_is_any(before, U"平均対同高初中上優劣何");
}

static void add_words_at(Lattice *lattice, size_t at)
{
    CharClass class = char_class(lattice->text[at]);
    if (class == CHAR_HIRAGANA) {
        if (at > 0 && char_class(lattice->text[at - 1]) == CHAR_KANJI)
            add_okurigana(lattice, at);
        if (!add_closed(lattice, at))
            add_unknown(lattice, at);
        return;
    }
    if (!char_is_content(lattice->text[at])) {
        add_mark(lattice, at, class);
        return;
    }
    size_t conjunction = conjunction_length(lattice->text, at, lattice->len);
    if (conjunction) {
        add_plain(
            lattice, at, at + conjunction, ALL_STATES & ~NEEDY_STATES, 0, IN(STATE_BEGIN), 2, GROUP_OPENER);
        return;
    }
    size_t end = run_end(lattice->text, at, lattice->len);
    if (end == at + 1 && lattice->text[at] == U'等') {
        StateSet after = ALL_STATES & ~(NEEDY_STATES | IN(STATE_SUFFIX));
        add_plain(lattice, at, end, after, 0, IN(STATE_SUFFIX), 2, GROUP_SUFFIX);
        return;
    }
    if (end >= at + 3 && lattice->text[end - 1] == U'等' && !is_within_word(lattice->text[end - 2]))
        end--;
    StateSet mild = IN(STATE_SURU) | IN(STATE_OPEN_TA);
    StateSet to = IN(STATE_NOUN) | (is_whole_stem(lattice->text[end - 1]) ? IN(STATE_STEM) : 0);
    add_plain(lattice, at, end, ALL_STATES & ~(NEEDY_STATES | mild), mild, to, 2, GROUP_CONTENT);
}

static void read_words(const Lattice *lattice, State state, Parse *parse)
{
    size_t at = lattice->len, count = 0;
    while (at > 0) {
        const Step *step = step_at(lattice, at, state);
        parse->words[count++] = (Word){.from = step->from,
            .to = (uint32_t)at,
            .state = state,
            .before = (State)step->before,
            .group = (WordGroup)step->group,
            .oddity = step->oddity};
        at = step->from;
        state = (State)step->before;
    }
    for (size_t i = 0; i < count / 2; i++) {
        Word word = parse->words[i];
        parse->words[i] = parse->words[count - 1 - i];
        parse->words[count - 1 - i] = word;
    }
    parse->count = count;
}

int grammar_parse(Grammar *grammar, const Char *text, size_t len, bool from_begin, Parse *parse)
{
    assert(len <= PARSE_MAX && "a text to parse is cut by the caller");
    Lattice lattice = {grammar, text, len};
    memset(grammar->reached, 0, (len + 1) * sizeof *grammar->reached);
    grammar->reached[0] = from_begin ? IN(STATE_BEGIN) : ALL_STATES;
    for (State state = 0; state < STATE_COUNT; state++)
        *step_at(&lattice, 0, state) = (Step){0};
    for (size_t at = 0; at < len; at++)
        if (grammar->reached[at])
            add_words_at(&lattice, at);
    assert(grammar->reached[len] && "every text has a reading");
    State best = lowest_state(grammar->reached[len]);
    for (StateSet left = grammar->reached[len]; left; left &= left - 1)
        if (step_at(&lattice, len, lowest_state(left))->cost < step_at(&lattice, len, best)->cost)
            best = lowest_state(left);
    int oddity = (int)(step_at(&lattice, len, best)->cost >> 16);
    if (parse) {
        read_words(&lattice, best, parse);
        parse->oddity = oddity;
    }
    return oddity;
}
