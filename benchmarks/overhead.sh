#!/usr/bin/env bash
# CPU per request of llmload beside wrk's, on the same simulated endpoint: TLS, keep-alive, answers of about
# 1.5 KB, 64 connections, client and server on a core each, five pairs, medians.
#   benchmarks/overhead.sh [MODEL_PATH]      with a tokenizer, its counting is in llmload's CPU time, too
# Needs the packages wrk and time, and build/release (scripts/demo builds it).
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/lib.sh
model=${1:-}
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
wrk_us=() our_us=()
for round in 1 2 3 4 5; do
  on_client_core wrk -t1 -c64 -d3s -s "$work/post.lua" "$origin/v1/chat/completions" >"$work/wrk.out"
  done_by_wrk=$(awk '/requests in/ {print $1}' "$work/wrk.out")
  wrk_us+=("$(awk -v n="$done_by_wrk" '{print ($1 + $2) * 1e6 / n}' "$work/time")")
  on_client_core "$llmload" run "$work/parameters.json" --quiet --output-dir "$work" >"$work/table"
  our_us+=("$(awk -v n=$requests '{print ($1 + $2) * 1e6 / n}' "$work/time")")
  echo "round $round: wrk ${wrk_us[-1]} us/request ($done_by_wrk requests), llmload ${our_us[-1]} us/request ($requests)"
done
a=$(median "${wrk_us[@]}") b=$(median "${our_us[@]}")
echo "median CPU per request: wrk $a us, llmload $b us, ratio $(ratio "$b" "$a")"
