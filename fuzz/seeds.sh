#!/usr/bin/env bash
# Seeds for both targets, made of the casebook's reports and of the odd inputs below.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p corpus/article corpus/claims
awk '
    /^```report/ { inside = 1; head = 1; n++; next }
    /^```/ { inside = 0 }
    inside && head && /^title: / { print substr($0, 8) > ("corpus/claims/casebook-" n) }
    inside && head && /^$/ { head = 0; next }
    inside && !head { print > ("corpus/claims/casebook-" n)
                      if (!(n in open)) { printf "\001" > ("corpus/article/casebook-" n); open[n] = 1 }
                      print > ("corpus/article/casebook-" n) }
    !inside && n && !(n % 200) { close("corpus/claims/casebook-" n); close("corpus/article/casebook-" n) }
' ../casebook/*/*.md
printf '\002<html><head><title>Truce holds</title></head><body><p>The truce held on 3 May 2016.</p><p>Related</p></body></html>' > corpus/article/page
printf '\003{"id":"1","text":"The truce held.","published":"2016-05-03"}\n{"html":"<p>x"}\n' > corpus/article/lines
printf '\000\037\213\010\000' > corpus/article/gzip
printf '\nGAZA CITY, Nov. 21 (Reuters) - A 72-hour truce from 1 a.m. on July 6 (2200 GMT July 5) until "Friday".' > corpus/claims/clocks
