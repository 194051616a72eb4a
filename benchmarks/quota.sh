#!/usr/bin/env bash
# Against an endpoint with 200,000 tokens and 1,000 requests a minute, enforced over windows of 10 s as Azure does: a run
# that paces itself (QUOTA) sees no 429 and uses nearly all of the quota; one that does not has each 429 as what it is.
#   benchmarks/quota.sh [MINUTES]      default 3
# Needs build/release (scripts/demo builds it).
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/lib.sh
minutes=${1:-3}
echo '{ "25": "What does a load test measure?" }' >"$work/input.jsonl"

# NAME, further keys as JSON
run() {
  start_server --ttft-ms 200 --gap-ms 2 --tokens-per-minute 200000 --requests-per-minute 1000
  cat >"$work/parameters.json" <<JSON
{ "MAX_NEW_TOKEN": 256, "CONCURRENT_LEVELS": [32], "DURATION_SECONDS": $((60 * minutes)), "CA_FILE": "ca.pem",
  "MODEL_ENDPOINTS": "$origin/v1/chat/completions", "API_KEY": "any"$2 }
JSON
  "$llmload" run "$work/parameters.json" --quiet --output-dir "$work" --records >"$work/table" || [ $? -eq 3 ]
  stop_server
  node -e '
    const fs = require("fs");
    const s = JSON.parse(fs.readFileSync(process.argv[1])).stages[0];
    const prompt = JSON.parse(process.argv[2]).usage_prompt_tokens;
    const perMinute = s.ok / (Number(process.argv[3]));
    const limited = s.outcomes.rate_limited || 0;
    const shares = [perMinute * (256 + prompt) / 200000, perMinute / 1000];
    console.log(`${process.argv[4]}: ${s.requests} requests, ${s.ok} ok, ${limited} rate_limited; used of the budget: ` +
      `${(100 * shares[0]).toFixed(1)} % of the tokens, ${(100 * shares[1]).toFixed(1)} % of the requests; ` +
      `latencies of ${s.e2e_ms.count} requests, p50 ${s.e2e_ms.p50.toFixed(1)} ms`);' \
    "$work/summary.json" "$(grep -m 1 usage_prompt_tokens "$work/records.jsonl")" "$minutes" "$1"
}

run "with QUOTA" ', "QUOTA": {"tokens_per_minute": 200000, "requests_per_minute": 1000}'
run "without" ''
