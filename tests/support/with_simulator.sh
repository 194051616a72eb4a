#!/usr/bin/env bash
# Runs a program with a parameters.json that leads to the simulated endpoint, in a folder of its own.
#   with_simulator.sh LLMLOAD PROGRAM [ARGUMENTS]
set -euo pipefail
. "$(dirname "$0")/simulator.sh"
llmload=$1
shift
start_simulator "$llmload" --ttft-ms 20 --gap-ms 0
cd "$work"
cat >parameters.json <<JSON
{ "MAX_NEW_TOKEN": 16, "CONCURRENT_LEVELS": [1, 2], "MODEL_ENDPOINTS": "$origin/v1/chat/completions",
  "API_KEY": "any", "CA_FILE": "ca.pem", "SYS_PROMPT": "Be brief." }
JSON
echo '{ "25": "What does a load test measure?" }' >input.jsonl
"$@" || [ $? -eq 3 ]  # not valid, beside a busy program
rows=$(wc -l <performance_metrics.csv)
[ "$rows" -eq 3 ] || { echo "performance_metrics.csv has $rows lines, not 3"; exit 1; }
