// Japanese and English: what the browser prefers, what the link in the head chooses, and the plan's own words
// in Japanese.

import assert from "node:assert/strict";
import { visitor } from "./lib/browser.mjs";
import { test } from "./lib/report.mjs";

export default async function run({ sample }) {
  await test("the browser's language is taken, Japanese for any other", async () => {
    for (const [locale, lang] of [["ja", "ja"], ["en-US", "en"], ["fr", "ja"]]) {
      const context = await visitor({ language: locale });
      const page = await context.newPage();
      await page.goto(sample.url("/"));
      assert.equal(await page.getAttribute("html", "lang"), lang, locale);
      await context.close();
    }
  });
  await test("the link in the head changes the language, keeps the page and its query, and is remembered", async () => {
    const context = await visitor({ language: "ja" });
    const page = await context.newPage();
    await page.goto(sample.url("/search?q=%E4%BF%9D%E8%82%B2"));
    await page.click("header a[lang=en]");
    assert.equal(await page.getAttribute("html", "lang"), "en");
    assert.equal(new URL(page.url()).searchParams.get("q"), "保育");
    assert.match(await page.locator("main h1").innerText(), /Search/);
    assert.ok((await page.locator(".hit").count()) > 0);
    await page.goto(sample.url("/plan/2-1"));
    assert.equal(await page.getAttribute("html", "lang"), "en");
    await page.click("header a[lang=ja]");
    assert.equal(await page.getAttribute("html", "lang"), "ja");
    assert.equal(new URL(page.url()).pathname, "/plan/2-1");
    await context.close();
  });
  await test("in the English interface every Japanese word stands in an element that says so", async () => {
    const context = await visitor({ language: "en", scripts: true });
    const page = await context.newPage();
    for (const path of ["/", "/plan/2-1", "/plan/2-1-1-1-1", "/plan/2-1-s-1", "/search?q=%E5%AD%A6%E6%A0%A1",
      "/about", "/sign-in", "/plan/9"]) {
      await page.goto(sample.url(path));
      const strays = await page.evaluate(() => {
        const found = [];
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const text = walker.currentNode.textContent;
          const element = walker.currentNode.parentElement;
          if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text) && !element.closest("[lang=ja]"))
            found.push(text.trim());
        }
        return found;
      });
      // Words of a search are the visitor's own.
      assert.deepEqual(strays.filter((text) => !/“学校”/.test(text)), [], path);
    }
    await context.close();
  });
  await test("in the Japanese interface no sentence of the interface is left in English", async () => {
    const context = await visitor({ scripts: true });
    const page = await context.newPage();
    for (const path of ["/", "/plan/2-1", "/plan/2-1-1-1-1", "/search", "/search?q=xyzzy", "/about",
      "/sign-in", "/plan/9", "/nowhere"]) {
      await page.goto(sample.url(path));
      const text = await page.evaluate(() => {
        const copy = document.body.cloneNode(true);
        for (const e of copy.querySelectorAll("[lang=en], code")) e.remove();
        return copy.innerText;
      });
      const english = text.match(/[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}/g) ?? [];
      assert.deepEqual(english, [], path);
    }
    await context.close();
  });
}
