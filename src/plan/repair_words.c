/* plan/repair_words.c: places inside words: stretches side by side that begin or end alike, numbers with the
 * same unit, a date said twice, words that share a kanji, words that stand in one slot elsewhere.
 *
 * Two words side by side are the rule in Japanese (学校給食), so each rule here asks for more: that they
 * repeat each other, or that the document has both of them alone, in the same surroundings, and never has
 * them together.
 */
#include "plan/repair_internal.h"

enum {
    STRETCH_MAX = 12, /* code points of one word or compound */
    NUMBER_PARTS = 4, /* 年, 月, 日 and one to spare */
    DATE_REACH = 30,
};

/* Single kanji that are said together as a pair or a row: 小中学校, 国内外, 市町村. */
static bool is_coordinate(Char a, Char b)
{
    static const Char *const ROWS[] = {U"幼保小中高大", U"内外", U"国都道府県郡市区町村", U"男女", U"父母",
        U"老若", U"上中下", U"大小", U"前中後", U"左右", U"新旧", U"増減", U"加減", U"出入", U"送受", U"貸借",
        U"売買", U"産学官民金", U"公私", U"死傷", U"春夏秋冬", U"東西南北", U"年月日週", U"月火水木金土日",
        U"農林水商工", U"官民", U"心身", U"衣食住", U"昼夜朝夕", U"一二三四五六七八九十", U"正副", U"主副",
        U"利害", U"長短", U"強弱", U"多少", U"高低", U"進退", U"発着", U"往復", U"医歯薬", U"親子", U"兄弟",
        U"姉妹", U"夫婦", U"教養", U"甲乙丙", U"優良可", U"真善美", U"開閉", U"始終", U"寒暖", U"文武"};
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        if (char_is_any(a, ROWS[i]) && char_is_any(b, ROWS[i]))
            return true;
    return false;
}

/* Whether [from, to) is one compound: content, okurigana and noun suffixes without particles or marks. */
static bool is_compound(const Finder *finder, size_t from, size_t to)
{
    for (size_t i = finder->word_of[from]; i < finder->words.len && finder->words.at[i].from < to; i++) {
        const Word *word = &finder->words.at[i];
        if (word->group != GROUP_CONTENT && word->group != GROUP_UNKNOWN && word->group != GROUP_ENDING &&
            word->group != GROUP_SURU && !(word->group == GROUP_SUFFIX && word->state == STATE_NOUN))
            return false;
    }
    return to > from;
}

static bool has_content(const Finder *finder, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (char_is_content(finder->text[i]) && char_class(finder->text[i]) != CHAR_DIGIT)
            return true;
    return false;
}

/* Whether a word or a run of one script begins here. */
static bool is_start(const Finder *finder, size_t at)
{
    return at == 0 || finder_word_at(finder, at) >= 0 ||
           char_class(finder->text[at]) != char_class(finder->text[at - 1]);
}

static size_t content_end(const Finder *finder, size_t at)
{
    size_t most = at + EVIDENCE_DEPTH + 1;
    while (at < finder->len && at < most && char_is_content(finder->text[at]))
        at++;
    return at;
}

static size_t content_start(const Finder *finder, size_t at)
{
    size_t least = at > EVIDENCE_DEPTH ? at - EVIDENCE_DEPTH : 0;
    while (at > least && char_is_content(finder->text[at - 1]))
        at--;
    return at;
}

/* The end of the verb or compound that goes on at `at`. */
static size_t compound_end(const Finder *finder, size_t at)
{
    size_t end = at;
    for (size_t i = finder->word_of[at]; i < finder->words.len; i++) {
        const Word *word = &finder->words.at[i];
        if (word->from > end || end > at + STRETCH_MAX || !is_compound(finder, word->from, word->to))
            break;
        if (word->group == GROUP_CONTENT && word->from > at)
            break;
        end = word->to;
    }
    return end > at ? end : content_end(finder, at);
}

/* Whether one content word stands here, with its endings or with a compound particle (時において), no phrase
 * of several. */
