#!/usr/bin/env bash
# Whether requests are sent as the law of their arrivals says: a Kolmogorov-Smirnov test of the gaps between the sent
# times of 20,000 requests at 250 a second against the exponential law, for five seeds of Poisson arrivals; and for one of
# gamma arrivals (BURSTINESS 0.25), which must fail it. About nine minutes.
#   benchmarks/arrivals.sh
# Needs the package time, node, and build/release (scripts/demo builds it).
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/lib.sh
echo '{ "25": "What does a load test measure?" }' >"$work/input.jsonl"
start_server --ttft-ms 5 --gap-ms 0

# SEED KEY VALUE...
measure() {
  local seed=$1
  shift
  {
    echo "{ \"MAX_NEW_TOKEN\": 8, \"REQUEST_RATE\": 250, \"REQUESTS_PER_LEVEL\": 20000, \"SEED\": $seed, \"CORES\": 1,"
    echo "  \"RECORD_TEXT\": false, \"CA_FILE\": \"ca.pem\", \"MODEL_ENDPOINTS\": \"$origin/v1/chat/completions\", \"API_KEY\": \"any\""
    [ $# -eq 0 ] || echo ", \"$1\": $2"
    echo "}"
  } >"$work/parameters.json"
  on_client_core "$llmload" run "$work/parameters.json" --quiet --records --output-dir "$work" >"$work/table"
  node benchmarks/kolmogorov_smirnov.mjs "$work/records.jsonl" 250
}

for seed in 1 2 3 4 5; do echo "poisson, seed $seed: $(measure $seed)"; done
echo "gamma 0.25, seed 1: $(measure 1 BURSTINESS 0.25)"
