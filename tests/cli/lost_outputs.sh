#!/usr/bin/env bash
# An output that can't be written is told, costs nothing else, and exits with 1.
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"
start_simulator "$llmload" --ttft-ms 0 --gap-ms 0
cd "$work"
echo '{ "25": "hello" }' >input.jsonl
parameters

code=0
"$llmload" run parameters.json >/dev/full 2>err || code=$?
[ $code -eq 1 ] || fail "exit $code, not 1, with a full disk under standard output"
grep -q 'output lost: standard output' err || fail "the lost table is not told"
[ "$(wc -l <performance_metrics.csv)" -eq 3 ] || fail "the CSV went with the table"

mkfifo pipe
code=0
(exec 8<>pipe 9>pipe 8<&-; exec "$llmload" run parameters.json >&9 2>err 9>&-) || code=$?  # nobody reads it
[ $code -eq 1 ] || fail "exit $code, not 1, with a closed pipe"
[ "$(wc -l <performance_metrics.csv)" -eq 3 ] || fail "the CSV went with the pipe"

mkdir full
ln -s /dev/full full/performance_metrics.csv
expect 1 'performance_metrics.csv: write failed' "$llmload" run parameters.json --output-dir full
grep -q '^| 2 |' out || fail "the table went with the CSV"
grep -q '"concurrency":2' full/summary.json || fail "summary.json went with the CSV"
finished
