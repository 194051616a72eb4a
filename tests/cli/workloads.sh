#!/usr/bin/env bash
# Runs each command of docs/workloads.md as it stands there, in a folder of its own.
#   workloads.sh LLMLOAD CHECKOUT
set -euo pipefail
llmload=$(realpath "$1") document=$(realpath "$2")/docs/workloads.md
data=$(realpath "$2")/tests/data/tokenize
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$llmload" "$work/bin/llmload"
awk -v to="$work/" '/^```sh$/ { file = to sprintf("%02d", ++n) ".sh"; next } /^```$/ { file = "" } file { print > file }' "$document"
commands=("$work"/*.sh)
[ "${#commands[@]}" -ge 6 ] || { echo "only ${#commands[@]} commands in $document"; exit 1; }
for command in "${commands[@]}"; do
  mkdir "$command.folder"
  code=0
  (cd "$command.folder" && PATH="$work/bin:$PATH" TOKENIZER="$data/tiny.model" bash -euo pipefail "$command") >"$command.out" 2>&1 || code=$?
  # On a machine that is busy with something else, too, its numbers are not valid (3).
  [ "$code" -eq 0 ] || [ "$code" -eq 3 ] || { cat "$command" "$command.out"; exit 1; }
  grep -q '"ok": *[1-9]' "$command.folder/summary.json" || { cat "$command" "$command.out"; echo "none was ok"; exit 1; }
done
echo "${#commands[@]} commands ran"
