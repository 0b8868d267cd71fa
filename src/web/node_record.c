/* The record of a node: where it was read and its marks; and the editions that have it. */
#include "web/node_record.h"

#include "base/utf8.h"
#include "plan/warning.h"
#include "web/page_timeline.h"

static void add_marks(Arena *arena, const PlanNode *node, NodeRecord *out)
{
    for (size_t i = 0; i < node->marks.len; i++) {
        const PlanMark *mark = &node->marks.at[i];
        MarkView *view = VEC_PUSH(arena, &out->marks);
        if (view)
            *view =
                (MarkView){utf8_slice(node->text, mark->from, mark->to), mark->kind == PLAN_MARK_DELETION};
    }
}

static const PlanEdition *find_edition(const EditionChoice *choice, int64_t id)
{
    for (size_t i = 0; i < choice->editions.len; i++)
        if (choice->editions.at[i].id == id)
            return &choice->editions.at[i];
    return NULL;
}

bool node_history(const Request *request, DbConn *conn, const EditionChoice *choice, Str key,
    WordingVersions *out, Error *error)
{
    PlanVersions versions;
    if (!choice->edition ||
        !plan_node_history(conn, request->arena, choice->edition->plan_id, key, &versions, error))
        return choice->edition == NULL;
    for (size_t i = versions.len; i-- > 0;) {
        const PlanVersion *version = &versions.at[i], *before = i > 0 ? &versions.at[i - 1] : NULL;
        const PlanEdition *edition = find_edition(choice, version->edition_id);
        WordingVersion *entry = edition ? VEC_PUSH(request->arena, out) : NULL;
        if (!entry)
            continue;
        PlanPlace place = edition_place(request, choice, edition);
        *entry = (WordingVersion){
            .edition = version->edition,
            .url = node_url(request->arena, key, &place),
            .date = day_print(request->arena, request->language, version->created_at),
            .number = version->number,
            .text = version->text,
            .unchanged = before && str_equal(before->text, version->text) &&
                         str_equal(before->number, version->number),
        };
    }
    return !arena_failed(request->arena) || error_memory(error);
}

static Str json_url(Arena *arena, const EditionChoice *choice, Str key)
{
    Str plan = url_encoded(arena, choice->plan), edition = url_encoded(arena, choice->edition->name);
    return arena_printf(arena, "/api/v1/plans/%.*s/editions/%.*s/nodes/%.*s", STR_ARGS(plan),
        STR_ARGS(edition), STR_ARGS(url_encoded(arena, key)));
}

bool node_record_read(
    const Request *request, const EditionChoice *choice, const PlanNode *node, NodeRecord *out, Error *error)
{
    *out = (NodeRecord){.node = node, .json_url = json_url(request->arena, choice, node->key)};
    if (node->source.line > 0)
        out->source = plan_warning_place(request->arena, &node->source, request->language);
    add_marks(request->arena, node, out);
    out->timeline_url = timeline_url(request->arena, choice, node->key);
    return !arena_failed(request->arena) || error_memory(error);
}
