/* plan/import_repairs.c: repairs found in a reading, told apart in every reading of the same bytes, and
 * taken.
 *
 * A fix may move a node, and a repair taken before changes offsets, so a repair is known by where its node
 * was read (file, line, table, row, cell), by its literal words, and by how many such repairs come before it;
 * all three depend on the bytes alone. Repairs are taken from the front to the back, so that what was taken
 * stands still.
 */
#include "plan/import_internal.h"

#include <inttypes.h>
#include <sodium.h>

#include "base/utf8.h"
#include "plan/repair.h"

static void hash_text(Str text, char hash[PLAN_HASH_LENGTH + 1])
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, (const unsigned char *)text.at, text.len);
    sodium_bin2hex(hash, PLAN_HASH_LENGTH + 1, digest, sizeof digest);
}

/* seen: words at a place -> how many so far + 1 */
static bool identify(Arena *arena, const Plan *plan, const PlanRepair *repair, Map *seen, ImportRepair *out)
{
    const PlanSource *source = &plan->nodes.at[repair->node].source;
    const Str literal = utf8_slice(plan->nodes.at[repair->node].text, repair->from, repair->to);
    const Str words = arena_printf(arena, "%" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32 " %.*s\n%.*s",
        source->line, source->table, source->row, source->cell, STR_ARGS(source->file), STR_ARGS(literal));
    const uintptr_t before = (uintptr_t)map_get(seen, words);
    if (!map_put(seen, words, (void *)(before + 1))) {
        return false;
    }
    hash_text(arena_printf(arena, "%" PRIuPTR " %.*s", before, STR_ARGS(words)), out->identity);
    out->placed = true;
    out->repair = *repair;
    return !arena_failed(arena);
}

static bool list_repairs(Arena *arena, const Plan *plan, ImportRepairs *out)
{
    Map seen;
    map_init(&seen, arena);
    for (size_t i = 0; i < plan->repairs.len; i++) {
        ImportRepair *item = VEC_PUSH(plan->arena, out);
        if (item == NULL || !identify(arena, plan, &plan->repairs.at[i], &seen, item)) {
            return false;
        }
    }
    return true;
}

/* The former words stay with the text as an annotation. */
static bool note_repair(Plan *plan, const ImportRepair *taken)
{
    PlanAnnotation *note = VEC_PUSH(plan->arena, &plan->annotations);
    if (note == NULL) {
        return false;
    }
    *note = (PlanAnnotation){.kind = PLAN_REPAIR,
        .node = taken->repair.node,
        .from = taken->repair.from,
        .to = taken->repair.to,
        .text = arena_printf(
            plan->arena, "原文は「%.*s」", STR_ARGS(plan_repair_literal(plan->arena, &taken->repair))),
        .source = plan->nodes.at[taken->repair.node].source};
    return true;
}

/* Takes the repair that is now at `at` of plan->repairs; afterwards its range is that of the words that
 * stayed. */
static bool take_repair(Plan *plan, size_t at, ImportRepair *item, Error *error)
{
    item->repair = plan->repairs.at[at];
    item->decision = PLAN_ACCEPTED;
    const size_t length = utf8_count(plan_repair_after(plan->arena, &item->repair));
    if (!plan_apply_repair(plan, at, error)) {
        return false;
    }
    item->repair.to = item->repair.from + length;
    return note_repair(plan, item) || error_memory(error);
}

bool import_take_repairs(Plan *plan, const Map *accepted, ImportRepairs *out, Error *error)
{
    size_t room = (size_t)1 << 20;
    *out = (ImportRepairs){0};
    for (size_t i = 0; i < plan->repairs.len; i++) {
        const PlanNode *node = &plan->nodes.at[plan->repairs.at[i].node];
        room += 1024 + 4 * (node->source.file.len + node->text.len);
    }
    AUTO_ARENA arena = arena_new(room);
    if (arena == NULL || !list_repairs(arena, plan, out)) {
        return error_memory(error);
    }
    size_t at = 0; /* in plan->repairs, from which what is taken goes */
    for (size_t i = 0; i < out->len; i++) {
        ImportRepair *item = &out->at[i];
        if (accepted == NULL || map_get(accepted, str_of(item->identity)) == NULL) {
            at++;
        } else if (!take_repair(plan, at, item, error)) {
            return false;
        }
    }
    at = 0;
    for (size_t i = 0; i < out->len; i++) { /* those that stay have moved with their words */
        if (out->at[i].decision == PLAN_OPEN) {
            out->at[i].repair = plan->repairs.at[at++];
        }
    }
    return !arena_failed(plan->arena) || error_memory(error);
}
