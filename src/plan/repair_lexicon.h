/* plan/repair_lexicon.h: the closed-class words of written Japanese, as the table of repair_grammar.c.
 *
 * Particles, compound particles, auxiliaries, forms of する, なる and ある, formal nouns, conjunctions. For
 * each: after which states it stands well, after which only just, which it leaves. No open-class word is in
 * here.
 */
#ifndef PLAN_REPAIR_LEXICON_H
#define PLAN_REPAIR_LEXICON_H

#include "plan/repair_internal.h"

typedef uint32_t StateSet;
#define IN(state) ((StateSet)1 << (state))
#define ALL_STATES (IN(STATE_COUNT) - 1)
/* Stems that must be continued, and the polite ending, after which little may stand. */
#define NEEDY_STATES (IN(STATE_OPEN_A) | IN(STATE_OPEN_TA) | IN(STATE_POLITE))

typedef struct ClosedWord {
    const Char *text;
    StateSet after, mild, to;
    uint8_t group;
    bool compound; /* a particle made with a verb in kanji: read as one when the verb is not inflected further
                    */
} ClosedWord;

#define N IN(STATE_NOUN)
#define R IN(STATE_STEM)
#define SU IN(STATE_SURU)
#define OA IN(STATE_OPEN_A)
#define OT IN(STATE_OPEN_TA)
#define D IN(STATE_FINITE)
#define NA IN(STATE_NA)
#define T IN(STATE_TE)
#define P IN(STATE_POLITE)
#define GA IN(STATE_GA)
#define WO IN(STATE_WO)
#define NI IN(STATE_NI)
#define HE IN(STATE_HE)
#define TO IN(STATE_TO)
#define DE IN(STATE_DE)
#define KR IN(STATE_KARA)
#define NO IN(STATE_NO)
#define W IN(STATE_TOPIC)
#define L IN(STATE_LIST)
#define F IN(STATE_SUFFIX)
#define J IN(STATE_LINK)
#define V IN(STATE_ADVERB)
#define B IN(STATE_BEGIN)

/* What a case particle may stand behind: something like a noun. */
#define NOMINAL (N | R | F)
/* Behind を, に and と with a verb: nearly anything that is finished. */
#define LIGHT (N | F | NI | TO | W | WO | V)

