#!/usr/bin/env bash
# Our tokenizers beside Hugging Face's, tiktoken and libsentencepiece: the same texts, one core, medians of several
# rounds of all, and each ratio with the least that it should be.
#   benchmarks/tokenizers.sh [ROUNDS]      default 3; a round takes about a minute
# Needs node, what scripts/fetch-vocabularies makes, and build/release (scripts/demo builds it). What is measured is CPU
# time, which on a core of its own is the time, and is less disturbed by what else runs; of loading it is the time that
# a user waits.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-3}
texts=$(mktemp -d)
trap 'rm -rf "$texts"' EXIT

cmake --build --preset release --target tokenizer_benchmark >"$texts/build.log" || { cat "$texts/build.log" >&2; exit 2; }
node benchmarks/tokenizer_texts.mjs vocabularies "$texts"
for round in $(seq "$rounds"); do
  echo "round $round" >&2
  build/release/bin/tokenizer_benchmark vocabularies
  taskset -c 0 build/release/bin/tokenizer_benchmark vocabularies "$texts"
  taskset -c 0 node benchmarks/tokenizer_peers.mjs vocabularies "$texts"
done >"$texts/rounds"
node benchmarks/tokenizers_report.mjs <"$texts/rounds"
