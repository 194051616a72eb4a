#!/usr/bin/env bash
# `llmload calibrate` and `run --calibrate`: what they print and keep, and what they refuse. Whether this machine is quiet
# enough for a good result is not tested.
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"
cd "$work"
if [ "$(nproc)" -lt 2 ]; then
  echo "SKIP calibrate: this machine has one core"
  exit 77
fi

# valid_or_not COMMAND...: it exits with 0, or with 3, as its own words say.
valid_or_not() {
  local code=0
  "$@" >out 2>err || code=$?
  [ $code -eq 0 ] || [ $code -eq 3 ] || { fail "exit $code: $*"; cat err; }
}

valid_or_not "$llmload" calibrate --concurrency 2 --rate 20 --quiet --output-dir kept
grep -q 'network excluded: 1 core for the client' out || [ "$(nproc)" -ne 2 ] || fail "it does not say what it measures"
grep -Eq '^\| 2 concurrent \| [0-9]+ \|( [0-9]+\.[0-9]{3} / [0-9]+\.[0-9]{3} / [0-9]+\.[0-9]{3} \|){4}' out || fail "the row of the streams: $(cat out)"
grep -Eq '^\| 20 requests/s \| [0-9]+ \|' out || fail "the row of the rate"
grep -Eq '^(Valid up to about [0-9]+|Not valid at any number of) streams' out || fail "the limit"
[ ! -s err ] || fail "--quiet prints on standard error: $(cat err)"
for kept in kept/2-streams kept/20-requests-a-second; do
  [ -s $kept/records.jsonl ] && [ -s $kept/truth.jsonl ] || fail "$kept"
done

# Its numbers go into each output of a run, and through its records into a report.
valid_or_not "$llmload" run --simulate --calibrate --records --concurrency 2 --set STREAM=true --set MAX_NEW_TOKEN=8 --quiet
if grep -q 'warning: no error is known for 2 concurrent' err; then
  grep -q own_error_p99 summary.json && fail "an error that is not known"
else
  grep -q ' ±0\.[0-9]*' out || fail "no error in the table"
  grep -Eq '"ttft_ms":\{[^}]*"own_error_p99":' summary.json || fail "no error in summary.json"
fi
cp out live
expect 0 "" "$llmload" report records.jsonl --output-dir again || true
cmp live out || fail "report prints another table"
cmp summary.json again/summary.json || fail "report writes another summary.json"

expect 2 "needs two cores" taskset -c 0 "$llmload" calibrate
expect 2 "--concurrency" "$llmload" calibrate --concurrency 0
expect 2 "--rate" "$llmload" calibrate --rate fast

# begin_calibration: one that is under way, and its endpoint's process, are $pid and $endpoint.
begin_calibration() {
  rm -f err  # of the one before: the shell makes it anew behind our back
  "$llmload" calibrate --concurrency 3 >out 2>err &
  pid=$!
  until grep -q 'stage 1/1' err 2>/dev/null; do
    kill -0 $pid || { fail "it ended by itself"; break; }
    read -rt 0.01 <> <(:) || true
  done
  endpoint=$(pgrep -P $pid) || fail "it has no endpoint"
}

# Ctrl-C ends it, and the endpoint's process with it.
begin_calibration
kill -INT $pid
code=0
wait $pid || code=$?
[ $code -eq 130 ] || fail "exit $code, not 130"
! kill -0 "$endpoint" 2>/dev/null || fail "the endpoint lives on"

# So does what ends it at once. Nobody may be there to reap the endpoint.
begin_calibration
kill -KILL $pid
{ wait $pid; } 2>/dev/null || true
lives() { [ -e /proc/"$endpoint" ] && ! grep -q '^State:.Z' /proc/"$endpoint"/status 2>/dev/null; }
for ((i = 0; i < 1000; i++)); do
  lives || break
  read -rt 0.01 <> <(:) || true
done
! lives || { fail "the endpoint outlives its client"; kill "$endpoint"; }
finished
