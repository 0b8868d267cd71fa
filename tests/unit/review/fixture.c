/* A plan of two measures, a city with services of one of them, of the other and of another plan, and figures
 * that are whatever the test put into its list. */
#include "fixture.h"

#include <setjmp.h>
#include <cmocka.h>

#include "plan/format.h"
#include "testdb.h"

static const char body[] = "---\nplan: basic-2019\nedition: 素案\n---\n"
                           "# 2 ひと創り / (1) 子ども {#2-1}\n"
                           "## 主な取組 {#2-1-m}\n"
                           "### ① 切れ目のない支援 {#2-1-1}\n"
                           "- 相談に応じます。 {#2-1-1-1}\n"
                           "### ② 子ども支援 {#2-1-2}\n"
                           "#### 活動できる環境 {#2-1-2-1}\n"
                           "- 体験の場を設けます。 {#2-1-2-1-1}\n"
                           "- 居場所を確保します。 {#2-1-2-1-2}\n";

static Titled titled(const char *ja, const char *en)
{
    return (Titled){.in = {str_of(ja), str_of(en)}};
}

static CityPlanKey key_of(const char *plan, const char *key)
{
    return (CityPlanKey){.plan = str_of(plan), .key = str_of(key)};
}

static void add_indicator(
    Arena *arena, CityService *service, const char *id, const char *key, bool is_public, int64_t threshold)
{
    CityIndicator *indicator = ARENA_NEW(arena, CityIndicator);
    *indicator = (CityIndicator){.id = str_of(id),
        .name = str_of(id),
        .service = service,
        .title = titled("参加者数", "Participations"),
        .unit = titled("人", "people"),
        .kind = CITY_OUTPUT,
        .better = CITY_BETTER_UP,
        .is_public = is_public,
        .threshold = threshold};
    *VEC_PUSH(arena, &indicator->of) = key_of("basic-2019", key);
    *VEC_PUSH(arena, &service->indicators) = indicator;
}

static CityService *add_service(Arena *arena, City *city, const char *id, const char *plan, const char *key)
{
    CityService *service = ARENA_NEW(arena, CityService);
    *service = (CityService){.id = str_of(id),
        .title = titled("体験教室", "Classes"),
        .unit = S("youth"),
        .legal_basis = titled("実施要綱（見本）", "Rules (sample)")};
    *VEC_PUSH(arena, &service->carries_out) = key_of(plan, key);
    *VEC_PUSH(arena, &city->services) = service;
    return service;
}

/* One service of the measure, one of another measure, one of another plan with the same key. */
static City *make_city(Arena *arena)
{
    City *city = ARENA_NEW(arena, City);
    city->arena = arena;
    *VEC_PUSH(arena, &city->units) =
        (CityName){.id = S("youth"), .title = titled("青少年課", "Youth Division")};
    CityService *classes = add_service(arena, city, "classes", "basic-2019", "2-1-2-1-1");
    add_indicator(arena, classes, "classes/participants", "2-1-2-1", true, 10);
    add_indicator(arena, classes, "classes/inside", "2-1-2-1-1", false, 0);
    add_indicator(arena, classes, "classes/elsewhere", "2-1-1-1", true, 0);
    add_service(arena, city, "advice", "basic-2019", "2-1-1-1");
    add_service(arena, city, "other-plan", "other", "2-1-2-1-1");
    return city;
}

static bool read_fake(
    void *owner, DbConn *conn, const CityIndicator *indicator, int64_t fiscal_year, Figure *out, Error *error)
{
    const Fixture *f = owner;
    (void)conn;
    for (size_t i = 0; i < f->figure_count; i++) {
        const FakeFigure *figure = &f->figures[i];
        if (!str_equal(indicator->id, str_of(figure->indicator)) || figure->fiscal_year != fiscal_year)
            continue;
        *out = (Figure){.indicator = indicator,
            .period = fiscal_year,
            .value = figure->value,
            .smallest_count = figure->smallest_count,
            .as_of = figure->as_of};
        return true;
    }
    return error_set(error, ERROR_NOT_FOUND, "not applied");
}

