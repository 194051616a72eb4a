#!/usr/bin/env bash
# 10,000 concurrent TLS streams of 4 events a second each, client and simulated endpoint in a process and on a core each:
# failures and the client's peak memory. The two need 10,000 descriptors and more each.
#   benchmarks/ten_thousand.sh [STREAMS]      default 10000
# Needs the package time, and build/release (scripts/demo builds it).
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/lib.sh
streams=${1:-10000}
start_server --ttft-ms 500 --gap-ms 250
echo '{ "25": "What does a load test measure?" }' >"$work/input.jsonl"
cat >"$work/parameters.json" <<JSON
{ "MAX_NEW_TOKEN": 64, "CONCURRENT_LEVELS": [$streams], "REQUESTS_PER_LEVEL": $((3 * streams)), "CORES": 1,
  "STREAM": true, "CA_FILE": "ca.pem", "MODEL_ENDPOINTS": "$origin/v1/chat/completions", "API_KEY": "any" }
JSON
on_client_core "$llmload" run "$work/parameters.json" --quiet --output-dir "$work" >"$work/table"
stop_server
awk -F, 'NR == 2 {printf "requests %s, failed %s, ", $9, $10}' "$work/performance_metrics.csv"
awk '{printf "peak memory %.1f MB (limit 450), CPU %.1f s\n", $3 / 1024, $1 + $2}' "$work/time"
