#!/usr/bin/env bash
# 1,000 sessions against the simulated endpoint in a process of its own, TLS: 20,000 requests of 256-token answers
# (TTFT 200 ms), with a tokenizer where one is given. Prints failures, peak memory and the table.
#   benchmarks/thousand_sessions.sh [MODEL_PATH]
# Needs the package time, and build/release (scripts/demo builds it).
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/lib.sh
start_server --ttft-ms 200 --gap-ms 0
cat >"$work/parameters.json" <<JSON
{ "MAX_NEW_TOKEN": 256, "CONCURRENT_LEVELS": [1000], "REQUESTS_PER_LEVEL": 20000, "CORES": 1, "CA_FILE": "ca.pem",
  "MODEL_ENDPOINTS": "$origin/v1/chat/completions", "API_KEY": "any", "MODEL_PATH": "${1:-}" }
JSON
echo '{ "25": "What does a load test measure?" }' >"$work/input.jsonl"
on_client_core "$llmload" run "$work/parameters.json" --quiet --output-dir "$work"
awk -F, 'NR == 2 {printf "requests %s, failed %s, ", $9, $10}' "$work/performance_metrics.csv"
awk '{printf "peak memory %.1f MB, CPU %.1f s\n", $3 / 1024, $1 + $2}' "$work/time"