static bool is_one_word(const Finder *finder, size_t from, size_t to)
{
    size_t contents = 0;
    for (size_t i = finder->word_of[from]; i < finder->words.len && finder->words.at[i].from < to; i++) {
        const Word *word = &finder->words.at[i];
        bool content = word->group == GROUP_CONTENT || word->group == GROUP_UNKNOWN;
        contents += content;
        if (!content && word->group != GROUP_ENDING && word->group != GROUP_SURU &&
            word->group != GROUP_AUXILIARY && !(word->group == GROUP_SUFFIX && word->state == STATE_NOUN) &&
            !((word->group == GROUP_CASE || word->group == GROUP_LINK) && word->state == STATE_LINK))
            return false;
    }
    return contents == 1;
}

/* Letters and digits of either width as one. */
static Char fold_width(Char c)
{
    return c >= U'！' && c <= U'～' ? c - (U'！' - U'!') : c;
}

/* キラキラ, YYYY: said or written twice on purpose. Letters that come again in the other width are not. */
static bool is_rhythmic(const Finder *finder, size_t from, size_t middle, size_t head)
{
    CharClass class = char_class(finder->text[from]);
    if (class == CHAR_LATIN)
        return finder->text[from] == finder->text[middle] || from + head != middle;
    return class == CHAR_KATAKANA && (head < 3 || (from + head == middle && head == 3));
}

/* 学校|学校園, 進める|進めます: the second begins as the first does. */
static void find_common_heads(Finder *finder, size_t middle)
{
    for (size_t size = 2; size <= STRETCH_MAX && size <= middle; size++) {
        size_t from = middle - size, head = 0;
        while (head < size && middle + head < finder->len &&
               fold_width(finder->text[from + head]) == fold_width(finder->text[middle + head]))
            head++;
        if (head < 2 || !has_content(finder, from, from + head) || !is_start(finder, from) ||
            !is_one_word(finder, from, middle) || finder->text[middle - 1] == U'か' ||
            is_rhythmic(finder, from, middle, head))
            continue;
        size_t end = compound_end(finder, middle);
        if (end <= middle + head && head < size &&
            finder->words.at[finder->word_of[middle - 1]].state != STATE_LINK)
            continue;
        finder_note(
            finder, from, middle, end < middle + head ? middle + head : end, RULE_REPEAT, 66 + 4 * (int)head);
        return;
    }
}

/* 子ども|こども: the same word again in kana. */
static bool is_kana_tail(const Finder *finder, size_t middle, size_t to, size_t tail)
{
    for (size_t at = middle; at < to; at++)
        if (char_class(finder->text[at]) != CHAR_HIRAGANA)
            return false;
    return to - middle <= tail + 2 && char_class(finder->text[middle - tail]) == CHAR_HIRAGANA;
}

/* 環境づくり|仕組みづくり: the second ends as the first does. */
static void find_common_tails(Finder *finder, size_t middle)
{
    size_t from = middle, end = middle;
    while (from > 0 && middle - from < STRETCH_MAX && is_compound(finder, from - 1, from))
        from--;
    while (from < middle && !is_start(finder, from))
        from++;
    while (end < finder->len && end - middle < STRETCH_MAX && is_compound(finder, end, end + 1))
        end++;
    for (size_t i = finder->word_of[from]; i < finder->words.len && finder->words.at[i].to < middle; i++) {
        const Word *word = &finder->words.at[i]; /* a finite verb before is not part of the compound */
        if (word->state == STATE_FINITE || word->state == STATE_TE)
            from = word->to;
    }
    ptrdiff_t second = finder_word_at(finder, middle);
    if (from == middle || (second >= 0 && finder->words.at[second].group != GROUP_CONTENT &&
                              finder->words.at[second].group != GROUP_UNKNOWN))
        return;
    for (size_t to = end; to > middle + 1; to--) {
        size_t tail = 0, most = middle - from < to - middle ? middle - from : to - middle;
        while (tail < most && finder->text[middle - 1 - tail] == finder->text[to - 1 - tail])
            tail++;
        CharClass class = char_class(finder->text[to - 1]);
        State state = finder->words.at[finder->word_of[to - 1]].state;
        if (class == CHAR_LATIN || (class == CHAR_KATAKANA && tail < 3) ||
            (state != STATE_NOUN && state != STATE_STEM))
            continue;
        if (tail < 2 || (tail == middle - from && tail == to - middle) ||
            is_coordinate(finder->text[from], finder->text[middle]))
            continue;
        if (to < finder->len && char_is_content(finder->text[to]) && char_is_content(finder->text[to - 1]))
            continue;
        if (finder_count(finder, middle - 1, middle + 1, 1) > 0 || !has_content(finder, from, middle) ||
            !(is_start(finder, middle) || is_kana_tail(finder, middle, to, tail)))
            continue;
        finder_note(finder, from, middle, to, RULE_REPEAT, 58 + 4 * (int)tail);
        return;
    }
}

