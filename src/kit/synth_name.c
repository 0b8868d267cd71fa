/* kit/synth_name.c: names and towns put together from invented parts, each with its reading. */
#include "kit/synth_internal.h"

typedef struct NamePart {
    const char *text, *kana;
} NamePart;

static const NamePart family_heads[] = {{"霧", "キリ"}, {"雪", "ユキ"}, {"朝", "アサ"}, {"夕", "ユウ"},
    {"星", "ホシ"}, {"月", "ツキ"}, {"風", "カザ"}, {"波", "ナミ"}, {"葉", "ハ"}, {"芦", "アシ"},
    {"椿", "ツバキ"}, {"楓", "カエデ"}, {"桐", "キリ"}, {"萩", "ハギ"}, {"鶴", "ツル"}, {"鷺", "サギ"},
    {"千", "セン"}, {"百", "モモ"}, {"白", "シラ"}, {"青", "アオ"}, {"紅", "ベニ"}, {"金", "カナ"},
    {"銀", "ギン"}, {"玉", "タマ"}, {"岩", "イワ"}, {"石", "イシ"}, {"滝", "タキ"}, {"泉", "イズミ"},
    {"渚", "ナギサ"}, {"汐", "シオ"}};
static const NamePart family_tails[] = {{"ヶ瀬", "ガセ"}, {"乃森", "ノモリ"}, {"沢口", "サワグチ"},
    {"野辺", "ノベ"}, {"川内", "カワウチ"}, {"見谷", "ミヤ"}, {"渡瀬", "ワタセ"}, {"守", "モリ"},
    {"小路", "コウジ"}, {"田代", "タシロ"}, {"木立", "キダチ"}, {"影", "カゲ"}, {"垣", "ガキ"},
    {"舘", "ダテ"}, {"倉", "クラ"}, {"原田", "ハラダ"}, {"津島", "ツシマ"}, {"留", "ドメ"},
    {"塚本", "ヅカモト"}, {"峰", "ミネ"}};
static const NamePart men[] = {{"はる", "ハル"}, {"なお", "ナオ"}, {"ゆう", "ユウ"}, {"そう", "ソウ"},
    {"りく", "リク"}, {"こう", "コウ"}, {"まさ", "マサ"}, {"とも", "トモ"}, {"ひで", "ヒデ"},
    {"かず", "カズ"}, {"あき", "アキ"}, {"しげ", "シゲ"}};
static const NamePart men_tails[] = {{"と", "ト"}, {"き", "キ"}, {"ま", "マ"}, {"や", "ヤ"}, {"のり", "ノリ"},
    {"ひこ", "ヒコ"}, {"たろう", "タロウ"}, {"すけ", "スケ"}};
static const NamePart women[] = {{"みず", "ミズ"}, {"はな", "ハナ"}, {"ゆき", "ユキ"}, {"さよ", "サヨ"},
    {"ちか", "チカ"}, {"あや", "アヤ"}, {"なつ", "ナツ"}, {"ふみ", "フミ"}, {"まり", "マリ"},
    {"こと", "コト"}, {"りお", "リオ"}, {"ひな", "ヒナ"}};
static const NamePart women_tails[] = {{"え", "エ"}, {"こ", "コ"}, {"み", "ミ"}, {"な", "ナ"}, {"よ", "ヨ"},
    {"の", "ノ"}, {"か", "カ"}, {"ほ", "ホ"}};
static const char *const town_heads[] = {
    "雪見", "花守", "朝霧", "鈴音", "竹笛", "波止", "苗代", "桐生野", "小鳩", "水琴", "干草", "灯台"};
static const char *const town_tails[] = {"町", "台", "が丘", "新田", "通り"};

enum { CHOME = 5 };
_Static_assert(COUNT_OF(men) == COUNT_OF(women) && COUNT_OF(men_tails) == COUNT_OF(women_tails),
    "a given name is a number that both sexes have");

size_t synth_family_names(void)
{
    return COUNT_OF(family_heads) * COUNT_OF(family_tails);
}

size_t synth_given_names(void)
{
    return COUNT_OF(men) * COUNT_OF(men_tails);
}

size_t synth_towns(void)
{
    return COUNT_OF(town_heads) * COUNT_OF(town_tails) * CHOME;
}

typedef struct NameParts {
    const NamePart *parts[4]; /* family name, then given name, two parts each */
} NameParts;

static NameParts parts_of(const SynthPerson *person)
{
    const size_t heads = COUNT_OF(family_heads), given = COUNT_OF(men);
    return (NameParts){{&family_heads[person->family % heads], &family_tails[person->family / heads],
        person->is_woman ? &women[person->given % given] : &men[person->given % given],
        person->is_woman ? &women_tails[person->given / given] : &men_tails[person->given / given]}};
}

void synth_print_name(Buf *out, const SynthPerson *person)
{
    NameParts name = parts_of(person);
    for (int i = 0; i < 4; i++) {
        if (i == 2)
            buf_add_byte(out, ' ');
        buf_add(out, str_of(name.parts[i]->text));
    }
}

void synth_print_kana(Buf *out, const SynthPerson *person)
{
    NameParts name = parts_of(person);
    for (int i = 0; i < 4; i++) {
        if (i == 2)
            buf_add_byte(out, ' ');
        buf_add(out, str_of(name.parts[i]->kana));
    }
}

void synth_print_town(Buf *out, uint16_t town)
{
    size_t head = town % COUNT_OF(town_heads), rest = town / COUNT_OF(town_heads);
    buf_printf(out, "%s%s%zu丁目", town_heads[head], town_tails[rest % COUNT_OF(town_tails)],
        rest / COUNT_OF(town_tails) + 1);
}
