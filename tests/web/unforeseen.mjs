// Two services that nobody had in mind, written from docs/language.md alone (services/): a library's study seats and a
// desk for requests to clear snow. They are checked, applied, used in the browser, and applied anew twice while records
// are there: things are added, renamed, widened, and given up.

import assert from "node:assert/strict";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WIDTHS } from "./lib/browser.mjs";
import { addPeople, dayFromNow, PEOPLE, WITH_PEOPLE } from "./lib/city.mjs";
import { test } from "./lib/report.mjs";
import { CITY } from "./lib/server.mjs";
import { Walk } from "./lib/walk.mjs";

const SERVICES = ["library-seats", "snow-desk"];
const LIBRARIAN = { login: "toshokan", name: "図書館 担当", password: "shizukana-heya-2018", role: "learning_officer" };
const CLEARER = { login: "josetsu", name: "除雪 担当", password: "yukikaki-no-asa-2018", role: "community_officer" };

// The sample city with the services as they were written in that year.
function writeCity(folder, year) {
  mkdirSync(join(folder, "services/unforeseen"), { recursive: true });
  for (const service of SERVICES)
    copyFileSync(`tests/web/services/${service}.${year}.yaml`, join(folder, `services/unforeseen/${service}.yaml`));
}

function addOfficers(server) {
  for (const { login, name, role, password } of [LIBRARIAN, CLEARER])
    server.command(["account", "add", login, "--name", name, "--role", role, "--password-stdin"], `${password}\n`);
}

const words = (page) => page.locator("main").innerText();

async function book(page, server, opening) {
  await page.goto(server.url(opening));
  await page.click("main a:has-text('予約へ進む')");
  await page.click("main button[type=submit]");
}

async function fill(page, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = page.locator(`[name='f.${name}']`).first();
    const kind = await field.evaluate((at) => `${at.tagName} ${at.type}`);
    if (kind.startsWith("SELECT")) await field.selectOption(value);
    else if (kind.includes("radio")) await page.check(`[name='f.${name}'][value='${value}']`);
    else await field.fill(value);
  }
}