/* 農業の|農林業の状況: the first subject's kanji all come again, in order, in the second. */
static void find_common_subjects(Finder *finder)
{
    for (size_t i = 0; i + 3 < finder->words.len; i++) {
        const Word *word = &finder->words.at[i];
        if (word[0].group != GROUP_CONTENT || word[1].state != STATE_NO || word[2].group != GROUP_CONTENT ||
            word[3].state != STATE_NO || word[1].to - word[1].from != 1 || word[3].to - word[3].from != 1)
            continue;
        size_t first = word[0].to - word[0].from, second = word[2].to - word[2].from, matched = 0;
        if (first < 2 || second <= first || second > STRETCH_MAX ||
            finder->text[word[0].from] != finder->text[word[2].from])
            continue;
        for (size_t at = word[2].from; at < word[2].to && matched < first; at++)
            matched += finder->text[at] == finder->text[word[0].from + matched];
        if (matched == first)
            finder_note(finder, word[0].from, word[2].from, word[3].to, RULE_REPEAT, 58);
    }
}

/* 市場|市ば, 手がみ|手紙: one word in two spellings, alike in its first kanji. */
static void find_spellings(Finder *finder)
{
    for (size_t middle = 2; middle + 2 <= finder->len; middle++) {
        if (char_class(finder->text[middle]) != CHAR_KANJI)
            continue;
        size_t from = middle - 1, end = middle + 1;
        while (from > 0 && middle - from < 4 && char_class(finder->text[from]) == CHAR_HIRAGANA)
            from--;
        bool from_kana = from + 1 < middle;
        if (!from_kana)
            from--;
        CharClass next = char_class(finder->text[end]);
        if (finder->text[from] != finder->text[middle] ||
            (from > 0 && char_is_content(finder->text[from - 1])) ||
            next != (from_kana ? CHAR_KANJI : CHAR_HIRAGANA) ||
            (!from_kana && char_class(finder->text[from + 1]) != CHAR_KANJI))
            continue;
        while (end < finder->len && end < middle + 3 && char_class(finder->text[end]) == next)
            end++;
        const Word *kana = &finder->words.at[finder->word_of[from_kana ? middle - 1 : middle + 1]];
        if (kana->group != GROUP_CASE && (kana->state == STATE_NOUN || kana->state == STATE_STEM))
            finder_note(finder, from, middle, from_kana ? end : kana->to, RULE_REPEAT, 60);
    }
}

/* ---- numbers and dates ---- */

typedef struct Number {
    size_t from, unit, to; /* digits from `from`, the unit from `unit` */
} Number;

/* Digits and the counter behind them: up to three kanji, or a sign of percent. */
static bool read_number(const Finder *finder, size_t at, Number *number)
{
    size_t end = at;
    while (end < finder->len &&
           (char_class(finder->text[end]) == CHAR_DIGIT ||
               (end > at && char_is_any(finder->text[end], U",.，．") && end + 1 < finder->len &&
                   char_class(finder->text[end + 1]) == CHAR_DIGIT)))
        end++;
    *number = (Number){at, end, end};
    if (end == at || end >= finder->len)
        return false;
    if (char_is_any(finder->text[end], U"%％"))
        number->to++;
    while (number->to < finder->len && number->to - end < 3 &&
           char_class(finder->text[number->to]) == CHAR_KANJI)
        number->to++;
    if (number->to == end) /* 120ha, 32km */
        while (number->to < finder->len && number->to - end < 3 &&
               char_class(finder->text[number->to]) == CHAR_LATIN)
            number->to++;
    return number->to > end;
}

