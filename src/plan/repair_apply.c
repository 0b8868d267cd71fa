/* plan/repair_apply.c: the wordings of a repair, taking it, and its JSON form.
 *
 * Taking a repair removes its struck segments from the node's text; every offset into that text (marks,
 * annotations, spans of other repairs) is moved by what was removed before it. What pointed into removed
 * words points to where they stood.
 */
#include "plan/repair.h"

#include "base/json.h"
#include "base/utf8.h"

static Str join_segments(Arena *arena, const PlanRepair *repair, const char *ops)
{
    size_t len = 0;
    for (size_t i = 0; i < repair->segments.len; i++)
        len += strchr(ops, repair->segments.at[i].op) ? repair->segments.at[i].text.len : 0;
    char *text = arena_alloc(arena, len + 1);
    if (!text)
        return STR_EMPTY;
    size_t at = 0;
    for (size_t i = 0; i < repair->segments.len; i++) {
        const PlanSegment *segment = &repair->segments.at[i];
        if (!strchr(ops, segment->op))
            continue;
        memcpy(text + at, segment->text.at, segment->text.len);
        at += segment->text.len;
    }
    return (Str){text, len};
}

Str plan_repair_before(Arena *arena, const PlanRepair *repair)
{
    return join_segments(arena, repair, "=-");
}

Str plan_repair_after(Arena *arena, const PlanRepair *repair)
{
    return join_segments(arena, repair, "=+");
}

Str plan_repair_literal(Arena *arena, const PlanRepair *repair)
{
    return join_segments(arena, repair, "=-+");
}

/* Where an offset into the literal text lies after the repair was taken. */
static size_t offset_after(const PlanRepair *repair, size_t offset)
{
    size_t at = repair->from, removed = 0;
    for (size_t i = 0; i < repair->segments.len && at < offset; i++) {
        size_t count = utf8_count(repair->segments.at[i].text);
        if (repair->segments.at[i].op == '-')
            removed += offset < at + count ? offset - at : count;
        at += count;
    }
    return offset - removed;
}

static void move_marks(PlanNode *node, const PlanRepair *repair)
{
    size_t kept = 0;
    for (size_t i = 0; i < node->marks.len; i++) {
        PlanMark mark = node->marks.at[i];
        mark.from = offset_after(repair, mark.from);
        mark.to = offset_after(repair, mark.to);
        if (mark.from < mark.to)
            node->marks.at[kept++] = mark;
    }
    node->marks.len = kept;
}

static void remove_repair(Plan *plan, size_t index)
{
    memmove(plan->repairs.at + index, plan->repairs.at + index + 1,
        (plan->repairs.len - index - 1) * sizeof *plan->repairs.at);
    plan->repairs.len--;
}

bool plan_apply_repair(Plan *plan, size_t index, Error *error)
{
    if (index >= plan->repairs.len)
        return error_set(
            error, ERROR_NOT_FOUND, "there is no repair %zu; the plan has %zu", index + 1, plan->repairs.len);
    PlanRepair repair = plan->repairs.at[index];
    PlanNode *node = &plan->nodes.at[repair.node];
    Str literal = plan_repair_literal(plan->arena, &repair);
    size_t from = utf8_offset(node->text, repair.from), to = utf8_offset(node->text, repair.to);
    if (arena_failed(plan->arena))
        return error_memory(error);
    if (!str_equal(str_slice(node->text, from, to), literal))
        return error_set(error, ERROR_CONFLICT, "the text of %.*s has changed since the repair was found",
            STR_ARGS(node->key));
    Str text = arena_join(plan->arena,
        arena_join(plan->arena, str_slice(node->text, 0, from), plan_repair_after(plan->arena, &repair)),
        str_slice(node->text, to, node->text.len));
    if (arena_failed(plan->arena))
        return error_memory(error);
    node->text = text;
    move_marks(node, &repair);
    for (size_t i = 0; i < plan->annotations.len; i++) {
        PlanAnnotation *annotation = &plan->annotations.at[i];
        if (annotation->node != repair.node)
            continue;
        annotation->from = offset_after(&repair, annotation->from);
        annotation->to = offset_after(&repair, annotation->to);
    }
    remove_repair(plan, index);
    for (size_t i = 0; i < plan->repairs.len; i++) {
        PlanRepair *other = &plan->repairs.at[i];
        if (other->node != repair.node)
            continue;
        other->from = offset_after(&repair, other->from);
        other->to = offset_after(&repair, other->to);
    }
    return true;
}

static void write_repair(JsonWriter *json, const Plan *plan, const PlanRepair *repair, Arena *arena)
{
    json_object_begin(json);
    json_key_text(json, "key", plan->nodes.at[repair->node].key);
    json_key_text(json, "from", plan_repair_literal(arena, repair));
    json_key_text(json, "to", plan_repair_after(arena, repair));
    json_key(json, "span");
    json_array_begin(json);
    json_int(json, (int64_t)repair->from);
    json_int(json, (int64_t)repair->to);
    json_array_end(json);
    json_key(json, "segments");
    json_array_begin(json);
    for (size_t i = 0; i < repair->segments.len; i++) {
        json_array_begin(json);
        json_text(json, (Str){&repair->segments.at[i].op, 1});
        json_text(json, repair->segments.at[i].text);
        json_array_end(json);
    }
    json_array_end(json);
    json_key(json, "confidence");
    json_thousandths(json, repair->confidence);
    json_object_end(json);
}

void plan_repairs_write_json(const Plan *plan, Buf *out)
{
    JsonWriter json;
    json_writer_init(&json, out, true);
    AUTO_ARENA arena = arena_new((size_t)1 << 20);
    if (!arena) {
        out->failed = true;
        return;
    }
    json_array_begin(&json);
    for (size_t i = 0; i < plan->repairs.len; i++) {
        write_repair(&json, plan, &plan->repairs.at[i], arena);
        if (arena_failed(arena))
            out->failed = true;
        arena_clear(arena);
    }
    json_array_end(&json);
}
