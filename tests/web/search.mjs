// Searching: what is found is marked, folding, several words, nothing found, paging, hostile words.

import assert from "node:assert/strict";
import { visitor } from "./lib/browser.mjs";
import { test } from "./lib/report.mjs";

async function search(server, query) {
  const context = await visitor();
  const page = await context.newPage();
  await page.goto(server.url("/"));
  await page.fill("#head-q", query);
  await page.press("#head-q", "Enter");
  return { context, page };
}

const marksOf = async (page) => [...new Set(await page.locator("main mark").allInnerTexts())];

export default async function run({ sample }) {
  const plan = await (await fetch(sample.url("/api/v1/plans/basic-2019/editions/current"))).json();
  // An item is searched with its notes.
  const notes = (key) => plan.annotations.filter((note) => note.node === key).map((note) => note.text);
  const whole = (node) => [node.number, node.text, ...notes(node.key)].join("\n");
  const holds = (words) => plan.nodes
    .filter((node) => words.every((word) => whole(node).includes(word)))
    .map((node) => node.key);

  await test("a word of two characters finds every item that holds it, and marks it", async () => {
    const { context, page } = await search(sample, "保育");
    const wanted = holds(["保育"]);
    assert.ok(wanted.length > 1 && wanted.length <= 20);
    const found = await page.locator(".hit a").evaluateAll((links) => links.map((a) => a.getAttribute("href")));
    assert.deepEqual(found, wanted.map((key) => `/plan/${key}`));
    assert.deepEqual(await marksOf(page), ["保育"]);
    assert.equal(await page.inputValue("#q"), "保育");
    await context.close();
  });
  await test("width, case and kana make no difference, and the text is marked as it stands", async () => {
    for (const [query, word] of [["ｉｃｔ", "ICT"], ["すぽーつ", "スポーツ"], ["ｽﾎﾟｰﾂ", "スポーツ"]]) {
      const { context, page } = await search(sample, query);
      assert.ok((await page.locator(".hit").count()) > 0, query);
      assert.deepEqual(await marksOf(page), [word]);
      await context.close();
    }
  });
  await test("several words must all be there", async () => {
    const { context, page } = await search(sample, "学校　地域");
    const wanted = holds(["学校", "地域"]);
    assert.ok(wanted.length > 1);
    assert.equal(await page.locator(".hit").count(), Math.min(20, wanted.length));
    assert.deepEqual((await marksOf(page)).sort(), ["学校", "地域"].sort());
    await context.close();
  });
  await test("many hits come in pages of twenty, each once", async () => {
    const { context, page } = await search(sample, "の");
    const wanted = holds(["の"]);
    const found = [];
    for (let number = 1; ; number += 1) {
      found.push(...(await page.locator(".hit a").evaluateAll((links) => links.map((a) => a.getAttribute("href")))));
      const next = page.locator(".pages a[rel=next]");
      if ((await next.count()) === 0) break;
      assert.equal(await page.locator(".hit").count(), 20);
      await next.click();
      assert.match(page.url(), new RegExp(`page=${number + 1}`));
    }
    assert.deepEqual(found, wanted.map((key) => `/plan/${key}`));
    await page.goto(sample.url("/search?q=%E3%81%AE&page=999"));
    assert.ok((await page.locator(".hit").count()) > 0, "a page behind the last one shows the last one");
    await context.close();
  });
  await test("nothing found and nothing asked both say what to do", async () => {
    const { context, page } = await search(sample, "存在しない語句");
    assert.match(await page.locator("main").innerText(), /存在しない語句.*見つかりません/);
    assert.ok((await page.locator("main li").count()) >= 3);
    await page.goto(sample.url("/search?q=%20"));
    assert.match(await page.locator("main").innerText(), /入力してください/);
    await context.close();
  });
  await test("markup, quotes and controls in a query are only words", async () => {
    for (const query of ["<script>alert(1)</script>",
      "\"><img src=x onerror=alert(1)>", "' or 1=1 --", "%' \\ _ *", "a\u0000b", "{{= x}}"]) {
      const answer = await fetch(sample.url(`/search?q=${encodeURIComponent(query)}`));
      const html = await answer.text();
      assert.ok([200, 400].includes(answer.status), `${query}: ${answer.status}`);
      assert.ok(!html.includes("<script"), query);
      assert.ok(!html.includes("<img"), query);
    }
    const { context, page } = await search(sample, "<b>保育</b>");
    assert.equal(await page.locator("main b:not(.under b)").count(), 0);
    assert.match(await page.title(), /<b>保育<\/b>/);
    await context.close();
  });
}
