// The JSON API against its own description: the document is valid OpenAPI 3.1, every operation is asked, and
// every answer, errors too, has the shape that is written there.

import assert from "node:assert/strict";
import { Validator } from "@seriousme/openapi-schema-validator";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { test } from "./lib/report.mjs";

const ROOT = "https://api.test/";

async function get(server, path, headers = {}) {
  const answer = await fetch(server.url(path), { headers });
  const type = answer.headers.get("content-type") ?? "";
  return { status: answer.status, type: type.split(";")[0], headers: answer.headers, body: await answer.json() };
}

// What each operation is asked with: values for its path and query, and the status that is wanted.
const CALLS = {
  listPlans: [[{}, {}, 200]],
  listEditions: [[{ plan: "basic-2019" }, {}, 200], [{ plan: "none" }, {}, 404]],
  getEdition: [
    [{ plan: "basic-2019", edition: "素案" }, {}, 200],
    [{ plan: "basic-2019", edition: "current" }, {}, 200],
    [{ plan: "basic-2019", edition: "none" }, {}, 404],
    [{ plan: "none", edition: "current" }, {}, 404],
  ],
  getNode: [
    [{ plan: "basic-2019", edition: "current", key: "2-1" }, {}, 200],
    [{ plan: "basic-2019", edition: "current", key: "2-1-2-1-2" }, {}, 200],
    [{ plan: "basic-2019", edition: "current", key: "2" }, {}, 200],
    [{ plan: "basic-2019", edition: "current", key: "9-9" }, {}, 404],
  ],
  search: [
    [{}, { q: "保育" }, 200],
    [{}, { q: "の", limit: 5, offset: 10 }, 200],
    [{}, { q: "xyzzy", plan: "basic-2019", edition: "素案" }, 200],
    [{}, {}, 400],
    [{}, { q: "あ".repeat(201) }, 400],
    [{}, { q: "保育", limit: 0 }, 400],
    [{}, { q: "保育", limit: 101 }, 400],
    [{}, { q: "保育", limit: "many" }, 400],
    [{}, { q: "保育", offset: -1 }, 400],
    [{}, { q: "保育", edition: "none" }, 404],
  ],
  listServices: [[{}, {}, 200]],
  listRecords: [
    [{ service: "experience-programme", type: "session" }, {}, 200],
    [{ service: "registers", type: "facility" }, { limit: 2 }, 200],
    [{ service: "experience-programme", type: "session" }, { state: "none" }, 400],
    [{ service: "experience-programme", type: "session" }, { limit: 101 }, 400],
    [{ service: "experience-programme", type: "entry" }, {}, 404],
    [{ service: "registers", type: "person" }, {}, 404],
    [{ service: "none", type: "session" }, {}, 404],
  ],
  getDescription: [[{}, {}, 200]],
  getPlanSchema: [[{}, {}, 200]],
};

function fill(path, values, query) {
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name]));
  const search = new URLSearchParams(query).toString();
  return search ? `${filled}?${search}` : filled;
}

