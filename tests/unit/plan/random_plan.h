/* tests/unit/plan/random_plan.h: plans that no city would write: any tree the model allows, with texts made
 * of everything that Markdown, JSON, CSV and HTML give a meaning to. The same seed gives the same plan.
 */
#ifndef TEST_RANDOM_PLAN_H
#define TEST_RANDOM_PLAN_H

#include "base/utf8.h"
#include "plan/plan.h"

typedef struct Random {
    uint64_t state;
} Random;

static inline uint64_t random_next(Random *random)
{
    random->state += 0x9E3779B97F4A7C15u;
    uint64_t z = random->state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static inline size_t random_below(Random *random, size_t limit)
{
    return (size_t)(random_next(random) % limit);
}

static inline Str random_text(Random *random, Arena *arena, size_t pieces)
{
    static const char *const nasty[] = {"*", "**", "_", "__", "<", ">", "&", "&amp;", "&#32;", "[", "]", "](",
        "![", "\\", "`", "```", "~~~", "#", "##", "{#", "{#2-1}", "{.fact}", "}", "{", "1. ", "12) ", "3.",
        "- ", "+ ", "-", "---", "===", " ", "  ", " / ", "/", "\xE3\x80\x80", "\xC2\xA0", "「", "」",
        "」#2: ", ": ", ":", "@1-2: ", "'", "\"", "=", "=1+1", "@", "|", "<ins>", "</ins>", "<del>",
        "<!-- x -->", "<p>", "<script>", "http://a.b/", "①", "(1)", "（２）", "2 ", "第3", "Ⅲ ", "現状と課題",
        "基本方向", "主な取組", "注記", "[注] ", "市民", "学校", "葛\xF3\xA0\x84\x81", "👨‍👩‍👧",
        "か\xE3\x82\x99", "\xF0\xA0\xAE\xB7", "～", "〜", "\xE2\x80\xA8", "\xC2\x85", "é", "a", "Z", "0", "9",
        "2,000", ",", ";", "\xEF\xBB\xBF", "null", "~", "%", "%20", "$", "^", "!", "?"};
    Str text = STR_EMPTY;
    for (size_t n = random_below(random, pieces + 1); n > 0; n--) {
        text = arena_join(arena, text, str_of(nasty[random_below(random, COUNT_OF(nasty))]));
    }
    return text;
}

static inline Str random_number(Random *random)
{
    static const char *const numbers[] = {
        "", "", "1", "2", "(1)", "（２）", "①", "②", "第3", "ア", "* x", " ", "1.", "%{}", "10"};
    return str_of(numbers[random_below(random, COUNT_OF(numbers))]);
}

/* Depths as the model has them; a direction may also stand in a direction. */
static inline bool random_may_hold(PlanKind parent, PlanKind child)
{
    static const int depth[PLAN_KIND_COUNT] = {[PLAN_BASIC_POLICY] = 0,
        [PLAN_POLICY] = 1,
        [PLAN_SITUATION] = 2,
        [PLAN_DIRECTION] = 2,
        [PLAN_MEASURES] = 2,
        [PLAN_MEASURE] = 3,
        [PLAN_GROUP] = 4,
        [PLAN_INITIATIVE] = 5,
        [PLAN_FACT] = 5};
    return depth[child] > depth[parent] || (parent == PLAN_DIRECTION && child == PLAN_DIRECTION);
}

/* A node on the path from the last node to the top, or none. */
static inline int32_t random_parent(Random *random, const Plan *plan, PlanKind kind)
{
    int32_t at = (int32_t)plan->nodes.len - 1;
    while (at != PLAN_NO_PARENT &&
           (!random_may_hold(plan->nodes.at[at].kind, kind) || random_below(random, 4) == 0)) {
        at = plan->nodes.at[at].parent;
    }
    return at;
}

static inline int random_levels(const Plan *plan, int32_t index)
{
    int levels = 0;
    for (; index != PLAN_NO_PARENT; index = plan->nodes.at[index].parent) {
        levels++;
    }
    return levels;
}

static inline void random_marks(Random *random, Arena *arena, PlanNode *node)
{
    const size_t length = utf8_count(node->text);
    for (size_t from = random_below(random, 8); from < length;) {
        const size_t to = from + 1 + random_below(random, length - from);
        PlanMark *mark = VEC_PUSH(arena, &node->marks);
        *mark = (PlanMark){random_below(random, 2) ? PLAN_MARK_INSERTION : PLAN_MARK_DELETION, from, to};
        from = to + random_below(random, 3);
    }
}

static inline void random_annotations(Random *random, Plan *plan)
{
    for (size_t i = 0; i < plan->nodes.len; i++) {
        while (random_below(random, 5) == 0) {
            PlanAnnotation *note = VEC_PUSH(plan->arena, &plan->annotations);
            const size_t length = utf8_count(plan->nodes.at[i].text);
            const size_t from = random_below(random, length + 1);
            *note = (PlanAnnotation){.kind = (PlanAnnotationKind)random_below(random, PLAN_ANNOTATION_COUNT),
                .node = (int32_t)i,
                .from = from,
                .to = from + random_below(random, length - from + 1),
                .text = random_text(random, plan->arena, 6)};
            if (random_below(random, 3) == 0) {
                note->from = note->to = 0;
            }
            if (random_below(random, 4) == 0) {
                note->text = arena_join(plan->arena, note->text, S("\nb"));
            }
        }
    }
}

/* A valid plan (plan_validate) of up to `count` nodes; titled, with an edition and a notice. */
static inline Plan *random_plan(uint64_t seed, Arena *arena, size_t count)
{
    Random random = {seed};
    Plan *plan = plan_new(arena);
    plan->id = S("basic-2019");
    plan->title = random_text(&random, arena, 4);
    plan->edition = random_text(&random, arena, 3);
    plan->notice = random_text(&random, arena, 3);
    const bool own_keys = random_below(&random, 2) == 0;
    for (size_t n = random_below(&random, count) + 1; n > 0; n--) {
        const PlanKind kind = (PlanKind)random_below(&random, PLAN_KIND_COUNT);
        int32_t parent = random_parent(&random, plan, kind);
        if (random_levels(plan, parent) > 4) {
            parent = PLAN_NO_PARENT;
        }
        PlanNode *node = plan_add(plan, parent, kind, random_number(&random), random_text(&random, arena, 7),
            (PlanSource){S("random.txt"), (uint32_t)plan->nodes.len + 1, 1, 2, 3});
        node->key = own_keys || random_below(&random, 4) == 0
                        ? arena_printf(arena, "%zu-%c%zu_", plan->nodes.len,
                              "sdmx_"[random_below(&random, 5)], random_below(&random, 9))
                        : STR_EMPTY;
        random_marks(&random, arena, node);
    }
    random_annotations(&random, plan);
    return plan;
}

#endif
