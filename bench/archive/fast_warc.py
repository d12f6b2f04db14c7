"""The Python way: fastwarc and resiliparse's main text of each page. fast_warc.py ARCHIVE"""

import sys

from fastwarc.warc import ArchiveIterator, WarcRecordType
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.encoding import detect_encoding
from resiliparse.parse.html import HTMLTree

pages = letters = 0
for record in ArchiveIterator(open(sys.argv[1], "rb"), record_types=WarcRecordType.response):
    body = record.reader.read()
    tree = HTMLTree.parse_from_bytes(body, detect_encoding(body))
    letters += len(extract_plain_text(tree, main_content=True))
    pages += 1
print(pages, letters)
