// Public comment from the first day to the sentence that it changed: a resident on a phone without scripts, a fax
// that staff enter, grouping and answers, a change of the plan, results; and that names stay where they belong.

import assert from "node:assert/strict";
import { signIn, visitor, WIDTHS } from "./lib/browser.mjs";
import { checkAccess, checkHtml, checkShape } from "./lib/check.mjs";
import { test } from "./lib/report.mjs";
import { CLERK, PLANNER } from "./lib/server.mjs";

const NODE = "2-1-2-2-1";
const POLICY = "2-1";
const MARKED = "体験活動";
const OPINION = "冬にも参加できる体験の場を増やしてください。雪の多い時期は、遊べる所が少なくて困ります。";
const FAXED = "冬にも参加できる体験の場をもっと増やしてほしい。雪の時期は遊べる所が少ない。";
const PERSON = { name: "架空 うめ", address: "見本町九丁目9-9", contact: "000-9999-0000" };
const FAX_PERSON = { name: "仮野 まつ", address: "例示町一丁目1-1" };
const SECRETS = [...Object.values(PERSON), ...Object.values(FAX_PERSON)];
const SUMMARY = "冬にも参加できる体験の場を増やしてほしい。";
const ANSWER = "ご意見を受けて、一年を通して体験の機会を設けることが分かるよう、文章を改めます。";
const ADDED = "一年を通して";

const day = (offset) => new Date(Date.now() + (offset * 24 + 9) * 3600 * 1000).toISOString().slice(0, 10);

