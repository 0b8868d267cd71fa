// On paper: the policy page is A4 landscape, complete, without what only a screen needs.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { visitor } from "./lib/browser.mjs";
import { test } from "./lib/report.mjs";

// Text of a PDF without white space, which paper breaks elsewhere.
function textOf(pdf) {
  const folder = mkdtempSync(join(tmpdir(), "hitomachi-print-"));
  try {
    const file = join(folder, "page.pdf");
    writeFileSync(file, pdf);
    const info = spawnSync("pdfinfo", [file], { encoding: "utf8" }).stdout;
    const text = spawnSync("pdftotext", ["-raw", file, "-"], { encoding: "utf8" }).stdout;
    return { info, text: text.replace(/\s/g, "").normalize("NFKC") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export default async function run({ sample }) {
  await test("a policy prints on A4 landscape, every word of it, and few sheets", async () => {
    const context = await visitor();
    const page = await context.newPage();
    const plan = await (await fetch(sample.url("/api/v1/plans/basic-2019/editions/current/nodes/2-2"))).json();
    await page.goto(sample.url("/plan/2-2"));
    const { info, text } = textOf(await page.pdf({ preferCSSPageSize: true }));
    assert.match(info, /Page size: +84[12]\.\d+ x 59[45]\.\d+ pts/);
    assert.ok(Number(/Pages: +(\d+)/.exec(info)[1]) <= 3, info);
    for (const node of plan.part.nodes.filter((one) => ["fact", "initiative"].includes(one.kind)))
      assert.ok(text.includes(node.text.replace(/\s/g, "").normalize("NFKC")), node.key);
    assert.ok(text.includes("見本"));
    assert.ok(!text.includes("サインイン") && !text.includes("詳しく"), "nothing that only a screen needs");
    await context.close();
  });
}
