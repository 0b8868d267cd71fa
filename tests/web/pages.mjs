// Every page that needs no sign-in, in both languages and at both widths: valid, accessible, nothing wider than
// its window, titles all different.

import assert from "node:assert/strict";
import { visitor, WIDTHS } from "./lib/browser.mjs";
import { checkAccess, checkHtml, checkShape } from "./lib/check.mjs";
import { test } from "./lib/report.mjs";

// path -> status
const PAGES = {
  "/": 200,
  "/plan/2": 200,
  "/plan/2-1": 200,
  "/plan/2-2": 200,
  "/plan/3-1": 200,
  "/plan/2-1?view=item": 200,
  "/plan/2-1-s": 200,
  "/plan/2-1-1": 200,
  "/plan/2-1-1-1": 200,
  "/plan/2-1-1-1-1": 200,
  "/plan/2-1-d-1": 200,
  "/search": 200,
  "/search?q=%E4%BF%9D%E8%82%B2": 200,
  "/search?q=xyzzy": 200,
  "/sign-in": 200,
  "/about": 200,
  "/services": 200,
  "/services/experience-programme": 200,
  "/services/none": 404,
  "/export/sjis": 200,
  "/plan/9-9": 404,
  "/nowhere": 404,
  "/?edition=none": 404,
};

async function checkPage(server, pages, path, status, language, titles) {
  for (const page of pages) {
    const answer = await page.goto(server.url(path));
    assert.equal(answer.status(), status);
    const shape = await checkShape(page);
    assert.equal(shape.lang, language);
    await checkAccess(page);
  }
  const answer = await fetch(server.url(path), { headers: { "Accept-Language": language } });
  await checkHtml(await answer.text());
  const title = await pages[0].title();
  assert.ok(!titles.has(title) || status !== 200, `the title "${title}" is also that of ${titles.get(title)}`);
  titles.set(title, path);
}

export default async function run({ sample }) {
  for (const language of ["ja", "en"]) {
    const titles = new Map();
    const contexts = await Promise.all(
      Object.values(WIDTHS).map((width) => visitor({ width, language, scripts: true })));
    const pages = await Promise.all(contexts.map((context) => context.newPage()));
    for (const [path, status] of Object.entries(PAGES))
      await test(`${language} ${path} is valid and accessible at both widths`, () =>
        checkPage(sample, pages, path, status, language, titles));
    for (const context of contexts) await context.close();
  }
  await test("the home page shows the whole plan: 5 policies, 15 measures, 31 groups, 63 initiatives", async () => {
    const context = await visitor();
    const page = await context.newPage();
    await page.goto(sample.url("/"));
    assert.deepEqual(await page.locator(".glance dd").allInnerTexts(), ["5", "15", "31", "63"]);
    assert.equal(await page.locator(".card h3 a").count(), 5);
    assert.equal(await page.locator(".card li a").count(), 15);
    assert.equal(await page.locator(".chapter").count(), 2);
    await context.close();
  });
  await test("a measure on the home page leads to its place on the policy's page", async () => {
    const context = await visitor();
    const page = await context.newPage();
    await page.goto(sample.url("/"));
    const link = page.locator(".card li a").nth(3);
    const words = await link.innerText();
    await link.click();
    const place = page.locator(`[id="${new URL(page.url()).hash.slice(1)}"]`);
    assert.match(await place.locator("h3").innerText(), new RegExp(words));
    await context.close();
  });
  await test("measures stand side by side on a desk and one under another on a phone", async () => {
    for (const [width, columns] of [[WIDTHS.desk, true], [WIDTHS.phone, false]]) {
      const context = await visitor({ width });
      const page = await context.newPage();
      await page.goto(sample.url("/plan/2-1"));
      const [first, second] = await Promise.all([0, 1].map((n) => page.locator(".measure").nth(n).boundingBox()));
      assert.equal(Math.abs(first.y - second.y) < 1, columns, `tops at ${first.y} and ${second.y}`);
      await context.close();
    }
  });
  await test("every page of the sample city says that it is one", async () => {
    const context = await visitor();
    const page = await context.newPage();
    for (const path of Object.keys(PAGES)) {
      await page.goto(sample.url(path));
      assert.match(await page.locator(".notice").innerText(), /見本/, path);
    }
    await context.close();
  });
  await test("every node of the plan has its page, and every link on the plan's pages leads somewhere", async () => {
    const plan = await (await fetch(sample.url("/api/v1/plans/basic-2019/editions/current"))).json();
    for (const node of plan.nodes) {
      const answer = await fetch(sample.url(`/plan/${node.key}`));
      assert.equal(answer.status, 200, node.key);
    }
    const seen = new Set();
    for (const path of ["/", "/plan/2-1", "/plan/2-1-1-1-1", "/plan/2", "/search?q=%E5%AD%A6%E6%A0%A1", "/about"]) {
      const html = await (await fetch(sample.url(path))).text();
      const ids = new Set([...html.matchAll(/ id="([^"]+)"/g)].map((m) => m[1]));
      for (const [, href] of html.matchAll(/ href="([^"]+)"/g)) {
        const target = href.replaceAll("&amp;", "&");
        if (target.startsWith("#")) {
          assert.ok(ids.has(target.slice(1)), `${path} has no ${target}`);
        } else if (!seen.has(target)) {
          seen.add(target);
          const answer = await fetch(sample.url(target), { redirect: "manual" });
          assert.ok(answer.status === 200, `${target} on ${path}: ${answer.status}`);
        }
      }
    }
  });
}
