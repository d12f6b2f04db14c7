// A ledger made by `truceline add`, served for as long as a test needs it.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";
import { REPORTS } from "./reports.mjs";
import { stories } from "./stories.mjs";

const program = resolve(process.env.TRUCELINE ?? "../../../../target/debug/truceline");
const casebook = resolve(import.meta.dirname, "../../../../casebook");
// Stories of the casebook that are told here, beside our own.
const TOLD = /^(2023-11-2[2-9]|2023-11-30|2023-12-01|2014-08-0)/;

// Adds the reports of each day as recorded on its evening.
export function ledger(folder, days) {
  const path = join(folder, "ledger.db");
  for (const [day, reports] of days) {
    const file = join(folder, `${day}.jsonl`);
    writeFileSync(file, reports.map((it) => JSON.stringify(it)).join("\n"));
    const given = ["add", "--ledger", path, "--recorded", `${day}T18:00Z`, file];
    execFileSync(program, given, { stdio: ["ignore", "ignore", "pipe"] });
  }
  return path;
}

export function told() {
  const days = [...REPORTS, ...stories(casebook).filter(([day]) => TOLD.test(day))];
  return days.sort(([a], [b]) => a.localeCompare(b));
}

// {base, token, ledger, stop}
export async function serve(path) {
  const folder = path ? null : mkdtempSync(join(tmpdir(), "truceline-"));
  const at = path ?? ledger(folder, told());
  const scratch = folder ?? mkdtempSync(join(tmpdir(), "truceline-"));
  const tokens = join(scratch, "tokens");
  const made = spawnSync(program, ["serve", "token", "Ada Lovelace"], { encoding: "utf8" });
  writeFileSync(tokens, made.stderr.split("\n").find((it) => /^Ada Lovelace [0-9a-f]{64}$/.test(it)) + "\n");
  const server = spawn(program, ["serve", "--ledger", at, "--bind", "127.0.0.1:0", "--token-file", tokens]);
  let log = "";
  const base = await new Promise((found, failed) => {
    server.stderr.on("data", (data) => {
      log += data;
      const address = log.match(/ at (http:\/\/[\d.:]+)\//);
      if (address) found(address[1]);
    });
    server.on("exit", () => failed(new Error(`the server ended: ${log}`)));
  });
  const stop = async () => {
    server.removeAllListeners("exit");
    const gone = new Promise((done) => server.once("exit", done));
    server.kill("SIGTERM");
    await Promise.race([gone, new Promise((done) => setTimeout(done, 2000))]);
    server.kill("SIGKILL");
    rmSync(scratch, { recursive: true, force: true });
  };
  return { base, token: made.stdout.trim(), ledger: at, stop };
}

export const browser = () =>
  chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
