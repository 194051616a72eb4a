#!/usr/bin/env bash
# `run --records` and `report`: the same table, CSV and summary.json again, and the truth about a torn file.
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"
cd "$work"

# same CODE: `report` gives, with this exit code, what the run in live/ gave.
same() {
  rm -rf again
  expect "$1" "" "$llmload" report live/records.jsonl --output-dir again
  cmp live.out out || fail "the table ($2)"
  cmp live/performance_metrics.csv again/performance_metrics.csv || fail "the CSV ($2)"
  cmp live/summary.json again/summary.json || fail "summary.json ($2)"
}

expect 0 "live/records.jsonl" "$llmload" run --simulate --concurrency 1,2,8 --num-requests 16 \
  --set MAX_NEW_TOKEN=8 --records --output-dir live
mv out live.out
same 0 "simulated"
[ "$(grep -c '"type":"request"' live/records.jsonl)" -eq 48 ] || fail "48 requests, each a line"
! grep -q 'simulated-key' live/records.jsonl || fail "the key is in the records"
expect 0 "| 8 |" "$llmload" report live/records.jsonl
[ "$(ls -A | tr '\n' ' ')" = "again err live live.out out " ] || fail "report without --output-dir writes a file: $(ls -A)"

# A file that was cut: its table, the reason, and 1.
head -n 32 live/records.jsonl >torn.jsonl
printf '{"type":"request","stage":1,"ind' >>torn.jsonl
expect 1 'torn.jsonl: missing: stage 2, 2 concurrent: the file ends within this stage: 12 of 16 planned requests are in it' \
  "$llmload" report torn.jsonl
grep -q 'missing: line 33 is cut off' err || fail "the cut line is not told"
grep -q INTERRUPTED out || fail "the table does not say that it is of a part"
[ "$(grep -c '^| [12] |' out)" -eq 2 ] || fail "rows of the torn file"

# What is no records file.
expect 2 'nowhere.jsonl: can'"'"'t be read' "$llmload" report nowhere.jsonl
expect 2 'live/summary.json: line 1: ' "$llmload" report live/summary.json --output-dir live
grep -q '"complete":true' live/summary.json || fail "a report that was refused has emptied summary.json"
head -c 100 live/records.jsonl >header.jsonl
expect 2 'header.jsonl: line 1: ' "$llmload" report header.jsonl
sed 's/"outcome":"ok"/"outcome":"fine"/' live/records.jsonl >other.jsonl
expect 2 'other.jsonl: line 3: /outcome' "$llmload" report other.jsonl
expect 2 "" "$llmload" report

# A run that failed, and one that was interrupted: their exit codes, too. The server echoes the key it got.
start_simulator "$llmload" --ttft-ms 0 --gap-ms 0 --api-key another-key
echo '{ "25": "hello" }' >input.jsonl
parameters API_KEY '"k3y-0f-a-us3r"'
expect 3 "" "$llmload" run parameters.json --records --output-dir live
mv out live.out
! grep -q 'k3y-0f-a-us3r' live/records.jsonl || fail "the key is in the records"
same 3 "not valid"

parameters API_KEY '"another-key"'
model=$2/tests/data/tokenize/tiny.model
expect 0 "" "$llmload" run parameters.json --set "MODEL_PATH=$model" --records --output-dir live
sed '/^Number of token for input prompt/d' out >live.out  # of the prompts, which are not in the records
same 0 "tokenizer"
grep -qF "\"tokenizer_sha256\":\"$(sha256sum <"$model" | cut -d' ' -f1)\"" live/records.jsonl || fail "the tokenizer's SHA-256"

rm -f err  # of the run before
"$llmload" run parameters.json --set CONCURRENT_LEVELS='[1, 4]' --set DURATION_SECONDS=3 --records \
  --output-dir live >live.out 2>err &
interrupt_at 'stage 2/2' $!
same 130 "interrupted"

ln -sf /dev/full live/records.jsonl
expect 1 'records.jsonl: write failed' "$llmload" run parameters.json --records --output-dir live
grep -q '^| 2 |' out || fail "the table went with the records"
[ "$(wc -l <live/performance_metrics.csv)" -eq 3 ] || fail "the CSV went with the records"
finished
