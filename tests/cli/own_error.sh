#!/usr/bin/env bash
# A stage that our own error spoils exits 3 and says why: requests sent late, reads that came late, arrivals uncertain and a
# loop that stood still (by stopping the client for a while), and a client that is too busy (by leaving it a tenth of a core). That the same numbers
# without the trouble exit 0 is shown on a run's records, since what else this machine does spoils a live stage, too.
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
# sent what was asked of it by then, or for 20 s. The exit code is in $code.
run_stopped() {
  restart_simulator "${latency[@]}" --truth "$work/truth.jsonl"
  stage "$@"
  "$llmload" run parameters.json --quiet >out 2>err &
  local pid=$! before
  for before in 30 70; do
    at_least $before
    kill -STOP "$pid"
    at_least $(($(answers) + 10)) 20  # fewer are under way where it had just read most of its answers
    kill -CONT "$pid"
  done
  code=0
  wait "$pid" || code=$?
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
expect_invalid "first tokens may have come earlier than they were read: TTFT p[59][09] is"
expect_invalid "a shard's loop stood still for [0-9.]* ms, more than 200 ms"

latency=(--ttft-ms 400 --gap-ms 400)
run_stopped "${streams[@]}" TIME_SOURCE '"user"'
expect_invalid "arrivals are timed at our own reads, and these were late"

latency=(--ttft-ms 1500 --gap-ms 20)
run_stopped STREAM true REQUEST_RATE 40 ARRIVAL '"constant"' DURATION_SECONDS 4
expect_invalid "requests were sent late: dispatch lag p99 is"

# Handshakes cost this client all that it gets of its core, which is a tenth: the rest is a neighbour's of higher priority.
restart_simulator --ttft-ms 0 --gap-ms 0
stage CONNECTION '"per-request"' CORES 1 CONCURRENT_LEVELS '[32]' DURATION_SECONDS 3
core=$(taskset -cp $$ | sed 's/.*[ ,-]//')
taskset -c "$core" bash -c 'while :; do :; done' &
neighbour=$!
code=0
taskset -c "$core" nice -n 10 "$llmload" run parameters.json --quiet >out 2>err || code=$?
kill $neighbour
expect_invalid "the client was too busy: in its busiest seconds (p99) a shard's thread ran, or waited for a core, for \(9\|10\)[0-9.]* %"

# A run that nothing disturbed, and the same with one kind of trouble in its numbers.
undisturbed=$checkout/tests/data/records/undisturbed.jsonl
expect 0 "" "$llmload" report "$undisturbed" --output-dir .
! grep -q '"valid":false' summary.json || fail "summary.json calls the undisturbed run not valid"

# disturbed REASON SED_SCRIPT: the undisturbed run's records, edited, are those of a run that is not valid.
disturbed() {
  sed "$2" "$undisturbed" >disturbed.jsonl
  ! cmp -s disturbed.jsonl "$undisturbed" || fail "nothing is changed by $2"
  code=0
  "$llmload" report disturbed.jsonl --output-dir . >out 2>err || code=$?
  expect_invalid "$1"
}
disturbed "first tokens may have come earlier than they were read: TTFT p50 is" 's/"finish_reason"/"bounds":[[0,1,0]],&/'
disturbed "a shard's loop was late: loop lag p99 is 30 ms" \
  's/\("loop_lag_ns":\[\([0-9]*,\)\{8\}\)[0-9]*/\130000000/'
disturbed "arrivals are timed at our own reads, and these were late: p99 9 ms" \
  's/"time_source":"kernel"/"time_source":"user"/; s/\("read_lag_ns":\[\([0-9]*,\)\{8\}\)[0-9]*/\19000000/'
disturbed "the client was too busy: .* for 95 % of the time" 's/"busy_millionths":\[[0-9]*/"busy_millionths":[950000/'
finished
