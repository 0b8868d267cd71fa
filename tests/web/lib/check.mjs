// What every page must pass: axe-core at WCAG 2.2 A and AA, html-validate, and a few rules of this site.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import assert from "node:assert/strict";
import { HtmlValidate } from "html-validate";

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

const validator = new HtmlValidate({
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    // Taste, not validity: the server writes lower-case doctype, no inline whitespace, and role=search beside <search>.
    "doctype-style": "off",
    "no-trailing-whitespace": "off",
    "long-title": "off",
    "prefer-native-element": "off",
    "no-redundant-role": "error",
    "no-inline-style": "error",
    "void-style": "off",
    // Several boxes of one name are how a form asks for several.
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "submit", "button"] }],
  },
});

export async function checkHtml(html) {
  const report = await validator.validateString(html);
  const problems = report.results.flatMap((result) =>
    result.messages.map((m) => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`));
  assert.deepEqual(problems, [], "html-validate");
}

// `page` must come from a visitor with scripts, as axe is one; the site's policy forbids scripts in the page itself, so
// it is evaluated from outside.
export async function checkAccess(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(
    (tags) => globalThis.axe.run(document, { runOnly: { type: "tag", values: tags } }),
    AXE_TAGS,
  );
  const places = (violation) => violation.nodes.map((node) => node.html).slice(0, 5).join("\n  ");
  const problems = found.violations.map((v) => `${v.id}: ${v.help}\n  ${places(v)}`);
  assert.deepEqual(problems, [], "axe-core");
}

// No page is wider than its window, headings go down one level at a time, one h1, one main.
export async function checkShape(page) {
  const shape = await page.evaluate(() => ({
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    headings: [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((h) => Number(h.tagName[1])),
    mains: document.querySelectorAll("main").length,
    scripts: document.querySelectorAll("script:not([src]), style, [style]").length,
    ids: [...document.querySelectorAll("[id]")].map((e) => e.id),
    lang: document.documentElement.lang,
  }));
  assert.ok(shape.overflow <= 0, `wider than the window by ${shape.overflow} px`);
  assert.equal(shape.headings.filter((level) => level === 1).length, 1, "one h1");
  shape.headings.reduce((before, level) => {
    assert.ok(level <= before + 1, `a heading of level ${level} after one of level ${before}`);
    return level;
  }, 0);
  assert.equal(shape.mains, 1, "one main");
  assert.equal(shape.scripts, 0, "no inline script or style");
  assert.equal(new Set(shape.ids).size, shape.ids.length, "ids are unique");
  return shape;
}
