// The drafting room: a planner and a second officer, one with scripts and one without, change a node, look before they
// send, decide, take back, word anew, withdraw, change the structure, comment, and write at the same time.

import assert from "node:assert/strict";
import { signIn, visitor, WIDTHS } from "./lib/browser.mjs";
import { checkAccess, checkHtml, checkShape } from "./lib/check.mjs";
import { addPeople, PEOPLE, WITH_PEOPLE } from "./lib/city.mjs";
import { test } from "./lib/report.mjs";
import { CLERK, PLANNER } from "./lib/server.mjs";

const NODE = "2-1-2-2-1"; // an initiative of two sentences or fewer, in the group GROUP
const GROUP = "2-1-2-2";
const OTHER_GROUP = "2-1-2-3";
const POLICY = "2-1";
const REASON = "試しの理由です。";
const ADDED = "冬の教室を増やします。";

const nodeUrl = (key) => `/draft/${encodeURIComponent(key)}`;
const said = (page) => page.locator("[role=status]").first().innerText();
const wrong = (page) => page.locator("[role=alert]").first().innerText();

// The wording as it stands on the page, without (`skip`) what is struck or put in.
const wordingWithout = (page, skip) => page.locator("#wording").evaluate((wording, tags) => {
  const copy = wording.cloneNode(true);
  for (const part of copy.querySelectorAll(tags)) part.remove();
  return copy.textContent.trim();
}, `${skip}, [data-aside]`);

