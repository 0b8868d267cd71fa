/* The site's one table of routes. */
#include "web/routes.h"

#include "record/account.h"
#include "web/api_plan.h"
#include "web/api_service.h"
#include "web/asset.h"
#include "web/page_about.h"
#include "web/page_draft.h"
#include "web/page_compare.h"
#include "web/page_editions.h"
#include "web/page_evaluation.h"
#include "web/page_export.h"
#include "web/page_health.h"
#include "web/page_imports.h"
#include "web/page_inquiry.h"
#include "web/page_mine.h"
#include "web/page_opinion.h"
#include "web/page_plan.h"
#include "web/page_record.h"
#include "web/page_redline.h"
#include "web/page_review.h"
#include "web/page_search.h"
#include "web/page_service.h"
#include "web/page_sign_in.h"
#include "web/page_timeline.h"
#include "web/page_work.h"

#define GET_ANYONE(label, path, handler)                                                               \
    {                                                                                                  \
        .name = (label), .method = HTTP_GET, .pattern = (path), .handle = (handler), .who = WHO_ANYONE \
    }
#define GET_API(label, path, handler)                                                                   \
    {                                                                                                   \
        .name = (label), .method = HTTP_GET, .pattern = (path), .handle = (handler), .who = WHO_ANYONE, \
        .api = true                                                                                     \
    }
#define POST_PLANNER(label, path, handler)                                                             \
    {                                                                                                  \
        .name = (label), .method = HTTP_POST, .pattern = (path), .handle = (handler), .who = WHO_ROLE, \
        .role = ROLE_PLANNER, .body = BODY_FORM, .cache = CACHE_NEVER                                  \
    }

#define GET_SIGNED_IN(label, path, handler)                                                                \
    {                                                                                                      \
        .name = (label), .method = HTTP_GET, .pattern = (path), .handle = (handler), .who = WHO_SIGNED_IN, \
        .cache = CACHE_NEVER                                                                               \
    }
#define POST_SIGNED_IN(label, path, handler)                                                                \
    {                                                                                                       \
        .name = (label), .method = HTTP_POST, .pattern = (path), .handle = (handler), .who = WHO_SIGNED_IN, \
        .body = BODY_FORM, .cache = CACHE_NEVER                                                             \
    }

/* for whoever has come so far, signed in or not; nobody keeps a copy */
#define GET_PERSONAL(label, path, handler)                                                              \
    {                                                                                                   \
        .name = (label), .method = HTTP_GET, .pattern = (path), .handle = (handler), .who = WHO_ANYONE, \
        .cache = CACHE_NEVER                                                                            \
    }
#define POST_ANYONE(label, path, handler)                                                                \
    {                                                                                                    \
        .name = (label), .method = HTTP_POST, .pattern = (path), .handle = (handler), .who = WHO_ANYONE, \
        .body = BODY_FORM, .cache = CACHE_NEVER                                                          \
    }

