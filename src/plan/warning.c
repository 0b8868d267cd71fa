/* plan/warning.c: the importer's warnings in words. One row for each code; the reader names codes, pages and
 * commands print rows. A test reads the sources and checks that every code that is used has its row, and
 * every row its use.
 */
#include "plan/warning.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/utf8.h"

#define SUBJECT_MAX 40 /* grapheme clusters of the source's words in a sentence */

static const char *const level_names[PLAN_WARNING_LEVEL_COUNT] = {"note", "check", "loss"};

static const PlanWarningText texts[] = {
    {"cell_without_heading", PLAN_WARNING_CHECK,
        "見出しのない列に文章があります。左隣の見出しの内容として読み込みました：{subject}",
        "A column without a heading holds text; it was read under the heading on its left: {subject}", NULL,
        NULL},
    {"columns_renumbered", PLAN_WARNING_NOTE,
        "取組の番号が順番どおりに並んでいません（{subject}）。印刷された順序と番号のまま読み込みました。",
        "The measures are not printed in the order of their numbers ({subject}); order and numbers were kept "
        "as printed.",
        NULL, NULL},
    {"direction_holds_groups", PLAN_WARNING_CHECK,
        "「基本方向」の欄に見出し付きの項目があります。そのまま読み込みました：{subject}",
        "The column of the direction holds headed groups; they were kept there: {subject}", NULL, NULL},
    {"direction_holds_situations", PLAN_WARNING_CHECK,
        "「基本方向」の欄に、「現状と課題」と思われる項目があります：{subject}",
        "The column of the direction holds groups that seem to belong to the situation: {subject}",
        "「現状と課題」の続き（{fix}）に移します。", "Move them to the end of the situation, as {fix}."},
    {"direction_missing", PLAN_WARNING_CHECK, "「基本方向」の文章がありません：{subject}",
        "The policy has no wording of its direction: {subject}", NULL, NULL},
    {"footnote_outside_table", PLAN_WARNING_NOTE,
        "表の外に注があります。注の印が付いた語に結び付けました：{subject}",
        "A footnote stands outside the tables; it was tied to the word that carries its mark: {subject}",
        NULL, NULL},
    {"footnote_without_word", PLAN_WARNING_CHECK,
        "注に対応する語がこのページに見つかりません。政策全体への注として読み込みました：{subject}",
        "No word on the page carries the mark of this footnote; it was put on the policy: {subject}", NULL,
        NULL},
    {"group_empty", PLAN_WARNING_CHECK, "見出しの下に項目がありません：{subject}",
        "A group's heading has no items below it: {subject}", NULL, NULL},
    {"heading_blank", PLAN_WARNING_NOTE,
        "見出しの行に空欄があります。左隣の見出しの列とみなしました：{subject}",
        "A cell in the row of headings is blank; its column was taken as part of the one on its left: "
        "{subject}",
        NULL, NULL},
    {"heading_never_closed", PLAN_WARNING_CHECK,
        "見出しの括弧が閉じられていません。括弧も含めて文章として読み込みました：{subject}",
        "The bracket of a group's heading is never closed; it was read as wording, with its bracket: "
        "{subject}",
        NULL, NULL},
    {"heading_unknown", PLAN_WARNING_CHECK,
        "見出し「{subject}」が何を指すのか分かりません。import.yaml の見出しと見比べてください。",
        "The heading \"{subject}\" is not known; compare it with the headings in import.yaml.", NULL, NULL},
    {"item_in_own_paragraph", PLAN_WARNING_NOTE,
        "段落が分かれた項目があります。直前の見出しの項目として読み込みました：{subject}",
        "Items stand in paragraphs of their own; they were kept in the group before them: {subject}", NULL,
        NULL},
    {"item_without_group", PLAN_WARNING_NOTE,
        "見出しのない項目があります。欄の直下に読み込みました：{subject}",
        "Items stand below no group's heading; they were put directly below the column's: {subject}", NULL,
        NULL},
    {"item_without_mark", PLAN_WARNING_NOTE, "項目の印のない文章を、項目として読み込みました：{subject}",
        "Paragraphs without the mark of an item were read as items: {subject}", NULL, NULL},
    {"label_unknown", PLAN_WARNING_LOSS, "何の欄か分からないため、読み込んでいません：{subject}",
        "A label is not known, and its value is not in the plan: {subject}", NULL, NULL},
    {"list_never_closed", PLAN_WARNING_NOTE,
        "箇条書きのタグが閉じられていません。次の段落までを箇条書きとして読み込みました：{subject}",
        "Tags of lists are never closed; each list was read up to the next paragraph: {subject}", NULL, NULL},
    {"mark_never_closed", PLAN_WARNING_CHECK,
        "下線などのタグが閉じられていません。欄の終わりまでとして読み込みました：{subject}",
        "A tag of a marked passage is never closed; it was read as ending with its cell: {subject}", NULL,
        NULL},
    {"mark_never_opened", PLAN_WARNING_CHECK, "下線などの終わりのタグだけがあります。無視しました：{subject}",
        "A tag ends a marked passage that never began; it was passed over: {subject}", NULL, NULL},
    {"measure_body_in_neighbour", PLAN_WARNING_CHECK,
        "「{subject}」の欄が空で、隣の欄に複数の見出しがあります。隣の欄に入り込んでいるようです。",
        "The cell of \"{subject}\" is empty and a cell beside it holds several groups, some of them probably "
        "its own.",
        "語のつながりから見て該当する見出しを、この取組（{fix}）に移します。",
        "Move the groups that go with it by their words, as {fix}."},
    {"measure_empty", PLAN_WARNING_CHECK, "「{subject}」の欄が空です。",
        "The cell of \"{subject}\" is empty.", NULL, NULL},
    {"number_gap", PLAN_WARNING_NOTE, "番号が続いていません：{subject}",
        "Numbers do not follow one another: {subject}", NULL, NULL},
    {"number_missing", PLAN_WARNING_NOTE, "番号がありません：{subject}", "A title has no number: {subject}",
        NULL, NULL},
    {"number_repeated", PLAN_WARNING_CHECK, "同じ番号が二度使われています：{subject}",
        "A number is used twice: {subject}", NULL, NULL},
    {"order_changed", PLAN_WARNING_NOTE,
        "前に出た基本政策に戻っています。政策はその基本政策の下にまとめました：{subject}",
        "An earlier basic policy comes back; its policies were put together below it: {subject}", NULL, NULL},
    {"page_without_title", PLAN_WARNING_NOTE, "ページの題名がないまま、次の政策が始まっています：{subject}",
        "The next policy begins without a page title: {subject}", NULL, NULL},
    {"policy_continued", PLAN_WARNING_NOTE, "前のページと同じ政策です。続きとして読み込みました：{subject}",
        "The same policy as on an earlier page; it was read as its continuation: {subject}", NULL, NULL},
    {"policy_missing", PLAN_WARNING_CHECK,
        "政策名のないページです。名前のない政策として読み込みました：{subject}",
        "The page names no policy; it was read as a policy without a name: {subject}", NULL, NULL},
    {"rationale_outside_table", PLAN_WARNING_CHECK,
        "表の外に段落があります。共通する語が最も多い取組の「理由」として読み込みました：{subject}",
        "A paragraph stands outside the tables; it was read as the rationale of the initiative that shares "
        "most words "
        "with it: {subject}",
        NULL, NULL},
    {"tag_broken", PLAN_WARNING_CHECK, "タグが途中で切れています。文字として読み込みました：{subject}",
        "A tag is cut off; it was read as text: {subject}", NULL, NULL},
    {"tag_ignored", PLAN_WARNING_NOTE, "文字飾りのタグは読み込んでいません：{subject}",
        "Tags that only dress the text were passed over: {subject}", NULL, NULL},
    {"tag_unknown", PLAN_WARNING_CHECK, "知らないタグがあります。文字として読み込みました：{subject}",
        "A tag is not known; it was read as text: {subject}", NULL, NULL},
    {"text_not_understood", PLAN_WARNING_LOSS,
        "計画のどこに当たるか分からないため、読み込んでいない文章があります：{subject}",
        "Text that has no place in the plan was not read: {subject}", NULL, NULL},
    {"uncertain_annotation", PLAN_WARNING_CHECK,
        "表の外の段落がどの取組についてのものか、はっきりしません：{subject}",
        "It is not clear which initiative a paragraph outside the tables speaks of: {subject}", NULL, NULL},
};

