#!/usr/bin/env bash
# Memory of a long run: 500 streams over TLS, TTFT 50 ms, gap 20 ms, 64 tokens an answer. After the first minute it may
# grow by 5 % and 64 bytes a request, no more.
#   benchmarks/soak.sh [MINUTES]      default 10
# Needs the package time, and build/release (scripts/demo builds it).
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/lib.sh
minutes=${1:-10}
start_server --ttft-ms 50 --gap-ms 20
cat >"$work/parameters.json" <<JSON
{ "MAX_NEW_TOKEN": 64, "CONCURRENT_LEVELS": [500], "DURATION_SECONDS": $((60 * minutes)), "CORES": 1, "STREAM": true,
  "CA_FILE": "ca.pem", "MODEL_ENDPOINTS": "$origin/v1/chat/completions", "API_KEY": "any" }
JSON
echo '{ "25": "What does a load test measure?" }' >"$work/input.jsonl"
taskset -c 0 "$llmload" run "$work/parameters.json" --quiet --output-dir "$work" >"$work/table" &
client=$!
rss() { awk '/VmRSS/ {print $2}' "/proc/$client/status"; }
early=0 most=0
for second in $(seq $((60 * minutes - 2))); do
  sleep 1
  now=$(rss)
  [ "$second" -gt 60 ] || early=$((now > early ? now : early))
  most=$((now > most ? now : most))
  [ $((second % 60)) != 0 ] || echo "minute $((second / 60)): $now KB"
done
wait "$client"
awk -F, -v early="$early" -v most="$most" 'NR == 2 {
  allowed = early * 1.05 + $9 * 64 / 1024
  printf "%d requests, %d failed; most memory in the first minute %d KB, after it %d KB, allowed %d KB: %s\n",
    $9, $10, early, most, allowed, most <= allowed ? "within" : "BEYOND" }' "$work/performance_metrics.csv"
