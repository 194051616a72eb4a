#!/usr/bin/env bash
# Compares the ids of `llmload tokens` with those of the reference tokenizers, for the real vocabularies.
# usage: tokens_ground_truth.sh LLMLOAD CHECKOUT [TOKENS_JSONL_GZ]   (default: that of shared/ beside the checkout)
# A line of the data is {"text": ..., "llama3": [ids], "llama2": [ids], "cat": ...}.
# Exit code 0: no differences; 1: some; 77: skipped, because the data or the vocabularies (which
# scripts/fetch-vocabularies makes) are not there.
set -euo pipefail
export LC_ALL=C  # bytes: a text need not be valid UTF-8

llmload=$1 vocabularies=$2/vocabularies data=${3:-$2/../shared/data/tokens.jsonl.gz}

for file in "$data" "$vocabularies"/llama{3,2}/tokenizer.model; do
  if [ ! -r "$file" ]; then
    echo "SKIP tokens_ground_truth: $file is not there"
    exit 77
  fi
done

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
zcat "$data" > "$folder/texts"
lines=$(wc -l < "$folder/texts")
[ "$lines" -gt 0 ]

failed=0
for model in llama3 llama2; do
  # A text that spells `"llama3": [1]` has its quotes escaped, and is not taken for the list.
  sed -E "s/^.*\"$model\": (\[[0-9, ]*\]).*\$/\1/; s/ //g" "$folder/texts" > "$folder/expected"
  "$llmload" tokens --ids --model-path "$vocabularies/$model" --jsonl "$folder/texts" > "$folder/actual"
  differences=$(paste -d '\n' "$folder/expected" "$folder/actual" |
    awk 'NR % 2 { expected = $0; next } $0 != expected { count++ } END { print count + 0 }')
  echo "$model: $differences differences in $lines texts"
  if [ "$differences" -ne 0 ] || [ "$(wc -l < "$folder/actual")" -ne "$lines" ]; then failed=1; fi
done
exit "$failed"