export default async function run({ sample }) {
  const { body: document } = await get(sample, "/api/v1/openapi.json");
  const { body: planSchema } = await get(sample, "/api/v1/plan.schema.json");

  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats(ajv);
  // References to the plan's schema are by its address; its own name is another.
  ajv.addSchema({ ...planSchema, $id: `${ROOT}api/v1/plan.schema.json` });
  ajv.addSchema({ $id: `${ROOT}api/v1/openapi.json`, ...document });

  const responseOf = (operation, status) => {
    const found = operation.responses[status] ?? operation.responses.default;
    return found.$ref ? document.components.responses[found.$ref.split("/").pop()] : found;
  };
  const escaped = (part) => String(part).replaceAll("~", "~0").replaceAll("/", "~1");
  const pointer = (...parts) => parts.map((part) => `/${escaped(part)}`).join("");

  await test("the document is valid OpenAPI 3.1", async () => {
    const validator = new Validator();
    validator.addSpecRef?.(planSchema, "/api/v1/plan.schema.json");
    const result = await validator.validate(structuredClone(document));
    assert.ok(result.valid, JSON.stringify(result.errors, null, 1));
    assert.equal(document.openapi.slice(0, 3), "3.1");
  });
  await test("the plan's schema is a valid JSON Schema", async () => {
    assert.ok(ajv.validateSchema(planSchema), ajv.errorsText());
  });
  await test("every operation of the document is asked here", async () => {
    const documented = Object.values(document.paths).map((item) => item.get.operationId);
    assert.deepEqual(documented.sort(), Object.keys(CALLS).sort());
  });
  for (const [path, item] of Object.entries(document.paths)) {
    const operation = item.get;
    for (const [values, query, status] of CALLS[operation.operationId] ?? []) {
      const url = fill(path, values, query);
      await test(`${decodeURIComponent(url).slice(0, 80)} answers ${status} as described`, async () => {
        const answer = await get(sample, url);
        assert.equal(answer.status, status);
        const response = responseOf(operation, status);
        assert.deepEqual(Object.keys(response.content), [answer.type]);
        const key = operation.responses[status] ? status : "default";
        const at = operation.responses[key].$ref
          ? `${pointer("components", "responses", "Problem", "content", answer.type, "schema")}`
          : `${pointer("paths", path, "get", "responses", key, "content", answer.type, "schema")}`;
        const validate = ajv.compile({ $ref: `${ROOT}api/v1/openapi.json#${encodeURI(at)}` });
        assert.ok(validate(answer.body), ajv.errorsText(validate.errors));
        if (status >= 400) assert.equal(answer.body.status, status);
      });
    }
  }
  await test("plans, editions and items lead to one another by their addresses", async () => {
    const { body: plans } = await get(sample, "/api/v1/plans");
    const { body: editions } = await get(sample, plans.plans[0].url);
    const edition = editions.editions.find((one) => one.current);
    const { body: plan } = await get(sample, edition.url);
    assert.equal(plan.nodes.length, edition.nodes);
    assert.equal(plan.nodes.filter((node) => node.kind === "initiative").length, 63);
    assert.equal(plan.nodes.filter((node) => node.kind === "fact").length, 31);
    const { body: hits } = await get(sample, "/api/v1/search?q=%E4%BF%9D%E8%82%B2");
    const { body: part } = await get(sample, hits.hits[0].url);
    assert.equal(part.part.nodes[0].text, hits.hits[0].text);
    assert.deepEqual(part.above, hits.hits[0].above);
    assert.ok(part.history.some((version) => version.edition === edition.name && version.text === hits.hits[0].text));
  });
  await test("pages of hits do not overlap and hold all of them", async () => {
    const keys = [];
    for (let offset = 0; ; offset += 7) {
      const { body } = await get(sample, `/api/v1/search?q=%E3%81%AE&limit=7&offset=${offset}`);
      keys.push(...body.hits.map((hit) => hit.key));
      if (offset + 7 >= body.total) {
        assert.equal(keys.length, body.total);
        break;
      }
    }
    assert.equal(new Set(keys).size, keys.length);
  });
  await test("what is known is not sent again, HEAD sends no body, other methods are refused as problems", async () => {
    const first = await get(sample, "/api/v1/plans");
    const tag = first.headers.get("etag");
    assert.ok(tag);
    const again = await fetch(sample.url("/api/v1/plans"), { headers: { "If-None-Match": tag } });
    assert.equal(again.status, 304);
    const head = await fetch(sample.url("/api/v1/plans"), { method: "HEAD" });
    assert.equal(head.status, 200);
    assert.equal((await head.text()).length, 0);
    const post = await fetch(sample.url("/api/v1/plans"), { method: "POST" });
    assert.equal(post.status, 405);
    assert.match(post.headers.get("allow"), /GET/);
    assert.equal(post.headers.get("content-type"), "application/problem+json");
    const nowhere = await fetch(sample.url("/api/v1/nowhere"));
    assert.equal(nowhere.status, 404);
    assert.equal(nowhere.headers.get("content-type"), "application/problem+json");
  });
}
