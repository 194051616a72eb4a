#!/usr/bin/env bash
# User instructions of llmload for a whole answer of about 1.5 KB and for a burst of 256 token events in one write: TLS,
# keep-alive, 16 connections, counted by callgrind. Unlike CPU time they are the same on a busy machine; what the kernel
# does, and what waiting costs, is not in them. Given other binaries, their counts stand beside.
#   benchmarks/instructions.sh [BINARY]...
# Needs the package valgrind, and build/release (scripts/demo builds it).
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/lib.sh
binaries=("$llmload" "$@")
echo '{ "25": "What does a load test measure?" }' >"$work/input.jsonl"

# BINARY STREAM REQUESTS: sets $instructions, of the whole run.
count() {
  cat >"$work/parameters.json" <<JSON
{ "MAX_NEW_TOKEN": 256, "CONCURRENT_LEVELS": [16], "REQUESTS_PER_LEVEL": $3, "CORES": 1, "STREAM": $2,
  "CA_FILE": "ca.pem", "MODEL_ENDPOINTS": "$origin/v1/chat/completions", "API_KEY": "0123456789abcdef0123456789abcdef" }
JSON
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$1" run "$work/parameters.json" --quiet --output-dir "$work" \
    >"$work/table" 2>"$work/err" || [ $? -eq 3 ] || { cat "$work/err"; exit 1; }
  instructions=$(awk '/Collected/ {print $4}' "$work/err")
}

# NAME STREAM FEW MANY, simulate's options. What begins and ends a run is in both counts, and falls out.
each() {
  local name=$1 stream=$2 few=$3 many=$4 begin binary
  shift 4
  start_server "$@"
  for binary in "${binaries[@]}"; do
    count "$binary" "$stream" "$few"
    begin=$instructions
    count "$binary" "$stream" "$many"
    echo "$name: $(((instructions - begin) / (many - few))) user instructions a request, $binary"
  done
  stop_server
}

each "whole answer" false 500 2500 --ttft-ms 0 --gap-ms 0
each "burst of 256 events" true 100 500 --ttft-ms 0 --gap-ms 0 --events-per-write 256
