// Starts the real binary on a fresh database and a free port, and stops it again.
//
// HITOMACHI_BINARY names the binary. HITOMACHI_TEST_DB, when given, is a PostgreSQL URL: every server gets a schema
// of its own in it; otherwise every server gets an SQLite file in a temporary folder.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const BINARY = process.env.HITOMACHI_BINARY ?? "build/hitomachi";
const START_LIMIT_MS = 30_000;
export const CITY = "cities/aomori";
export const SEED = "../shared/seed/000_fa0ffde3902b6a25.txt";
export const PLANNER = { login: "kikaku", password: "musubi-no-asa-2019", name: "企画 太郎" };
export const CLERK = { login: "madoguchi", password: "yuki-no-michi-2019", name: "窓口 花子" };

let serverCount = 0;

function databaseUrl(folder) {
  const base = process.env.HITOMACHI_TEST_DB;
  serverCount += 1;
  if (!base) return join(folder, "city.db");
  const url = new URL(base);
  url.searchParams.set("schema", `web_${process.pid}_${serverCount}`);
  return url.href;
}

export class Server {
  static async start({ load = [], city = CITY } = {}) {
    const server = new Server();
    server.city = city;
    server.folder = mkdtempSync(join(tmpdir(), "hitomachi-web-"));
    server.db = databaseUrl(server.folder);
    for (const args of load) server.command(args);
    for (const account of [PLANNER, CLERK])
      server.command(
        ["account", "add", account.login, "--name", account.name, "--role", account === PLANNER ? "planner" : "nurse",
          "--password-stdin"],
        `${account.password}\n`,
      );
    await server.listen();
    return server;
  }

  // One command of the binary on this server's city and database; throws with its words when it fails.
  command(args, input = "") {
    const takesCity = args[0] !== "account" || ["add", "units"].includes(args[1]);
    const all = [...args, "--db", this.db, ...(takesCity ? ["--city", this.city] : [])];
    const done = spawnSync(BINARY, all, { input, encoding: "utf8" });
    if (done.status !== 0) throw new Error(`${all.join(" ")}: ${done.error ?? done.stderr}`);
    return done.stdout;
  }

  // What `check` says of this server's city.
  check() {
    const done = spawnSync(BINARY, ["check", this.city], { encoding: "utf8" });
    if (done.status !== 0) throw new Error(done.stderr);
    return done.stdout;
  }

  async listen(more = []) {
    const args = ["serve", "--listen", "127.0.0.1:0", "--db", this.db, "--city", this.city, ...more];
    this.log = [];
    this.process = spawn(BINARY, args, { stdio: ["ignore", "pipe", "pipe"] });
    createInterface({ input: this.process.stderr }).on("line", (line) => this.log.push(line));
    this.origin = await new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("the server did not start")), START_LIMIT_MS);
      createInterface({ input: this.process.stdout }).once("line", (line) => {
        clearTimeout(late);
        resolve(line.trim());
      });
      this.process.once("exit", (code) => reject(new Error(`the server ended (${code}): ${this.log.join("\n")}`)));
    });
  }

  // The same database served anew, on another day: again(["--today", "2026-04-01"]).
  async again(more) {
    await this.end();
    await this.listen(more);
  }

  url(path) {
    return new URL(path, this.origin).href;
  }

  async end() {
    const ended = new Promise((resolve) => this.process.once("exit", (code) => resolve(code)));
    this.process.kill("SIGTERM");
    return ended;
  }

  async stop() {
    const code = await this.end();
    rmSync(this.folder, { recursive: true, force: true });
    return code;
  }
}
