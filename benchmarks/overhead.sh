#!/usr/bin/env bash
# CPU per request of llmload beside wrk's, on the same simulated endpoint: TLS, keep-alive, answers of about
# 1.5 KB, 64 connections, client and server on a core each, five rounds, medians. Given other binaries, theirs stand
# beside, in the same rounds: each round begins with another one.
#   benchmarks/overhead.sh [MODEL_PATH [BINARY]...]      with a tokenizer ("": none), its counting is in the CPU time, too
# Needs the packages wrk and time, and build/release (scripts/demo builds it).
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/lib.sh
model=${1:-}
of=(wrk "$llmload" "${@:2}")
requests=150000  # about what wrk does in its three seconds
start_server --ttft-ms 0 --gap-ms 0

wrk_script false
cat >"$work/parameters.json" <<JSON
{ "MAX_NEW_TOKEN": 256, "CONCURRENT_LEVELS": [64], "REQUESTS_PER_LEVEL": $requests, "CORES": 1, "CA_FILE": "ca.pem",
  "MODEL_ENDPOINTS": "$origin/v1/chat/completions", "API_KEY": "0123456789abcdef0123456789abcdef", "MODEL_PATH": "$model" }
JSON
echo '{ "25": "What does a load test measure?" }' >"$work/input.jsonl"

answer=$(curl -s --cacert "$work/ca.pem" -H 'Authorization: any' -H 'Content-Type: application/json' \
  -d '{"messages":[{"role":"user","content":"hi"}],"max_tokens":256}' "$origin/v1/chat/completions" | wc -c)
echo "answers of $answer bytes, 64 connections, TLS, keep-alive"
costs=()
for round in 1 2 3 4 5; do
  for i in "${!of[@]}"; do
    at=$(((i + round) % ${#of[@]})) done=$requests
    if [ "$at" -eq 0 ]; then
      on_client_core wrk -t1 -c64 -d3s -s "$work/post.lua" "$origin/v1/chat/completions" >"$work/wrk.out"
      done=$(awk '/requests in/ {print $1}' "$work/wrk.out")
    else
      on_client_core "${of[at]}" run "$work/parameters.json" --quiet --output-dir "$work" >"$work/table"
    fi
    us=$(awk -v n="$done" '{print ($1 + $2) * 1e6 / n}' "$work/time")
    costs[at]+=" $us"
    echo "round $round: ${of[at]} $us us/request ($done requests)"
  done
done
for at in "${!of[@]}"; do
  us=$(median ${costs[at]})
  [ "$at" -ne 0 ] || wrk_us=$us
  echo "median CPU per request: ${of[at]} $us us, ratio $(ratio "$us" "$wrk_us")"
done
