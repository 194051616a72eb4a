#!/usr/bin/env bash
# A stage that our own error spoils exits 3 and says why, and the same stage undisturbed exits 0: requests sent late,
# reads that came late, first tokens merged (by stopping the client for a while), and a client that is too busy.
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"
cd "$work"
echo '{ "25": "What does a load test measure?" }' >input.jsonl

# stage KEY VALUE...: writes parameters.json for one stage.
stage() {
  parameters MAX_NEW_TOKEN 4 "$@"
  sed -i 's/"CONCURRENT_LEVELS": \[1, 2\], //' parameters.json
}

restart_simulator() {
  finish_simulator
  start_simulator "$llmload" "$@"
}

answers() { grep -c '"done"' truth.jsonl || true; }

# at_least N [SECONDS]: waits until the endpoint has written that it sent so many answers, which it does each second; not
# longer than SECONDS.
at_least() {
  local end=$((SECONDS + ${2:-60}))
  until [ "$(answers)" -ge "$1" ] || [ $SECONDS -ge $end ]; do read -rt 0.01 <> <(:) || true; done
}

# run_stopped KEY VALUE...: runs with the client stopped twice in the middle of the stage, each time until the endpoint has
# sent what was asked of it by then, or for 4 s. The exit code is in $code.
run_stopped() {
  restart_simulator "${latency[@]}" --truth "$work/truth.jsonl"
  stage "$@"
  "$llmload" run parameters.json --quiet >out 2>err &
  local pid=$! before
  for before in 30 70; do
    at_least $before
    kill -STOP "$pid"
    at_least $(($(answers) + 10)) 4  # fewer are under way where it had just read most of its answers
    kill -CONT "$pid"
  done
  code=0
  wait "$pid" || code=$?
}

# run_undisturbed KEY VALUE...: exits 0, in one of three runs: what else this machine does spoils a stage, too, and rightly.
# tests/unit/metrics/verdict_test.cpp has the limits themselves.
run_undisturbed() {
  local try
  stage "$@"
  for try in 1 2 3; do
    code=0
    "$llmload" run parameters.json --quiet >out 2>err || code=$?
    [ "$code" -ne 0 ] || return 0
    cat err
    [ "$code" -eq 3 ] || break
  done
  fail "exit $code, not 0, undisturbed: $*"
}

# expect_invalid REASON: of the run before
expect_invalid() {
  [ "$code" -eq 3 ] || { fail "exit $code, not 3: $1"; cat err; }
  grep -q "^not valid: at .*: $1" err || { fail "no \"$1\""; cat err; }
  grep -q '^NOT VALID' out || fail "the table does not say so"
  grep -q '"valid":false' summary.json || fail "summary.json does not say so"
  grep -q ',no' <(tail -1 performance_metrics.csv) || fail "the CSV does not say so"
}

# Of each answer's second all but 60 ms is before its first token.
latency=(--ttft-ms 1000 --gap-ms 20)
streams=(STREAM true CONCURRENT_LEVELS '[40]' REQUESTS_PER_LEVEL 160)
run_stopped "${streams[@]}"
expect_invalid "[0-9.]* % of the first tokens ([0-9]* of 160) came in one read with a later one, more than 1 %"
run_undisturbed "${streams[@]}"

# Long gaps allow much to a machine that has other things to do, and so do long times to the first token.
latency=(--ttft-ms 400 --gap-ms 400)
run_stopped "${streams[@]}" TIME_SOURCE '"user"'
expect_invalid "arrivals are timed at our own reads, and these were late"
run_undisturbed "${streams[@]}" TIME_SOURCE '"user"'

latency=(--ttft-ms 1500 --gap-ms 20)
rate=(STREAM true REQUEST_RATE 40 ARRIVAL '"constant"' DURATION_SECONDS 4)
run_stopped "${rate[@]}"
expect_invalid "requests were sent late: dispatch lag p99 is"
run_undisturbed "${rate[@]}"

# Handshakes cost a client more than this endpoint.
busy=(CONNECTION '"per-request"' CORES 1 CONCURRENT_LEVELS '[32]' DURATION_SECONDS 1)
run_undisturbed "${busy[@]}"
restart_simulator --ttft-ms 0 --gap-ms 0
stage "${busy[@]}"
code=0
"$llmload" run parameters.json --quiet >out 2>err || code=$?
expect_invalid "the client was too busy: in its busiest seconds (p99) a shard's thread ran, or waited for a core, for 9[0-9.]* %\|the client was too busy: in its busiest seconds (p99) a shard's thread ran, or waited for a core, for 100 %"
finished