static const ClosedWord LEXICON[] = {
    /* particles */
    {U"が", NOMINAL | D | P | KR, TO | B | W | V | DE, GA, GROUP_CASE, false},
    {U"を", NOMINAL, KR | TO, WO, GROUP_CASE, false},
    {U"に", NOMINAL | KR | D, TO | SU | V, NI, GROUP_CASE, false},
    {U"へ", NOMINAL, KR | TO, HE, GROUP_CASE, false},
    {U"と", NOMINAL | D | P | KR | HE, NI | V | B | DE | W, TO, GROUP_CASE, false},
    {U"で", NOMINAL | KR, TO | NO, DE, GROUP_CASE, false},
    {U"の", NOMINAL | HE | TO | DE | KR, J | L, NO, GROUP_CASE, false},
    {U"の", D | T | V | NA, P, N | NO, GROUP_CASE, false},
    {U"は", NOMINAL | NI | HE | TO | DE | KR | T | V, J, W, GROUP_CASE, false},
    {U"も", NOMINAL | NI | HE | TO | DE | KR | T | V | WO, J | D, W, GROUP_CASE, false},
    {U"や", NOMINAL | KR, TO | D | DE | NI, L, GROUP_CASE, false},
    {U"か", NOMINAL | NO | D | P | KR, NI | DE, F, GROUP_CASE, false},
    {U"から", NOMINAL | T | D | P, NO | DE, KR, GROUP_CASE, false},
    {U"まで", NOMINAL | T | D | NI, KR | HE, KR, GROUP_CASE, false},
    {U"より", NOMINAL | NI | D | NO, KR, KR, GROUP_CASE, false},
    {U"には", NOMINAL | KR | D, TO | SU, W, GROUP_CASE, false},
    {U"では", NOMINAL | KR, TO, W, GROUP_CASE, false},
    {U"とは", NOMINAL | D | P | KR, HE | B, W, GROUP_CASE, false},
    {U"へは", NOMINAL, KR, W, GROUP_CASE, false},
    {U"にも", NOMINAL | KR | D, TO | SU, W, GROUP_CASE, false},
    {U"でも", NOMINAL | KR, TO | NI | T, W, GROUP_CASE, false},
    {U"とも", NOMINAL | D | P | KR, HE | V, W, GROUP_CASE, false},
    {U"をも", NOMINAL, 0, W, GROUP_CASE, false},
    {U"への", NOMINAL, KR, NO, GROUP_CASE, false},
    {U"との", NOMINAL | D | P | KR, HE | B, NO, GROUP_CASE, false},
    {U"での", NOMINAL | KR, TO, NO, GROUP_CASE, false},
    {U"からの", NOMINAL | T, 0, NO, GROUP_CASE, false},
    {U"までの", NOMINAL | NI | D, KR, NO, GROUP_CASE, false},
    {U"にて", NOMINAL, 0, J, GROUP_CASE, false},
    {U"として", NOMINAL | D | P | KR, HE | B, T, GROUP_CASE, false},
    {U"としての", NOMINAL | D, 0, NO, GROUP_CASE, false},
    {U"により", NOMINAL | NO, D, J, GROUP_CASE, false},
    {U"によって", NOMINAL | NO, D, J, GROUP_CASE, false},
    {U"による", NOMINAL | NO, D, D, GROUP_CASE, false},
    {U"によると", NOMINAL | NO, D, J, GROUP_CASE, false},
    {U"において", NOMINAL | NO, D, J, GROUP_CASE, false},
    {U"における", NOMINAL | NO, D, D, GROUP_CASE, false},
    {U"について", NOMINAL | NO | D, KR, J, GROUP_CASE, false},
    {U"についての", NOMINAL | NO, 0, NO, GROUP_CASE, false},
    {U"にわたり", NOMINAL, 0, J, GROUP_CASE, false},
    {U"にわたって", NOMINAL, 0, J, GROUP_CASE, false},
    {U"にかけて", NOMINAL, 0, J, GROUP_CASE, false},
    {U"にとって", NOMINAL, 0, J, GROUP_CASE, false},
    {U"に伴い", NOMINAL | NO | D, 0, J, GROUP_CASE, true},
    {U"に伴って", NOMINAL | NO | D, 0, J, GROUP_CASE, true},
    {U"にともない", NOMINAL | NO | D, 0, J, GROUP_CASE, true},
    {U"に応じ", NOMINAL | NO, 0, J, GROUP_CASE, true},
    {U"に応じて", NOMINAL | NO, 0, J, GROUP_CASE, true},
    {U"に関し", NOMINAL | NO, 0, J, GROUP_CASE, true},
    {U"に関して", NOMINAL | NO, 0, J, GROUP_CASE, true},
    {U"に対し", NOMINAL | NO, 0, J, GROUP_CASE, true},
    {U"に対して", NOMINAL | NO, 0, J, GROUP_CASE, true},
    {U"に基づき", NOMINAL | NO, 0, J, GROUP_CASE, true},
    {U"に基づいて", NOMINAL | NO, 0, J, GROUP_CASE, true},
    {U"に向け", NOMINAL | NO | D, 0, J, GROUP_CASE, true},
    {U"に向けて", NOMINAL | NO | D, 0, J, GROUP_CASE, true},
    {U"に際し", NOMINAL | NO | D, 0, J, GROUP_CASE, true},
    {U"に際して", NOMINAL | NO | D, 0, J, GROUP_CASE, true},
    {U"に沿って", NOMINAL | NO, 0, J, GROUP_CASE, true},
    {U"に加え", NOMINAL | NO | D, 0, J, GROUP_CASE, true},
    {U"に加えて", NOMINAL | NO | D, 0, J, GROUP_CASE, true},
    {U"を通じ", NOMINAL | NO, 0, J, GROUP_CASE, true},
    {U"を通じて", NOMINAL | NO, 0, J, GROUP_CASE, true},
    {U"を通して", NOMINAL | NO, 0, J, GROUP_CASE, true},
    {U"を踏まえ", NOMINAL | NO, 0, J, GROUP_CASE, true},
    {U"を踏まえて", NOMINAL | NO, 0, J, GROUP_CASE, true},
    {U"をはじめ", NOMINAL, 0, J, GROUP_CASE, false},
    {U"をはじめとして", NOMINAL, 0, J, GROUP_CASE, false},
    {U"をはじめとする", NOMINAL, 0, D, GROUP_CASE, false},
    /* suffixes */
    {U"など", NOMINAL | D | L | B | T | NI | DE | TO, NO | KR | HE, F, GROUP_SUFFIX, false},
    {U"だけ", NOMINAL | D | KR | NI | DE | TO | T, 0, F, GROUP_SUFFIX, false},
    {U"のみ", NOMINAL | D | KR | NI | TO | T, 0, F, GROUP_SUFFIX, false},
    {U"ばかり", NOMINAL | D | NI | T, 0, F, GROUP_SUFFIX, false},
    {U"ほど", NOMINAL | D | NO, 0, F, GROUP_SUFFIX, false},
    {U"くらい", NOMINAL | D | NO, 0, F, GROUP_SUFFIX, false},
    {U"ずつ", NOMINAL, 0, F, GROUP_SUFFIX, false},
    {U"ごと", NOMINAL | D, 0, N, GROUP_SUFFIX, false},
    {U"たち", N | R, 0, N, GROUP_SUFFIX, false},
    {U"ども", N, 0, N, GROUP_SUFFIX, false},
    {U"さん", N, 0, N, GROUP_SUFFIX, false},
    {U"さま", N, 0, N, GROUP_SUFFIX, false},
    {U"つ", N, 0, N, GROUP_SUFFIX, false},
    {U"どうし", NOMINAL, 0, N, GROUP_SUFFIX, false},
    {U"ぶん", N, 0, N, GROUP_SUFFIX, false},
    {U"あたり", N, NI, N | R, GROUP_SUFFIX, false},
    {U"づくり", N | R, NO, N, GROUP_SUFFIX, false},
    {U"ぐるみ", N, 0, N, GROUP_SUFFIX, false},
    {U"おこし", N, 0, N, GROUP_SUFFIX, false},
    {U"がち", N | R, SU, N, GROUP_SUFFIX, false},
    {U"どおり", N | KR, D, N, GROUP_SUFFIX, false},
    {U"とおり", NO | D, N, N, GROUP_SUFFIX, false},
    {U"こそ", NOMINAL | KR | NI | DE | TO | T, 0, W, GROUP_SUFFIX, false},
    {U"さえ", NOMINAL | NI | DE | TO | T, 0, W, GROUP_SUFFIX, false},
    {U"しか", NOMINAL | NI | DE | TO | KR, D, W, GROUP_SUFFIX, false},
    /* する */
    {U"し", LIGHT, R | GA | NO, SU, GROUP_SURU, false},
    {U"する", LIGHT, R | GA, D, GROUP_SURU, false},
    {U"すれ", LIGHT, R | GA, R, GROUP_SURU, false},
    {U"さ", LIGHT, R, OA, GROUP_SURU, false},
    {U"せ", LIGHT, R, OA, GROUP_SURU, false},
    {U"され", N | F | NI | TO | W, R | GA, R, GROUP_SURU, false},
    {U"させ", LIGHT, R, R, GROUP_SURU, false},
    {U"しよう", LIGHT, R | GA, D, GROUP_SURU, false},
    {U"いたし", LIGHT, R | GA | B, SU, GROUP_SURU, false},
    {U"いたす", LIGHT, R | GA, D, GROUP_SURU, false},
    {U"でき", DE | NOMINAL | GA | W | TO | NI, V | B, R, GROUP_SURU, false},
    {U"できる", DE | NOMINAL | GA | W | TO | NI, WO | V | B, D, GROUP_SURU, false},
    /* endings */
    {U"ます", R | SU, T, P, GROUP_ENDING, false},
    {U"ました", R | SU, 0, P, GROUP_ENDING, false},
    {U"まし", R | SU, 0, J, GROUP_ENDING, false},
    {U"まして", R | SU, 0, T, GROUP_ENDING, false},
    {U"ましたら", R | SU, 0, J, GROUP_ENDING, false},
    {U"ません", R | SU, 0, P, GROUP_ENDING, false},
    {U"ませんでした", R | SU, 0, P, GROUP_ENDING, false},
    {U"ましょう", R | SU, 0, P, GROUP_ENDING, false},
    {U"た", R | SU | OT, 0, D, GROUP_ENDING, false},
    {U"だ", OT, 0, D, GROUP_ENDING, false},
    {U"たら", R | SU | OT, 0, J, GROUP_ENDING, false},
    {U"たり", R | SU | OT, 0, L | N, GROUP_ENDING, false},
    {U"だり", OT, 0, L | N, GROUP_ENDING, false},
    {U"て", R | SU | OT, V, T, GROUP_ENDING, false},
    {U"で", OT, 0, T, GROUP_ENDING, false},
    {U"たい", R | SU, 0, D, GROUP_ENDING, false},
    {U"たく", R | SU, 0, V, GROUP_ENDING, false},
    {U"れ", OA, 0, R, GROUP_ENDING, false},
    {U"れる", OA, 0, D, GROUP_ENDING, false},
    {U"られ", R | OA, 0, R, GROUP_ENDING, false},
    {U"られる", R | OA, 0, D, GROUP_ENDING, false},
    {U"せ", OA, 0, R, GROUP_ENDING, false},
    {U"せる", OA, 0, D, GROUP_ENDING, false},
    {U"させ", R, 0, R, GROUP_ENDING, false},
    {U"させる", R | LIGHT, 0, D, GROUP_ENDING, false},
    {U"る", R, 0, D, GROUP_ENDING, false},
    {U"ない", R | OA | SU | V | GA | W | DE | NI | NO, TO | F, D, GROUP_ENDING, false},
    {U"なく", R | OA | SU | V | GA | W | DE | NI | NO | KR | N, TO | F | WO, V, GROUP_ENDING, false},
    {U"なかっ", R | OA | SU | V | GA | W | DE | NI | NO, 0, OT, GROUP_ENDING, false},
    {U"ないで", R | OA | SU, 0, T, GROUP_ENDING, false},
    {U"なけれ", R | OA | SU | V | GA | W | DE | NI | NO, 0, R, GROUP_ENDING, false},
    {U"ず", R | OA, 0, J, GROUP_ENDING, false},
    {U"ずに", R | OA, 0, J, GROUP_ENDING, false},
    {U"ざるを", OA | R, 0, WO, GROUP_ENDING, false},
    {U"ざる", OA | R, 0, D, GROUP_ENDING, false},
    {U"ば", R, 0, J, GROUP_ENDING, false},
    {U"ながら", R | SU | N, D, J, GROUP_ENDING, false},
    {U"つつ", R | SU, 0, J, GROUP_ENDING, false},
    {U"やすい", R | SU, 0, D, GROUP_ENDING, false},
    {U"やすく", R | SU, 0, V, GROUP_ENDING, false},
    {U"づらい", R | SU, 0, D, GROUP_ENDING, false},
    {U"づらく", R | SU, 0, V, GROUP_ENDING, false},
    {U"れば", R, 0, J, GROUP_ENDING, false},
    {U"べき", D | SU, 0, D | N, GROUP_ENDING, false},
    {U"すべき", LIGHT, R | GA, D | N, GROUP_SURU, false},
    {U"やすさ", R | SU, 0, N, GROUP_ENDING, false},
    {U"にくい", R | SU, 0, D, GROUP_ENDING, false},
    {U"にくく", R | SU, 0, V, GROUP_ENDING, false},
    {U"そう", R | SU | D, 0, N, GROUP_ENDING, false},
    {U"すぎ", R | SU, 0, R, GROUP_ENDING, false},
    {U"さ", N, 0, N, GROUP_ENDING, false},
    /* after a て-form */
    {U"い", T, NI, R, GROUP_AUXILIARY, false},
    {U"いる", T, NO | NI | GA | W | DE, D, GROUP_AUXILIARY, false},
    {U"いっ", T, 0, OT, GROUP_AUXILIARY, false},
    {U"いき", T, 0, R, GROUP_AUXILIARY, false},
    {U"いく", T, 0, D, GROUP_AUXILIARY, false},
    {U"いけ", T | J | W, 0, R, GROUP_AUXILIARY, false},
    {U"おり", T, NI | GA | W, R, GROUP_AUXILIARY, false},
    {U"おる", T, 0, D, GROUP_AUXILIARY, false},
    {U"おき", T, 0, R, GROUP_AUXILIARY, false},
    {U"おく", T, 0, D, GROUP_AUXILIARY, false},
    {U"き", T, 0, R, GROUP_AUXILIARY, false},
    {U"くる", T, 0, D, GROUP_AUXILIARY, false},
    {U"み", T, NI, R, GROUP_AUXILIARY, false},
    {U"みる", T | DE | TO | WO | NI, 0, D, GROUP_AUXILIARY, false},
    {U"しまう", T, 0, D, GROUP_AUXILIARY, false},
    {U"しまい", T, 0, R, GROUP_AUXILIARY, false},
    {U"しまっ", T, 0, OT, GROUP_AUXILIARY, false},
    {U"もらう", T, 0, D, GROUP_AUXILIARY, false},
    {U"もらい", T, 0, R, GROUP_AUXILIARY, false},
    {U"もらえる", T, 0, D, GROUP_AUXILIARY, false},
    {U"いただけ", T | N | WO, R | B, R, GROUP_AUXILIARY, false},
    {U"いただける", T | N | WO, R | B, D, GROUP_AUXILIARY, false},
    {U"いただく", T | N | WO, R | B, D, GROUP_AUXILIARY, false},
    {U"いただき", T | N | WO, R | B, R, GROUP_AUXILIARY, false},
    {U"いただい", T | N | WO, R | B, OT, GROUP_AUXILIARY, false},
    {U"くださる", T | N, R, D, GROUP_AUXILIARY, false},
    {U"くださっ", T | N, R, OT, GROUP_AUXILIARY, false},
    {U"ください", T | N | WO, R, P, GROUP_AUXILIARY, false},
    {U"ほしい", T | GA, W, D, GROUP_AUXILIARY, false},
    /* copula */
    {U"である", NOMINAL | KR | NO, 0, D, GROUP_COPULA, false},
    {U"であり", NOMINAL | KR | NO, 0, R, GROUP_COPULA, false},
    {U"であっ", NOMINAL | KR | NO, 0, OT, GROUP_COPULA, false},
    {U"であれ", NOMINAL | KR | NO, 0, R, GROUP_COPULA, false},
    {U"であろう", NOMINAL | KR | NO | D, 0, D, GROUP_COPULA, false},
    {U"です", NOMINAL | KR | NO, D, P, GROUP_COPULA, false},
    {U"でした", NOMINAL | KR | NO, 0, P, GROUP_COPULA, false},
    {U"でしょう", NOMINAL | KR | NO | D | P, 0, P, GROUP_COPULA, false},
    {U"だ", NOMINAL | KR | NO, 0, D, GROUP_COPULA, false},
    {U"だっ", NOMINAL | KR | NO, 0, OT, GROUP_COPULA, false},
    {U"だろう", NOMINAL | KR | NO | D, 0, D, GROUP_COPULA, false},
    {U"な", N | F, R, NA, GROUP_COPULA, false},
    /* なる, ある */
    {U"ある", V | GA | W | DE | NI | B | T | NO | J, R | N | TO | D, D, GROUP_BECOME, false},
    {U"あり", V | GA | W | DE | NI | T | NO | J, R | B | N | TO, R, GROUP_BECOME, false},
    {U"あっ", V | GA | W | DE | NI | T | NO, R | B | N | TO, OT, GROUP_BECOME, false},
    {U"あれ", V | GA | W | DE | NI | T | NO, R | B | N, R, GROUP_BECOME, false},
    {U"ついて", NI, 0, J, GROUP_BECOME, false},
    {U"おいて", NI, T, J, GROUP_BECOME, false},
    {U"おける", NI, 0, D, GROUP_BECOME, false},
    {U"なる", NI | TO | V | W | J, GA | NO, D, GROUP_BECOME, false},
    {U"なり", NI | TO | V | W | J, GA | N | NO, R, GROUP_BECOME, false},
    {U"なっ", NI | TO | V | W | J, GA, OT, GROUP_BECOME, false},
    {U"なつ", NI | TO, 0, OT, GROUP_BECOME, false}, /* for なっ */
    {U"なら", NI | TO | V | W | J | N | D, NO | KR, OA | J, GROUP_BECOME, false},
    {U"ならば", N | D, NO | KR, J, GROUP_BECOME, false},
    {U"なれ", NI | TO | V | W | J, GA, R, GROUP_BECOME, false},
    {U"なろう", NI | TO | V, 0, D, GROUP_BECOME, false},
    {U"よる", NI, 0, D, GROUP_BECOME, false},
    {U"いう", TO | W | DE, NI, D, GROUP_BECOME, false},
    {U"いっ", TO | V | DE, 0, OT, GROUP_BECOME, false},
    {U"いえ", TO | W, 0, R, GROUP_BECOME, false},
    {U"かかる", NI | WO | GA | W | NO, B, D, GROUP_BECOME, false},
    {U"かかわる", NI, 0, D, GROUP_BECOME, false},
    {U"かかわらず", NI | W, 0, J, GROUP_BECOME, false},
    /* formal nouns and links between clauses */
    {U"こと", D | NO | NA, P | N | T, N, GROUP_FORMAL, false},
    {U"もの", D | NO | NA, ALL_STATES & ~NEEDY_STATES, N, GROUP_FORMAL, false},
    {U"ため", D | NO | NA, P | N | B, N | J, GROUP_FORMAL, false},
    {U"とき", D | NO | NA, P, N, GROUP_FORMAL, false},
    {U"ところ", D | NO | NA, P, N, GROUP_FORMAL, false},
    {U"うち", D | NO, B, N, GROUP_FORMAL, false},
    {U"まま", D | NO | NA, 0, N, GROUP_FORMAL, false},
    {U"もと", D | NO, 0, N, GROUP_FORMAL, false},
    {U"はず", D | NO | NA, 0, N, GROUP_FORMAL, false},
    {U"わけ", D | NO | NA, P, N, GROUP_FORMAL, false},
    {U"よう", D | NO | NA | P, R | N, N, GROUP_FORMAL, false},
    {U"かた", D | NO | NA, R | SU, N, GROUP_FORMAL, false},
    {U"ほか", D | NO, P | B | W, N | J, GROUP_LINK, false},
    {U"とともに", NOMINAL | D | P, NO, J, GROUP_LINK, false},
    {U"ともに", NOMINAL | TO, D, J, GROUP_LINK, false},
    {U"ので", D | P | NA, 0, J, GROUP_LINK, false},
    {U"のに", D | P | NA, 0, J, GROUP_LINK, false},
    {U"ものの", D | NA, P, J, GROUP_LINK, false},
    {U"けれども", D | P, 0, J, GROUP_LINK, false},
    {U"けど", D | P, 0, J, GROUP_LINK, false},
    {U"し", 0, D | P, J, GROUP_LINK, false},
    {U"ことから", D | NO | NA, P, J, GROUP_LINK, false},
    {U"ことで", D | NO | NA, 0, J, GROUP_LINK, false},
    /* words that open a phrase */
    {U"また", ALL_STATES & ~NEEDY_STATES, 0, B | N, GROUP_OPENER, false},
    {U"または", ALL_STATES & ~NEEDY_STATES, 0, B, GROUP_OPENER, false},
    {U"さらに", ALL_STATES & ~NEEDY_STATES, 0, B, GROUP_OPENER, false},
    {U"および", ALL_STATES & ~NEEDY_STATES, 0, B, GROUP_OPENER, false},
    {U"しかし", ALL_STATES & ~NEEDY_STATES, 0, B, GROUP_OPENER, false},
    {U"ただし", ALL_STATES & ~NEEDY_STATES, 0, B, GROUP_OPENER, false},
    {U"もしくは", ALL_STATES & ~NEEDY_STATES, 0, B, GROUP_OPENER, false},
    {U"あるいは", ALL_STATES & ~NEEDY_STATES, 0, B, GROUP_OPENER, false},
    {U"ならびに", ALL_STATES & ~NEEDY_STATES, 0, B, GROUP_OPENER, false},
    {U"そして", ALL_STATES & ~NEEDY_STATES, 0, B, GROUP_OPENER, false},
    {U"お", ALL_STATES & ~NEEDY_STATES, 0, B, GROUP_OPENER, false},
    {U"ご", ALL_STATES & ~NEEDY_STATES, 0, B, GROUP_OPENER, false},
    {U"そう", ALL_STATES & ~NEEDY_STATES, 0, B | N | V, GROUP_OPENER, false},
    {U"こう", ALL_STATES & ~NEEDY_STATES, 0, B | N | V, GROUP_OPENER, false},
    {U"どう", ALL_STATES & ~NEEDY_STATES, 0, B | N | V, GROUP_OPENER, false},
    {U"そこ", ALL_STATES & ~(NEEDY_STATES | NA), 0, B | N, GROUP_OPENER, false},
    {U"ここ", ALL_STATES & ~(NEEDY_STATES | NA), 0, B | N, GROUP_OPENER, false},
    {U"しかしながら", ALL_STATES & ~NEEDY_STATES, 0, B, GROUP_OPENER, false},
    {U"かつて", ALL_STATES & ~NEEDY_STATES, 0, B | N | V, GROUP_OPENER, false},
    {U"いかなる", ALL_STATES & ~NEEDY_STATES, 0, B, GROUP_OPENER, false},
    {U"たくさん", ALL_STATES & ~NEEDY_STATES, 0, B | N, GROUP_OPENER, false},
    {U"いかに", ALL_STATES & ~NEEDY_STATES, 0, B, GROUP_OPENER, false},
    {U"ますます", B | N | W | GA | WO | NI | J | V | D | T | DE | KR, 0, B, GROUP_OPENER, false},
    {U"かつ", ALL_STATES & ~NEEDY_STATES, 0, B, GROUP_OPENER, false},
    {U"より", B | J | V | GA | W | WO | NI, 0, B, GROUP_OPENER, false},
    {U"すべて", ALL_STATES & ~NEEDY_STATES, 0, N, GROUP_OPENER, false},
    {U"それ", ALL_STATES & ~(NEEDY_STATES | NA), 0, N, GROUP_OPENER, false},
    {U"これ", ALL_STATES & ~(NEEDY_STATES | NA), 0, N, GROUP_OPENER, false},
    {U"この", ALL_STATES & ~(NEEDY_STATES | NA), 0, NO, GROUP_OPENER, false},
    {U"その", ALL_STATES & ~(NEEDY_STATES | NA), 0, NO, GROUP_OPENER, false},
    {U"どの", ALL_STATES & ~(NEEDY_STATES | NA), 0, NO, GROUP_OPENER, false},
};

#undef N
#undef R
#undef SU
#undef OA
#undef OT
#undef D
#undef NA
#undef T
#undef P
#undef GA
#undef WO
#undef NI
#undef HE
#undef TO
#undef DE
#undef KR
#undef NO
#undef W
#undef L
#undef F
#undef J
#undef V
#undef B

#define LEXICON_COUNT COUNT_OF(LEXICON)

#endif
