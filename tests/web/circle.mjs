// The circle, walked as people walk it: a resident finds a service and applies for her children, waits, is offered
// places and gives them up; the next family takes them; staff record who came; the plan's page shows the figure.
//
// Residents hold a phone, staff sit at a desk. Every page they meet on the way is looked at (lib/walk.mjs).

import assert from "node:assert/strict";
import { WIDTHS } from "./lib/browser.mjs";
import { addPeople, dayFromNow, PEOPLE, WITH_PEOPLE } from "./lib/city.mjs";
import { test } from "./lib/report.mjs";
import { PLANNER } from "./lib/server.mjs";
import { Walk } from "./lib/walk.mjs";

const SERVICE = "/services/experience-programme";
const REVISED = "年齢に応じた体験の機会を、定員を増やして一年を通して設け、子どもの健やかな成長を支えます。";
const SESSION = "雪の森たんけん（見本）";

const walk = new Walk("circle");
const look = (page, name) => walk.look(page, name);

async function people(server) {
  const desk = (who, next) => walk.enter(server, who, WIDTHS.desk, next);
  const phone = (who, next) => walk.enter(server, who, WIDTHS.phone, next);
  return {
    officer: await desk(PEOPLE.officer, "/work"),
    sakura: await phone(PEOPLE.sakura, "/services"),
    yumi: await phone(PEOPLE.yumi, "/services"),
    ken: await phone(PEOPLE.ken, "/services"),
  };
}

// April to March.
function fiscalYear(day) {
  const [year, month] = day.split("-").map(Number);
  return month < 4 ? year - 1 : year;
}

async function makeSession(page, name, capacity) {
  await page.click("text=教室の登録");
  await look(page, "staff-new-session");
  await page.fill("input[name='f.capacity']", String(capacity));
  await page.click("button:has-text('登録する')");
  assert.match(await page.locator("[role=alert]").innerText(), /教室名/, "what is missing is said on top");
  assert.equal(await page.inputValue("input[name='f.capacity']"), String(capacity), "and what was typed stays");
  await look(page, "staff-new-session-wrong");
  await page.fill("input[name='f.name']", name);
  await page.selectOption("select[name='f.place']", { label: "見本の森 自然体験館（架空）" });
  await page.fill("input[name='f.held_on']", dayFromNow(14));
  await page.fill("input[name='f.closes_on']", dayFromNow(7));
  await page.click("button:has-text('登録する')");
  assert.match(await page.locator("[role=status]").innerText(), /登録しました/);
  await page.click("button:has-text('受付を始める')");
  assert.match(await page.locator(".title").innerText(), /受付中/);
  return new URL(page.url()).pathname;
}

async function apply(page, server, session, children) {
  await page.goto(server.url(session));
  await page.click("a:has-text('申込へ進む')");
  for (const child of children) await page.check(`label:has-text('${child}') input`);
  return page;
}

async function send(page) {
  await page.click("button:has-text('申し込む')");
  assert.equal(new URL(page.url()).pathname, `${SERVICE}/entry/made`);
}

async function withdraw(page, server) {
  await page.goto(server.url("/mine"));
  await page.click("main a:has-text('申込みを取り下げる') >> nth=0");
  await page.click("main button[type=submit]");
  assert.equal(new URL(page.url()).pathname, "/mine");
}

