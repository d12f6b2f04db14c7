#!/usr/bin/env python3
"""Makes an evaluation set of the casebook, so that the scorer can score on it.

    casebook_to_set.py OUT                        OUT/reports.jsonl and OUT/gold.jsonl of all pages
    casebook_to_set.py --folder hard OUT          of casebook/hard alone (may be given again)
    casebook_to_set.py --check                    looks at the pages only

Every page is looked at first: quotes must be exact words of one sentence, dates must be dates, acts, stances
and fields those of casebook/README.md. Fields that a page does not give come out empty in gold.jsonl.
Python 3.9+, no packages.
"""
import argparse, collections, json, os, re, sys
from datetime import date, datetime

ACTS = "called_for proposed declared agreed rejected began held violated extended ended talks monitored welcomed".split()
STANCES = "fact planned hedged denied".split()
STATUS = "proposed agreed declared in_force ended rejected disputed unknown".split()
CLAIM_FIELDS = "by against says when where".split()
TRUCE_FIELDS = "label sides mediators places declared start end length excludes status".split()
LENGTH = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?)?$")
SHORT = set("mr mrs ms dr st gen lt col maj capt sgt adm sen rep gov no vs jr sr u.n u.s u.k e.u a.m p.m jan feb mar apr jun jul aug sep sept oct nov dec brig i.e e.g k.m".split())


class Wrong(Exception):
    pass


def is_date(text):
    if "/" in text:
        ends = text.split("/")
        return len(ends) == 2 and ends != ["..", ".."] and all(end == ".." or is_date(end) for end in ends)
    if re.fullmatch(r"\d{4}", text):
        return True
    if re.fullmatch(r"(\d{4}|XXXX)-(0[1-9]|1[0-2])", text):
        return True
    m = re.fullmatch(r"(\d{4}|XXXX)-(\d\d)-(\d\d)(T(\d\d):(\d\d)(Z|[+-]\d\d:\d\d)?)?", text)
    if not m:
        return False
    try:
        date(2000 if m[1] == "XXXX" else int(m[1]), int(m[2]), int(m[3]))
        return not m[4] or (int(m[5]) < 24 and int(m[6]) < 60)
    except ValueError:
        return False


def blocks(source):
    """Fenced blocks by name: (number of the first inner line, text)."""
    return {m[1]: (source.count("\n", 0, m.end(1)) + 2, m[2] or "")
            for m in re.finditer(r"^```(\w+)\n(?:(.*?)\n)??```$", source, re.S | re.M)}


def one_sentence(quote):
    for m in re.finditer(r"([\w.]*)[.!?][\"'”’)\]]*\s+[\"'“‘(\[]*[A-Z]", quote):
        before = m[1].lower().rstrip(".")
        if before not in SHORT and not re.fullmatch(r"[a-z]|\d", before) and quote.upper() != quote:
            return False
        if quote.upper() == quote and before not in SHORT and len(before) > 3:
            return False
    return "\n" not in quote


def fields(parts, known):
    out = {}
    for part in parts:
        key, sep, value = part.partition(":")
        key = key.strip()
        if not sep or key not in known:
            raise Wrong(f"expected one of {', '.join(known)} but found `{part.strip()}`")
        if key in out:
            raise Wrong(f"expected `{key}` once but found it again")
        out[key] = value.strip()
    for key in ("when", "declared", "start", "end"):
        if out.get(key) and not is_date(out[key]):
            raise Wrong(f"expected a date but found `{key}: {out[key]}`")
    if out.get("length") and not LENGTH.match(out["length"]):
        raise Wrong(f"expected a length such as PT72H but found `{out['length']}`")
    if "status" in out and out["status"] not in STATUS:
        raise Wrong(f"expected one of {', '.join(STATUS)} but found `{out['status']}`")
    return out


def names(value):
    return [part.strip() for part in (value or "").split(";") if part.strip()]


