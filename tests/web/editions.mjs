// Editions: the draft is frozen under the next step, any two are compared as a redline and as a comparison table in
// both forms, and an item's timeline tells every wording and why; staff see reasons, the public does not.

import assert from "node:assert/strict";
import { visitor, WIDTHS } from "./lib/browser.mjs";
import { test } from "./lib/report.mjs";
import { PLANNER } from "./lib/server.mjs";
import { Walk } from "./lib/walk.mjs";

const KEY = "2-1-1-1-1";
const WAITING = "2-1-1-2-1";
const ADDED = "訪問による相談も行い、";
const REASON = "家から出にくい人にも相談が届くようにするため。";
const table = "/editions/compare?from=素案&to=案&as=table";

const withoutTag = (html, tag) => html.replace(new RegExp(`<${tag}[ >].*?</${tag}>`, "gs"), "").replace(/<[^>]+>/g, "");

export default async function run({ start }) {
  const server = await start({ load: [["apply"]] });
  const walk = new Walk("editions");
  const planner = await walk.enter(server, PLANNER, WIDTHS.desk, "/editions");
  const open = await visitor();
  const reader = await open.newPage();
  const at = (path) => server.url(encodeURI(path));
  const wordingOf = async (key) => {
    const node = await (await fetch(at(`/api/v1/plans/basic-2019/editions/素案/nodes/${key}`))).json();
    return node.part.nodes[0].text;
  };
  const propose = async (key, text, reason) => {
    await planner.goto(at(`/draft/${key}`));
    await planner.fill("#after", text);
    await planner.fill("textarea[name=reason]", reason);
    await planner.click(".draft-form button.button-main");
  };
  const before = await wordingOf(KEY);

  await test("the first edition stands at its step, and everybody sees its hash", async () => {
    await reader.goto(at("/"));
    await reader.click("text=版の一覧と比べ方 >> nth=0");
    assert.match(reader.url(), /\/editions$/);
    assert.match(await reader.locator(".step[aria-current]").innerText(), /素案/);
    const edition = await (await fetch(at("/api/v1/plans/basic-2019/editions"))).json();
    const hash = await reader.locator(".hash").innerText();
    assert.match(hash, /^[0-9a-f]{64}$/);
    assert.ok(JSON.stringify(edition).includes(hash), "the same hash as the API says");
    assert.equal(await reader.locator("#freeze").count(), 0, "only planning freezes");
    await reader.goto(at("/editions/freeze"));
    assert.match(reader.url(), /\/sign-in/);
    await walk.look(planner, "first");
  });
  await test("what waits and what is accepted is said before anything is frozen", async () => {
    await propose(KEY, ADDED + before, REASON);
    await planner.click(".draft-decide button[value=accepted]");
    await propose(WAITING, `${await wordingOf(WAITING)}また、見直します。`, "まだ決めていない。");
    await planner.goto(at("/editions"));
    const says = await planner.locator("section:has(#freeze)").innerText();
    assert.match(says, /採用した変更 1件/);
    assert.match(says, /採否を決めていない変更が 1件/);
    assert.equal(await planner.inputValue("#freeze-step"), "案", "the next step is chosen");
    await planner.fill("#freeze-name", "素案");
    await planner.click("text=内容を確かめる");
    assert.match(await planner.locator("[role=alert]").innerText(), /すでにあります/);
    await walk.look(planner, "freeze-wrong");
    await planner.fill("#freeze-name", "案");
    await planner.click("text=内容を確かめる");
    assert.match(await planner.locator("main").innerText(), /あとから直すことはできず/);
    await walk.look(planner, "freeze-confirm");
  });
  await test("a confirmation of something else than what was shown freezes nothing", async () => {
    await planner.locator("input[name=seen]").evaluate((field) => { field.value = "0-0-0"; });
    await planner.click("text=この内容で確定する");
    assert.match(await planner.locator("[role=alert]").innerText(), /計画案が変わりました/);
    assert.equal((await fetch(at("/?edition=案"))).status, 404);
  });
  await test("the draft becomes the next edition; what waits goes on waiting", async () => {
    await planner.click("text=この内容で確定する");
    assert.match(await planner.locator("[role=status]").innerText(), /版を確定しました/);
    assert.match(await planner.locator(".step[aria-current]").innerText(), /案/);
    assert.match(await planner.locator(".edition").first().innerText(), /確定[\s\S]*1件/);
    assert.match(await planner.locator("section:has(#freeze)").innerText(), /決めていない変更が 1件/);
    await walk.look(planner, "second");
    await reader.goto(at(`/plan/${KEY}`));
    assert.ok((await reader.locator("main").innerText()).includes(ADDED));
  });
  await test("the redline holds both wordings, on the page", async () => {
    await reader.goto(at("/editions"));
    await reader.selectOption("#compare-from", "素案");
    await reader.selectOption("#compare-to", "案");
    await reader.click("button[value=redline]");
    const html = await (await fetch(reader.url())).text();
    assert.ok(withoutTag(html, "del").includes(ADDED + before));
    assert.ok(withoutTag(html, "ins").includes(before));
    assert.match(html, /修正 1件、追加 0件、削除 0件/);
    await planner.goto(at("/editions/compare?from=素案&to=案"));
    await walk.look(planner, "redline");
  });
  await test("the table has the columns of each form", async () => {
    const columns = async (profile) => {
      await planner.goto(at(`${table}&profile=${profile}`));
      await walk.look(planner, `table-${profile}`);
      return planner.locator(".comparison thead th").allInnerTexts();
    };
    assert.deepEqual(await columns("ordinance"), ["改正後", "改正前"]);
    assert.deepEqual(await columns("plan"), ["現行", "改正案", "備考"]);
    assert.equal(await planner.locator(".comparison tr.edited").count(), 1);
    assert.equal(await planner.locator(".comparison ins").innerText(), ADDED);
  });
  await test("the reason is a remark for staff, and for nobody else", async () => {
    assert.equal((await planner.locator(".comparison td.remark p").innerText()).trim(), REASON);
    const open = await (await fetch(at(table))).text();
    assert.ok(open.includes("備考") && !open.includes(REASON) && !open.includes(PLANNER.name));
    for (const format of ["html", "json"]) {
      const file = await fetch(at(`${table}&format=${format}`));
      assert.equal(file.status, 200);
      assert.match(file.headers.get("content-disposition"), /attachment/);
      const text = await file.text();
      assert.ok(text.includes(ADDED) && !text.includes(REASON), format);
    }
  });
  await test("the timeline tells every wording, newest first, and why", async () => {
    await planner.goto(at(`/plan/${KEY}`));
    await planner.click("text=版ごとの文言と、変えた理由を見る");
    const moments = planner.locator(".timeline > li");
    assert.equal(await moments.count(), 2);
    assert.match(await moments.nth(0).innerText(), /^案/);
    assert.match(await moments.nth(1).innerText(), /^素案[\s\S]*はじめて載った版/);
    assert.equal(await moments.nth(0).locator("ins").innerText(), ADDED);
    assert.ok((await moments.nth(0).innerText()).includes(REASON));
    assert.ok((await moments.nth(0).innerText()).includes(PLANNER.name));
    await walk.look(planner, "timeline");
    const seen = await (await fetch(at(`/plan/${KEY}/timeline`))).text();
    assert.ok(seen.includes(ADDED) && !seen.includes(REASON) && !seen.includes(PLANNER.name));
  });
  await test("a page of frozen editions keeps its tag; what is not there is 404", async () => {
    const first = await fetch(at(table));
    const tag = first.headers.get("etag");
    assert.ok(tag);
    assert.equal((await fetch(at(table), { headers: { "if-none-match": tag } })).status, 304);
    for (const path of ["/editions/compare?from=無い版", "/editions/compare?to=無い版", `${table}&profile=none`,
      `${table}&format=exe`, "/editions?plan=none", "/plan/9-9-9/timeline"])
      assert.equal((await fetch(at(path))).status, 404, path);
  });
  await open.close();
  await walk.end();
}