export default async function run({ start }) {
  const server = await start({ load: WITH_PEOPLE });
  addPeople(server);
  const { officer, sakura, yumi, ken } = await people(server);
  let session, late;

  await test("staff see their work, make a session and open it", async () => {
    await look(officer, "staff-work");
    session = await makeSession(officer, SESSION, 2);
    await look(officer, "staff-session-open");
  });
  await test("a visitor finds the programme by her situation and sees the places left", async () => {
    const context = await walk.visit(WIDTHS.phone);
    const page = await context.newPage();
    await page.goto(server.url("/"));
    await page.click("header a[href='/services']");
    await look(page, "visitor-services");
    await page.click("main a:has-text('子ども体験活動')");
    assert.match(await page.locator("main").innerText(), /空き 2人/);
    assert.match(await page.locator("main").innerText(), /青少年課/);
    assert.equal(await page.locator("main a[href^='/plan/2-1-2-2-1']").count(), 1, "the initiative it carries out");
    await look(page, "visitor-service");
    await page.click(`main a:has-text('${SESSION}')`);
    await look(page, "visitor-session");
    await page.click("a:has-text('サインインして申し込む')");
    assert.equal(new URL(page.url()).pathname, "/sign-in");
    await context.close();
  });
  await test("a form sent without anybody checked says so and changes nothing", async () => {
    await apply(ken, server, session, []);
    await look(ken, "resident-apply");
    await ken.click("button:has-text('申し込む')");
    assert.match(await ken.locator("[role=alert]").innerText(), /申し込む人に印/);
    await look(ken, "resident-apply-nobody");
  });
  await test("a family of two takes both places at once", async () => {
    await apply(ken, server, session, PEOPLE.ken.children);
    await send(ken);
    assert.match(await ken.locator("main").innerText(), /席を確保しました/);
    assert.equal(await ken.locator(".receipt").count(), 2);
    await look(ken, "resident-made-held");
  });
  await test("the next family of two waits, and is told honestly where", async () => {
    await apply(sakura, server, session, PEOPLE.sakura.children);
    assert.match(await sakura.locator("main").innerText(), /補欠になります（前に0人）/);
    assert.equal(await sakura.locator("label:has-text('架空 つばさ')").count(), 0, "too young to be chosen");
    assert.match(await sakura.locator("main").innerText(), /つばさ[^]*小学1年生から/);
    await look(sakura, "resident-apply-full");
    await send(sakura);
    const words = await sakura.locator("main").innerText();
    assert.equal(words.match(/補欠1番目（前に0人）/g).length, 2, "they stand in the queue as one");
    await look(sakura, "resident-made-waiting");
  });
  await test("a third family waits behind them", async () => {
    await apply(yumi, server, session, PEOPLE.yumi.children);
    await send(yumi);
    assert.match(await yumi.locator("main").innerText(), /補欠3番目（前に2人）/);
    await yumi.goto(server.url("/mine"));
    await look(yumi, "resident-mine-waiting");
  });
  await test("when the first family withdraws, the second is offered its places and told until when", async () => {
    await ken.goto(server.url("/mine"));
    await ken.click("main a:has-text('申込みを取り下げる') >> nth=0");
    await look(ken, "resident-withdraw-asks");
    await ken.click("main button[type=submit]");
    await look(ken, "resident-mine-one-left");
    await sakura.goto(server.url("/mine"));
    assert.equal(await sakura.locator(".card-asks").count(), 0, "one place is not enough for two together");
    await withdraw(ken, server);
    await sakura.goto(server.url("/mine"));
    assert.equal(await sakura.locator(".card-asks").count(), 2);
    assert.match(await sakura.locator("main").innerText(), /までにお返事ください/);
    await look(sakura, "resident-mine-offered");
  });
  await test("she gives them up, and the third family is offered them and accepts", async () => {
    await withdraw(sakura, server);
    await withdraw(sakura, server);
    await sakura.click("summary");
    await look(sakura, "resident-mine-over");
    await yumi.goto(server.url("/mine"));
    assert.equal(await yumi.locator(".card-asks").count(), 2);
    await yumi.click(".card-asks >> nth=0 >> a >> nth=0");
    await look(yumi, "resident-offer");
    await yumi.click("button:has-text('席を受ける')");
    await yumi.goto(server.url("/mine"));
    await yumi.click("main button:has-text('席を受ける')");
    assert.match(await yumi.locator("[role=status]").innerText(), /席を受け付けました/);
    assert.equal(await yumi.locator(".card-asks").count(), 0);
    await look(yumi, "resident-mine-accepted");
  });
  await test("what is another's is not there for a resident", async () => {
    await yumi.click("main .card a >> nth=0");
    const entry = new URL(yumi.url()).pathname;
    const answer = await ken.goto(server.url(entry));
    assert.equal(answer.status(), 404);
    const list = await ken.goto(server.url(`${SERVICE}/entry`));
    assert.equal(list.status(), 200);
    assert.ok(!(await ken.locator("main").innerText()).includes("仮野"));
    assert.equal((await ken.goto(server.url("/work"))).status(), 403);
    assert.equal((await ken.goto(server.url(`${SERVICE}/entry/list.csv`))).status(), 403);
  });
  await test("staff close and hold the session and record who came, all rows at once", async () => {
    await officer.goto(server.url(session));
    await look(officer, "staff-session-entries");
    await officer.click("button:has-text('締め切る')");
    await officer.click("a:has-text('実施済にする')");
    await look(officer, "staff-hold-asks");
    await officer.click("main button[type=submit]");
    assert.equal(await officer.locator("td.writable fieldset").count(), 2, "only who has a place takes part");
    await look(officer, "staff-roster");
    late = await officer.context().newPage();
    await late.goto(server.url(session));
    for (const row of [0, 1]) await officer.check(`td.writable >> nth=${row} >> label:has-text('はい') input`);
    await officer.click("button:has-text('まとめて保存する')");
    assert.match(await officer.locator("[role=status]").innerText(), /保存しました/);
    await look(officer, "staff-roster-saved");
  });
  await test("two clerks at one roster: the later one sees both values and decides", async () => {
    const answer = (page, row, word) => page.check(`td.writable >> nth=${row} >> label:has-text('${word}') input`);
    await answer(late, 0, "いいえ");
    await late.click("button:has-text('まとめて保存する')");
    assert.match(await late.locator("[role=alert]").innerText(), /ほかの人が先に保存/);
    const cell = late.locator("td.cell-wrong");
    assert.equal(await cell.count(), 1, "the rows that nobody touched twice are no conflict");
    assert.match(await cell.innerText(), /いまの値：はい/);
    assert.ok(await cell.locator("label:has-text('いいえ') input").isChecked(), "what was entered stays");
    await look(late, "staff-roster-conflict");
    await late.click("button:has-text('まとめて保存する')");
    assert.match(await late.locator("[role=status]").innerText(), /保存しました/, "sent again it is a decision");
    await officer.goto(server.url(session));
    assert.ok(await officer.locator("td.writable >> nth=0 >> label:has-text('いいえ') input").isChecked());
    await answer(officer, 0, "はい");
    await officer.click("button:has-text('まとめて保存する')");
    await late.close();
  });
  await test("the history says what became of an application", async () => {
    await officer.click("tbody th a >> nth=0");
    await look(officer, "staff-entry");
    await officer.click("text=これまでの経過");
    const words = await officer.locator("main").innerText();
    assert.match(words, /登録/);
    assert.match(words, /補欠/);
    assert.match(words, /席を受ける/);
    await look(officer, "staff-history");
  });
  await test("lists can be searched, filtered and downloaded", async () => {
    await officer.goto(server.url(`${SERVICE}/entry`));
    await look(officer, "staff-list");
    await officer.click("nav[aria-label='状態'] a:has-text('取下げ')");
    assert.equal(await officer.locator(".row").count(), 4);
    const cookies = (await officer.context().cookies()).map((c) => `${c.name}=${c.value}`).join("; ");
    const answer = await fetch(server.url(`${SERVICE}/entry/list.csv`), { headers: { Cookie: cookies } });
    const lines = (await answer.text()).trim().split("\r\n");
    assert.equal(lines.length, 7);
    assert.match(lines[0], /参加する子/);
    assert.ok(!lines[0].includes("アレルギー"), "what is sensitive is not in the file");
  });
  await test("the plan's page shows the service to all, and its live figures to staff alone", async () => {
    await officer.goto(server.url("/plan/2-1-2-2"));
    assert.match(await officer.locator("#figure-participants").innerText(), /2 人/);
    await look(officer, "staff-node");
    const context = await walk.visit(WIDTHS.phone);
    const page = await context.newPage();
    await page.goto(server.url("/plan/2-1-2-2"));
    assert.equal(await page.locator("main a[href='/services/experience-programme']").count(), 1);
    assert.equal(await page.locator(".figure-card").count(), 0);
    await look(page, "visitor-node");
    await context.close();
  });
  await test("the planner evaluates the measure, freezes it, and another wording is proposed", async () => {
    const page = await walk.enter(server, PLANNER, WIDTHS.desk, `/evaluations?year=${fiscalYear(dayFromNow(14))}`);
    await page.getByRole("button", { name: /評価表を作る.*② 子ども支援の充実/ }).click();
    const sheet = new URL(page.url()).pathname.replace(/\/edit$/, "");
    await page.getByLabel("成果").fill("体験教室を開き、2人が参加しました（見本）。");
    await page.getByLabel("課題").fill("希望に対して席が足りません（見本）。");
    await page.getByLabel("B おおむね順調").check();
    await page.getByLabel("改善").check();
    await page.getByRole("button", { name: "保存する" }).click();
    const known = await page.locator("main").innerText();
    const figures = await page.locator("main table.figures tr", { hasText: "体験活動の延べ参加者数" }).first().innerText();
    assert.match(figures, /人[^]*\t2/, `the figure came by itself: ${figures}`);
    assert.ok(known.includes("子ども体験活動"), "and the service that carries it out");
    await look(page, "planner-sheet");
    await page.goto(server.url(`${sheet}/freeze`));
    await page.getByRole("button", { name: "この内容で確定する" }).click();
    assert.match(await page.locator("[role=status]").innerText(), /確定しました/);
    await page.locator(".revision", { hasText: "体験活動" }).first().getByRole("link").click();
    await page.getByLabel("変更後の文言").fill(REVISED);
    await page.click("#reword .button-main");
    await page.goto(server.url("/plan/2-1-2-2-1"));
    assert.equal(await page.locator("main a[href^='/draft/2-1-2-2-1']").count(), 1, "the way from the plan's node");
    await page.goto(server.url("/draft/2-1-2-2-1"));
    assert.ok((await page.locator("main del").count()) > 0 && (await page.locator("main ins").count()) > 0);
    await look(page, "planner-node-redline");
    await page.context().close();
  });
  await test("the pages of services speak English", async () => {
    await sakura.goto(server.url("/services?lang=en"));
    await sakura.goto(server.url(SERVICE));
    assert.match(await sakura.locator("h1").innerText(), /Children's experience programme/);
    await look(sakura, "english-service");
    await sakura.goto(server.url("/mine"));
    await look(sakura, "english-mine");
  });
  await walk.end();
  for (const page of [officer, sakura, yumi, ken]) await page.context().close();
}