int fixture_setup(void **state)
{
    Fixture *f = calloc(1, sizeof *f);
    Error error = {0};
    PlanErrors errors = {0};
    *state = f;
    f->arena = arena_new((size_t)64 << 20);
    if (!db_open(&f->db, test_db_url(), &(DbOptions){.readers = 2}, &error) ||
        !plan_store_migrate(f->db, NULL, &error) || !evaluation_migrate(f->db, NULL, &error))
        fail_msg("%s", error.message);
    const PlanFile file = {S("plan.md"), str_of(body)};
    const Plan *plan = plan_read_markdown(f->arena, 1, &file, &errors);
    if (!plan)
        fail_msg("%s", errors.at[0].message);
    int64_t id = 0;
    const PlanSave save = {
        .plan = plan, .actor = S("kikaku"), .instant = INSTANT, .state = PLAN_EDITION_DRAFT};
    if (!plan_store_save(f->db, &save, &id, &error))
        fail_msg("%s", error.message);
    CLEANUP(db_read_end) DbConn *conn = fixture_reading(f);
    assert_true(plan_edition_get(conn, f->arena, id, &f->edition, &error));
    f->city = make_city(f->arena);
    f->source = (EvaluationSource){.city = f->city, .read = read_fake, .owner = f};
    return 0;
}

int fixture_teardown(void **state)
{
    Fixture *f = *state;
    db_close(f->db);
    arena_free(f->arena);
    free(f);
    return 0;
}

DbConn *fixture_reading(const Fixture *f)
{
    DbConn *conn = NULL;
    Error error = {0};
    assert_true(db_read_begin(f->db, &conn, &error));
    return conn;
}

int64_t fixture_begin(Fixture *f)
{
    int64_t id = 0;
    Error error = {0};
    const EvaluationNew begun = {.edition = &f->edition,
        .key = S("2-1-2"),
        .fiscal_year = YEAR,
        .right = EVALUATION_WRITE,
        .actor = S("kikaku"),
        .instant = INSTANT};
    if (!evaluation_begin(f->db, &begun, &id, &error))
        fail_msg("%s", error.message);
    return id;
}

Evaluation fixture_get(const Fixture *f, int64_t id)
{
    Evaluation evaluation;
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = fixture_reading(f);
    if (!evaluation_get(conn, f->arena, id, EVALUATION_READ, &evaluation, &error))
        fail_msg("%s", error.message);
    return evaluation;
}

EvaluationSheet fixture_sheet(const Fixture *f, const Evaluation *evaluation)
{
    EvaluationSheet sheet;
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = fixture_reading(f);
    if (!evaluation_sheet(conn, f->arena, &f->source, evaluation, &sheet, &error))
        fail_msg("%s", error.message);
    return sheet;
}

EvaluationText fixture_text(void)
{
    return (EvaluationText){.achieved = S("教室を12回開いた。"),
        .left = S("低学年の参加が少ない。"),
        .judgement = EVALUATION_B,
        .direction = EVALUATION_IMPROVE,
        .second = S("妥当である。")};
}

void fixture_edit(const Fixture *f, int64_t id, int64_t version, EvaluationText text)
{
    Error error = {0};
    const EvaluationEdit edit = {.id = id,
        .version = version,
        .text = text,
        .right = EVALUATION_WRITE,
        .actor = S("kikaku"),
        .instant = INSTANT + version};
    if (!evaluation_edit(f->db, &edit, &error))
        fail_msg("%s", error.message);
}

void fixture_freeze(const Fixture *f, int64_t id)
{
    Error error = {0};
    const Evaluation evaluation = fixture_get(f, id);
    const EvaluationSheet sheet = fixture_sheet(f, &evaluation);
    EvaluationFreeze freeze = {
        .evaluation = &evaluation, .right = EVALUATION_WRITE, .actor = S("kacho"), .instant = INSTANT + 100};
    if (!evaluation_content(f->arena, &evaluation, &sheet, &freeze.content, &freeze.hash, &error) ||
        !evaluation_freeze(f->db, &freeze, &error))
        fail_msg("%s", error.message);
}

void assert_text(Str text, const char *expected)
{
    if (!str_equal(text, str_of(expected)))
        fail_msg("\"%.*s\" is not \"%s\"", STR_ARGS(text), expected);
}
