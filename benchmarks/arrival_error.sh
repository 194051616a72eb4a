#!/usr/bin/env bash
# How far the recorded arrivals are from the server's own stamps of its sends: TLS, TTFT 50 ms, gap 20 ms, client and
# server on a core each. 1,000 streams on a core that is idle else; 500 beside a process of equal priority that uses all
# of the client's core; 1,000 beside one that is busy 3 ms in every 15. Each timed by the kernel and at our own reads.
#   benchmarks/arrival_error.sh [ROUNDS]      default 5
# Needs node, perl, the package time, and build/release (scripts/demo builds it).
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/lib.sh
rounds=${1:-5}
echo '{ "25": "What does a load test measure?" }' >"$work/input.jsonl"

neighbour() {
  case $1 in
    idle) exec sleep 120 ;;
    full) exec taskset -c 0 perl -e 'alarm 120; 1 while 1' ;;
    busy) exec taskset -c 0 perl -MTime::HiRes=time,sleep -e \
      '$end = time + 120; while (time < $end) { $t = time + 0.003; 1 while time < $t; sleep 0.012 }' ;;
  esac
}

# STREAMS NEIGHBOUR TIME_SOURCE: one line of JSON
measure() {
  start_server --ttft-ms 50 --gap-ms 20 --truth "$work/truth.jsonl"
  cat >"$work/parameters.json" <<JSON
{ "MAX_NEW_TOKEN": 128, "CONCURRENT_LEVELS": [$1], "REQUESTS_PER_LEVEL": $((3 * $1)), "CORES": 1, "STREAM": true,
  "TIME_SOURCE": "$3", "RECORD_TEXT": false,
  "CA_FILE": "ca.pem", "MODEL_ENDPOINTS": "$origin/v1/chat/completions", "API_KEY": "any" }
JSON
  neighbour "$2" &
  local other=$!
  on_client_core "$llmload" run "$work/parameters.json" --quiet --records --output-dir "$work" >"$work/table"
  kill "$other"
  wait "$other" 2>/dev/null || true
  stop_server
  node benchmarks/compare_truth.mjs "$work/records.jsonl" "$work/truth.jsonl"
}

field() { sed "s/.*\"$1\":{[^}]*\"p99\":\([0-9.]*\).*/\1/" <<<"$2"; }

for shape in "1000 idle" "500 full" "1000 busy"; do
  read -r streams other <<<"$shape"
  for source in kernel user; do
    first=() gaps=()
    for round in $(seq "$rounds"); do
      line=$(measure "$streams" "$other" "$source")
      echo "$streams streams, $other, $source, round $round: $line"
      first+=("$(field first_token_ms "$line")") gaps+=("$(field gap_ms "$line")")
    done
    echo "$streams streams, $other, $source: median of p99: first token $(median "${first[@]}") ms, gap $(median "${gaps[@]}") ms off"
  done
done
