// The review of a real import: proposals are decided one by one and together, the text really changes, and only the
// confirmation shows the edition to everybody.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { signIn, visitor, WIDTHS } from "./lib/browser.mjs";
import { checkAccess, checkHtml, checkShape } from "./lib/check.mjs";
import { test } from "./lib/report.mjs";
import { PLANNER } from "./lib/server.mjs";

const EDITION = "案（取込み）";

const figures = async (page) => (await page.locator(".progress .glance dd").allInnerTexts()).map(Number);

export default async function run({ start, seed }) {
  if (!existsSync(seed)) {
    await test(`${seed} is there`, async () => assert.fail("the review is tested on the real table"));
    return;
  }
  const server = await start({ load: [["apply"]] });
  const context = await visitor({ scripts: true });
  const page = await signIn(context, server, PLANNER, "/imports");
  let review;
  let total;

  const wordingOf = async (key) => {
    const url = `/api/v1/plans/basic-2019/editions/${encodeURIComponent(EDITION)}/nodes/${key}`;
    return page.evaluate((u) => fetch(u).then((r) => r.json()).then((part) => part.part.nodes[0].text), url);
  };

  await test("an upload leads to its review, with everything open", async () => {
    await page.setInputFiles("#file", seed);
    await page.fill("#edition", EDITION);
    await page.click("main button[type=submit]");
    review = new URL(page.url()).pathname;
    assert.match(review, /^\/imports\/\d+$/);
    const [open, accepted, refused] = await figures(page);
    assert.ok(open >= 18, `${open} proposals`);
    assert.deepEqual([accepted, refused], [0, 0]);
    assert.equal(await page.locator(".proposal-open").count(), open);
    total = open;
  });
  await test("the review is valid and accessible, in both languages and at both widths", async () => {
    for (const width of Object.values(WIDTHS))
      for (const lang of ["en", "ja"]) {
        await page.setViewportSize({ width, height: 900 });
        const answer = await page.goto(server.url(`${review}?show=all&lang=${lang}`));
        await checkHtml(await answer.text());
        await checkShape(page);
        await checkAccess(page);
      }
  });
  await test("every button says which proposal it decides", async () => {
    await page.goto(server.url(review));
    const buttons = page.locator(".proposal button");
    const names = await buttons.evaluateAll((buttons) => buttons.map((b) => b.textContent.trim()));
    assert.equal(new Set(names).size, names.length);
  });
  await test("accepting a repair changes the item's text, moves the figures and leads back to it", async () => {
    await page.goto(server.url(review));
    const item = page.locator("#repairs ~ ol .proposal-open").first();
    const id = await item.getAttribute("id");
    const then = (await item.locator("dd").nth(1).innerText()).trim();
    const now = (await item.locator("dd").nth(0).innerText()).trim();
    const key = new URL(await item.locator("a").first().getAttribute("href"), server.origin).pathname.split("/").pop();
    const before = await wordingOf(key);
    assert.ok(before.includes(now), `"${before}" holds "${now}"`);
    await item.locator("button[value=accept]").click();
    assert.equal(new URL(page.url()).hash, `#${id}`);
    assert.deepEqual(await figures(page), [total - 1, 1, 0]);
    assert.match(await page.locator("[role=status]").innerText(), /採りました/);
    assert.equal(await page.locator(`#${id}.proposal-accepted`).count(), 1, "what was decided stays in sight");
    assert.equal(await wordingOf(key), before.replace(now, then));
    await page.goto(server.url(`/plan/${key}?edition=${encodeURIComponent(EDITION)}`));
    assert.ok((await page.locator("main").innerText()).includes(then));
  });
  await test("a decision can be taken back, and the text is as before", async () => {
    await page.goto(server.url(`${review}?show=decided`));
    const item = page.locator(".proposal-accepted").first();
    const key = new URL(await item.locator("a").first().getAttribute("href"), server.origin).pathname.split("/").pop();
    const now = (await item.locator("dd").nth(0).innerText()).trim();
    await item.locator("button[value=reopen]").click();
    assert.deepEqual(await figures(page), [total, 0, 0]);
    assert.ok((await wordingOf(key)).includes(now));
  });
  await test("refusing counts and changes nothing in the text", async () => {
    await page.goto(server.url(review));
    const item = page.locator("#repairs ~ ol .proposal-open").last();
    const key = new URL(await item.locator("a").first().getAttribute("href"), server.origin).pathname.split("/").pop();
    const before = await wordingOf(key);
    await item.locator("button[value=refuse]").click();
    assert.deepEqual(await figures(page), [total - 1, 0, 1]);
    assert.equal(await wordingOf(key), before);
    await page.goto(server.url(review));
    assert.equal(await page.locator(".proposal-open").count(), total - 1, "the list of open ones is shorter by it");
  });
  await test("taking the fix of a warning moves items", async () => {
    await page.goto(server.url(review));
    const fixes = await page.locator("#warnings ~ ol .proposal-open").count();
    assert.ok(fixes >= 2);
    const counts = async () => {
      const url = `/api/v1/plans/basic-2019/editions/${encodeURIComponent(EDITION)}`;
      const plan = await page.evaluate((u) => fetch(u).then((r) => r.json()), url);
      const above = (node, kind) => {
        for (let at = node; at; at = plan.nodes.find((n) => n.key === at.parent)) if (at.kind === kind) return true;
        return false;
      };
      return plan.nodes.filter((n) => n.kind === "group" && above(n, "situation")).length;
    };
    const before = await counts();
    await page.click("button[value=fixes]");
    assert.match(await page.locator("[role=status]").innerText(), new RegExp(`${fixes}件`));
    assert.equal(await page.locator("#warnings ~ ol .proposal-open").count(), 0);
    assert.ok((await counts()) > before, "groups moved to the situation");
  });
  await test("repairs from a confidence on are accepted together, and no others", async () => {
    await page.goto(server.url(review));
    const percents = await page.locator("#repairs ~ ol .proposal-open").evaluateAll((items) =>
      items.map((item) => Number(/(\d+)%/.exec(item.textContent)[1])));
    const step = Number(await page.locator("#confidence option").first().getAttribute("value"));
    const wanted = percents.filter((percent) => percent >= step).length;
    assert.ok(wanted > 0 && wanted < percents.length, `${wanted} of ${percents.length} at ${step} %`);
    await page.selectOption("#confidence", String(step));
    await page.click("button[value=repairs]");
    const left = await page.locator("#repairs ~ ol .proposal-open").count();
    assert.equal(left, percents.length - wanted);
  });
  await test("nobody but planners sees the edition before it is confirmed", async () => {
    const path = `/?edition=${encodeURIComponent(EDITION)}`;
    assert.equal((await fetch(server.url(path))).status, 404);
    const hidden = server.url(`/api/v1/plans/basic-2019/editions/${encodeURIComponent(EDITION)}`);
    assert.equal((await fetch(hidden)).status, 404);
    const html = await (await fetch(server.url("/plan/2-1?view=item"))).text();
    assert.ok(!html.includes(EDITION));
    const answer = await page.goto(server.url(path));
    assert.equal(answer.status(), 200);
    assert.match(await page.locator("main").innerText(), /確認中/);
  });
  await test("confirming asks first while proposals are open", async () => {
    await page.goto(server.url(review));
    await page.click(".confirm button");
    assert.match(await page.locator("[role=status]").innerText(), /確定していません/);
    assert.equal(await page.locator(".confirm").count(), 1);
  });
  await test("a confirmed import is there for everybody and offers no more decisions", async () => {
    await page.check("#anyway");
    await page.click(".confirm button");
    assert.match(await page.locator("[role=status]").innerText(), /確定しました/);
    assert.equal(await page.locator(".proposal button").count(), 0);
    assert.equal((await fetch(server.url(`/?edition=${encodeURIComponent(EDITION)}`))).status, 200);
    await page.goto(server.url("/imports"));
    assert.match(await page.locator("main .card").first().innerText(), /確定済み/);
  });
  await test("an item shows its wording in every edition that has it, newest first", async () => {
    const both = await page.evaluate(async (name) => {
      const plan = "/api/v1/plans/basic-2019/editions/";
      const [first, second] = await Promise.all(
        ["素案", name].map((edition) => fetch(plan + encodeURIComponent(edition)).then((r) => r.json())));
      const before = new Map(first.nodes.map((node) => [node.key, node.text]));
      const node = second.nodes.find((n) => n.kind === "initiative" && before.has(n.key) &&
        before.get(n.key) !== n.text);
      return node && { key: node.key, texts: [node.text, before.get(node.key)] };
    }, EDITION);
    assert.ok(both, "the two editions share an initiative and word it differently");
    await page.goto(server.url(`/plan/${both.key}/timeline`));
    const moments = page.locator(".timeline > li");
    const shown = await moments.allInnerTexts();
    assert.equal(shown.length, 2);
    assert.ok(shown[0].includes(EDITION) && shown[1].includes("素案"));
    assert.ok(shown[1].includes(both.texts[1]), shown[1]);
    const side = (op) => moments.nth(0).locator(".change-text").evaluate((line, struck) => {
      const copy = line.cloneNode(true);
      copy.querySelectorAll(struck).forEach((piece) => piece.remove());
      return copy.textContent;
    }, op);
    assert.deepEqual([await side("del"), await side("ins")], both.texts);
  });
  await test("an import that is not there, or a decision without sense, is an error and not a fault", async () => {
    assert.equal((await page.goto(server.url("/imports/999999"))).status(), 404);
    assert.equal((await page.goto(server.url("/imports/x"))).status(), 404);
  });
  await context.close();
}
