#!/usr/bin/env bash
# 500 streams over TLS against an endpoint of which each fault of a request and of a connection has a probability of
# 0.1 %, between two runs without faults: every request that was begun is accounted for, no descriptor is left, memory
# stays flat, and the TTFT p99 of the healthy requests is that of the runs without.
#   benchmarks/faults.sh [MINUTES [HEALTHY_MINUTES]]      default 10 and 2
# Needs build/release (scripts/demo builds it).
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/lib.sh
minutes=${1:-10} healthy_minutes=${2:-2}
echo '{ "25": "What does a load test measure?" }' >"$work/input.jsonl"

# Those of the listener (refused, restart) stop everything, and have tests only; a huge body is cut off at its limit.
mapfile -t faults < <("$llmload" simulate --list-faults | sed -n 's/^| `\([a-z0-9_]*\)` .*/\1/p' | grep -vxE 'refused|restart')
[ ${#faults[@]} -gt 40 ] || { echo "only ${#faults[@]} faults" >&2; exit 1; }
rules=()
for fault in "${faults[@]}"; do rules+=(--fault "$fault:0.001"); done

# MINUTES, simulate's options: runs the client, with its memory and descriptors in $work/usage, a line a second.
run_client() {
  local run_minutes=$1
  shift
  start_server --ttft-ms 50 --gap-ms 20 "$@"
  cat >"$work/parameters.json" <<JSON
{ "MAX_NEW_TOKEN": 64, "CONCURRENT_LEVELS": [500], "DURATION_SECONDS": $((60 * run_minutes)), "CORES": 1, "STREAM": true,
  "CA_FILE": "ca.pem", "MODEL_ENDPOINTS": "$origin/v1/chat/completions", "API_KEY": "any",
  "EXTRA_BODY": {"stream_options": null}, "MAX_RESPONSE_BYTES": 1000000, "CONNECT_TIMEOUT_SECONDS": 5,
  "TLS_TIMEOUT_SECONDS": 5, "FIRST_BYTE_TIMEOUT_SECONDS": 5, "FIRST_TOKEN_TIMEOUT_SECONDS": 5,
  "IDLE_TIMEOUT_SECONDS": 5, "REQUEST_TIMEOUT_SECONDS": 15 }
JSON
  taskset -c 0 "$llmload" run "$work/parameters.json" --quiet --output-dir "$work" >"$work/table" 2>"$work/errors" &
  local client=$!
  : >"$work/usage"
  for _ in $(seq $((60 * run_minutes - 1))); do
    sleep 1
    echo "$(awk '/VmRSS/ {print $2}' "/proc/$client/status") $(ls "/proc/$client/fd" | wc -l)" >>"$work/usage"
  done
  wait "$client" || [ $? -eq 3 ]
  stop_server
}

# What of summary.json says how the run went.
summary() {
  node -e '
    const s = JSON.parse(require("fs").readFileSync(process.argv[1])).stages[0];
    const failed = Object.entries(s.outcomes).filter(([name]) => name !== "ok");
    const accounted = s.ok + failed.reduce((sum, [, count]) => sum + count, 0);
    console.log([s.requests, accounted, s.ok, s.ttft_ms.p99.toFixed(3),
      failed.map(([name, count]) => `${name} ${count}`).join(", ") || "none"].join("\t"));' "$work/summary.json"
}

run_client "$healthy_minutes"
before=$(summary | cut -f 4)
run_client "$minutes" "${rules[@]}"
IFS=$'\t' read -r begun accounted ok with outcomes < <(summary)
cp "$work/usage" "$work/usage_with_faults"
run_client "$healthy_minutes"
after=$(summary | cut -f 4)

echo "begun $begun, accounted for $accounted, ok $ok; failed: $outcomes"
echo "TTFT p99 ms: $before without faults, $with with them, $after without; ratio to the mean of the two $(
  awk -v a="$before" -v b="$after" -v w="$with" 'BEGIN {printf "%.3f (limit 1.15)", w / ((a + b) / 2)}')"
awk -v begun="$begun" -v minutes="$minutes" '
  $1 > 0 { if (NR <= 120 && $1 > early) early = $1; if (NR > 120 && $1 > most) most = $1; if (NR == 120) fds = $2; last = $2 }
  END {
    allowed = early * 1.05 + begun * 64 / 1024
    printf "most memory in the first two minutes %d KB, after them %d KB, allowed %d KB: %s\n", early, most, allowed,
      most <= allowed ? "within" : "BEYOND"
    printf "descriptors after two minutes %d, at the end %d\n", fds, last
  }' "$work/usage_with_faults"