def parse(source):
    if not source.startswith("# "):
        raise Wrong("1: expected a heading `# …`")
    found = blocks(source)
    for name in ("report", "truces", "claims"):
        if name not in found:
            raise Wrong(f"expected a block ```{name} but found none")
    head, _, body = found["report"][1].partition("\n\n")
    meta = dict(line.split(": ", 1) for line in head.splitlines())
    if not re.fullmatch(r"[a-z0-9-]+", meta.get("id", "")):
        raise Wrong(f"expected `id: one-word` but found `{meta.get('id')}`")
    if set(meta) - set("id outlet published title url".split()):
        raise Wrong(f"expected id, outlet, published, title, url but found `{', '.join(meta)}`")
    if "published" in meta and not (is_date(meta["published"]) and len(meta["published"]) == 10):
        raise Wrong(f"expected `published: 2018-03-02` but found `{meta['published']}`")
    body, title = body.strip(), meta.get("title", "")
    report = {"id": meta["id"], "url": meta.get("url"), "outlet": meta.get("outlet"),
              "title": meta.get("title"), "published": meta.get("published"), "text": body}
    truces, claims = {}, []
    number = found["truces"][0]
    for number, line in enumerate(found["truces"][1].splitlines(), number):
        try:
            tid, *parts = line.split(" | ")
            if not re.fullmatch(r"T\d+", tid.strip()) or tid.strip() in truces:
                raise Wrong(f"expected a new `T1`, `T2` … but found `{tid}`")
            f = fields(parts, TRUCE_FIELDS)
            truces[tid.strip()] = {
                "id": tid.strip(), "label": f.get("label") or meta.get("title") or meta["id"],
                "sides": [names(side) for side in f.get("sides", "").split(" / ") if names(side)],
                "mediators": names(f.get("mediators")), "places": names(f.get("places")),
                "declared_on": f.get("declared") or None, "start": f.get("start") or None,
                "end": f.get("end") or None, "length": f.get("length") or None,
                "excludes": names(f.get("excludes")), "status": f.get("status", "unknown")}
        except Wrong as wrong:
            raise Wrong(f"{number}: {wrong}")
    for number, line in enumerate(found["claims"][1].splitlines(), found["claims"][0]):
        if not line.strip():
            continue
        try:
            left, sep, quoted = line.rpartition(" | ")
            quoted = quoted.strip()
            if not sep or len(quoted) < 2 or quoted[0] != '"' or quoted[-1] != '"':
                raise Wrong("expected `act stance truce | … | \"quote\"`")
            quote = quoted[1:-1]
            first, *parts = left.split(" | ")
            try:
                act, stance, truce = first.split()
            except ValueError:
                raise Wrong(f"expected `act stance truce` but found `{first}`")
            if act not in ACTS or stance not in STANCES or truce not in truces:
                raise Wrong(f"expected an act, a stance and a truce of the page but found `{first}`")
            f = fields(parts, CLAIM_FIELDS)
            if not 20 <= len(quote) <= 200:
                raise Wrong(f"expected a quote of 20 to 200 characters but found {len(quote)}")
            n = title.count(quote) + body.count(quote)
            if n == 0:
                raise Wrong(f"expected words of the report but found `{quote}`")
            if n > 1 and quote != title:
                raise Wrong(f"expected a quote that stands once but found it {n} times: `{quote}`")
            if not one_sentence(quote):
                raise Wrong(f"expected words of one sentence but found `{quote}`")
            claims.append({"act": act, "truce": truce, "stance": stance, "by": names(f.get("by")),
                           "against": names(f.get("against")), "says": names(f.get("says")),
                           "when": f.get("when") or None, "where": names(f.get("where")), "quote": quote})
        except Wrong as wrong:
            raise Wrong(f"{number}: {wrong}")
    for tid in truces:
        if all(claim["truce"] != tid for claim in claims):
            raise Wrong(f"expected a claim about {tid} but found none")
    gold = {"id": meta["id"], "published": meta.get("published"), "truces": list(truces.values()), "claims": claims}
    return report, gold


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("out", nargs="?")
    ap.add_argument("--casebook", default=os.path.join(here, "..", "casebook"))
    ap.add_argument("--folder", action="append", help="a folder of the casebook; all of them if not given")
    ap.add_argument("--check", action="store_true")
    args = ap.parse_args()
    if not args.out and not args.check:
        ap.error("expected a folder to write to, or --check")
    roots = [os.path.join(args.casebook, f) for f in args.folder] if args.folder else [args.casebook]
    paths = sorted(os.path.join(folder, name) for root in roots for folder, _, files in os.walk(root)
                   for name in files if name.endswith(".md") and name != "README.md"
                   and os.path.basename(folder) != "stories")
    reports, golds, seen, problems, cases = [], [], {}, 0, set()
    for path in paths:
        with open(path, encoding="utf-8") as f:
            source = f.read()
        try:
            report, gold = parse(source)
            if report["id"] in seen:
                raise Wrong(f"expected an id of its own but found `{report['id']}` of {seen[report['id']]} again")
            seen[report["id"]] = path
            reports.append(report); golds.append(gold)
        except (Wrong, ValueError) as wrong:
            problems += 1
            print(f"{os.path.relpath(path)}: {wrong}", file=sys.stderr)
        for line in re.findall(r"^HARD: (.*)$", source, re.M):
            cases.update(re.findall(r"[A-I]\d+", line))
    acts = collections.Counter(claim["act"] for gold in golds for claim in gold["claims"])
    print(f"{len(golds)} pages, {sum(not g['claims'] for g in golds)} with nothing to read, {sum(acts.values())} claims, "
          f"{len(cases)} cases", file=sys.stderr)
    print("  " + " ".join(f"{act} {acts[act]}" for act in ACTS), file=sys.stderr)
    if problems:
        sys.exit(1)
    if args.out:
        os.makedirs(args.out, exist_ok=True)
        for name, rows in (("reports.jsonl", reports), ("gold.jsonl", golds)):
            with open(os.path.join(args.out, name), "w", encoding="utf-8") as f:
                f.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


if __name__ == "__main__":
    main()
