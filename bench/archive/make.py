#!/usr/bin/env python3
"""Makes a news archive to measure with: make.py PAGES CASEBOOK OUT.warc.gz [BYTES]

PAGES is a folder of pages as .html.gz. They are repeated, each a little different, until BYTES (default
1.1e9) are there unpacked. Two in a hundred tell of a truce: such a page is one of PAGES with its paragraphs
replaced by those of a casebook report. Each record is a gzip member of its own. Nothing is random.
"""

import glob
import gzip
import re
import sys
import zlib

PARAGRAPH = re.compile(rb"(<p\b[^>]*>)(.*?)(</p>)", re.S | re.I)
TITLE = re.compile(rb"(<title\b[^>]*>)(.*?)(</title>)", re.S | re.I)
HEADLINE = re.compile(rb"(<h1\b[^>]*>)(.*?)(</h1>)", re.S | re.I)
LINKED = re.compile(rb"<script[^>]*ld\+json.*?</script>|<meta[^>]*(?:og:|twitter:)[^>]*>", re.S | re.I)
EACH = 50


def reports(folder):
    for path in sorted(glob.glob(folder + "/*/*.md")):
        if "false-friends" in path:
            continue
        found = re.search(r"```report\n(.*?)\n```", open(path, encoding="utf-8").read(), re.S)
        if found:
            head, _, text = found[1].partition("\n\n")
            title = re.search(r"^title: (.*)$", head, re.M)
            yield (title[1] if title else ""), [it for it in text.split("\n\n") if it.strip()]


def about_a_truce(page, title, paragraphs):
    """The page with another story in it."""
    story = iter(paragraphs)

    def other(found):
        return found[1] + next(story, "").encode() + found[3]

    title = title.encode()
    page = LINKED.sub(b"", page)
    page = TITLE.sub(lambda it: it[1] + title + it[3], page, count=1)
    page = HEADLINE.sub(lambda it: it[1] + title + it[3], page)
    page = PARAGRAPH.sub(other, page)
    left = b"".join(b"<p>" + it.encode() + b"</p>" for it in story)
    return re.sub(rb"(?i)</body>", lambda _: left + b"</body>", page, count=1)


def record(kind, url, content_type, content):
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2016-07-06T10:00:00Z\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content + b"\r\n\r\n"


def member(data):
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


def main():
    pages, casebook, out = sys.argv[1:4]
    wanted = int(float(sys.argv[4])) if len(sys.argv) > 4 else 1_100_000_000
    frames = [gzip.open(path).read() for path in sorted(glob.glob(pages + "/*.html.gz"))]
    stories = list(reports(casebook))
    with_paragraphs = [it for it in frames if len(PARAGRAPH.findall(it)) >= 10]
    written = count = truces = 0
    with open(out, "wb") as file:
        file.write(member(record("warcinfo", "", "application/warc-fields", b"software: bench\r\n")))
        while written < wanted:
            if count % EACH == EACH - 1:
                title, paragraphs = stories[truces % len(stories)]
                body = about_a_truce(with_paragraphs[truces % len(with_paragraphs)], title, paragraphs)
                truces += 1
            else:
                body = frames[count % len(frames)]
            body += f"<!-- {count} -->".encode()
            answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
            url = f"https://news.example/{count}"
            request = f"GET /{count} HTTP/1.1\r\nHost: news.example\r\n\r\n".encode()
            for data in (
                record("request", url, "application/http; msgtype=request", request),
                record("response", url, "application/http; msgtype=response", answer),
            ):
                written += len(data)
                file.write(member(data))
            count += 1
    print(f"{out}: {count} pages, {truces} about truces, {written} bytes unpacked")


main()
