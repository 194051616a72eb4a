#!/usr/bin/env bash
# Ctrl-C once: what was measured is in every output, which says so, exit 130. Twice: out at once.
# SIGTERM and SIGHUP are as Ctrl-C, if nohup does not say otherwise. SIGUSR1 ends nothing.
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"
start_simulator "$llmload" --ttft-ms 0 --gap-ms 0
cd "$work"
echo '{ "25": "hello" }' >input.jsonl
parameters REQUEST_TIMEOUT_SECONDS 600

# The second level's progress line shows that the first has ended and the second goes on.
"$llmload" run parameters.json --set CONCURRENT_LEVELS='[1, 4]' --set DURATION_SECONDS=3 >out 2>err &
interrupt_at 'stage 2/2' $!
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

# run_and_signal CODE PREFIX SIGNAL...: a run of seconds that is sent each signal, when it is under way, ends with CODE.
run_and_signal() {
  local expected=$1 prefix=$2 code=0 signal
  shift 2
  rm -f summary.json
  $prefix "$llmload" run parameters.json --set DURATION_SECONDS=2 --set CONCURRENT_LEVELS='[1]' >gate 2>err &
  pid=$!
  exec 8<gate
  read -r _ <&8
  for signal; do
    kill -"$signal" $pid 2>/dev/null || true
    # Of two that wait the kernel gives the lower number first.
    while grep -q 'ShdPnd:.*[1-9a-f]' /proc/$pid/status 2>/dev/null; do read -rt 0.01 <> <(:) || true; done
  done
  cat <&8 >out
  wait $pid || code=$?
  exec 8<&-
  [ "$expected$code" != 03 ] || ! only_late err || code=0
  [ $code -eq "$expected" ] || fail "exit $code, not $expected, after $*"
  grep -q '"complete":true' summary.json || fail "summary.json is not complete after $*"
}
run_and_signal 130 '' TERM
run_and_signal 130 '' HUP HUP  # the terminal has gone, and its shell says so, too
grep -q '"interrupted":true' summary.json || fail "summary.json does not say that it was interrupted"
run_and_signal 0 nohup HUP
run_and_signal 0 '' USR1
run_and_signal 130 '' USR1 USR1 INT
run_and_signal 130 nohup HUP INT
finished
