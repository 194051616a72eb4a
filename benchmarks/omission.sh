#!/usr/bin/env bash
# A server that is slower than the rate: 10 requests a second, 20 of them, one at a time, each answered after 500 ms. From
# the due time, request i takes 500 + 400 i ms: p50 4,300, p99 8,024. On one core and on two.
#   benchmarks/omission.sh
# Needs node and build/release (scripts/demo builds it).
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/lib.sh
echo '{ "25": "What does a load test measure?" }' >"$work/input.jsonl"
start_server --ttft-ms 500 --gap-ms 0
for cores in 1 2; do
  cat >"$work/parameters.json" <<JSON
{ "MAX_NEW_TOKEN": 8, "REQUEST_RATE": 10, "ARRIVAL": "constant", "REQUESTS_PER_LEVEL": 20, "MAX_CONCURRENCY": 1,
  "WHEN_FULL": "queue", "CORES": $cores, "CA_FILE": "ca.pem", "MODEL_ENDPOINTS": "$origin/v1/chat/completions", "API_KEY": "any" }
JSON
  "$llmload" run "$work/parameters.json" --quiet --output-dir "$work" >"$work/table"
  node -e '
    const s = JSON.parse(require("fs").readFileSync(process.argv[1])).stages[0];
    const ms = (x) => x.toFixed(1);
    console.log(`${process.argv[2]} core(s): E2E p50 ${ms(s.e2e_ms.p50)}, p99 ${ms(s.e2e_ms.p99)} ms; service p50 ` +
      `${ms(s.service_e2e_ms.p50)}, p99 ${ms(s.service_e2e_ms.p99)} ms; queue wait p99 ${ms(s.queue_wait_ms.p99)} ms; ` +
      `dispatch lag p99 ${s.own_error.dispatch_lag_ms.p99.toFixed(3)} ms; valid: ${s.valid}`)' "$work/summary.json" $cores
done
