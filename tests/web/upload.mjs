// Uploads that cannot be read: each is refused in plain words, keeps what was typed and changes nothing;
// hostile text in a table is text.

import assert from "node:assert/strict";
import { signIn, visitor } from "./lib/browser.mjs";
import { checkAccess, checkHtml, checkShape } from "./lib/check.mjs";
import { test } from "./lib/report.mjs";
import { PLANNER } from "./lib/server.mjs";

const TITLE = "各政策における「現状と課題」「基本方向」「主な取組」一覧表";

// One page of a table in the city's layout, in invented words.
function table(words) {
  return [
    TITLE,
    "",
    "基本政策名\t1 水辺創り\t政策名\t(1) 川の充実",
    "-------------------",
    "現状と課題\t基本方向",
    `《川の状況》●${words}\t川を守ります。`,
    "主な取組",
    "① 川の手入れ",
    "《手入れの推進》●毎年、川を清掃します。",
    "",
  ].join("\n");
}

// A Shift_JIS text, written here byte by byte: 表\n
const SHIFT_JIS = Buffer.from([0x95, 0x5c, 0x0a, 0x8c, 0x76, 0x89, 0xe6, 0x0a]);

const BAD = [
  ["no file", null, /ファイルが選ばれていません/],
  ["an empty file", Buffer.alloc(0), /空です/],
  ["white space only", Buffer.from(" \n\t\n　\n"), /空です/],
  ["Shift_JIS taken for UTF-8", SHIFT_JIS, /1行目.*UTF-8.*Shift_JIS/s],
  ["a binary file", Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(4000)]), /NUL/],
  ["a text that is no table", Buffer.from("きょうはよい天気です。\n".repeat(20)), /一覧表として読み取れません/],
  ["broken JSON", Buffer.from('{"format": "hitomachi-plan/1", "nodes": ['), /読み取れません/],
];

async function send(page, server, bytes, edition, name = "plan.txt") {
  await page.goto(server.url("/imports"));
  if (bytes) await page.setInputFiles("#file", { name, mimeType: "text/plain", buffer: bytes });
  await page.fill("#edition", edition);
  // The browser itself would hold back a form without its file; a test asks the server.
  const [answer] = await Promise.all([
    page.waitForResponse((r) => r.request().method() === "POST"),
    page.waitForEvent("load"),
    page.locator("main form").evaluate((form) => {
      form.noValidate = true;
      form.requestSubmit();
    }),
  ]);
  return answer;
}

const editionsOf = async (server) => {
  const answer = await fetch(server.url("/api/v1/plans/basic-2019/editions"));
  return (await answer.json()).editions.length;
};

export default async function run({ start }) {
  const server = await start({ load: [["apply"]] });
  const context = await visitor({ scripts: true });
  const page = await signIn(context, server, PLANNER, "/imports");

  for (const [name, bytes, words] of BAD)
    await test(`${name} is refused in plain words, and what was typed stays`, async () => {
      const before = await editionsOf(server);
      const answer = await send(page, server, bytes, "案（試し）");
      assert.equal(answer.status(), 422);
      assert.match(await page.locator("[role=alert]").innerText(), words);
      assert.equal(await page.inputValue("#edition"), "案（試し）");
      assert.match(await page.title(), /^エラー/);
      assert.equal(await page.getAttribute("#file", "aria-invalid"), "true");
      assert.equal(await page.locator("main .card").count(), before);
    });
  await test("the page of a refused upload is valid and accessible", async () => {
    const answer = await send(page, server, SHIFT_JIS, "案");
    await checkHtml(await answer.text());
    await checkShape(page);
    await checkAccess(page);
  });
  await test("a file without a name for its edition is refused at the name", async () => {
    const answer = await send(page, server, Buffer.from(table("水は澄んでいます。")), "");
    assert.equal(answer.status(), 422);
    assert.match(await page.locator("[role=alert]").innerText(), /版の名前/);
    assert.equal(await page.getAttribute("#edition", "aria-invalid"), "true");
  });
  await test("a name that is taken is refused at the name", async () => {
    const answer = await send(page, server, Buffer.from(table("水は澄んでいます。")), "素案");
    assert.equal(answer.status(), 422);
    assert.match(await page.locator("[role=alert]").innerText(), /別の名前/);
  });
  await test("a file larger than any that is taken is refused with 413", async () => {
    const cookies = (await context.cookies()).map((cookie) => `${cookie.name}=${cookie.value}`).join("; ");
    await page.goto(server.url("/imports"));
    const form = new FormData();
    form.set("csrf", await page.inputValue("main input[name=csrf]"));
    form.set("edition", "大きな案");
    form.set("file", new Blob([new Uint8Array(66 * 1024 * 1024).fill(0x41)]), "large.txt");
    let status;
    try {
      const answer = await fetch(server.url("/imports"), { method: "POST", headers: { Cookie: cookies }, body: form });
      status = answer.status;
      assert.match(await answer.text(), /大きすぎ/);
    } catch (error) {
      // The server may close the connection while bytes are still being sent.
      assert.match(String(error.cause ?? error), /EPIPE|ECONNRESET|other side closed|terminated/);
      status = 413;
    }
    assert.equal(status, 413);
    assert.equal((await fetch(server.url("/healthz"))).status, 200);
  });
  await test("markup in a table is shown as text, on every page that shows it", async () => {
    const hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp; 見出し";
    const answer = await send(page, server, Buffer.from(table(hostile)), "案（印）", "<b>plan</b>.txt");
    assert.equal(answer.status(), 303);
    let alerted = false;
    page.on("dialog", (dialog) => {
      alerted = true;
      dialog.dismiss();
    });
    assert.match(page.url(), /\/imports\/\d+/);
    const query = `edition=${encodeURIComponent("案（印）")}`;
    const plan = await page.evaluate((url) => fetch(url).then((r) => r.json()),
      `/api/v1/plans/basic-2019/editions/${encodeURIComponent("案（印）")}`);
    const fact = plan.nodes.find((node) => node.kind === "fact");
    const policy = plan.nodes.find((node) => node.kind === "policy");
    for (const path of [new URL(page.url()).pathname, "/imports",
      `/plan/${policy.key}?${query}`, `/plan/${fact.key}?${query}`,
      `/search?q=alert&${query}`]) {
      const shown = await page.goto(server.url(path));
      assert.equal(shown.status(), 200, path);
      assert.equal(await page.locator("script, img, main b:has-text('plan')").count(), 0, path);
      await checkHtml(await shown.text());
    }
    await page.goto(server.url(`/plan/${fact.key}?${query}`));
    assert.ok((await page.locator(".wording").innerText()).includes("<script>alert(1)</script>"));
    assert.equal(alerted, false);
  });
  await test("the same file again changes nothing and says so", async () => {
    const before = await page.goto(server.url("/imports")).then(() => page.locator("main .card").count());
    const hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp; 見出し";
    await send(page, server, Buffer.from(table(hostile)), "案（二度目）", "again.txt");
    assert.match(await page.locator("[role=status]").innerText(), /何も変わっていません/);
    assert.equal(await page.locator("main .card").count(), before);
  });
  await context.close();
}