/* How many code points before two numbers are the same content: 月1回|月2回, 第1回|第2回. */
static size_t common_prefix(const Finder *finder, const Number *first, const Number *last, size_t unit_end)
{
    size_t n = 0;
    while (n < 2 && first->from > n && last->from > n + unit_end &&
           char_is_content(finder->text[last->from - 1 - n]) &&
           finder->text[first->from - 1 - n] == finder->text[last->from - 1 - n])
        n++;
    return n;
}

/* 45校|46校, 月1回|月2回, 2018年5月1日|2019年4月1日: the unit comes again with nothing between. */
static bool note_numbers(Finder *finder, const Number *parts, size_t count)
{
    const Number *last = &parts[count - 1];
    for (size_t i = 0; i + 1 < count; i++) {
        size_t prefix = common_prefix(finder, &parts[0], last, parts[count - 2].unit);
        size_t middle = last->from - prefix, unit = parts[i].to - parts[i].unit;
        if (i + 2 == count)
            unit -= prefix;
        bool latin = char_class(finder->text[last->unit]) == CHAR_LATIN;
        if (latin && (last->to - last->unit != unit ||
                         (parts[0].from > 0 && char_is_content(finder->text[parts[0].from - 1])) ||
                         (last->to < finder->len && char_class(finder->text[last->to]) != CHAR_HIRAGANA)))
            continue;
        if (parts[count - 2].to != last->from || unit == 0 || last->unit + unit > finder->len ||
            memcmp(finder->text + parts[i].unit, finder->text + last->unit, unit * sizeof(Char)) != 0)
            continue;
        finder_note(finder, parts[0].from - prefix, middle, last->unit + unit, RULE_NUMBER, 78);
        return true;
    }
    return false;
}

static void find_numbers(Finder *finder)
{
    for (size_t at = 0; at < finder->len; at++) {
        Number parts[NUMBER_PARTS];
        size_t next = at;
        if (char_class(finder->text[at]) != CHAR_DIGIT)
            continue;
        for (size_t count = 0; count < NUMBER_PARTS && read_number(finder, next, &parts[count]); count++) {
            next = parts[count].to;
            if (note_numbers(finder, parts, count + 1))
                break;
        }
        at = next > at ? next - 1 : at;
        while (at + 1 < finder->len && char_class(finder->text[at + 1]) == CHAR_DIGIT)
            at++;
    }
}

/* 2017年の率は、2017年は: a date with の and the same date again as the topic of the same clause. */
static void find_dates(Finder *finder)
{
    for (size_t at = 0; at < finder->len; at++) {
        Number date;
        if (char_class(finder->text[at]) != CHAR_DIGIT ||
            (at > 0 && char_class(finder->text[at - 1]) == CHAR_DIGIT) || !read_number(finder, at, &date) ||
            !char_is_any(finder->text[date.unit], U"年月"))
            continue;
        size_t size = date.to - at;
        if (date.to >= finder->len || finder->text[date.to] != U'の')
            continue;
        bool topic = false;
        for (size_t next = date.to + 1; next + size < finder->len && next < date.to + DATE_REACH; next++) {
            if (char_class(finder->text[next]) == CHAR_STOP)
                break;
            topic = topic || char_is_any(finder->text[next], U"はが");
            if (!topic || finder->text[next - 1] != U'、' ||
                memcmp(finder->text + at, finder->text + next, size * sizeof(Char)) != 0)
                continue;
            Char after = finder->text[next + size];
            if (after == U'は' || after == U'に' || after == U'で' || char_class(after) == CHAR_DIGIT) {
                finder_note(finder, at, date.to + 1, date.to + 1, RULE_DATE, 76);
                break;
            }
        }
        at = date.to;
    }
}

/* ---- kanji ---- */

static const Char UNITS[] = U"国都道府県郡市区町村";

