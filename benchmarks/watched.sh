#!/usr/bin/env bash
# What it costs to be watched: CPU per stream event of a run that shows its progress on a terminal, serves its metrics and
# writes a page of charts, beside one that does none of these. TLS, client and server on a core each, pairs, medians.
# Paced: 1,000 streams of 256 tokens, one every 20 ms. Burst: 64 connections whose answers are 256 token events in one write.
#   benchmarks/watched.sh [ROUNDS]      default 5
# Needs the package time, and build/release (scripts/demo builds it).
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/lib.sh
rounds=${1:-5}
echo '{ "25": "What does a load test measure?" }' >"$work/input.jsonl"

# WATCHED (yes, no) CONNECTIONS REQUESTS, simulate's options: sets $us, CPU microseconds an event, and $lag.
run_client() {
  local watched=$1 connections=$2 requests=$3
  shift 3
  start_server "$@"
  stream_parameters "$connections" "$requests"
  local run="$llmload run $work/parameters.json --output-dir $work"
  if [ "$watched" = yes ]; then
    run+=" --metrics-port 0 --html $work/page.html"
    # A terminal of its own, 80 columns wide.
    taskset -c 0 script -qec "stty cols 80 rows 24; /usr/bin/time -q -o $work/time -f '%U %S %M' $run" /dev/null >"$work/screen" ||
      [ $? -eq 3 ]
  else
    on_client_core $run --quiet >"$work/table"
  fi
  stop_server
  us=$(awk -v n="$events" '{printf "%.3f", ($1 + $2) * 1e6 / n}' "$work/time")
  lag=$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).stages[0].own_error.read_lag_ms.p99' "$work/summary.json")
}

# NAME, and what run_client takes
compare() {
  local name=$1 bare=() watched=()
  shift
  for round in $(seq "$rounds"); do
    for which in $([ $((round % 2)) -eq 0 ] && echo no yes || echo yes no); do
      run_client "$which" "$@"
      echo "$name, round $round: watched $which, $us us/event, read lag p99 $lag ms"
      [ "$which" = yes ] && watched+=("$us") || bare+=("$us")
    done
  done
  local a b
  a=$(median "${watched[@]}") b=$(median "${bare[@]}")
  echo "$name, medians: watched $a us/event, bare $b, ratio $(awk -v a="$a" -v b="$b" 'BEGIN {printf "%.3f", a / b}')"
}

compare paced 1000 3000 --ttft-ms 50 --gap-ms 20
compare burst 64 20000 --ttft-ms 0 --gap-ms 0 --events-per-write 256
