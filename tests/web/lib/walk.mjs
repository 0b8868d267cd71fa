// A walk through pages as people walk: every page that is looked at on the way is checked as pages.mjs does, and what
// is wrong with one is kept until the end, so that the walk goes on.
//
// HITOMACHI_SHOTS=FOLDER keeps a picture of each.

import assert from "node:assert/strict";
import { signIn, visitor, WIDTHS } from "./browser.mjs";
import { checkAccess, checkHtml, checkShape } from "./check.mjs";
import { test } from "./report.mjs";

const PATIENCE_MS = 3_000;

let shots = 0;

export class Walk {
  constructor(name) {
    this.name = name;
    this.faults = [];
    this.answers = new WeakMap(); // page -> what the server sent last
  }

  keepAnswers(context) {
    context.setDefaultTimeout(PATIENCE_MS);
    context.on("response", (answer) => {
      if (answer.request().isNavigationRequest() && answer.status() !== 303)
        this.answers.set(answer.frame().page(), answer);
    });
    return context;
  }

  // axe needs scripts in its visitor.
  async visit(width = WIDTHS.desk) {
    return this.keepAnswers(await visitor({ width, scripts: true }));
  }

  async enter(server, who, width, next) {
    return signIn(await this.visit(width), server, who, next);
  }

  async look(page, name) {
    shots += 1;
    const checks = [checkAccess, async () => checkHtml(await this.answers.get(page).text())];
    const own = page.viewportSize();
    for (const check of checks)
      await check(page).catch((error) => this.faults.push(`${name}: ${error.message}`));
    for (const width of Object.values(WIDTHS)) {
      await page.setViewportSize({ width, height: own.height });
      await checkShape(page).catch((error) => this.faults.push(`${name} at ${width} px: ${error.message}`));
    }
    await page.setViewportSize(own);
    if (!process.env.HITOMACHI_SHOTS) return;
    const file = `${String(shots).padStart(3, "0")}-${this.name}-${name}.png`;
    await page.screenshot({ path: `${process.env.HITOMACHI_SHOTS}/${file}`, fullPage: true });
  }

  async end() {
    await test("every page met on the way is valid and accessible", async () => assert.deepEqual(this.faults, []));
  }
}