/* Kanji that make a word of three out of one of two, in front (不必要) or behind (実装力). */
static bool is_affixed(Char first, Char last, bool front_stands, bool back_stands)
{
    static const Char PREFIXES[] =
        U"不無未非再最全各諸総副準新旧高低大小多少長短現前後両同本当他超反対被要御";
    static const Char SUFFIXES[] =
        U"力者案員会費性化的用品物所場地区域内外上下中間時期数量率度別類型式法論学部課室館園校院局社店家人民"
        U"層手士師長型税料金額書券証票表図線網帯系級等毎連群団";
    return (back_stands && (char_is_any(first, PREFIXES) || char_is_any(first, UNITS))) ||
           (front_stands && char_is_any(last, SUFFIXES));
}

/* 整理|備: both 整理 and 整備 stand alone elsewhere, 理備 never does. */
static void find_shared_kanji(Finder *finder, size_t from, size_t to)
{
    if (to - from != 3 || (to < finder->len && char_class(finder->text[to]) == CHAR_HIRAGANA &&
                              !char_is_any(finder->text[to], U"のをがにはとでもやへしすさ")))
        return;
    const Char *run = finder->text + from;
    const Evidence *evidence = &finder->evidence;
    Stretch except = {finder->at + from, finder->at + to};
    bool front = evidence_count(evidence, run, 2, except, 1) > 0,
         back = evidence_count(evidence, run + 1, 2, except, 1) > 0;
    if (evidence_count(evidence, run, 3, except, 1) > 0 || is_affixed(run[0], run[2], front, back))
        return;
    for (size_t struck = 0; struck < 2; struck++) {
        Char x = run[struck], y = run[struck + 1], outer = struck ? run[0] : run[2];
        Char before[2] = {struck ? outer : x, struck ? x : outer},
             after[2] = {struck ? outer : y, struck ? y : outer};
        if (is_coordinate(x, y) || x == y || (struck ? back : front))
            continue;
        if (evidence_count_free(evidence, before, 2, except, 1) == 0 ||
            evidence_count_free(evidence, after, 2, except, 1) == 0)
            continue;
        finder_note(finder, from + struck, from + struck + 1, from + struck + 2, RULE_KANJI, 70);
        return;
    }
}

/* 両町|市: a prefix of pairs and wholes before two heads of places that are no usual row (市町, 県市, 町村
 * are). */
static void find_unit_pairs(Finder *finder, size_t from, size_t to)
{
    const Char *run = finder->text + from;
    if (to - from != 3 || !char_is_any(run[0], U"両各本当同全") || !char_is_any(run[2], UNITS))
        return;
    bool place = run[1] == U'地' || run[1] == U'者' || run[1] == U'方' || run[1] == U'所';
    size_t first = 0, second = 0;
    for (size_t i = 0; UNITS[i]; i++) {
        first = UNITS[i] == run[1] ? i + 1 : first;
        second = UNITS[i] == run[2] ? i + 1 : second;
    }
    if (!place && (first == 0 || first < second)) /* a row goes from the large to the small */
        return;
    Stretch except = {finder->at + from, finder->at + to};
    if (evidence_count(&finder->evidence, run + 1, 2, except, 1) == 0)
        finder_note(finder, from + 1, from + 2, from + 3, RULE_KANJI, 60);
}

/* Whether the word stands elsewhere with a form of する. */
static bool stands_as_verb(const Finder *finder, size_t from, size_t to)
{
    Char word[4];
    Stretch except = {finder->at + from, finder->at + to};
    memcpy(word, finder->text + from, (to - from) * sizeof(Char));
    for (const Char *form = U"しすさ"; *form; form++) {
        word[to - from] = *form;
        if (evidence_count(&finder->evidence, word, to - from + 1, except, 1) > 0)
            return true;
    }
    return false;
}

/* 提供|確保し: each of two words of two kanji stands in this very slot elsewhere, and they never stand
 * together. */