export default async function run({ start }) {
  const server = await start({ load: WITH_PEOPLE });
  addPeople(server);
  const planning = await visitor({ scripts: true });
  const staff = await visitor();
  const page = await signIn(planning, server, PLANNER, nodeUrl(NODE));
  const clerk = await signIn(staff, server, CLERK, nodeUrl(NODE));
  const outside = await visitor({ scripts: true, width: WIDTHS.phone });
  const reader = await outside.newPage();
  for (const context of [planning, staff, outside]) context.setDefaultTimeout(6000);

  const open = (who, key = NODE) => who.goto(server.url(nodeUrl(key)));
  const presentWording = async () => (await open(page), page.locator("#after").inputValue());
  const propose = async (who, after, reason = REASON, key = NODE) => {
    await open(who, key);
    await who.fill("#after", after);
    await who.fill("#reword [name=reason]", reason);
    const answered = who.waitForNavigation();
    await who.click("#reword .button-main");
    await answered;
  };
  // Presses a button of the planner's page and waits for the page that answers.
  const press = async (button) => {
    const answered = page.waitForNavigation();
    await button.click();
    await answered;
  };
  const pending = () => page.locator("#changes > .changes > .change").count();
  const decide = async (button, card = 0) =>
    press(page.locator("#changes > .changes > .change").nth(card).getByRole("button", { name: button }));
  const takeBackAll = async () => {
    await open(page);
    while ((await page.getByRole("button", { name: "未決に戻す", includeHidden: true }).count()) > 0) {
      await page.locator("#decided summary").click();
      await press(page.getByRole("button", { name: "未決に戻す" }).first());
    }
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

  const original = await presentWording();

  await test("the draft is for staff: the public is led to sign in, a resident is refused", async () => {
    for (const path of ["/draft", nodeUrl(NODE)]) {
      await reader.goto(server.url(path));
      assert.equal(new URL(reader.url()).pathname, "/sign-in", path);
    }
    await reader.goto(server.url("/"));
    assert.equal(await reader.locator('a[href="/draft"]').count(), 0, "no way there in the menu");
    const resident = await visitor();
    const home = await signIn(resident, server, PEOPLE.sakura, "/");
    for (const path of ["/draft", nodeUrl(NODE)])
      assert.equal((await home.goto(server.url(path))).status(), 403, path);
    await resident.close();
    await clerk.goto(server.url("/"));
    assert.equal(await clerk.getByRole("link", { name: "計画案づくり" }).count(), 1);
  });
  await test("a planner walks down from the draft to a node and on to its neighbour", async () => {
    await page.goto(server.url("/draft"));
    await page.locator(`.draft-contents a[href="${nodeUrl(POLICY)}"]`).click();
    assert.equal(new URL(page.url()).pathname, nodeUrl(POLICY));
    await page.goto(server.url(nodeUrl(GROUP)));
    await page.locator(`#below a[href="${nodeUrl(NODE)}"]`).click();
    assert.equal(await page.locator("#after").inputValue(), original);
    await page.goto(server.url(nodeUrl(GROUP)));
    await page.locator(".between a").last().click();
    assert.equal(new URL(page.url()).pathname, nodeUrl(OTHER_GROUP));
  });
  await test("what is wrong is said and what was typed stays", async () => {
    await open(clerk);
    await clerk.fill("#reword [name=reason]", "書きかけの理由");
    await clerk.click("#reword .button-main");
    assert.match(await wrong(clerk), /文言が変わっていません/);
    assert.equal(await clerk.locator("#reword [name=reason]").inputValue(), "書きかけの理由");
    await clerk.fill("#after", `${original}${ADDED}`);
    await clerk.fill("#reword [name=reason]", " ");
    await clerk.click("#reword .button-main");
    assert.match(await wrong(clerk), /理由を書いてください/);
    assert.equal(await clerk.locator("#after").inputValue(), `${original}${ADDED}`);
  });
  await test("a change is looked at before it is sent, and nothing is proposed by looking", async () => {
    await open(clerk);
    await clerk.fill("#after", `${original}${ADDED}`);
    await clerk.getByRole("button", { name: "見え消しで確かめる" }).click();
    assert.equal(await clerk.locator("#reword .change-text ins").innerText(), ADDED);
    assert.equal(await clerk.locator("#changes .change").count(), 0);
  });
  await test("proposed without a script, it stands in the wording with its number, author and reason", async () => {
    const changed = original.replace("子ども", "児童生徒").replace(/。$/, `。${ADDED}`);
    await propose(clerk, changed);
    assert.match(await said(clerk), /提案しました/);
    assert.equal(await wordingWithout(clerk, "ins"), original, "what stands and what is struck is the base");
    assert.equal(await wordingWithout(clerk, "del"), changed, "what stands and what is put in is what was typed");
    const card = clerk.locator("#changes .change");
    assert.equal(await card.count(), 1, "one group");
    const text = await card.innerText();
    for (const words of [CLERK.name, REASON, "変更1", "変更2"]) assert.ok(text.includes(words), words);
    assert.equal(await clerk.getByRole("button", { name: "採用する" }).count(), 0, "she does not decide");
    assert.equal(await presentWording(), original, "the wording now is as it was");
  });
  await test("one hunk of a group is accepted; the other waits", async () => {
    await open(page);
    await page.locator("#changes input[name=change]").nth(1).uncheck();
    await page.locator("#changes [name=words]").first().fill("用語をそろえる。");
    await decide("採用する");
    assert.match(await said(page), /採用しました/);
    assert.equal(await pending(), 1);
    assert.equal(await page.locator("#after").inputValue(), original.replace("子ども", "児童生徒"));
    assert.equal(await page.locator("#wording ins.decided").innerText(), "児童生徒");
    await page.locator("#decided summary").click();
    const decided = await page.locator("#decided").innerText();
    for (const words of [PLANNER.name, "用語をそろえる。", "採用"]) assert.ok(decided.includes(words), words);
  });
  await test("the rest is rejected, and both decisions are taken back", async () => {
    await decide("採用しない");
    assert.match(await said(page), /採用しないことにしました/);
    assert.equal(await pending(), 0);
    await takeBackAll();
    assert.equal(await pending(), 1);
    assert.equal(await page.locator("#changes .draft-hunk").count(), 2, "both hunks wait again");
    assert.equal(await page.locator("#after").inputValue(), original);
  });
  await test("a second person words the proposal anew; the earlier one is kept", async () => {
    await open(page);
    await page.getByRole("link", { name: "この案を書き直す" }).click();
    const theirs = await page.locator("#after").inputValue();
    assert.ok(theirs.includes(ADDED) && theirs.includes("児童生徒"), theirs);
    await page.fill("#after", theirs.replace(ADDED, "冬にも教室をひらきます。"));
    await page.fill("#reword [name=reason]", "言い方を合わせました。");
    await page.click("#reword .button-main");
    assert.match(await said(page), /書き直した案を提案しました/);
    assert.equal(await pending(), 1);
    assert.ok((await page.locator("#changes").innerText()).includes("冬にも教室をひらきます。"));
    await page.locator("#decided summary").click();
    assert.match(await page.locator("#decided").innerText(), /書き直し済み/);
  });
  await test("her own change is withdrawn by its author, and nobody else's can be", async () => {
    await open(clerk);
    assert.equal(await clerk.getByRole("button", { name: "この案を取り下げる" }).count(), 0);
    await open(page);
    await page.getByRole("button", { name: "この案を取り下げる" }).click();
    assert.match(await said(page), /取り下げました/);
    assert.ok(!(await page.locator("#wording").innerText()).includes("冬にも教室をひらきます。"));
  });
  await test("two at once: the second sees both texts and proposes hers beside the other", async () => {
    await open(page);
    while ((await pending()) > 0) await decide("採用しない");
    await open(clerk);
    await clerk.fill("#after", original.replace("子ども", "小学生"));
    await clerk.fill("#reword [name=reason]", "後から送る理由");
    await propose(page, `${original}先に書いた文。`, "先に送る理由");
    await clerk.click("#reword .button-main");
    assert.match(await wrong(clerk), new RegExp(`${PLANNER.name}さんが別の案を出しました`));
    const text = await clerk.locator("main").innerText();
    for (const words of ["先に書いた文。", "小学生", "あなたが書き始めたときの文言"]) assert.ok(text.includes(words), words);
    assert.equal(await clerk.locator("#after").inputValue(), original.replace("子ども", "小学生"));
    assert.equal(await clerk.locator("#reason").inputValue(), "後から送る理由");
    assert.equal(await clerk.locator(".change-text del").first().innerText(), "子ども");
    assert.equal(await clerk.locator(".change-text ins").first().innerText(), "小学生");
    await checkShape(clerk);
    await clerk.getByRole("button", { name: "このまま、並べて提案する" }).click();
    assert.match(await said(clerk), /提案しました/);
    assert.equal(await clerk.locator("#changes > .changes > .change").count(), 2);
  });
  await test("two at once: or goes on from the other's text, with hers kept on the screen", async () => {
    await open(page);
    await page.fill("#after", `${original}三つ目の文。`);
    await page.fill("#reword [name=reason]", REASON);
    await propose(clerk, `${original}四つ目の文。`);
    await page.click("#reword .button-main");
    for (const width of Object.values(WIDTHS)) {
      await page.setViewportSize({ width, height: 900 });
      await checkShape(page);
      await checkAccess(page);
    }
    await page.setViewportSize({ width: WIDTHS.desk, height: 900 });
    await page.getByRole("button", { name: "相手の文から書き直す" }).click();
    assert.ok((await page.locator("#after").inputValue()).includes("四つ目の文。"));
    assert.ok((await page.locator(".draft-kept").innerText()).includes("三つ目の文。"));
    await page.fill("#after", `${original}四つ目と三つ目の文。`);
    await page.click("#reword .button-main");
    assert.match(await said(page), /書き直した案を提案しました/);
  });
  await test("changes of one place cannot all be accepted: it is said which, and nothing is decided", async () => {
    await open(page);
    const before = await pending();
    await propose(page, original.replace("子ども", "若者"), "三通り目");
    await press(page.getByRole("button", { name: "すべて採用する" }));
    assert.match(await wrong(page), /両方は採用できません/);
    assert.ok((await wrong(page)).includes("若者"));
    assert.equal(await pending(), before + 1);
    await press(page.getByRole("button", { name: "すべて採用しない" }));
    assert.equal(await pending(), 1, "what was worded anew is pending again");
    assert.ok((await page.locator("#changes").innerText()).includes("四つ目の文。"));
    await decide("採用しない");
    assert.equal(await pending(), 0);
  });
  await test("all of a node is accepted at once", async () => {
    await propose(clerk, `前置き。${original}`);
    await propose(clerk, `${original}後書き。`);
    await open(page);
    await press(page.getByRole("button", { name: "すべて採用する" }));
    assert.match(await said(page), /採用しました/);
    assert.equal(await presentWording(), `前置き。${original}後書き。`);
    await reader.goto(server.url(`/plan/${NODE}`));
    assert.equal((await reader.locator("p.wording").first().innerText()).trim(), original, "the plan is as it was");
    assert.ok(!(await reader.content()).includes("前置き。"), "nothing of it is public");
  });

  const operate = async (who, key, name, fields) => {
    await open(who, key);
    const fold = who.locator("#structure details", { has: who.locator("summary", { hasText: name }) });
    await fold.locator("summary").click();
    for (const [field, value] of Object.entries({ reason: REASON, ...fields }))
      await fold.locator(`[name=${field}]`).first().fill(value);
    await fold.getByRole("button", { name: "提案する" }).click();
  };
  await test("an item is added below and behind, and the new item can be worded before it is accepted", async () => {
    await operate(clerk, GROUP, "この項目の中に", { text: "新しい取組です。" });
    assert.match(await said(clerk), /提案しました/);
    assert.match(await clerk.locator("#changes").innerText(), /（新設）.*主体的に活動できる環境づくり/);
    const child = clerk.locator("#below a", { hasText: "新しい取組です。" });
    assert.equal(await child.count(), 1);
    await child.click();
    assert.equal(await clerk.locator("#after").inputValue(), "新しい取組です。");
    await operate(clerk, NODE, "この項目の次に", { text: "その次の取組です。" });
    assert.match(await said(clerk), /提案しました/);
    await open(page, GROUP);
    assert.equal(await page.locator("#below li", { hasText: "新設" }).count(), 2);
    await page.locator("#changes .change").first().getByRole("button", { name: "採用する" }).click();
    assert.match(await said(page), /採用しました/);
  });
  await test("an item is split at typed words, renumbered, and deleted: each is told in words", async () => {
    const words = original.slice(6, 14);
    await operate(clerk, NODE, "二つの項目に分ける", { words: "ここにはない言葉" });
    assert.match(await wrong(clerk), /見つかりません/);
    assert.equal(await clerk.locator("#cut-words").inputValue(), "ここにはない言葉");
    await operate(clerk, NODE, "二つの項目に分ける", { words });
    assert.match(await clerk.locator("#changes").innerText(), new RegExp(`（分割）「${words}`));
    await operate(clerk, OTHER_GROUP, "番号を変える", { number: "㋐" });
    assert.match(await clerk.locator("#changes").innerText(), /（番号）「㋐」を付ける/);
    await operate(clerk, OTHER_GROUP, "この項目を削る", {});
    assert.match(await clerk.locator("#changes").innerText(), /（削る）/);
    await open(page, "2-1-2");
    assert.match(await page.locator("#below li", { hasText: "安全・安心" }).innerText(), /削る/);
  });
  await test("two items are merged", async () => {
    await operate(clerk, GROUP, "次の項目とまとめる", { text: "、" });
    assert.match(await clerk.locator("#changes").innerText(), /（統合）/);
  });
  await test("a new place is chosen by walking through the plan", async () => {
    await open(clerk);
    await clerk.getByRole("link", { name: "ほかの場所へ移す" }).click();
    await clerk.locator(".crumbs a").nth(-2).click();
    assert.match(await clerk.locator("main").innerText(), /ここでの順番/);
    await clerk.locator(`.plain-list a[href$="to=${OTHER_GROUP}"]`).click();
    await clerk.locator("input[name=place]").nth(1).check();
    await clerk.fill("#reason", REASON);
    await clerk.getByRole("button", { name: "提案する" }).click();
    assert.match(await clerk.locator("#changes").innerText(), /（移動）「.+」の中の「.+」の次へ移す/);
    await open(page, OTHER_GROUP);
    assert.equal(await page.locator("#below li", { hasText: "ここへ移す" }).count(), 1);
    await clerk.goto(server.url(`${nodeUrl(GROUP)}/move?to=${NODE}`));
    assert.match(await clerk.locator("main").innerText(), /ここには置けません/);
  });

  await test("a comment on typed words is marked in the wording; unclear words are refused", async () => {
    await open(clerk);
    await clerk.locator("#comment summary").click();
    await clerk.fill("#comment-text", "この言葉でよいですか。");
    await clerk.fill("#comment-quote", "どこにもない言葉");
    await clerk.getByRole("button", { name: "コメントする" }).click();
    assert.match(await wrong(clerk), /見つかりません/);
    assert.equal(await clerk.locator("#comment-text").inputValue(), "この言葉でよいですか。");
    await clerk.fill("#comment-quote", "、");
    await clerk.getByRole("button", { name: "コメントする" }).click();
    assert.match(await wrong(clerk), /何か所か/);
    await clerk.fill("#comment-quote", original.slice(0, 4));
    await clerk.getByRole("button", { name: "コメントする" }).click();
    assert.match(await said(clerk), /コメントを書きました/);
    assert.equal((await clerk.locator("#wording mark").allInnerTexts()).join(""), original.slice(0, 4));
  });
  await test("words are chosen by selecting them, also behind what a change puts in", async () => {
    await open(page);
    const chosen = await page.locator("#wording").evaluate((wording) => {
      const texts = [...wording.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
      const text = texts.at(-1);
      const range = document.createRange();
      range.setStart(text, 2);
      range.setEnd(text, 7);
      document.getSelection().removeAllRanges();
      document.getSelection().addRange(range);
      document.dispatchEvent(new MouseEvent("mouseup"));
      return range.toString();
    });
    assert.equal(await page.locator("#comment-quote").inputValue(), chosen);
    const from = Number(await page.locator("#comment-from").inputValue());
    assert.equal([...original].slice(from, from + 5).join(""), chosen, "places count in the base's wording");
    await page.getByRole("link", { name: "選んだ言葉にコメントする" }).click();
    await page.fill("#comment-text", "選んだ言葉について。");
    await page.getByRole("button", { name: "コメントする" }).click();
    assert.ok((await page.locator("#wording mark").allInnerTexts()).includes(chosen));
  });
  await test("a thread is answered, settled and opened again", async () => {
    await open(page);
    const thread = page.locator("#comments .comment").first();
    await thread.locator("summary").click();
    await thread.locator("[name=text]").fill("担当課に確かめました。");
    await press(thread.getByRole("button", { name: "返事を送る" }));
    assert.match(await page.locator("#comments .comment").first().innerText(), /担当課に確かめました。/);
    await press(page.locator("#comments .comment").first().getByRole("button", { name: "解決にする" }));
    assert.match(await said(page), /解決にしました/);
    assert.equal(await page.locator("#comments > .changes > .comment").count(), 1);
    await page.locator("#comments summary", { hasText: "解決したコメント" }).click();
    await press(page.getByRole("button", { name: "もう一度ひらく" }));
    assert.equal(await page.locator("#comments > .changes > .comment").count(), 2);
    await open(clerk);
    assert.equal(await clerk.getByRole("button", { name: "解決にする" }).count(), 1, "her own thread only");
  });
  await test("the draft lists what is pending by policy, filtered", async () => {
    await page.goto(server.url("/draft"));
    const shown = Number(await page.locator(".glance dd").first().innerText());
    assert.ok(shown >= 5, `${shown} pending`);
    assert.match(await page.locator(".draft-policy h2").first().innerText(), /子ども・子育て支援の充実/);
    assert.equal(await page.locator(`.draft-policy a[href="${nodeUrl(NODE)}"]`).count(), 1);
    await page.getByRole("link", { name: /^採用 / }).click();
    assert.ok((await page.locator(".draft-policy").innerText()).includes("前置き。"));
    await page.getByRole("link", { name: /^自分の案/ }).click();
    assert.ok(!(await page.locator(".draft-policy").allInnerTexts()).join("").includes(CLERK.name));
    await page.getByRole("link", { name: /^コメントあり/ }).click();
    assert.equal(await page.locator(".draft-policy .row").count(), 1);
  });
  await test("every page is valid and accessible, in both languages and at both widths", async () => {
    for (const path of ["/draft", "/draft?show=all", nodeUrl(NODE), nodeUrl(GROUP), nodeUrl(POLICY),
      `${nodeUrl(NODE)}/move?to=${OTHER_GROUP}`, `/plan/${NODE}`]) await everyWay(path);
  });
  await test("every fold of a node's page is accessible when it is open", async () => {
    for (const width of Object.values(WIDTHS)) {
      await page.setViewportSize({ width, height: 900 });
      await open(page);
      await page.evaluate(() => document.querySelectorAll("details").forEach((fold) => (fold.open = true)));
      await checkShape(page);
      await checkAccess(page);
    }
    await page.setViewportSize({ width: WIDTHS.desk, height: 900 });
  });
  await test("who does not own the draft cannot decide; what is not there is an error and no fault", async () => {
    await open(clerk);
    const csrf = await clerk.locator("[name=csrf]").first().inputValue();
    const answer = await staff.request.post(server.url("/draft/decide"),
      { form: { csrf, key: NODE, node: NODE, to: "accepted" }, headers: { origin: server.origin } });
    assert.equal(answer.status(), 403);
    for (const path of ["/draft/9-9-9", "/draft/+999999", "/draft/9-9-9/move", `${nodeUrl(NODE)}/move?to=9-9`])
      assert.equal((await page.goto(server.url(path))).status(), 404, path);
  });
  for (const context of [planning, staff, outside]) await context.close();
}
