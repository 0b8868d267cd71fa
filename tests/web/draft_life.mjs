// The whole life of a draft, as its people live it: a table is imported and reviewed; units are asked and answer with
// changes; two people word the same sentence at once; the planner decides and freezes; the public is heard, an
// opinion changes a sentence, its giver sees which; the next edition is frozen, and the comparison table says what
// became of the first one.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { WIDTHS } from "./lib/browser.mjs";
import { dayFromNow } from "./lib/city.mjs";
import { test } from "./lib/report.mjs";
import { PLANNER } from "./lib/server.mjs";
import { Walk } from "./lib/walk.mjs";

const PASSWORD = "keikaku-no-issho-2018";
const YOUTH = { login: "seishonen", name: "青少年 担当", role: "youth_officer", unit: "youth-section" };
const CHILD = { login: "kosodate", name: "子育て 担当", role: "child_officer", unit: "child" };
const FIRST = "素案（取込み）";
const [MEASURE_YOUTH, MEASURE_CHILD] = ["2-1-2", "2-1-1"];
const ASKED = "2-1-2-2-1"; // what the youth section words anew
const SHARED = "2-1-1-1-1"; // what two people word at once
const HEARD = "2-1-2-1-1"; // what an opinion changes
const BY_UNIT = "季節ごとに、";
const BY_FIRST = "関係機関とともに、";
const BY_SECOND = "これからも、";
const BY_OPINION = "冬の間も、";
const GIVER = { name: "架空 うめ", address: "見本町九丁目9-9" };
const SUMMARY = "冬の間の支援にも触れてほしい。";
const ANSWER = "ご意見を受けて、冬の間の支援が分かるよう文章を改めます。";

const words = (page) => page.locator("main").innerText();
const said = (page) => page.locator("[role=status]").first().innerText();