static void find_slots(Finder *finder, size_t from, size_t to)
{
    if (to - from != 4 || from == 0 || to + 2 > finder->len ||
        char_class(finder->text[from - 1]) != CHAR_HIRAGANA || char_class(finder->text[to]) != CHAR_HIRAGANA)
        return;
    size_t middle = from + 2;
    if (finder_count(finder, middle - 1, middle + 1, 1) > 0)
        return;
    bool verb = finder->text[from - 1] == U'を' && char_is_any(finder->text[to], U"しすさ");
    const Char *run = finder->text + from;
    bool alike = (run[0] == run[2] && run[1] != run[3]) || (run[1] == run[3] && run[0] != run[2]);
    if (alike && !is_coordinate(run[0], run[2]) &&
        !char_is_any(run[0], U"自不無各全半相一二三十百千万多大小") &&
        char_is_any(finder->text[from - 1], U"をにとや") && char_is_any(finder->text[to], U"しすさを")) {
        finder_note(finder, from, middle, to, RULE_SLOT, verb ? 60 : 54); /* 実践|実施し, 保存と伝承|継承を */
        return;
    }
    Stretch except = {finder->at + from, finder->at + to};
    if (verb && stands_as_verb(finder, from, middle) &&
        evidence_count_free(&finder->evidence, finder->text + middle, 2, except, 2) >= 2) {
        finder_note(finder, from, middle, to, RULE_SLOT, 54);
        return;
    }
    if (finder_count(finder, from - 1, middle, 1) == 0 ||
        finder_count_joined(finder, from, middle, to, to + 2, 1) == 0)
        return;
    if (finder_count_joined(finder, from - 1, from, middle, to, 1) == 0 ||
        finder_count(finder, middle, to + 2, 1) == 0)
        return;
    finder_note(finder, from, middle, to, RULE_SLOT, verb ? 56 : 44);
}

/* 就職率|就業率: words of three or four kanji that begin and end alike. */
static void find_same_edges(Finder *finder, size_t from, size_t to)
{
    size_t size = (to - from) / 2, middle = from + size;
    const Char *first = finder->text + from, *second = finder->text + middle;
    if ((to - from) % 2 != 0 || size < 3 || size > 4 || first[0] != second[0] ||
        first[size - 1] != second[size - 1] || memcmp(first, second, size * sizeof(Char)) == 0 ||
        char_is_any(first[0], U"第一二三四五六七八九十") ||
        finder_count(finder, middle - 1, middle + 1, 1) > 0)
        return;
    finder_note(finder, from, middle, to, RULE_REPEAT, 62);
}

static void find_in_kanji(Finder *finder)
{
    for (size_t from = 0; from < finder->len; from++) {
        if (char_class(finder->text[from]) != CHAR_KANJI)
            continue;
        size_t to = from;
        while (to < finder->len && char_class(finder->text[to]) == CHAR_KANJI)
            to++;
        bool whole = (from == 0 || !char_is_content(finder->text[from - 1])) &&
                     (to == finder->len || !char_is_content(finder->text[to]));
        if (whole) {
            find_shared_kanji(finder, from, to);
            find_unit_pairs(finder, from, to);
            find_slots(finder, from, to);
            find_same_edges(finder, from, to);
        }
        from = to;
    }
}

/* 中堅職員|リーダー層: two words for people, the second in katakana, which stands alone elsewhere. */
static void find_people(Finder *finder)
{
    for (size_t middle = 2; middle < finder->len; middle++) {
        if (char_class(finder->text[middle]) != CHAR_KATAKANA ||
            !char_is_any(finder->text[middle - 1], U"手員者"))
            continue;
        size_t from = content_start(finder, middle), to = content_end(finder, middle);
        if (middle - from < 2 || to - middle > EVIDENCE_DEPTH ||
            !char_is_any(finder->text[to - 1], U"層者員手生"))
            continue;
        Stretch except = {finder->at + from, finder->at + to};
        if (evidence_count_free(&finder->evidence, finder->text + middle, to - middle, except, 2) >= 2 &&
            finder_count(finder, middle - 1, middle + 1, 1) == 0)
            finder_note(finder, from, middle, to, RULE_SLOT, 55);
    }
}

void find_words(Finder *finder)
{
    for (size_t middle = 1; middle < finder->len; middle++) {
        find_common_heads(finder, middle);
        find_common_tails(finder, middle);
    }
    find_common_subjects(finder);
    find_spellings(finder);
    find_numbers(finder);
    find_dates(finder);
    find_in_kanji(finder);
    find_people(finder);
}
