// The yearly evaluation of a measure and the draft change that comes out of it: written, frozen, corrected, and a
// wording of the plan shown struck and underlined; and who sees what of it.

import assert from "node:assert/strict";
import { signIn, visitor, WIDTHS } from "./lib/browser.mjs";
import { checkAccess, checkHtml, checkShape } from "./lib/check.mjs";
import { test } from "./lib/report.mjs";
import { CLERK, PLANNER } from "./lib/server.mjs";

const INITIATIVE = "2-1-2-2-1";
const YEAR = 2018;
const ACHIEVED = "体験教室を開き、小学生を中心に参加がありました。";
const LEFT = "低学年の参加が少なく、冬の教室が足りません。";
const REASON = "低学年にも、冬の体験の場が要るため。";
const REVISED = "年齢に応じた体験の機会を、一年を通して設け、子どもの健やかな成長を支えます。";

export default async function run({ start }) {
  const server = await start({ load: [["apply"]] });
  const planning = await visitor({ scripts: true });
  const page = await signIn(planning, server, PLANNER, `/evaluations?year=${YEAR}`);
  const staff = await visitor();
  const clerk = await signIn(staff, server, CLERK, "/");
  const outside = await visitor({ scripts: true, width: WIDTHS.phone });
  const reader = await outside.newPage();
  let sheet;
  planning.setDefaultTimeout(5000);

  const status = async (path) => (await reader.goto(server.url(path))).status();
  const wordingOf = async () => {
    await reader.goto(server.url(`/plan/${INITIATIVE}`));
    return (await reader.locator("p.wording").first().innerText()).trim();
  };
  const everyWay = async (path) => {
    for (const width of Object.values(WIDTHS))
      for (const lang of ["en", "ja"]) {
        await page.setViewportSize({ width, height: 900 });
        const answer = await page.goto(server.url(`${path}${path.includes("?") ? "&" : "?"}lang=${lang}`));
        await checkHtml(await answer.text());
        await checkShape(page);
        await checkAccess(page);
      }
    await page.setViewportSize({ width: WIDTHS.desk, height: 900 });
  };

  await test("the list names every measure of the plan, policy by policy", async () => {
    const shown = await page.locator(".sheets > li").count();
    const api = await (await fetch(server.url("/api/v1/plans/basic-2019/editions/%E7%B4%A0%E6%A1%88"))).json();
    assert.equal(shown, api.nodes.filter((node) => node.kind === "measure").length);
    assert.equal(await page.locator(".sheets form").count(), shown, "each can be begun");
  });
  await test("a sheet is begun with a button and opens to be written", async () => {
    await page.getByRole("button", { name: /評価表を作る.*② 子ども支援の充実/ }).click();
    sheet = new URL(page.url()).pathname.replace(/\/edit$/, "");
    assert.match(sheet, /^\/evaluations\/\d+$/);
    assert.equal(new URL(page.url()).pathname, `${sheet}/edit`);
    await page.goto(server.url(`/evaluations?year=${YEAR}`));
    assert.equal(await page.locator(`.sheets a[href="${sheet}"]`).count(), 1);
    assert.match(await page.locator(".sheets > li", { hasText: "子ども支援の充実" }).innerText(), /作成中/);
  });
  await test("what is known is there without typing", async () => {
    await page.goto(server.url(sheet));
    const text = await page.locator("main").innerText();
    for (const words of ["② 子ども支援の充実", "《主体的に活動できる環境づくり》", "平成30年度"])
      assert.ok(text.includes(words), words);
    assert.equal(await page.locator(".contents > li").count(), 8, "three groups with five initiatives");
  });
  await test("a sheet with empty texts cannot be frozen, and says which are missing", async () => {
    await page.getByRole("link", { name: "評価を確定する" }).click();
    const missing = await page.locator("[role=alert] li").allInnerTexts();
    assert.deepEqual(missing, ["成果", "課題", "達成度", "今後の方向性"]);
    assert.equal(await page.getByRole("button", { name: "この内容で確定する" }).count(), 0);
  });
  await test("what was written is kept and shown", async () => {
    await page.goto(server.url(`${sheet}/edit`));
    await page.getByLabel("成果").fill(ACHIEVED);
    await page.getByLabel("課題").fill(LEFT);
    await page.getByLabel("B おおむね順調").check();
    await page.getByLabel("改善").check();
    await page.getByRole("button", { name: "保存する" }).click();
    assert.equal(new URL(page.url()).pathname, sheet);
    assert.match(await page.locator("[role=status]").innerText(), /保存しました/);
    const written = await page.locator(".written").innerText();
    for (const words of [ACHIEVED, LEFT, "B おおむね順調", "改善"]) assert.ok(written.includes(words), words);
  });
  await test("two people who write at once find out, and nothing typed is lost", async () => {
    const other = await planning.newPage();
    await other.goto(server.url(`${sheet}/edit`));
    await page.goto(server.url(`${sheet}/edit`));
    await page.getByLabel("二次評価（企画担当）").fill("先に書いた意見");
    await page.getByRole("button", { name: "保存する" }).click();
    await other.getByLabel("成果").fill("後から書いた成果");
    await other.getByRole("button", { name: "保存する" }).click();
    assert.match(await other.locator("[role=alert]").innerText(), /ほかの人が先に保存しました/);
    assert.equal(await other.getByLabel("成果").inputValue(), "後から書いた成果");
    assert.ok((await other.locator("main").innerText()).includes("先に書いた意見"));
    await checkShape(other);
    await checkAccess(other);
    await other.close();
    await page.goto(server.url(sheet));
    assert.ok((await page.locator(".written").innerText()).includes(ACHIEVED));
  });
  await test("a draft is for staff: the public does not find it, a clerk reads it and cannot write", async () => {
    assert.equal(await status(sheet), 404);
    await reader.goto(server.url(`/evaluations?year=${YEAR}`));
    assert.equal(await reader.locator(`a[href="${sheet}"]`).count(), 0);
    assert.equal(await reader.locator(".sheets form").count(), 0);
    assert.equal((await clerk.goto(server.url(sheet))).status(), 200);
    assert.equal(await clerk.getByRole("link", { name: "評価を記入する" }).count(), 0);
    assert.equal((await clerk.goto(server.url(`${sheet}/edit`))).status(), 403);
    assert.equal((await clerk.goto(server.url(`${sheet}/freeze`))).status(), 403);
  });
  await test("every page is valid and accessible, in both languages and at both widths", async () => {
    for (const path of [`/evaluations?year=${YEAR}`, sheet, `${sheet}/edit`, `${sheet}/freeze`,
      `/draft/${INITIATIVE}?evaluation=${sheet.split("/").pop()}`]) await everyWay(path);
  });
  await test("frozen, it shows when and by whom, its hash, and is there for everybody", async () => {
    await page.goto(server.url(`${sheet}/freeze`));
    await page.getByRole("button", { name: "この内容で確定する" }).click();
    assert.match(await page.locator("[role=status]").innerText(), /確定しました/);
    const record = await page.locator(".record").innerText();
    assert.match(record, /[0-9a-f]{64}/);
    assert.ok(record.includes(PLANNER.name));
    assert.equal(await status(sheet), 200);
    const text = await reader.locator("main").innerText();
    assert.ok(text.includes(ACHIEVED) && text.includes("B おおむね順調"));
    assert.ok(!text.includes(PLANNER.name) && !/[0-9a-f]{64}/.test(text), "names and hash are for staff");
    await checkHtml(await reader.content());
    await checkShape(reader);
    await checkAccess(reader);
    for (const path of [`/evaluations?year=${YEAR}`, "/plan/2-1-2"]) {
      await reader.goto(server.url(path));
      assert.equal(await reader.locator(`main a[href="${sheet}"]`).count(), 1, path);
    }
  });
  await test("a correction stands beside the frozen text", async () => {
    await page.goto(server.url(sheet));
    await page.getByRole("link", { name: "訂正を書く" }).click();
    await page.getByLabel("成果").fill("体験教室を11回開きました。");
    await page.getByRole("button", { name: "訂正を保存する" }).click();
    await reader.goto(server.url(sheet));
    const achieved = await reader.locator(".written > div").first().innerText();
    assert.match(achieved, /確定時\s+体験教室を開き[\s\S]+訂正後\s+体験教室を11回開きました。/);
    assert.equal((await page.goto(server.url(`${sheet}/freeze`))).status(), 409, "it is frozen once");
  });
  await test("the evaluation opens a draft change with its own words as the reason", async () => {
    await page.goto(server.url(sheet));
    const before = await wordingOf();
    await page.locator(".revision", { hasText: before }).getByRole("link").click();
    assert.equal(new URL(page.url()).pathname, `/draft/${INITIATIVE}`);
    assert.equal(await page.locator("#after").inputValue(), before);
    const reason = await page.locator("#reason").inputValue();
    for (const words of ["平成30年度", "B おおむね順調", LEFT, "改善"]) assert.ok(reason.includes(words), reason);
  });
  await test("proposed, it leads back to its evaluation; the plan itself is as it was", async () => {
    const before = await wordingOf();
    await page.locator("#after").fill(REVISED);
    await page.locator("#reason").fill(REASON);
    await page.locator("#reword .button-main").click();
    const change = page.locator("#changes .change");
    assert.match(await page.locator("#changes [role=status]").innerText(), /提案しました/);
    assert.equal(await change.count(), 1);
    assert.equal(await change.locator(`a[href="${sheet}"]`).count(), 1, "the way to its evaluation");
    assert.equal(await wordingOf(), before);
    await page.goto(server.url(sheet));
    const text = await page.locator("#changes .change").first().innerText();
    for (const words of [REASON, PLANNER.name, "未決"]) assert.ok(text.includes(words), words);
    await everyWay(`/plan/${INITIATIVE}`);
    await everyWay(sheet);
  });
  await test("staff see on the node's page that something is pending, the public does not", async () => {
    await clerk.goto(server.url(`/plan/${INITIATIVE}`));
    assert.match(await clerk.locator("#changes").innerText(), /未決の変更が\d+件/);
    assert.equal(await clerk.locator(`#changes a[href="/draft/${INITIATIVE}"]`).count(), 1);
    await reader.goto(server.url(`/plan/${INITIATIVE}`));
    assert.equal(await reader.locator("#changes").count(), 0);
    await reader.goto(server.url(sheet));
    assert.equal(await reader.locator("#changes").count(), 0);
    assert.ok(!(await reader.content()).includes(REASON));
  });
  await test("its author withdraws it; the evaluation still says that it was there", async () => {
    await page.goto(server.url(`/draft/${INITIATIVE}`));
    await page.getByRole("button", { name: "この案を取り下げる" }).click();
    assert.match(await page.locator("#changes [role=status]").innerText(), /取り下げました/);
    assert.equal(await page.locator("#changes > .changes > .change").count(), 0);
    await page.goto(server.url(sheet));
    assert.match(await page.locator("#changes .change").first().innerText(), /取り下げ/);
  });
  await test("what is not there is an error and not a fault", async () => {
    for (const path of ["/evaluations/999999", "/evaluations/x", "/draft/9-9-9", "/evaluations/0/edit"])
      assert.equal((await page.goto(server.url(path))).status(), 404, path);
    assert.equal((await page.goto(server.url("/evaluations?year=abc"))).status(), 200);
  });
  await test("the sheet prints upright on A4", async () => {
    await page.goto(server.url(sheet));
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
    const box = /\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)/.exec(pdf);
    assert.ok(box && Number(box[2]) > Number(box[1]), `media box ${box?.[0]}`);
  });
  for (const context of [planning, staff, outside]) await context.close();
}
