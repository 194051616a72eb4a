#!/usr/bin/env bash
# An open loop of 2,000 requests a second on one client core: TLS, whole answers of about 1 KB after 20 ms, 200 connections
# opened before. How late requests were sent, and whether the rate was kept; constant and Poisson arrivals.
#   benchmarks/open_loop.sh [ROUNDS]      default 5
# Needs the package time, node, and build/release (scripts/demo builds it).
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/lib.sh
rounds=${1:-5}
echo '{ "25": "What does a load test measure?" }' >"$work/input.jsonl"
start_server --ttft-ms 20 --gap-ms 0
answer=$(curl -s --cacert "$work/ca.pem" -H 'Authorization: any' -H 'Content-Type: application/json' \
  -d '{"messages":[{"role":"user","content":"hi"}],"max_tokens":150}' "$origin/v1/chat/completions" | wc -c)
echo "answers of $answer bytes, 2,000 requests a second for 10 s, 200 connections"

for arrival in constant poisson; do
  lags=() rates=()
  for round in $(seq "$rounds"); do
    cat >"$work/parameters.json" <<JSON
{ "MAX_NEW_TOKEN": 150, "REQUEST_RATE": 2000, "ARRIVAL": "$arrival", "DURATION_SECONDS": 10, "CONNECTIONS": 200,
  "SEED": $round, "CORES": 1, "CA_FILE": "ca.pem", "MODEL_ENDPOINTS": "$origin/v1/chat/completions", "API_KEY": "any" }
JSON
    on_client_core "$llmload" run "$work/parameters.json" --quiet --output-dir "$work" >"$work/table"
    # The rate that was due: a Poisson schedule has its own.
    line=$(node -e '
      const s = JSON.parse(require("fs").readFileSync(process.argv[1])).stages[0];
      const lag = s.own_error.dispatch_lag_ms, due = s.planned / s.duration_seconds;
      console.log([lag.p50.toFixed(3), lag.p99.toFixed(3), lag.max.toFixed(3), s.requests_per_second.toFixed(1),
        (100 * (s.requests_per_second / due - 1)).toFixed(3), s.failed, s.cold_requests,
        (100 * s.own_error.cpu_shares[0]).toFixed(0), s.valid].join(" "))' "$work/summary.json")
    read -r p50 p99 max rate off failed cold cpu valid <<<"$line"
    echo "$arrival, round $round: dispatch lag p50 $p50, p99 $p99, max $max ms; $rate requests/s, $off % off; $failed failed, $cold cold, $cpu % of a core, valid: $valid"
    lags+=("$p99") rates+=("$off")
  done
  echo "$arrival, medians: dispatch lag p99 $(median "${lags[@]}") ms, rate $(median "${rates[@]}") % off"
done
