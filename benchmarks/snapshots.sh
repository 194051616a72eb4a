#!/usr/bin/env bash
# What RunOptions::snapshots, once a second, costs a stage of 1,000 streams of 256 tokens, one every 20 ms: CPU, TTFT and
# event gap of runs without and with, in turns, medians. TLS, client and server on a core each.
#   benchmarks/snapshots.sh [ROUNDS]      default 7
# Needs build/release (scripts/demo builds it).
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/lib.sh
cmake --build --preset release --target snapshot_benchmark >"$work/log" || { cat "$work/log" >&2; exit 2; }
start_server --ttft-ms 50 --gap-ms 20
taskset -c 0 build/release/bin/snapshot_benchmark "$origin" "$work/ca.pem" "${1:-7}"
stop_server