const Route site_routes[] = {
    GET_ANYONE("home", "/", page_home),
    GET_ANYONE("plan.node", "/plan/{key}", page_node),
    GET_ANYONE("plan.timeline", "/plan/{key}/timeline", page_timeline),
    GET_ANYONE("editions", "/editions", page_editions),
    GET_ANYONE("editions.compare", "/editions/compare", page_compare),
    GET_SIGNED_IN("editions.freeze", "/editions/freeze", page_editions_freeze),
    POST_SIGNED_IN("editions.freeze.post", "/editions/freeze", page_editions_freeze_post),
    GET_ANYONE("search", "/search", page_search),
    GET_ANYONE("export.sjis", "/export/sjis", page_export_sjis),
    GET_ANYONE("export.redline", "/export/redline.html", page_redline),
    GET_ANYONE("export", "/export/{file}", page_export),
    GET_ANYONE("about", "/about", page_about),
    GET_ANYONE("sign-in", "/sign-in", page_sign_in),
    {.name = "sign-in.post",
        .method = HTTP_POST,
        .pattern = "/sign-in",
        .handle = page_sign_in_post,
        .who = WHO_ANYONE,
        .body = BODY_FORM,
        .cache = CACHE_NEVER},
    {.name = "sign-out",
        .method = HTTP_POST,
        .pattern = "/sign-out",
        .handle = page_sign_out_post,
        .who = WHO_ANYONE,
        .body = BODY_FORM,
        .cache = CACHE_NEVER},
    {.name = "imports",
        .method = HTTP_GET,
        .pattern = "/imports",
        .handle = page_imports,
        .who = WHO_ROLE,
        .role = ROLE_PLANNER,
        .cache = CACHE_NEVER},
    {.name = "imports.upload",
        .method = HTTP_POST,
        .pattern = "/imports",
        .handle = page_imports_post,
        .who = WHO_ROLE,
        .role = ROLE_PLANNER,
        .body = BODY_UPLOAD,
        .cache = CACHE_NEVER},
    {.name = "review",
        .method = HTTP_GET,
        .pattern = "/imports/{edition}",
        .handle = page_review,
        .who = WHO_ROLE,
        .role = ROLE_PLANNER,
        .cache = CACHE_NEVER},
    POST_PLANNER("review.warning", "/imports/{edition}/warnings/{number}", page_review_warning),
    POST_PLANNER("review.repair", "/imports/{edition}/repairs/{number}", page_review_repair),
    POST_PLANNER("review.many", "/imports/{edition}/many", page_review_many),
    POST_PLANNER("review.confirm", "/imports/{edition}/confirm", page_review_confirm),
    GET_ANYONE("services", "/services", page_services),
    GET_ANYONE("service", "/services/{service}", page_service),
    GET_ANYONE("records", "/services/{service}/{type}", page_records),
    GET_SIGNED_IN("records.csv", "/services/{service}/{type}/list.csv", page_records_csv),
    GET_SIGNED_IN("record.new", "/services/{service}/{type}/new", page_record_new),
    POST_SIGNED_IN("record.new.post", "/services/{service}/{type}/new", page_record_new_post),
    GET_SIGNED_IN("record.made", "/services/{service}/{type}/made", page_record_made),
    GET_ANYONE("record", "/records/{code}", page_record),
    GET_SIGNED_IN("record.history", "/records/{code}/history", page_record_history),
    GET_SIGNED_IN("record.edit", "/records/{code}/edit", page_record_edit),
    POST_SIGNED_IN("record.edit.post", "/records/{code}/edit", page_record_edit_post),
    GET_SIGNED_IN("record.do", "/records/{code}/do/{transition}", page_record_do),
    POST_SIGNED_IN("record.do.post", "/records/{code}/do/{transition}", page_record_do_post),
    POST_SIGNED_IN("record.protection", "/records/{code}/protection", page_record_protection_post),
    POST_SIGNED_IN("record.rows", "/records/{code}/rows/{service}/{type}", page_record_rows_post),
    GET_SIGNED_IN("mine", "/mine", page_mine),
    GET_SIGNED_IN("work", "/work", page_work),
    GET_ANYONE("evaluations", "/evaluations", page_evaluations),
    POST_SIGNED_IN("evaluations.begin", "/evaluations", page_evaluations_post),
    GET_ANYONE("evaluation", "/evaluations/{id}", page_evaluation),
    GET_ANYONE("evaluation.edit", "/evaluations/{id}/edit", page_evaluation_edit),
    POST_SIGNED_IN("evaluation.edit.post", "/evaluations/{id}/edit", page_evaluation_edit_post),
    GET_ANYONE("evaluation.freeze", "/evaluations/{id}/freeze", page_evaluation_freeze),
    POST_SIGNED_IN("evaluation.freeze.post", "/evaluations/{id}/freeze", page_evaluation_freeze_post),
    GET_ANYONE("opinions", "/opinions", page_opinions),
    GET_ANYONE("opinion.begin", "/opinions/begin", page_opinion_begin),
    POST_SIGNED_IN("opinion.begin.post", "/opinions/begin", page_opinion_begin_post),
    GET_PERSONAL("opinion.mine", "/opinions/mine", page_opinion_mine),
    GET_ANYONE("opinion.period", "/opinions/{period}", page_opinion_period),
    GET_PERSONAL("opinion.new", "/opinions/{period}/new", page_opinion_new),
    POST_ANYONE("opinion.new.post", "/opinions/{period}/new", page_opinion_new_post),
    GET_ANYONE("opinion.results", "/opinions/{period}/results", page_opinion_results),
    GET_ANYONE("opinion.results.csv", "/opinions/{period}/results.csv", page_opinion_results_csv),
    GET_PERSONAL("opinion.enter", "/opinions/{period}/enter", page_opinion_enter),
    POST_SIGNED_IN("opinion.enter.post", "/opinions/{period}/enter", page_opinion_enter_post),
    GET_PERSONAL("opinion.work", "/opinions/{period}/work", page_opinion_work),
    GET_PERSONAL("opinion.one", "/opinions/{period}/received/{number}", page_opinion_one),
    POST_SIGNED_IN("opinion.group", "/opinions/{period}/group", page_opinion_group_post),
    POST_SIGNED_IN("opinion.extend", "/opinions/{period}/extend", page_opinion_extend_post),
    POST_SIGNED_IN("opinion.publish", "/opinions/{period}/publish", page_opinion_publish_post),
    GET_PERSONAL("opinion.topic", "/opinions/{period}/topics/{topic}", page_opinion_topic),
    POST_SIGNED_IN("opinion.topic.post", "/opinions/{period}/topics/{topic}", page_opinion_topic_post),
    GET_SIGNED_IN("draft", "/draft", page_draft),
    GET_SIGNED_IN("draft.node", "/draft/{key}", page_draft_node),
    POST_SIGNED_IN("draft.reword", "/draft/{key}/reword", page_draft_reword),
    POST_SIGNED_IN("draft.operate", "/draft/{key}/operate", page_draft_operate),
    GET_SIGNED_IN("draft.move", "/draft/{key}/move", page_draft_move),
    POST_SIGNED_IN("draft.decide", "/draft/decide", page_draft_decide),
    POST_SIGNED_IN("draft.withdraw", "/draft/withdraw", page_draft_withdraw),
    POST_SIGNED_IN("draft.comment", "/draft/{key}/comments", page_draft_comment),
    POST_SIGNED_IN("draft.settle", "/draft/comments/{id}/settle", page_draft_settle),
    GET_SIGNED_IN("inquiries", "/inquiries", page_inquiries),
    GET_SIGNED_IN("inquiry.new", "/inquiries/new", page_inquiry_new),
    POST_SIGNED_IN("inquiry.send", "/inquiries", page_inquiry_new_post),
    GET_SIGNED_IN("inquiry", "/inquiries/{id}", page_inquiry),
    POST_SIGNED_IN("inquiry.close", "/inquiries/{id}/close", page_inquiry_close),
    GET_SIGNED_IN("inquiry.part", "/inquiries/{id}/parts/{part}", page_inquiry_part),
    POST_SIGNED_IN("inquiry.answer", "/inquiries/{id}/parts/{part}", page_inquiry_part_post),
    POST_SIGNED_IN("inquiry.resend", "/inquiries/{id}/parts/{part}/resend", page_inquiry_resend),
    GET_API("api.plans", "/api/v1/plans", api_plans),
    GET_API("api.editions", "/api/v1/plans/{plan}/editions", api_editions),
    GET_API("api.edition", "/api/v1/plans/{plan}/editions/{edition}", api_edition),
    GET_API("api.node", "/api/v1/plans/{plan}/editions/{edition}/nodes/{key}", api_node),
    GET_API("api.search", "/api/v1/search", api_search),
    GET_API("api.services", "/api/v1/services", api_services),
    GET_API("api.records", "/api/v1/services/{service}/{type}", api_records),
    GET_API("api.description", "/api/v1/openapi.json", api_description),
    GET_API("api.plan-schema", "/api/v1/plan.schema.json", api_plan_schema),
    {.name = "asset",
        .method = HTTP_GET,
        .pattern = "/assets/{file}",
        .handle = asset_page,
        .who = WHO_ANYONE,
        .cache = CACHE_FOREVER},
    GET_ANYONE("robots", "/robots.txt", page_robots),
    GET_ANYONE("favicon", "/favicon.ico", page_favicon),
    {.name = "health",
        .method = HTTP_GET,
        .pattern = "/healthz",
        .handle = page_health,
        .who = WHO_ANYONE,
        .cache = CACHE_NEVER},
};
const size_t site_route_count = COUNT_OF(site_routes);
