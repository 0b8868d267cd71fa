// The keyboard alone: the skip link is first and works, focus goes through the page in reading order and is
// always to be seen.

import assert from "node:assert/strict";
import { visitor, WIDTHS } from "./lib/browser.mjs";
import { test } from "./lib/report.mjs";

async function walk(page, steps) {
  const stops = [];
  for (let i = 0; i < steps; i += 1) {
    await page.keyboard.press("Tab");
    stops.push(
      await page.evaluate(() => {
        const e = document.activeElement;
        const box = e.getBoundingClientRect();
        const style = getComputedStyle(e);
        return {
          tag: e.tagName,
          name: (e.getAttribute("aria-label") ?? e.textContent).trim(),
          href: e.getAttribute("href"),
          inMain: e.closest("main") !== null,
          outline: parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== "none",
          seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0,
          top: box.top + scrollY,
          order: [...document.querySelectorAll("a, button, input, select, textarea, [tabindex]")].indexOf(e),
        };
      }),
    );
  }
  return stops;
}

export default async function run({ sample }) {
  for (const [name, width] of Object.entries(WIDTHS)) {
    await test(`${name}: the skip link comes first, shows itself and leads into the page`, async () => {
      const context = await visitor({ width, scripts: true });
      const page = await context.newPage();
      await page.goto(sample.url("/plan/2-1"));
      const [skip] = await walk(page, 1);
      assert.equal(skip.href, "#main");
      assert.ok(skip.seen, "the skip link is to be seen when it has focus");
      await page.keyboard.press("Enter");
      const [next] = await walk(page, 1);
      assert.ok(next.inMain, `after the skip link focus is on ${next.tag} "${next.name}"`);
      await context.close();
    });
    await test(`${name}: focus is always to be seen and follows the order of the page`, async () => {
      const context = await visitor({ width, scripts: true });
      const page = await context.newPage();
      for (const path of ["/", "/plan/2-1", "/plan/2-1-1-1-1", "/search?q=%E5%AD%A6%E6%A0%A1", "/sign-in"]) {
        await page.goto(sample.url(path));
        const stops = (await walk(page, 40)).filter((stop) => stop.tag !== "BODY");
        assert.ok(stops.length > 8, path);
        for (const stop of stops) {
          assert.ok(stop.seen, `${path}: ${stop.tag} "${stop.name}" is out of sight`);
          assert.ok(stop.outline, `${path}: ${stop.tag} "${stop.name}" shows no focus`);
          assert.ok(stop.name.length > 0 || stop.tag === "INPUT", `${path}: ${stop.tag} ${stop.href} has no name`);
        }
        const round = stops.findIndex((stop, n) => n > 0 && stop.order < stops[n - 1].order);
        assert.ok(round < 0 || stops[round].order === 0, `${path}: focus jumps back to "${stops[round]?.name}"`);
      }
      await context.close();
    });
  }
  await test("targets are at least 24 pixels high, or stand in a line of text", async () => {
    const context = await visitor({ width: WIDTHS.phone, scripts: true });
    const page = await context.newPage();
    for (const path of ["/", "/plan/2-1", "/sign-in"]) {
      await page.goto(sample.url(path));
      const small = await page.evaluate(() =>
        [...document.querySelectorAll("button, input:not([type=hidden]), select")]
          .map((e) => ({ name: e.textContent || e.name, height: e.getBoundingClientRect().height }))
          .filter((e) => e.height < 24));
      assert.deepEqual(small, [], path);
    }
    await context.close();
  });
}
