// The system's Chromium without JavaScript, at the two widths every page is looked at.

import { chromium } from "playwright-core";

export const WIDTHS = { phone: 390, desk: 1280 };

let browser;

export async function openBrowser() {
  browser = await chromium.launch({
    executablePath: process.env.HITOMACHI_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
}

export async function closeBrowser() {
  await browser?.close();
}

// A visitor with cookies of her own. Pages run no script of theirs; axe runs in a visitor with scripts.
export async function visitor({ width = WIDTHS.desk, language = "ja", scripts = false } = {}) {
  return browser.newContext({
    javaScriptEnabled: scripts,
    locale: language,
    viewport: { width, height: 900 },
  });
}

export async function signIn(context, server, account, next = "/") {
  const page = await context.newPage();
  await page.goto(server.url(`/sign-in?next=${encodeURIComponent(next)}`));
  await page.fill("input[name=login]", account.login);
  await page.fill("input[name=password]", account.password);
  await page.click("main button[type=submit]");
  return page;
}