export default async function run({ start, seed }) {
  const table = existsSync(seed) ? seed : null;
  const walk = new Walk("life");
  const server = await start({ load: [["apply"]] });
  for (const account of [YOUTH, CHILD]) {
    account.password = PASSWORD;
    server.command(["account", "add", account.login, "--name", account.name, "--role", account.role, "--unit",
      account.unit, "--password-stdin"], `${PASSWORD}\n`);
  }
  const planner = await walk.enter(server, PLANNER, WIDTHS.desk, "/imports");
  const youth = await walk.enter(server, YOUTH, WIDTHS.desk, "/work");
  const child = await walk.enter(server, CHILD, WIDTHS.desk, "/work");
  const phone = await walk.visit(WIDTHS.phone);
  const resident = await phone.newPage();
  const at = (path) => server.url(encodeURI(path));
  const wording = async (edition, key) => {
    const answer = await fetch(at(`/api/v1/plans/basic-2019/editions/${edition}/nodes/${key}`));
    return (await answer.json()).part.nodes[0].text;
  };
  const base = {};
  let inquiry;
  let period;
  let code;

  await test("a table is imported, its review decided, and the edition confirmed", async () => {
    if (table) await planner.setInputFiles("#file", table);
    else
      await planner.setInputFiles("#file", {
        name: "plan.json", mimeType: "application/json",
        buffer: Buffer.from(server.command(["plan", "export", "素案", "--format", "json"])),
      });
    await planner.fill("#edition", FIRST);
    await planner.click("main button[type=submit]");
    await walk.look(planner, "review");
    if ((await planner.locator("button[value=fixes]").count()) > 0) await planner.click("button[value=fixes]");
    if ((await planner.locator("button[value=repairs]").count()) > 0) await planner.click("button[value=repairs]");
    if ((await planner.locator("#anyway").count()) > 0) await planner.check("#anyway");
    await planner.click(".confirm button");
    assert.match(await said(planner), /確定しました/);
    for (const key of [ASKED, SHARED, HEARD]) base[key] = await wording(FIRST, key);
  });
  await test("two units are asked about their measures", async () => {
    await planner.goto(at("/inquiries/new"));
    await planner.getByLabel("件名").fill("素案の文言について");
    await planner.getByLabel("照会の内容").fill("所管の取組の文言をご確認ください。");
    await planner.getByLabel("回答期限").fill(dayFromNow(7));
    for (const [key, unit] of [[MEASURE_YOUTH, "youth-section"], [MEASURE_CHILD, "child"]]) {
      await planner.locator(`input[name=key][value='${key}']`).check();
      await planner.locator(`select[name='unit.${key}']`).selectOption(unit);
    }
    await planner.locator("main").getByRole("button", { name: "照会を送る" }).click();
    inquiry = new URL(planner.url()).pathname;
    assert.match(await words(planner), /2項目のうち0項目が回答済み/);
    await walk.look(planner, "inquiry");
  });
  await test("one unit changes a wording and answers, the other confirms", async () => {
    await youth.goto(at("/work"));
    await youth.locator("section", { has: youth.locator("#duties") }).getByRole("link").first().click();
    const part = youth.url();
    await youth.locator(`a[href^="/draft/${ASKED}?"]`).click();
    await youth.locator("#after").fill(BY_UNIT + base[ASKED]);
    await youth.locator("#reword .button-main").click();
    await youth.goto(part);
    await youth.locator("input[name=answer][value=edited]").check();
    await youth.locator("main").getByRole("button", { name: "回答を送る" }).click();
    assert.match(await said(youth), /回答しました/);
    await walk.look(youth, "answered");
    await child.goto(at("/work"));
    await child.locator("section", { has: child.locator("#duties") }).getByRole("link").first().click();
    await child.locator("input[name=answer][value=confirmed]").check();
    await child.locator("main").getByRole("button", { name: "回答を送る" }).click();
    await planner.goto(at(inquiry));
    assert.match(await words(planner), /2項目のうち2項目が回答済み/);
    assert.match(await planner.locator(".changes .change ins").first().innerText(), new RegExp(BY_UNIT));
  });
  await test("two people word one sentence at once: the second sees both, and nothing is lost", async () => {
    for (const page of [child, youth]) await page.goto(at(`/draft/${SHARED}`));
    await child.fill("#after", BY_FIRST + base[SHARED]);
    await child.fill("#reword [name=reason]", "連携することが分かるようにする。");
    await youth.fill("#after", BY_SECOND + base[SHARED]);
    await youth.fill("#reword [name=reason]", "続けることが分かるようにする。");
    await child.click("#reword .button-main");
    assert.match(await said(child), /提案しました/);
    await youth.click("#reword .button-main");
    assert.match(await youth.locator("[role=alert]").first().innerText(), new RegExp(CHILD.name));
    const seen = await words(youth);
    for (const text of [BY_FIRST, BY_SECOND]) assert.ok(seen.includes(text), text);
    await walk.look(youth, "both");
    await youth.getByRole("button", { name: "このまま、並べて提案する" }).click();
    assert.match(await said(youth), /提案しました/);
  });
  await test("the planner discusses, accepts one of the two and the unit's change, and rejects the other", async () => {
    await planner.goto(at("/draft"));
    await walk.look(planner, "draft");
    const card = (name) => planner.locator("#changes > .changes > .change", { hasText: name });
    const press = async (button) => {
      const answered = planner.waitForNavigation();
      await button.click();
      await answered;
    };
    await planner.goto(at(`/draft/${SHARED}`));
    await press(card(CHILD.name).getByRole("button", { name: /^採用する/ }));
    assert.match(await said(planner), /採用しました/);
    await walk.look(planner, "node-decided");
    await press(card(YOUTH.name).getByRole("button", { name: /^採用しない/ }));
    assert.match(await said(planner), /採用しないことにしました/);
    await planner.goto(at(`/draft/${ASKED}`));
    await press(card(YOUTH.name).getByRole("button", { name: /^採用する/ }));
  });
  const freeze = async (step) => {
    await planner.goto(at("/editions"));
    await planner.selectOption("#freeze-step", step);
    await planner.fill("#freeze-name", step);
    await planner.click("text=内容を確かめる");
    await planner.click("text=この内容で確定する");
    assert.match(await said(planner), /版を確定しました/);
  };
  await test("the draft is frozen as the next step, with what was accepted", async () => {
    await freeze("案");
    await walk.look(planner, "frozen");
    assert.equal(await wording("案", ASKED), BY_UNIT + base[ASKED]);
    assert.equal(await wording("案", SHARED), BY_FIRST + base[SHARED]);
    assert.equal(await wording(FIRST, ASKED), base[ASKED], "the first edition is as it was");
  });
  await test("a period is opened, and a resident gives an opinion on the sentence", async () => {
    await planner.goto(at("/opinions/begin"));
    await planner.getByLabel("件名").fill("総合計画（案）への意見募集");
    await planner.locator("#asks").fill("案について、ご意見をお寄せください。");
    await planner.getByLabel("このページ以外の出し方").fill("ファクス　000-000-0000（見本）");
    await planner.getByLabel("募集を終える日（この日を含む）").fill(dayFromNow(5));
    await planner.getByRole("button", { name: "この内容で始める" }).click();
    period = new URL(planner.url()).pathname.replace(/\/work$/, "");
    await resident.goto(at(`/plan/${HEARD}`));
    await resident.getByRole("link", { name: "この文章に意見を出す" }).click();
    await resident.locator("#text").fill("冬の間の支援にも触れてください。");
    await resident.getByLabel("市内在住").check();
    await resident.locator("#name").fill(GIVER.name);
    await resident.locator("#address").fill(GIVER.address);
    await resident.getByRole("button", { name: "内容を確認する" }).click();
    await resident.getByRole("button", { name: "この内容で送る" }).click();
    code = await resident.locator(".opinion-code").innerText();
    await walk.look(resident, "receipt");
  });
  await test("it is answered, and the answer is tied to a change of the sentence", async () => {
    await planner.goto(at(`${period}/received/1`));
    await planner.getByRole("button", { name: "この意見に回答する" }).click();
    await planner.locator("#summary").fill(SUMMARY);
    await planner.check("#kind-reflected");
    await planner.locator("#answer-text").fill(ANSWER);
    await planner.getByRole("button", { name: "保存する" }).click();
    assert.match(await said(planner), /回答を保存しました/);
    await planner.goto(at(`${period}/topics/1`));
    await planner.getByRole("link", { name: "計画の変更を起案する" }).click();
    await planner.locator("textarea[name=after]").fill(BY_OPINION + base[HEARD]);
    await planner.locator("#reword .button-main").click();
    await planner.goto(at(`/draft/${HEARD}`));
    const answered = planner.waitForNavigation();
    await planner.getByRole("button", { name: /^採用する/ }).first().click();
    await answered;
  });
  await test("the next edition is frozen, the results are published, and the resident sees her sentence", async () => {
    await freeze("諮問");
    await server.again(["--today", dayFromNow(6)]);
    await planner.goto(at(`${period}/work`));
    await planner.getByRole("button", { name: "結果を公表する" }).click();
    assert.match(await said(planner), /公表しました/);
    await resident.goto(at(`/opinions/mine?code=${code}`));
    assert.match(await resident.locator("#changed").innerText(), /あなたの意見でこの文章が変わりました/);
    assert.equal(await resident.locator(".opinion-change ins").first().innerText(), BY_OPINION);
    await walk.look(resident, "mine");
    await resident.goto(at(`${period}/results`));
    assert.ok((await words(resident)).includes(ANSWER) && !(await resident.content()).includes(GIVER.name));
    await walk.look(resident, "results");
  });
  await test("the comparison table from the first edition to the last holds the three changes, no more", async () => {
    await planner.goto(at(`/editions/compare?from=${FIRST}&to=諮問&as=table&profile=plan`));
    const added = await planner.locator(".comparison ins").allInnerTexts();
    assert.deepEqual(added.sort(), [BY_FIRST, BY_OPINION, BY_UNIT].sort());
    assert.equal(await planner.locator(".comparison del").count(), 0);
    await walk.look(planner, "table");
    await planner.goto(at(`/plan/${HEARD}/timeline`));
    assert.match(await words(planner), new RegExp(`${BY_OPINION}[^]*諮問|諮問[^]*${BY_OPINION}`));
    await walk.look(planner, "timeline");
  });
  await test("every edition is what it was made of", async () => {
    server.command(["verify"]);
    server.command(["plan", "compare", FIRST, "諮問", "--check"]);
  });
  await walk.end();
  for (const page of [planner, youth, child, resident]) await page.context().close();
}
