#!/usr/bin/env bash
# What taking secrets out of a server's texts costs, for a request id and for a byte of large texts, and whether that is
# linear in a text's size.
#   benchmarks/redactor.sh
# Needs build/release (scripts/demo builds it).
set -euo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cmake --build --preset release --target redactor_benchmark >"$log" || { cat "$log" >&2; exit 2; }
taskset -c 0 build/release/bin/redactor_benchmark
