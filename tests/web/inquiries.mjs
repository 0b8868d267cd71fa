// An inquiry to units: sent to two; one changes a wording and answers, the other confirms a part and hands one back,
// which is sent on; who has not answered is seen; closing. A unit cannot answer for another.

import assert from "node:assert/strict";
import { signIn, visitor, WIDTHS } from "./lib/browser.mjs";
import { checkAccess, checkHtml, checkShape } from "./lib/check.mjs";
import { dayFromNow } from "./lib/city.mjs";
import { test } from "./lib/report.mjs";
import { CLERK, PLANNER } from "./lib/server.mjs";

const PASSWORD = "shokai-no-kotae-2018";
const YOUTH = { login: "seishonen", name: "青少年 担当", role: "youth_officer", unit: "youth-section" };
const CHILD = { login: "kosodate", name: "子育て 担当", role: "child_officer", unit: "child,maternal" };
const TITLE = "素案の文言について（子ども）";
const MEASURES = ["2-1-1", "2-1-2"];
const INITIATIVE = "2-1-2-2-1";

export default async function run({ start }) {
  const server = await start({ load: [["apply"]] });
  for (const account of [YOUTH, CHILD]) {
    account.password = PASSWORD;
    server.command(["account", "add", account.login, "--name", account.name, "--role", account.role, "--unit",
      account.unit, "--password-stdin"], `${PASSWORD}\n`);
  }
  const contexts = [];
  const enter = async (account, next = "/work") => {
    const context = await visitor();
    contexts.push(context);
    const page = await signIn(context, server, account, next);
    page.setDefaultTimeout(8000);
    return page;
  };
  const planner = await enter(PLANNER, "/inquiries");
  const youth = await enter(YOUTH);
  const child = await enter(CHILD);
  const clerk = await enter(CLERK, "/");
  const looking = await visitor({ scripts: true });
  contexts.push(looking);
  const main = (page) => page.locator("main").innerText();
  const send = (page, name) => page.locator("main").getByRole("button", { name }).first().click();
  let inquiry;
  let parts;

  // As each of them sees it, in both languages and at both widths.
  const everyWay = async (account, paths) => {
    const page = await signIn(looking, server, account, paths[0]);
    for (const path of paths)
      for (const width of Object.values(WIDTHS))
        for (const lang of ["en", "ja"]) {
          await page.setViewportSize({ width, height: 900 });
          const answer = await page.goto(server.url(`${path}?lang=${lang}`));
          assert.equal(answer.status(), 200, path);
          await checkHtml(await answer.text());
          await checkShape(page);
          await checkAccess(page);
        }
    await page.close();
    await looking.clearCookies();
  };

  await test("an inquiry without title, day or parts is refused, with what was typed", async () => {
    await planner.getByRole("link", { name: "新しい照会を送る" }).click();
    await planner.getByLabel("照会の内容").fill("ここを見てください。");
    await planner.getByLabel("回答期限").fill(dayFromNow(-1));
    await planner.locator("select[name='unit.2-1-1']").selectOption("");
    await planner.locator("input[name=key][value='2-1-1']").check();
    await send(planner, "照会を送る");
    const wrong = await planner.locator("[role=alert] li").allInnerTexts();
    assert.equal(wrong.length, 3);
    assert.match(wrong.join(), /件名.*期限.*宛先/);
    assert.equal(await planner.getByLabel("照会の内容").inputValue(), "ここを見てください。");
    assert.ok(await planner.locator("input[name=key][value='2-1-1']").isChecked());
    assert.equal(await planner.locator(".field-wrong").count(), 1);
  });
  await test("the unit of a service below a measure is proposed", async () => {
    await planner.goto(server.url("/inquiries/new"));
    assert.equal(await planner.locator("select[name='unit.2-1-2']").inputValue(), "youth-section");
    assert.equal(await planner.locator("input[name=key]:checked").count(), 0);
  });
  await test("it is sent to two units", async () => {
    await planner.getByLabel("件名").fill(TITLE);
    await planner.getByLabel("回答期限").fill(dayFromNow(7));
    for (const [i, key] of MEASURES.entries()) {
      await planner.locator(`input[name=key][value='${key}']`).check();
      await planner.locator(`select[name='unit.${key}']`).selectOption(["child", "youth-section"][i]);
    }
    await planner.locator("input[name=key][value='2-2-1']").check();
    await planner.locator("select[name='unit.2-2-1']").selectOption("child");
    await send(planner, "照会を送る");
    inquiry = new URL(planner.url()).pathname;
    assert.match(inquiry, /^\/inquiries\/\d+$/);
    const text = await main(planner);
    for (const words of [TITLE, "3項目のうち0項目が回答済み", "未回答 3", "あと7日", "子育て支援課", "青少年課"])
      assert.ok(text.includes(words), words);
    parts = await planner.locator("#late ~ ul a[href*='/parts/']").evaluateAll((all) =>
      all.map((a) => a.getAttribute("href")));
    assert.equal(parts.length, 3);
  });
  await test("each finds what waits for her units on her desk, and nobody else's", async () => {
    await youth.goto(server.url("/work"));
    const section = youth.locator("section", { has: youth.locator("#duties") });
    assert.equal(await section.locator(".row").count(), 1);
    assert.match(await section.innerText(), /② 子ども支援の充実[\s\S]*青少年課/);
    await child.goto(server.url("/work"));
    assert.equal(await child.locator("section", { has: child.locator("#duties") }).locator(".row").count(), 2);
    await planner.goto(server.url("/work"));
    assert.equal(await planner.locator("#duties").count(), 0);
  });
  await test("every page is valid and accessible, in both languages and at both widths", async () => {
    await everyWay(PLANNER, ["/inquiries", "/inquiries/new", inquiry, parts[0]]);
    await everyWay(YOUTH, ["/work", ...parts]);
  });
  await test("a unit does not answer for another: not by the page, not by hand", async () => {
    let own = "";
    let other = "";
    for (const path of parts) {
      await youth.goto(server.url(path));
      if ((await youth.locator("input[name=answer]").count()) > 0) own = path;
      else other = path;
    }
    assert.ok(own && other);
    await youth.goto(server.url(other));
    assert.match(await main(youth), /回答できるのは/);
    const token = await youth.locator("input[name=csrf]").first().inputValue();
    const answer = await youth.request.post(server.url(other), {
      form: { csrf: token, answer: "confirmed" }, headers: { Origin: server.origin } });
    assert.equal(answer.status(), 403);
    await planner.goto(server.url(inquiry));
    assert.match(await main(planner), /未回答 3/);
  });
  await test("staff read it and cannot send, close or send on; the public finds nothing", async () => {
    assert.equal((await clerk.goto(server.url(inquiry))).status(), 200);
    assert.equal(await clerk.locator("main form").count(), 0);
    assert.equal((await clerk.goto(server.url("/inquiries/new"))).status(), 403);
    const token = await clerk.locator("input[name=csrf]").first().inputValue();
    const answer = await clerk.request.post(server.url(`${inquiry}/close`), {
      form: { csrf: token }, headers: { Origin: server.origin } });
    assert.equal(answer.status(), 403);
    const outside = await visitor();
    contexts.push(outside);
    const reader = await outside.newPage();
    for (const path of ["/inquiries", inquiry, parts[0]]) {
      await reader.goto(server.url(path));
      assert.equal(new URL(reader.url()).pathname, "/sign-in", path);
    }
  });
  await test("修正あり without a change asks; the unit words it anew in the drafting room and answers", async () => {
    await youth.goto(server.url("/work"));
    await youth.locator("section", { has: youth.locator("#duties") }).getByRole("link").first().click();
    const here = new URL(youth.url()).pathname;
    await youth.locator("input[name=answer][value=edited]").check();
    await youth.getByLabel("添えることば").fill("語句を直しました。");
    await send(youth, "回答を送る");
    assert.match(await youth.locator("[role=alert]").innerText(), /変更がまだありません/);
    assert.equal(await youth.getByLabel("添えることば").inputValue(), "語句を直しました。");
    await youth.locator(`a[href^="/draft/${INITIATIVE}?"]`).click();
    assert.match(await youth.locator("#reason").inputValue(), new RegExp(`庁内照会「${TITLE}」`));
    const before = await youth.locator("#after").inputValue();
    await youth.locator("#after").fill(`季節ごとに、${before}`);
    await youth.locator("form[action*='/reword'] button.button-main").click();
    await youth.goto(server.url(here));
    assert.match(await youth.locator(".asked-node ins").first().innerText(), /季節ごとに、/);
    await youth.locator("input[name=answer][value=edited]").check();
    await youth.getByLabel("添えることば").fill("語句を直しました。");
    await send(youth, "回答を送る");
    assert.match(await youth.locator("[role=status]").innerText(), /回答しました/);
    await youth.goto(server.url("/work"));
    assert.match(await youth.locator("section", { has: youth.locator("#duties") }).innerText(), /照会はありません/);
  });
  await test("the planner sees the answer, the change, and who has not answered", async () => {
    await planner.goto(server.url(inquiry));
    const text = await main(planner);
    for (const words of ["3項目のうち1項目が回答済み", "修正あり", "語句を直しました。", YOUTH.name, "変更1件"])
      assert.ok(text.includes(words), words);
    const change = planner.locator(".changes .change");
    assert.equal(await change.count(), 1);
    assert.match(await change.locator("ins").innerText(), /季節ごとに、/);
    assert.equal(await change.locator(`a[href^="/draft/${INITIATIVE}"]`).count(), 1);
    const remind = await planner.locator("#remind").inputValue();
    assert.ok(remind.includes("【子育て支援課】") && !remind.includes("青少年課"), remind);
    await planner.goto(server.url(`/draft/${INITIATIVE}`));
    assert.ok((await main(planner)).includes(`庁内照会「${TITLE}」（青少年課）`), "the change names its cause");
  });
  await test("one is confirmed, one handed back with a word and sent to another unit", async () => {
    const rows = () => child.locator("section", { has: child.locator("#duties") }).locator(".row a");
    await child.goto(server.url("/work"));
    await rows().first().click();
    await send(child, "回答を送る");
    assert.match(await child.locator("[role=alert]").innerText(), /回答を選んで/);
    await child.locator("input[name=answer][value=confirmed]").check();
    await send(child, "回答を送る");
    await child.goto(server.url("/work"));
    await rows().first().click();
    await child.locator("input[name=answer][value=returned]").check();
    await send(child, "回答を送る");
    assert.match(await child.locator("[role=alert]").innerText(), /理由/);
    await child.getByLabel("添えることば").fill("青少年課の担当と思われます。");
    await child.locator("input[name=answer][value=returned]").check();
    await send(child, "回答を送る");
    await planner.goto(server.url(inquiry));
    const returned = planner.locator("section", { has: planner.locator("#returned") });
    assert.match(await returned.innerText(), /青少年課の担当と思われます/);
    assert.equal(await returned.locator("option[value=child]").count(), 0, "not to the one that handed it back");
    await send(planner, "この所属に送る");
    assert.match(await planner.locator("[role=alert]").innerText(), /所属を選んで/);
    await everyWay(PLANNER, [inquiry]);
    await planner.getByLabel("送り先").selectOption("youth-section");
    await send(planner, "この所属に送る");
    assert.match(await planner.locator("[role=status]").innerText(), /別の所属に送りました/);
    await youth.goto(server.url("/work"));
    await youth.locator("section", { has: youth.locator("#duties") }).locator(".row a").click();
    assert.match(await main(youth), /これまでの経過[\s\S]*所管外[\s\S]*青少年課の担当と思われます/);
  });
  await test("closed, nobody answers any more, and it says who did not", async () => {
    await planner.goto(server.url(inquiry));
    assert.match(await main(planner), /未回答が1項目/);
    await send(planner, "締め切る");
    assert.match(await planner.locator("[role=status]").innerText(), /締め切りました/);
    assert.match(await main(planner), /回答のなかった所属[\s\S]*青少年課/);
    await youth.reload();
    assert.equal(await youth.locator("input[name=answer]").count(), 0);
    await youth.goto(server.url("/work"));
    assert.match(await youth.locator("section", { has: youth.locator("#duties") }).innerText(), /照会はありません/);
    await planner.goto(server.url("/inquiries"));
    assert.match(await planner.locator("section", { has: planner.locator("#closed") }).innerText(), /に締切/);
    await everyWay(PLANNER, ["/inquiries", inquiry]);
  });
  await test("what is not there is an error and not a fault", async () => {
    for (const path of ["/inquiries/999", "/inquiries/x", `${inquiry}/parts/999`, "/inquiries/2/parts/1"])
      assert.equal((await planner.goto(server.url(path))).status(), 404, path);
  });
  for (const context of contexts) await context.close();
}
