#!/usr/bin/env bash
# What has no end is refused, by name and with the limit. A sanitizer takes minutes for half a gigabyte of zeros, and
# they pass through one thread: it is left out there.
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"
tokenizer=$checkout/tests/data/tokenize/tiny.model
cd "$work"
cat >p.json <<'P'
{ "MODEL_ENDPOINTS": "http://127.0.0.1:9/v1/chat/completions", "API_KEY": "some-key", "CONCURRENT_LEVELS": [1] }
P
zero=/dev/zero
expect 2 "$zero: is larger than 16 MiB" "$llmload" run $zero
expect 2 "$zero: is larger than 64 KiB" "$llmload" run p.json --set API_KEY=file:$zero
expect 2 "$zero: is larger than 16 MiB" "$llmload" run p.json --set CA_FILE=$zero
expect 2 "$zero: is larger than 512 MiB" "$llmload" run p.json --set PROMPTS=$zero
expect 2 "$zero: is larger than 512 MiB" "$llmload" run p.json --set DUE_TIMES=$zero
expect 2 "$zero: has a line of more than 512 MiB" "$llmload" report $zero
expect 2 "$zero: has a line of more than 512 MiB" "$llmload" tokens --model-path "$tokenizer" --jsonl $zero
expect 2 "$zero: more than 512 MiB in which no word ends" "$llmload" tokens --model-path "$tokenizer" $zero
truncate -s 3G tokenizer.json
expect 2 'tokenizer.json: is larger than 256 MiB' "$llmload" tokens --model-path tokenizer.json p.json
finished