export default async function run({ start }) {
  const walk = new Walk("unforeseen");
  const city = mkdtempSync(join(tmpdir(), "hitomachi-city-"));
  cpSync(CITY, city, { recursive: true });
  writeCity(city, 1);
  const server = await start({ load: WITH_PEOPLE, city });
  addPeople(server);
  addOfficers(server);
  const librarian = await walk.enter(server, LIBRARIAN, WIDTHS.desk, "/work");
  const clearer = await walk.enter(server, CLEARER, WIDTHS.desk, "/work");
  const sakura = await walk.enter(server, PEOPLE.sakura, WIDTHS.phone, "/services");
  const yumi = await walk.enter(server, PEOPLE.yumi, WIDTHS.phone, "/services");
  const ken = await walk.enter(server, PEOPLE.ken, WIDTHS.phone, "/services");
  let opening, request;

  await test("the folder with two new services is in order", async () => {
    assert.match(server.check(), /services: \d/);
  });
  await test("a librarian opens a room with two desks", async () => {
    await librarian.goto(server.url("/services/library-seats/opening/new"));
    await fill(librarian, { room: "静かな部屋（見本）", day: dayFromNow(3), desks: "2" });
    await librarian.click("main button[type=submit]");
    await librarian.click("button:has-text('受付を始める')");
    opening = new URL(librarian.url()).pathname;
    await walk.look(librarian, "opening");
  });
  await test("two readers book, nobody twice, and a third is told that the room is full", async () => {
    await book(sakura, server, opening);
    assert.match(await words(sakura), /席を確保しました/);
    await walk.look(sakura, "booked");
    await book(yumi, server, opening);
    await yumi.goto(server.url(opening));
    await walk.look(yumi, "opening-phone");
    await ken.goto(server.url(opening));
    assert.match(await words(ken), /満員のため、いまは申し込めません/);
    assert.equal(await ken.locator("main a:has-text('予約へ進む')").count(), 0);
    await walk.look(ken, "opening-full");
  });
  await test("a resident asks for snow to be cleared, and sees what became of it", async () => {
    await sakura.goto(server.url("/services/snow-desk/request/new"));
    await walk.look(sakura, "request-form");
    assert.equal(await sakura.locator("[name='f.cleared_on']").count(), 0, "the officer says which day");
    await clearer.goto(server.url("/services/snow-desk/request/new"));
    assert.equal(await clearer.locator("[name='f.cleared_on']").count(), 1);
    await fill(sakura, { place: "見本町1丁目の坂（架空）", kind: "pavement", depth: "40" });
    await sakura.click("main button[type=submit]");
    await clearer.goto(server.url("/services/snow-desk/request"));
    await walk.look(clearer, "requests");
    await clearer.click("main a:has-text('見本町1丁目')");
    request = new URL(clearer.url()).pathname;
    await clearer.click("button:has-text('出動を指示する')");
    assert.equal(await clearer.locator("button:has-text('完了にする')").count(), 0, "first the day of clearing");
    await clearer.goto(server.url(`${request}/edit`));
    await fill(clearer, { cleared_on: dayFromNow(1) });
    await clearer.click("main button[type=submit]");
    await clearer.click("button:has-text('完了にする')");
    await sakura.goto(server.url("/mine"));
    assert.match(await words(sakura), /完了/);
    assert.ok(!(await words(ken)).includes("見本町1丁目"));
  });
  await test("the plan's page shows figures of both", async () => {
    await clearer.goto(server.url("/plan/2-1-2-2"));
    assert.match(await clearer.locator("#figure-used").innerText(), /2\s*件/);
    assert.match(await clearer.locator("#figure-requests").innerText(), /1\s*件/);
    assert.match(await clearer.locator("#figure-within_three_days").innerText(), /100/);
  });
  await test("a year later, with records there: a field is renamed, one added, one widened", async () => {
    writeCity(city, 2);
    server.command(["apply"]);
    await librarian.goto(server.url(opening));
    assert.match(await words(librarian), /席の数[^]*2/, "what was entered under the former name");
    await librarian.goto(server.url(`${opening}/edit`));
    await fill(librarian, { places: "3", quiet: "yes" });
    await librarian.click("main button[type=submit]");
    await book(ken, server, opening);
    assert.match(await words(ken), /席を確保しました/);
    await clearer.goto(server.url("/services/snow-desk/request/new"));
    await fill(clearer, { spot: "見本町2丁目の階段（架空）", kind: "stairs", depth: "12.5" });
    await clearer.click("main button[type=submit]");
    await clearer.goto(server.url("/services/snow-desk/request"));
    assert.match(await words(clearer), /見本町1丁目[^]*見本町2丁目|見本町2丁目[^]*見本町1丁目/);
    await walk.look(clearer, "requests-second-year");
  });
  await test("another year later: a state and a choice are renamed, fields are given up after an export", async () => {
    writeCity(city, 3);
    server.command(["apply", "--drop"]);
    await librarian.goto(server.url("/services/library-seats/booking"));
    assert.equal(await librarian.locator("main .row").count(), 3);
    assert.match(await words(librarian), /予約済/);
    await librarian.goto(server.url("/services/library-seats/opening"));
    await walk.look(librarian, "openings-third-year");
    await clearer.goto(server.url(request));
    assert.match(await words(clearer), /歩道/);
    await clearer.goto(server.url("/plan/2-1-2-2"));
    assert.match(await clearer.locator("#figure-used").innerText(), /3\s*件/);
    assert.match(await clearer.locator("#figure-requests").innerText(), /2\s*件/);
  });
  await test("a record's history still reads as it was written", async () => {
    await clearer.goto(server.url(`${request}/history`));
    assert.match(await words(clearer), /要望/);
    await walk.look(clearer, "history-third-year");
  });
  await test("and everything is as history and records say", async () => {
    server.command(["verify"]);
  });
  await walk.end();
  for (const page of [librarian, clearer, sakura, yumi, ken]) await page.context().close();
  rmSync(city, { recursive: true, force: true });
}
