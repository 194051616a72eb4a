#!/usr/bin/env bash
# What peers that never end do to a run. For each flood of the simulator:
#   alone: how far behind its limit (2 s) a run of two requests ends, and behind Ctrl-C a run without limits;
#   beside healthy streams: 50 sessions over TLS, of whose requests 4 % meet it: how far the arrivals of the healthy ones are
#   from the server's stamps of its sends, p99, beside a run without any flood in the same minute.
#   for MINUTES (default 10, at least 3; 0: not): 200 streams of which 1 % meet each flood: the memory of a minute, median, near
#   the begin and at the end, and the most of all.
#   benchmarks/floods.sh [MINUTES]      FLOODS="header_bomb tls_tickets": these alone
# Needs node, and build/release (scripts/demo builds it).
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/lib.sh
minutes=${1:-10}
echo '{ "25": "What does a load test measure?" }' >"$work/input.jsonl"
floods=(${FLOODS:-tls_hello_requests tls_key_updates tls_tickets header_bomb interim_flood endless_chunk_size endless_trailer
  event_without_end endless_comments huge_body})

# SESSIONS REQUESTS LIMIT_SECONDS
parameters() {
  cat >"$work/parameters.json" <<JSON
{ "MAX_NEW_TOKEN": 64, "CONCURRENT_LEVELS": [$1], "REQUESTS_PER_LEVEL": $2, "CORES": 1, "STREAM": true, "CA_FILE": "ca.pem",
  "MODEL_ENDPOINTS": "$origin/v1/chat/completions", "API_KEY": "any", "EXTRA_BODY": {"stream_options": null},
  "MAX_RESPONSE_BYTES": 1000000000, "CONNECTION": "per-request", "TLS_TIMEOUT_SECONDS": $3, "RECORD_TEXT": false,
  "FIRST_BYTE_TIMEOUT_SECONDS": $3, "FIRST_TOKEN_TIMEOUT_SECONDS": $3, "IDLE_TIMEOUT_SECONDS": $3,
  "REQUEST_TIMEOUT_SECONDS": $3 }
JSON
}

run() { taskset -c 0 "$llmload" run "$work/parameters.json" --quiet --output-dir "$work" "$@"; }

seconds_of() {
  local begin=$EPOCHREALTIME
  "$@" >"$work/table" 2>"$work/errors" || true
  awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN {printf "%.2f", b - a}'
}

# A run of two sessions that go on without end, until Ctrl-C behind a second; prints how long it needs from there on.
drain() {
  parameters 2 1000000 600
  run >"$work/table" 2>"$work/errors" &
  local client=$! begin
  sleep 1
  begin=$EPOCHREALTIME
  pkill -INT -P "$client" || kill -INT "$client"
  wait "$client" || true
  awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN {printf "%.2f", b - a}'
}

# simulate's options: "first token p99, gap p99, ok, failed"
healthy() {
  start_server --ttft-ms 50 --gap-ms 20 --truth "$work/truth.jsonl" "$@"
  parameters 50 400 60
  run --records >"$work/table" 2>"$work/errors" || true
  stop_server
  node benchmarks/compare_truth.mjs "$work/records.jsonl" "$work/truth.jsonl" >"$work/compared"
  node -e '
    const c = JSON.parse(require("fs").readFileSync(process.argv[1]));
    const s = JSON.parse(require("fs").readFileSync(process.argv[2])).stages[0];
    console.log(c.first_token_ms.p99, c.gap_ms.p99, s.requests, s.ok, s.failed);' "$work/compared" "$work/summary.json"
}

echo "| flood | two requests, limit 2 s | behind Ctrl-C | first token p99 off | without | gap p99 off | without | begun = ok + failed |"
echo "|---|---|---|---|---|---|---|---|"
for flood in "${floods[@]}"; do
  start_server --ttft-ms 0 --gap-ms 0 --fault "$flood:1"
  parameters 2 2 2
  ends=$(seconds_of run)
  drains=$(drain)
  stop_server
  read -r first0 gap0 _ < <(healthy)
  read -r first gap begun ok failed < <(healthy --fault "$flood:0.04")
  echo "| $flood | $ends s | $drains s | $first ms | $first0 ms | $gap ms | $gap0 ms | $begun = $ok + $failed |"
done
[ "$minutes" -gt 0 ] || exit 0

rules=()
for flood in "${floods[@]}"; do rules+=(--fault "$flood:0.01"); done
start_server --ttft-ms 50 --gap-ms 20 "${rules[@]}"
parameters 200 1000000000 10
sed -i "s/\"REQUESTS_PER_LEVEL\": [0-9]*/\"DURATION_SECONDS\": $((60 * minutes))/; s/\"MAX_RESPONSE_BYTES\": [0-9]*/\"MAX_RESPONSE_BYTES\": 10000000/" \
  "$work/parameters.json"
taskset -c 0 "$llmload" run "$work/parameters.json" --quiet --output-dir "$work" >"$work/table" 2>"$work/errors" &
client=$!
: >"$work/memory"
while sleep 1 && kill -0 "$client" 2>/dev/null; do
  awk '/VmRSS/ {print $2}' "/proc/$client/status" >>"$work/memory" 2>/dev/null || break
done
wait "$client" || [ $? -eq 3 ]
stop_server
node -e '
  const s = JSON.parse(require("fs").readFileSync(process.argv[1])).stages[0];
  console.log(`begun ${s.requests} = ok ${s.ok} + failed ${s.failed}: ${JSON.stringify(s.outcomes)}`);' "$work/summary.json"
# Of the metrics that keep each value (8 bytes), two keep it by the earliest time, too.
samples=$(node -p '
  const s = JSON.parse(require("fs").readFileSync(process.argv[1])).stages[0];
  const raw = Object.entries(s).filter(([key, v]) => v?.count && !["itl_ms", "event_gap_ms", "queue_wait_ms"].includes(key));
  Math.round(raw.reduce((sum, [key, v]) => sum + v.count * (["ttft_ms", "tpot_ms"].includes(key) ? 16 : 8), 0) / 1024)' \
  "$work/summary.json")
awk -v early="$(median $(sed -n 31,90p "$work/memory"))" -v late="$(median $(tail -60 "$work/memory"))" -v samples="$samples" '
  $1 > most { most = $1 }
  END {
    grown = samples * (NR - 90) / NR
    printf "memory, median of the minute around second 60: %d KB, of the last minute: %d KB, of which %d KB are more samples of exact " \
      "percentiles: %+.1f %%; most, with some bodies of 10 MB at once: %d KB\n", early, late, grown, 100 * (late - grown - early) / early, most
  }' "$work/memory"
