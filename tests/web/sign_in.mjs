// Signing in and out, being led back, wrong passwords, and who may see what.

import assert from "node:assert/strict";
import { signIn, visitor } from "./lib/browser.mjs";
import { checkAccess, checkHtml, checkShape } from "./lib/check.mjs";
import { test } from "./lib/report.mjs";
import { CLERK, PLANNER } from "./lib/server.mjs";

export default async function run({ start }) {
  const server = await start({ load: [["apply"]] });

  await test("a page for planners leads to the sign-in page and, once signed in, back", async () => {
    const context = await visitor();
    const page = await context.newPage();
    await page.goto(server.url("/imports"));
    assert.equal(new URL(page.url()).pathname, "/sign-in");
    await page.fill("#login", PLANNER.login.toUpperCase());
    await page.fill("#password", PLANNER.password);
    await page.press("#password", "Enter");
    assert.equal(new URL(page.url()).pathname, "/imports");
    assert.match(await page.locator("header").innerText(), new RegExp(PLANNER.name));
    await page.click("header button.link");
    assert.ok(!(await page.locator("header").innerText()).includes(PLANNER.name));
    await page.goto(server.url("/imports"));
    assert.equal(new URL(page.url()).pathname, "/sign-in", "signed out is signed out");
    await context.close();
  });
  await test("wrong passwords and unknown names are answered alike, keep the name and not the password", async () => {
    const answers = new Set();
    for (const [login, password] of [[PLANNER.login, "not-the-password"], ["nobody-here", "not-the-password"]]) {
      const context = await visitor();
      const page = await signIn(context, server, { login, password });
      assert.equal(new URL(page.url()).pathname, "/sign-in");
      assert.equal(await page.inputValue("#login"), login);
      assert.equal(await page.inputValue("#password"), "");
      assert.equal(await page.getAttribute("#password", "aria-invalid"), "true");
      assert.match(await page.title(), /^エラー/);
      answers.add(await page.locator("[role=alert]").innerText());
      await context.close();
    }
    assert.equal(answers.size, 1);
  });
  await test("the page of a failed sign-in is valid and accessible", async () => {
    const context = await visitor({ scripts: true });
    const page = await context.newPage();
    await page.goto(server.url("/sign-in"));
    await page.fill("#login", CLERK.login);
    await page.fill("#password", "wrong-again");
    const [answer] = await Promise.all([
      page.waitForResponse((r) => r.request().method() === "POST"),
      page.click("main button[type=submit]"),
    ]);
    assert.equal(answer.status(), 422);
    await checkHtml(await answer.text());
    await checkShape(page);
    await checkAccess(page);
    await context.close();
  });
  await test("an address of another site is never returned to", async () => {
    for (const next of ["https://example.com/", "//example.com/", "/\\example.com", "javascript:alert(1)"]) {
      const context = await visitor();
      const page = await signIn(context, server, PLANNER, next);
      assert.equal(page.url(), server.url("/"), next);
      await context.close();
    }
  });
  await test("somebody without the role is told so, and the menu offers nothing that is refused", async () => {
    const context = await visitor({ scripts: true });
    const page = await signIn(context, server, CLERK, "/imports");
    const answer = await page.goto(server.url("/imports"));
    assert.equal(answer.status(), 403);
    await checkAccess(page);
    await checkHtml(await answer.text());
    assert.equal(await page.locator("header a[href='/imports']").count(), 0);
    await context.close();
  });
  await test("a form without its token, or from another site, changes nothing", async () => {
    const context = await visitor();
    const page = await signIn(context, server, PLANNER, "/imports");
    const cookies = (await context.cookies()).map((cookie) => `${cookie.name}=${cookie.value}`).join("; ");
    for (const headers of [{}, { Origin: "https://example.com" }]) {
      const answer = await fetch(server.url("/sign-out"), {
        method: "POST",
        headers: { Cookie: cookies, "Content-Type": "application/x-www-form-urlencoded", ...headers },
        body: "x=1",
        redirect: "manual",
      });
      assert.equal(answer.status, 403);
    }
    await page.goto(server.url("/imports"));
    assert.equal(new URL(page.url()).pathname, "/imports");
    await context.close();
  });
  await test("guessing is slowed down: after some failures the right password waits as well", async () => {
    const context = await visitor();
    const login = "guessed-account";
    let status = 422;
    for (let tries = 0; tries < 12 && status === 422; tries += 1) {
      const page = await context.newPage();
      await page.goto(server.url("/sign-in"));
      await page.fill("#login", login);
      await page.fill("#password", `guess-number-${tries}`);
      const [answer] = await Promise.all([
        page.waitForResponse((r) => r.request().method() === "POST"),
        page.click("main button[type=submit]"),
      ]);
      status = answer.status();
      if (status === 429) assert.match(await page.locator("[role=alert]").innerText(), /待って/);
      await page.close();
    }
    assert.equal(status, 429);
    await context.close();
  });
}