const char *plan_warning_level_name(PlanWarningLevel level)
{
    assert(level < PLAN_WARNING_LEVEL_COUNT);
    return level_names[level];
}

size_t plan_warning_texts(const PlanWarningText **out)
{
    *out = texts;
    return COUNT_OF(texts);
}

const PlanWarningText *plan_warning_text(const char *code)
{
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        if (strcmp(texts[i].code, code) == 0) {
            return &texts[i];
        }
    }
    return NULL;
}

/* White space of all sorts as one space, cut after some clusters. */
static Str shorten(Arena *arena, Str words)
{
    const Str head = grapheme_head(words, SUBJECT_MAX);
    char *at = arena_alloc(arena, head.len + 1);
    if (at == NULL) {
        return STR_EMPTY;
    }
    size_t len = 0;
    for (size_t i = 0; i < head.len; i++) {
        const bool space = (unsigned char)head.at[i] <= ' ';
        if (!space) {
            at[len++] = head.at[i];
        } else if (len > 0 && at[len - 1] != ' ') {
            at[len++] = ' ';
        }
    }
    const Str clean = {at, len};
    return head.len < words.len ? arena_join(arena, clean, S("…")) : clean;
}

/* The template with {subject} and {fix} filled in. */
static Str fill(Arena *arena, const char *template, const PlanWarning *warning)
{
    const Str names[] = {S("subject}"), S("fix}")};
    const Str values[] = {shorten(arena, warning->subject), warning->fix};
    Str done = STR_EMPTY, rest = str_of(template);
    Str before;
    while (str_cut(rest, S("{"), &before, &rest)) {
        done = arena_join(arena, done, before);
        for (size_t i = 0; i < COUNT_OF(names); i++) {
            if (str_starts(rest, names[i])) {
                done = arena_join(arena, done, values[i]);
                rest = str_slice(rest, names[i].len, rest.len);
            }
        }
    }
    return arena_join(arena, done, before);
}

