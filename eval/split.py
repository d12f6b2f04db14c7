#!/usr/bin/env python3
"""Splits the dev set into the part that rules were written on and the third that was held back.

    split.py ../shared/eval/dev OUT     writes OUT/work and OUT/held, each with reports.jsonl and gold.jsonl

A report is held back where the SHA-256 of its id, as a number, is divisible by three: the split needs no
list and never changes. Figures for both parts stand in docs/MODEL.md. Python 3.9+, no packages.
"""
import hashlib, json, os, sys


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    source, out = sys.argv[1:]
    gold = {}
    with open(os.path.join(source, "gold.jsonl"), encoding="utf-8") as file:
        for line in file:
            gold[json.loads(line)["id"]] = line
    parts = {name: ([], []) for name in ("work", "held")}
    with open(os.path.join(source, "reports.jsonl"), encoding="utf-8") as file:
        for line in file:
            ident = json.loads(line)["id"]
            held = int(hashlib.sha256(ident.encode()).hexdigest(), 16) % 3 == 0
            reports, labels = parts["held" if held else "work"]
            reports.append(line)
            labels.append(gold[ident])
    for name, (reports, labels) in parts.items():
        folder = os.path.join(out, name)
        os.makedirs(folder, exist_ok=True)
        for file_name, lines in (("reports.jsonl", reports), ("gold.jsonl", labels)):
            with open(os.path.join(folder, file_name), "w", encoding="utf-8") as file:
                file.writelines(line if line.endswith("\n") else line + "\n" for line in lines)
        print(f"{name}: {len(reports)} reports", file=sys.stderr)


if __name__ == "__main__":
    main()
