#!/usr/bin/env bash
# The original scripts' benchmark, with their defaults, against an endpoint that answers after exactly 200 ms: a wave of N
# at each level, keep-alive and per-request, on one core and on two.
#   benchmarks/original_job.sh [FOLDER]     FOLDER: the original's parameters.json and input.jsonl (default: alike ones)
# Needs the package time, and build/release (scripts/demo builds it).
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/lib.sh
start_server --ttft-ms 200 --gap-ms 0
if [ $# -gt 0 ]; then
  cp "$1/parameters.json" "$1/input.jsonl" "$work"
else
  cat >"$work/parameters.json" <<'JSON'
{ "MAX_NEW_TOKEN": 256, "CONCURRENT_LEVELS": [1, 2, 4, 8, 16, 32, 64], "THRESHOLD_TPS": 7, "SYS_PROMPT": "Be brief.",
  "RANDOM_PROMPT_LENGTH": 25, "TEMPERATURE": 0.6, "TOP_P": 0.9 }
JSON
  echo '{ "25": "What does a load test measure?" }' >"$work/input.jsonl"
fi
for connection in keep-alive per-request; do
  for cores in 1 2; do
    echo "== $connection, CORES $cores"
    "$llmload" run "$work/parameters.json" --quiet --output-dir "$work" --set "CORES=$cores" --set "CONNECTION=$connection" \
      --set "MODEL_ENDPOINTS=$origin/v1/chat/completions" --set API_KEY=any --set "CA_FILE=$work/ca.pem" --set MODEL_PATH= \
      >"$work/table"
    awk -F, 'NR > 1 {printf "%3d concurrent: P50 %.2f ms, P99 %.2f ms, %d failed\n", $1, $2, $3, $10}' \
      "$work/performance_metrics.csv"
  done
done
