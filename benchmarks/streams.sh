#!/usr/bin/env bash
# CPU per stream event and peak memory of llmload beside wrk's, which parses nothing: TLS, client and server on a core
# each, pairs, medians. Paced: 1,000 streams of 256 tokens, one every 20 ms. Burst: 64 connections whose answers are 256
# token events in one write. Then llmload's memory alone at 5,000 streams. Given other binaries, theirs stand beside, in the
# same rounds: each round begins with another one.
#   benchmarks/streams.sh [ROUNDS [BINARY]...]      default 5
# Needs the packages wrk and time, and build/release (scripts/demo builds it).
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/lib.sh
rounds=${1:-5}
binaries=("$llmload" "${@:2}")

wrk_script true
echo '{ "25": "What does a load test measure?" }' >"$work/input.jsonl"

# Sets $us (CPU microseconds an event) and $rss (KB), from $work/time and $events.
note_cost() {
  us=$(awk -v n="$events" '{printf "%.3f", ($1 + $2) * 1e6 / n}' "$work/time")
  rss=$(awk '{print $3}' "$work/time")
}

# CONNECTIONS SECONDS, simulate's options
run_wrk() {
  local connections=$1 seconds=$2
  shift 2
  start_server "$@"
  on_client_core wrk -t1 -c"$connections" -d"${seconds}s" --timeout 60s -s "$work/post.lua" "$origin/v1/chat/completions" >"$work/wrk.out"
  stop_server
  note_cost
}

# BINARY CONNECTIONS REQUESTS, simulate's options
run_llmload() {
  local binary=$1 connections=$2 requests=$3
  shift 3
  start_server "$@"
  stream_parameters "$connections" "$requests"
  on_client_core "$binary" run "$work/parameters.json" --quiet --output-dir "$work" >"$work/table"
  stop_server
  note_cost
  failed=$(awk -F, 'NR == 2 {print $10}' "$work/performance_metrics.csv")
}

# NAME CONNECTIONS SECONDS REQUESTS, simulate's options
compare() {
  local name=$1 connections=$2 seconds=$3 requests=$4
  shift 4
  local of=(wrk "${binaries[@]}") costs=() peaks=() i at
  for round in $(seq "$rounds"); do
    for i in "${!of[@]}"; do
      at=$(((i + round) % ${#of[@]}))
      if [ "$at" -eq 0 ]; then
        run_wrk "$connections" "$seconds" "$@"
        failed=-
      else
        run_llmload "${of[at]}" "$connections" "$requests" "$@"
      fi
      costs[at]+=" $us" peaks[at]+=" $rss"
      echo "$name, round $round: ${of[at]} $us us/event, $rss KB, $failed failed"
    done
  done
  for at in "${!of[@]}"; do  # wrk, of which the others' are ratios, is the first
    us=$(median ${costs[at]}) rss=$(median ${peaks[at]})
    [ "$at" -ne 0 ] || wrk_us=$us wrk_rss=$rss
    echo "$name, medians: ${of[at]} CPU $us us/event, ratio $(ratio "$us" "$wrk_us"); peak memory $rss KB, ratio $(ratio "$rss" "$wrk_rss")"
  done
}

compare paced 1000 16 3000 --ttft-ms 50 --gap-ms 20
compare burst 64 4 20000 --ttft-ms 0 --gap-ms 0 --events-per-write 256
run_llmload "$llmload" 5000 5000 --ttft-ms 50 --gap-ms 100
echo "5,000 streams: peak memory $rss KB, $failed failed"
