// The plan as files: types, names, byte order mark, the same content as the API, the list of what Shift_JIS
// cannot write.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "./lib/report.mjs";
import { CITY } from "./lib/server.mjs";

const FILES = {
  "plan.json": "application/json",
  "plan.md": "text/markdown; charset=utf-8",
  "plan.csv": "text/csv; charset=utf-8",
  "plan-sjis.csv": "text/csv; charset=Windows-31J",
  "plan.html": "text/html; charset=utf-8",
};

// The city's plan with one item worded otherwise, as a folder.
function rewordedPlan() {
  const folder = mkdtempSync(join(tmpdir(), "hitomachi-plan-"));
  for (const name of readdirSync(join(CITY, "plan"))) {
    const text = readFileSync(join(CITY, "plan", name), "utf8");
    writeFileSync(join(folder, name), text.replace("育児相談", "子育ての相談"));
  }
  return folder;
}

const without = (html, tag) => html.replace(new RegExp(`<${tag}>.*?</${tag}>`, "gs"), "").replace(/<[^>]+>/g, "");

export default async function run({ sample, start }) {
  const plan = await (await fetch(sample.url("/api/v1/plans/basic-2019/editions/current"))).json();
  for (const [name, type] of Object.entries(FILES))
    await test(`${name} is a download of its type, named after plan and edition`, async () => {
      const answer = await fetch(sample.url(`/export/${name}`));
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("content-type"), type);
      const disposition = answer.headers.get("content-disposition");
      assert.match(disposition, /^attachment/);
      assert.match(decodeURIComponent(disposition), /basic-2019-素案/);
    });
  await test("the JSON is the API's", async () => {
    const file = await (await fetch(sample.url("/export/plan.json"))).json();
    assert.deepEqual(file, plan);
  });
  await test("the CSV begins with a byte order mark and has a row for every item", async () => {
    const bytes = Buffer.from(await (await fetch(sample.url("/export/plan.csv"))).arrayBuffer());
    assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
    const text = bytes.toString("utf8");
    for (const node of plan.nodes) assert.ok(text.includes(node.text.replaceAll('"', '""')), node.key);
    assert.equal(text.trim().split("\r\n").length, plan.nodes.length + 1);
  });
  await test("the Shift_JIS file is Shift_JIS and says the same", async () => {
    const bytes = await (await fetch(sample.url("/export/plan-sjis.csv"))).arrayBuffer();
    const text = new TextDecoder("shift_jis", { fatal: true }).decode(bytes);
    assert.ok(text.includes(plan.nodes.find((node) => node.kind === "policy").text));
  });
  await test("a file or an edition that is not there is 404", async () => {
    for (const path of ["/export/plan.exe", "/export/plan.json?edition=none", "/export/plan.json?plan=none"])
      assert.equal((await fetch(sample.url(path))).status, 404, path);
  });
  await test("a second edition leads to what changed since the first; both wordings are in it", async () => {
    const folder = rewordedPlan();
    const server = await start({ load: [["apply"], ["plan", "import", folder, "--edition", "案"]] });
    rmSync(folder, { recursive: true });
    const home = await (await fetch(server.url("/"))).text();
    const link = home.match(/href="([^"]+)">前の版からの見え消し</)[1].replaceAll("&amp;", "&");
    const html = await (await fetch(server.url(link))).text();
    assert.match(html, /修正 1件/);
    assert.ok(without(html, "del").includes("乳幼児健康診査や子育ての相談"));
    assert.ok(without(html, "ins").includes("乳幼児健康診査や育児相談"));
    const first = `/export/redline.html?edition=${encodeURIComponent("素案")}`;
    assert.equal((await fetch(server.url(first))).status, 404);
  });
  await test("robots are told what not to index, and the icon is there", async () => {
    assert.match(await (await fetch(sample.url("/robots.txt"))).text(), /Disallow: \/imports/);
    const icon = await fetch(sample.url("/favicon.ico"));
    assert.equal(icon.status, 200);
    assert.match(icon.headers.get("content-type"), /svg/);
  });
}