export default async function run({ start }) {
  const server = await start({ load: [["apply"]] });
  const planning = await visitor({ scripts: true });
  const page = await signIn(planning, server, PLANNER, "/");
  const phone = await visitor({ width: WIDTHS.phone });
  const resident = await phone.newPage();
  const staff = await visitor();
  const clerk = await signIn(staff, server, CLERK, "/");
  const outside = await visitor({ scripts: true });
  const reader = await outside.newPage();
  for (const context of [planning, phone, staff, outside]) context.setDefaultTimeout(8000);
  let period;
  let code;
  const log = [];

  const noSecrets = (text, where) => {
    for (const secret of SECRETS) assert.ok(!text.includes(secret), `${secret} on ${where}`);
  };
  // Presses a button of planning's page and waits for the page that answers.
  const press = async (selector) => {
    const answered = page.waitForNavigation();
    await page.locator(selector).first().click();
    await answered;
  };
  const lookAt = async (tab, path) => {
    for (const width of Object.values(WIDTHS))
      for (const lang of ["en", "ja"]) {
        await tab.setViewportSize({ width, height: 900 });
        const answer = await tab.goto(server.url(`${path}${path.includes("?") ? "&" : "?"}lang=${lang}`));
        await checkHtml(await answer.text());
        await checkShape(tab);
        await checkAccess(tab);
      }
    await tab.setViewportSize({ width: WIDTHS.desk, height: 900 });
  };
  const freeze = (name) => server.command(["plan", "freeze", "--name", name, "--step", name]);

  await test("a period is opened on a frozen edition, and what is wrong is said", async () => {
    freeze("案");
    await page.goto(server.url("/opinions/begin"));
    await page.getByLabel("件名").fill("総合計画（案）への意見募集");
    await page.getByRole("button", { name: "この内容で始める" }).click();
    assert.match(await page.locator("[role=alert]").innerText(), /ご意見を伺いたいことを入力してください/);
    assert.equal(await page.getByLabel("件名").inputValue(), "総合計画（案）への意見募集");
    await page.locator("#asks").fill("計画の案について、ご意見をお寄せください。");
    await page.getByLabel("このページ以外の出し方").fill("ファクス　000-000-0000（見本）\n様式は問いません。");
    await page.getByLabel("募集を終える日（この日を含む）").fill(day(5));
    await page.getByRole("button", { name: "この内容で始める" }).click();
    assert.match(await page.locator("[role=status]").innerText(), /意見募集を登録しました/);
    period = new URL(page.url()).pathname.replace(/\/work$/, "");
    assert.match(period, /^\/opinions\/\d+$/);
  });
  await test("while it is open, the home page and the item say so", async () => {
    await resident.goto(server.url("/"));
    assert.equal(await resident.locator(`.opinion-box a[href="${period}"]`).count(), 1);
    await resident.goto(server.url(`/plan/${NODE}`));
    await resident.getByRole("link", { name: "この文章に意見を出す" }).click();
    assert.equal(new URL(resident.url()).searchParams.get("key"), NODE);
  });
  await test("what is wrong stands beside its field, and what was typed stays", async () => {
    await resident.getByLabel("上の文章の中の言葉").check();
    await resident.locator("#words").fill("どこにもない言葉");
    await resident.locator("#text").fill(OPINION);
    await resident.getByRole("button", { name: "内容を確認する" }).click();
    assert.match(await resident.locator("#words-wrong").innerText(), /見つかりません/);
    assert.match(await resident.locator("#name-wrong").innerText(), /氏名を入力してください/);
    assert.equal(await resident.locator("#text").inputValue(), OPINION);
    assert.equal(await resident.locator("#words").inputValue(), "どこにもない言葉");
  });
  await test("a resident on a phone without scripts gives an opinion on words", async () => {
    await resident.locator("#words").fill(MARKED);
    await resident.getByLabel("市内在住").check();
    await resident.locator("#name").fill(PERSON.name);
    await resident.locator("#address").fill(PERSON.address);
    await resident.locator("#contact").fill(PERSON.contact);
    await resident.getByRole("button", { name: "内容を確認する" }).click();
    assert.equal(await resident.locator("h1").innerText(), "内容の確認");
    assert.equal(await resident.locator(".opinion-quote").innerText(), MARKED);
    await resident.getByRole("button", { name: "書き直す" }).click();
    assert.equal(await resident.locator("#text").inputValue(), OPINION);
    await resident.getByRole("button", { name: "内容を確認する" }).click();
    await resident.getByRole("button", { name: "この内容で送る" }).click();
    assert.equal(await resident.locator("h1").innerText(), "意見を受け付けました");
    code = await resident.locator(".opinion-code").innerText();
    assert.match(code, /^[0-9a-z]{4}(-[0-9a-z]{4}){3}$/);
    const shown = await resident.locator("main").innerText();
    assert.ok(shown.includes(MARKED) && shown.includes(OPINION));
    noSecrets(await resident.content(), "the receipt");
  });
  await test("hostile text gets a clear message and is kept", async () => {
    const open = async () => {
      await reader.goto(server.url(`${period}/new`));
      await reader.getByLabel("計画全体").check();
    };
    await open();
    const long = "あ".repeat(10000);
    await reader.locator("#text").fill(long);
    await reader.getByRole("button", { name: "内容を確認する" }).click();
    assert.match(await reader.locator("#text-wrong").innerText(), /4000字以内で入力してください（いま10000字）/);
    assert.equal((await reader.locator("#text").inputValue()).length, 10000);
    await open();
    await reader.locator("#text").fill("ベル\u0007を鳴らす");
    await reader.getByRole("button", { name: "内容を確認する" }).click();
    assert.match(await reader.locator("#text-wrong").innerText(), /制御文字/);
    assert.match(await reader.locator("#text").inputValue(), /を鳴らす/);
    await open();
    const markup = "<script>alert(1)</script><b>太字</b>";
    await reader.locator("#text").fill(markup);
    await reader.getByLabel("市内在勤").check();
    await reader.locator("#name").fill("<i>架空</i>");
    await reader.locator("#address").fill("見本町");
    await reader.getByRole("button", { name: "内容を確認する" }).click();
    assert.ok((await reader.locator("main").innerText()).includes(markup));
    assert.equal(await reader.locator("main dd b, main dd script, main dd i").count(), 0);
  });
  await test("words are marked in the passage with a small script", async () => {
    await reader.goto(server.url(`${period}/new?key=${NODE}`));
    await reader.evaluate((words) => {
      const text = document.getElementById("passage").firstChild;
      const at = text.data.indexOf(words);
      const range = document.createRange();
      range.setStart(text, at);
      range.setEnd(text, at + words.length);
      document.getSelection().removeAllRanges();
      document.getSelection().addRange(range);
    }, MARKED);
    await reader.waitForFunction((words) => document.getElementById("words").value === words, MARKED);
    assert.ok(await reader.locator("#about-words").isChecked());
    assert.equal(await reader.locator("input[name=nth]").inputValue(), "1");
  });
  await test("staff enter a fax: wrong days are said, words are found in the whole plan", async () => {
    await page.goto(server.url(`${period}/enter`));
    await page.locator("#text").fill(FAXED);
    await page.getByLabel("計画の文章の中の言葉").check();
    await page.locator("#words").fill(MARKED);
    await page.getByLabel("ファクス").check();
    await page.getByLabel("市内在住").check();
    await page.locator("#name").fill(FAX_PERSON.name);
    await page.locator("#address").fill(FAX_PERSON.address);
    await page.locator("#received").fill("平成31年13月40日");
    await page.getByRole("button", { name: "登録する" }).click();
    assert.match(await page.locator("#received-wrong").innerText(), /日付を/);
    assert.equal(await page.locator("#text").inputValue(), FAXED);
    await page.locator("#received").fill(day(0));
    const places = page.locator(".opinion-places input");
    if ((await places.count()) > 0) await page.locator(`.opinion-places input[value="${NODE}"]`).check();
    await page.getByRole("button", { name: "登録する" }).click();
    if ((await page.locator(".opinion-places input").count()) > 0) {
      await page.locator(`.opinion-places input[value="${NODE}"]`).check();
      await page.getByRole("button", { name: "登録する" }).click();
    }
    assert.match(await page.locator("[role=status]").innerText(), /受付番号 2で登録しました/);
  });
  await test("every page is valid and accessible, in both languages and at both widths", async () => {
    for (const path of ["/opinions", period, `${period}?at=${POLICY}`, `${period}/new`, `${period}/new?key=${NODE}`,
      "/opinions/mine", `/opinions/mine?code=${code}`, "/"]) await lookAt(reader, path);
    for (const path of ["/opinions/begin", `${period}/work`, `${period}/received/1`, `${period}/enter`,
      `${period}/results`]) await lookAt(page, path);
  });
  await test("lists name nobody; one opinion's page does, for planning alone", async () => {
    await page.goto(server.url(`${period}/work`));
    assert.equal(await page.locator(".opinion-row").count(), 2);
    noSecrets(await page.content(), "the list");
    await page.goto(server.url(`${period}/received/1`));
    assert.ok((await page.locator("main").innerText()).includes(PERSON.address));
    await clerk.goto(server.url(`${period}/received/1`));
    assert.ok((await clerk.locator("main").innerText()).includes(OPINION));
    noSecrets(await clerk.content(), "the page of other staff");
    assert.ok(!(await clerk.content()).includes(code), "nor the code");
    for (const path of [`${period}/work`, `${period}/received/1`, `${period}/enter`]) {
      await reader.goto(server.url(path));
      assert.equal(new URL(reader.url()).pathname, "/sign-in");
    }
    assert.equal((await reader.goto(server.url(`${period}/results`))).status(), 404);
    assert.equal((await reader.goto(server.url(`${period}/results.csv`))).status(), 404);
  });
  await test("the like opinion is suggested, and both become one topic", async () => {
    await page.goto(server.url(`${period}/received/1`));
    await page.locator(".opinion-row input[type=checkbox]").check();
    await page.getByRole("button", { name: "選んだ意見と一緒に回答する" }).click();
    assert.match(await page.locator("#opinions").innerText(), /2件/);
  });
  await test("two answer at once: the second sees both and loses nothing", async () => {
    const other = await planning.newPage();
    await other.goto(page.url());
    await other.locator("#summary").fill("先の趣旨");
    await other.locator("#kind-reference").check();
    await other.locator("#answer-text").fill("先の回答");
    await other.getByRole("button", { name: "保存する" }).click();
    assert.match(await other.locator("[role=status]").innerText(), /回答を保存しました/);
    await other.close();
    await page.locator("#summary").fill(SUMMARY);
    await page.locator("#kind-reflected").check();
    await page.locator("#answer-text").fill(ANSWER);
    await page.getByRole("button", { name: "保存する" }).click();
    assert.match(await page.locator("[role=alert]").innerText(), /ほかの人が先に回答しました/);
    assert.ok((await page.locator("main").innerText()).includes("先の回答"));
    assert.equal(await page.locator("#answer-text").inputValue(), ANSWER);
    await page.getByRole("button", { name: "保存する" }).click();
    assert.match(await page.locator("[role=status]").innerText(), /回答を保存しました/);
    await lookAt(page, `${period}/topics/1`);
  });
  await test("a change is proposed because of it, accepted, and frozen into the next edition", async () => {
    await page.goto(server.url(`${period}/topics/1`));
    await page.getByRole("link", { name: "計画の変更を起案する" }).click();
    assert.equal(new URL(page.url()).searchParams.get("opinion"), "1");
    const text = await page.locator("#after").inputValue();
    assert.ok((await page.locator("#reword textarea[name=reason]").inputValue()).includes(SUMMARY), "its reason");
    await page.locator("#after").fill(`${ADDED}${text}`);
    await press("#reword .button-main");
    await page.goto(server.url(`${period}/topics/1`));
    assert.equal(await page.locator(".opinion-tie ins").innerText(), ADDED);
    await page.goto(server.url(`/draft/${NODE}`));
    await press("#changes .change button[value=accepted]");
    freeze("答申");
  });
  await test("nothing is published before the period is over; then the results are public", async () => {
    await page.goto(server.url(`${period}/work`));
    assert.equal(await page.getByRole("button", { name: "結果を公表する" }).count(), 0);
    log.push(...server.log);
    await server.again(["--today", day(6)]);
    await reader.goto(server.url(`${period}/new?key=${NODE}`));
    assert.match(await reader.locator("[role=alert]").innerText(), /募集期間が終わった/);
    await page.goto(server.url(`${period}/work`));
    await page.getByRole("button", { name: "結果を公表する" }).click();
    assert.match(await page.locator("[role=status]").innerText(), /結果を公表しました/);
    await reader.goto(server.url(`${period}/results`));
    const shown = await reader.locator("main").innerText();
    for (const words of [SUMMARY, ANSWER, "反映", "2人", "2件"]) assert.ok(shown.includes(words), words);
    assert.equal(await reader.locator(".opinion-table ins").innerText(), ADDED);
    noSecrets(await reader.content(), "the results");
    assert.ok(!shown.includes(OPINION), "the opinion itself is not published");
    await lookAt(reader, `${period}/results`);
  });
  await test("the table as a file names nobody", async () => {
    const csv = await (await fetch(server.url(`${period}/results.csv`))).text();
    noSecrets(csv, "the file");
    assert.ok(csv.includes(SUMMARY) && csv.includes(`［追加：${ADDED}］`));
  });
  await test("the resident sees that her opinion changed this sentence", async () => {
    await resident.goto(server.url("/opinions/mine"));
    await resident.getByLabel("確認コード").fill(code.toUpperCase().replaceAll("-", " "));
    await resident.getByRole("button", { name: "探す", exact: true }).click();
    assert.match(await resident.locator("#changed").innerText(), /あなたの意見でこの文章が変わりました/);
    assert.equal(await resident.locator(".opinion-change ins").innerText(), ADDED);
    noSecrets(await resident.content(), "her page");
    await lookAt(reader, `/opinions/mine?code=${code}`);
  });
  await test("a code that is none is said, and finds nothing", async () => {
    assert.equal((await reader.goto(server.url("/opinions/mine?code=0000-0000-0000-0000"))).status(), 404);
    assert.match(await reader.locator("[role=alert]").innerText(), /見つかりません/);
  });
  await test("nothing of who gave an opinion is in the log", () => {
    log.push(...server.log);
    assert.ok(log.length > 50);
    noSecrets(log.join("\n"), "the log");
    assert.ok(!log.join("\n").includes(code), "nor the code");
  });
}
