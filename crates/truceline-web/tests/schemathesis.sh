#!/usr/bin/env bash
# Runs schemathesis from the served OpenAPI document against the server: about two minutes.
# Takes the program to test (else builds it) and wants `st` on the path or in $ST.
set -euo pipefail
cd "$(dirname "$0")/../../.."

program=${1:-}
if [ -z "$program" ]; then
    cargo build --quiet --locked -p truceline-cli
    program=target/debug/truceline
fi
st=${ST:-st}
port=${PORT:-18099}
room=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$room"' EXIT

for day in 2022-06-02 2022-06-03; do
    sed "s/2 June 2022/$day/" docs/example.txt > "$room/$day.txt"
    "$program" add --ledger "$room/ledger.db" --published "$day" "$room/$day.txt" > "$room/added"
done
token=$("$program" serve token Tester 2> "$room/line")
tail -n 1 "$room/line" > "$room/tokens"
"$program" serve --ledger "$room/ledger.db" --token-file "$room/tokens" --bind "127.0.0.1:$port" \
    2> "$room/log" &
server=$!
for _ in $(seq 50); do
    curl -sf "http://127.0.0.1:$port/healthz" > "$room/health" && break
    sleep 0.2
done

if ! "$st" run "http://127.0.0.1:$port/api/v1/openapi.json" --no-color --max-examples "${EXAMPLES:-30}" \
    --max-time "${SECONDS_AT_MOST:-110}" --header "Authorization: Bearer $token" \
    --generation-deterministic --continue-on-failure > "$room/st" 2>&1; then
    cat "$room/st"
    exit 1
fi
grep -q ' 500 ' "$room/log" && { grep ' 500 ' "$room/log"; exit 1; }
tail -n 25 "$room/st"
