// Places by draw: a resident takes part on a phone, sees the committed value before and the secret after, and what the
// page says is computed here again.

import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { WIDTHS } from "./lib/browser.mjs";
import { addPeople, dayFromNow, PEOPLE, WITH_PEOPLE } from "./lib/city.mjs";
import { test } from "./lib/report.mjs";
import { Walk } from "./lib/walk.mjs";

const OFFICER = { login: "supotsu", name: "スポーツ 担当", password: "tama-no-koe-2018", role: "sports_officer" };
const FAMILIES = ["sakura", "yumi", "ken"];
const NUMBER = "38915";
const PATIENCE_MS = 20_000;

const words = (page) => page.locator("main").innerText();
const fact = (page, title) =>
  page.locator(`.draw-check dt:text-is("${title}") + dd`).innerText().then((text) => text.trim());

export default async function run({ start }) {
  const walk = new Walk("draws");
  const server = await start({ load: WITH_PEOPLE });
  addPeople(server);
  server.command(["account", "add", OFFICER.login, "--name", OFFICER.name, "--role", OFFICER.role, "--password-stdin"],
    `${OFFICER.password}\n`);
  const officer = await walk.enter(server, OFFICER, WIDTHS.desk, "/work");
  const families = {};
  for (const name of FAMILIES) families[name] = await walk.enter(server, PEOPLE[name], WIDTHS.phone, "/services");
  let course;
  let commitment;

  await test("an officer opens a class whose places are drawn", async () => {
    await officer.goto(server.url("/services/sports-class/course/new"));
    for (const [name, value] of Object.entries({
      name: "はじめてのカーリング（見本）", starts_on: dayFromNow(20), capacity: "2", closes_on: dayFromNow(3),
    })) await officer.fill(`[name='f.${name}']`, value);
    await officer.click("main button[type=submit]");
    await officer.click("button:has-text('受付を始める')");
    course = new URL(officer.url()).pathname;
  });
  await test("whoever applies until the day takes part, in whatever order", async () => {
    for (const name of FAMILIES) {
      const page = families[name];
      await page.goto(server.url(course));
      assert.match(await words(page), /受け付け、翌日に抽選します/);
      await page.click("a:has-text('申込へ進む')");
      await page.check(`label:has-text('${PEOPLE[name].children[0]}') input`);
      await page.click("button:has-text('申し込む')");
      assert.match(await words(page), /抽選待ち/);
    }
    const page = families.sakura;
    await page.goto(server.url(course));
    assert.match(await words(page), /抽選　申込み3件/);
    await page.click("summary:has-text('抽選を確かめる')");
    commitment = await fact(page, "約束の値");
    assert.match(commitment, /^[0-9a-f]{64}$/);
    assert.equal(await page.locator("dt:text-is('秘密の値')").count(), 0, "the secret is one until the draw");
    await walk.look(page, "before");
    await page.goto(server.url("/mine"));
    assert.match(await words(page), /抽選待ち/);
    await walk.look(page, "mine-before");
  });
  await test("after the day, with the public number, the draw is made, and anybody gets the same order", async () => {
    await officer.goto(server.url(`${course}/edit`));
    await officer.fill("[name='f.draw_number']", NUMBER);
    await officer.click("main button[type=submit]");
    await server.again(["--today", dayFromNow(4)]);
    const page = families.ken;
    const until = Date.now() + PATIENCE_MS;
    do {
      await page.goto(server.url(course));
      await page.click("summary:has-text('抽選を確かめる')");
    } while ((await page.locator("dt:text-is('秘密の値')").count()) === 0 && Date.now() < until);
    const secret = Buffer.from(await fact(page, "秘密の値"), "hex");
    assert.equal(createHash("sha256").update(secret).digest("hex"), commitment, "what was promised");
    assert.equal(await fact(page, "公開の数字"), NUMBER);
    const key = createHmac("sha256", secret).update(NUMBER).digest();
    const ticket = (name) => createHmac("sha256", key).update(`${name}\u0001`).digest("hex");
    const order = ["1", "2", "3"].sort((a, b) => (ticket(a) < ticket(b) ? -1 : 1));
    assert.deepEqual((await fact(page, "抽選の順番（受付番号）")).split(/\s+/), order);
    await walk.look(page, "after");
    for (const [i, name] of FAMILIES.entries()) {
      await families[name].goto(server.url("/mine"));
      const has = order.indexOf(String(i + 1)) < 2;
      assert.match(await words(families[name]), has ? /参加決定/ : /補欠1番目/, `${name}: ${await words(families[name])}`);
      await walk.look(families[name], `mine-${has ? "held" : "waiting"}`);
    }
    await officer.goto(server.url(course));
    await walk.look(officer, "officer-after");
  });
  await test("verify draws again and agrees", async () => server.command(["verify"]));
  await walk.end();
  for (const page of [officer, ...Object.values(families)]) await page.context().close();
}
