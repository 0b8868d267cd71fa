// Tests of the site in a real browser against the real binary: node tests/web/run.mjs [PART]...
//
// HITOMACHI_BINARY and HITOMACHI_TEST_DB say what is tested (lib/server.mjs). A PART is the name of a file beside
// this one without its ending; without any, all run.

import { closeBrowser, openBrowser } from "./lib/browser.mjs";
import { finish } from "./lib/report.mjs";
import { Server, SEED } from "./lib/server.mjs";

const PARTS = [
  "pages", "keyboard", "search", "language", "sign_in", "upload", "review", "evaluation", "draft", "editions",
  "opinions", "inquiries", "draft_life", "circle", "draws", "files", "api", "print",
];

const wanted = process.argv.slice(2);
const parts = wanted.length > 0 ? wanted : PARTS;

let good = false;
const servers = [];
try {
  await openBrowser();
  const start = async (options) => {
    const server = await Server.start(options);
    servers.push(server);
    return server;
  };
  const context = {
    start,
    // The sample city, read by all parts and written by none.
    sample: await start({ load: [["apply"]] }),
    seed: SEED,
  };
  for (const part of parts) {
    const { default: run } = await import(`./${part}.mjs`);
    await run(context);
  }
  for (const server of servers.splice(0)) {
    const code = await server.stop();
    if (code !== 0) throw new Error(`the server ended with ${code}: ${server.log.slice(-20).join("\n")}`);
  }
  good = finish();
} catch (error) {
  console.log(`Bail out! ${error.stack}`);
} finally {
  for (const server of servers) server.process?.kill("SIGKILL");
  await closeBrowser();
}
process.exit(good ? 0 : 1);
