// The reports of the casebook as JSON lines, in the order of their days; each day is one call of `add`.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

// The head of a report block is `key: value` lines, then an empty line and the text.
function report(markdown) {
  const block = markdown.match(/```report\n([\s\S]*?)\n```/);
  if (!block) return null;
  const [head, ...body] = block[1].split("\n\n");
  const fields = Object.fromEntries(
    head.split("\n").map((line) => line.match(/^(\w+): (.*)$/)).filter(Boolean).map((it) => it.slice(1)),
  );
  return { ...fields, text: body.join("\n\n") };
}

// [[day, [report, …]], …]
export function stories(casebook, folders = ["hard", "wires"]) {
  const days = new Map();
  for (const folder of folders) {
    for (const file of readdirSync(join(casebook, folder)).sort()) {
      const found = report(readFileSync(join(casebook, folder, file), "utf8"));
      if (!found?.id || !/^\d{4}-\d\d-\d\d/.test(found.published ?? "")) continue;
      const day = found.published.slice(0, 10);
      days.set(day, [...(days.get(day) ?? []), found]);
    }
  }
  return [...days].sort(([a], [b]) => a.localeCompare(b));
}