Str plan_warning_message(Arena *arena, const PlanWarning *warning, Language language)
{
    const PlanWarningText *text = plan_warning_text(warning->code);
    assert(text != NULL);
    return fill(arena, language == LANGUAGE_EN ? text->en : text->ja, warning);
}

Str plan_warning_fix(Arena *arena, const PlanWarning *warning, Language language)
{
    const PlanWarningText *text = plan_warning_text(warning->code);
    assert(text != NULL);
    if (!warning->has_fix || text->fix_ja == NULL) {
        return STR_EMPTY;
    }
    return fill(arena, language == LANGUAGE_EN ? text->fix_en : text->fix_ja, warning);
}

typedef struct PlacePart {
    uint32_t n;
    const char *ja_before, *ja_after, *en;
} PlacePart;

Str plan_warning_place(Arena *arena, const PlanSource *source, Language language)
{
    const bool english = language == LANGUAGE_EN;
    const PlacePart parts[] = {{source->line, "", "行目", "line "}, {source->table, "表", "", "table "},
        {source->row, "", "段目", "row "}, {source->cell, "", "列目", "cell "}};
    Str place = source->file;
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        if (parts[i].n == 0) {
            continue;
        }
        const char *gap = place.len == 0 ? "" : english ? ", " : "・";
        place = arena_printf(arena, "%.*s%s%s%" PRIu32 "%s", STR_ARGS(place), gap,
            english ? parts[i].en : parts[i].ja_before, parts[i].n, english ? "" : parts[i].ja_after);
    }
    return place;
}
