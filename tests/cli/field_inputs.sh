#!/usr/bin/env bash
# Files as people have them: a key with something around it, tokenizers and prompts of other forms, and other files in
# their place. What can be read is read, and the rest is named for what it is.
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"
files=$checkout/tests/data/field_inputs
key='sk-test-0123456789abcdef'
start_simulator "$llmload" --ttft-ms 0 --gap-ms 0 --api-key "$key"
cd "$work"
echo '{ "25": "hello" }' >input.jsonl

# run CODE TEXT SETTING...: a run; the key must be in nothing that came of it.
run() {
  local code=$1 text=$2
  shift 2
  rm -rf results
  expect "$code" "$text" "$llmload" run parameters.json --output-dir results "$@"
  if grep -rqF -- "$key" out err results 2>/dev/null; then fail "the key is in the outputs of: $*"; fi
}

# The trimmed key is what is sent: the simulator takes no other.
warning='/API_KEY: a blank, a line end or a byte order mark around the value was taken off'
for file in key_with_blank.txt key_with_mark.txt; do
  parameters API_KEY "\"file:$files/$file\""
  run 0 "$warning"
  run 0 "$warning" --quiet
done
export SECRET="$key "
parameters API_KEY '"env:SECRET"'
run 0 "$warning"
parameters API_KEY "\" Bearer  $key\\n\""
run 0 "$warning"
parameters API_KEY "\"$key\\nmore\""
run 2 'holds a line break'
# A server that refuses the key answers with it.
parameters API_KEY "\"file:$files/key_with_blank.txt\"" EXTRA_HEADERS '{"Authorization": "Bearer another-key"}'
run 3 '' --set AUTH=api-key

parameters
printf '\xef\xbb\xbf%s' "$(cat parameters.json)" >marked.json && mv marked.json parameters.json
run 3 ''  # read: the simulator refuses the key
parameters API_KEY "\"$key\""
for name in prompts_messages.jsonl prompts_lone_surrogate.jsonl; do cp "$files/$name" .; done
run 0 '' --set PROMPTS=prompts_messages.jsonl
run 2 'line 1: invalid JSON at column 20: half of a surrogate pair (\ud83c' --set PROMPTS=prompts_lone_surrogate.jsonl
# What can be read once is read once: parameters and prompts from pipes, of a simulated run, too.
for flags in '' --simulate; do
  expect 0 '' "$llmload" run <(cat parameters.json) $flags --set PROMPTS=<(printf '"a pipe of its own"\n') --set CA_FILE="$work/ca.pem"
done
iconv -f UTF-8 -t UTF-16 parameters.json >wide.json
expect 2 'wide.json: is UTF-16 text' "$llmload" run wide.json
pointer=$files/lfs_pointer_tokenizer.model
expect 2 'is a Git LFS pointer' "$llmload" run "$pointer"
expect 2 'is a Git LFS pointer' "$llmload" report "$pointer"
for setting in MODEL_PATH PROMPTS CA_FILE DUE_TIMES; do run 2 'is a Git LFS pointer' --set "$setting=$pointer"; done
run 2 'is a Git LFS pointer' --set "API_KEY=file:$pointer"

tokens() { "$llmload" tokens --quiet --ids --model-path "$1" <<<'he said: the end'; }
mkdir -p hub/models--org--name/refs hub/models--org--name/snapshots/abc
printf abc >hub/models--org--name/refs/main
cp "$files/untyped_model_tokenizer.json" hub/models--org--name/snapshots/abc/tokenizer.json
{ printf '\xef\xbb\xbf'; cat "$files/typed_model_tokenizer.json"; } >marked.json
wanted=$(tokens "$files/typed_model_tokenizer.json")
[ -n "$wanted" ] || fail 'no ids of the typed tokenizer'
for path in "$files/untyped_model_tokenizer.json" marked.json hub/models--org--name; do
  [ "$(tokens "$path")" = "$wanted" ] || fail "other ids by $path"
done
[ "$(unset HF_HUB_CACHE; HUGGINGFACE_HUB_CACHE=$work/hub tokens org/name)" = "$wanted" ] || fail 'other ids by org/name'
expect 2 'hub/models--org--nowhere/refs/main' env -u HF_HUB_CACHE HUGGINGFACE_HUB_CACHE=hub \
  "$llmload" tokens --model-path org/nowhere
gzip -c "$files/typed_model_tokenizer.json" >tokenizer.json
expect 2 'tokenizer.json: is compressed with gzip' "$llmload" tokens --model-path tokenizer.json
finished
