#!/usr/bin/env bash
# `llmload keys`: what each key says, from the binary; and what is met with the nearest name.
#   keys_command.sh LLMLOAD CHECKOUT
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"
cd "$work"

expect 0 "" "$llmload" keys
grep -oE '^\| `[A-Z_]+`' "$checkout/docs/parameters.md" | tr -d '|` ' | sort -u >documented
grep -oE '^[A-Z_]+' out | sort >printed
diff documented printed || fail "the keys are not those of docs/parameters.md"
awk 'length > 79 {print; bad = 1} END {exit bad}' out || fail "a line of more than 79 columns"

expect 0 "REQUEST_RATE, --request-rate" "$llmload" keys request_rate
[ "$(grep -c '^[A-Z]' out)" = 1 ] || fail "other keys than REQUEST_RATE: $(cat out)"
expect 0 "REQUEST_RATE, --request-rate" "$llmload" keys -- --request-rate
expect 0 "QUOTA" "$llmload" keys 'spaced evenly'  # in what it says alone
expect 2 'keys: none has "concurent_levels"; did you mean CONCURRENT_LEVELS?' "$llmload" keys concurent_levels

expect 2 'llmload: runn is no command; did you mean run?' "$llmload" runn parameters.json
expect 2 'llmload: run: --simulat is no option; did you mean --simulate?' "$llmload" run --quiet --simulat
expect 2 'llmload: simulate: --ttft is no option; did you mean --ttft-ms?' "$llmload" simulate --ttft=5
expect 2 'llmload keys rate' "$llmload"
expect 0 'llmload keys rate' "$llmload" --help
[ -s out ] && [ ! -s err ] || fail "help is not what standard output has"
finished
