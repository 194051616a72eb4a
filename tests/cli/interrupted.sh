#!/usr/bin/env bash
# Ctrl-C once: what was measured is in every output, which says so, exit 130. Twice: out at once.
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"
start_simulator "$llmload" --ttft-ms 0 --gap-ms 0
cd "$work"
echo '{ "25": "hello" }' >input.jsonl
parameters REQUEST_TIMEOUT_SECONDS 600

# The second level's progress line shows that the first has ended and the second goes on.
"$llmload" run parameters.json --set CONCURRENT_LEVELS='[1, 4]' --set DURATION_SECONDS=3 >out 2>err &
interrupt_at_stage_2 $!
grep -q INTERRUPTED out || fail "the table does not say that it was interrupted"
grep -q '"interrupted":true' summary.json || fail "summary.json does not say that it was interrupted"
grep -q '"complete":true' summary.json || fail "summary.json is not complete"
[ "$(wc -l <performance_metrics.csv)" -eq 3 ] || fail "the interrupted level has no row"
column=$(head -1 performance_metrics.csv | tr -d '\r' | tr , '\n' | grep -nx Interrupted | cut -d: -f1)
[ "$(sed -n 2p performance_metrics.csv | cut -d, -f"$column")" = no ] || fail "the first level is complete"
[ "$(sed -n 3p performance_metrics.csv | cut -d, -f"$column")" = yes ] || fail "the second level is interrupted"

# A client that hangs in a name look-up or a slow peer is left by the second signal.
mkfifo gate
"$llmload" run parameters.json --set DURATION_SECONDS=60 >gate 2>err &
pid=$!
read -r _ <gate  # the table's heading: the run is under way
kill -INT $pid
kill -INT $pid 2>/dev/null || true
code=0
wait $pid || code=$?
[ $code -eq 130 ] || fail "exit $code, not 130, after two signals"
finished
