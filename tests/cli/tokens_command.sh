#!/usr/bin/env bash
# Runs `llmload tokens` on the tiny SentencePiece model: what goes to standard output, and the exit codes.
# usage: tokens_command.sh LLMLOAD CHECKOUT
set -uo pipefail

llmload=$(realpath "$1")
model=$(realpath "$2")/tests/data/tokenize/tiny.model
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failures=0

# check WHAT EXPECTED_CODE EXPECTED_OUTPUT ARGUMENTS...   (reads the standard input of its caller)
check() {
  local what=$1 expected_code=$2 expected=$3 actual code
  shift 3
  actual=$("$llmload" tokens "$@" 2> errors)
  code=$?
  if [ "$code" -ne "$expected_code" ] || [ "$actual" != "$expected" ]; then
    printf 'FAILED: %s\n  exit code %s, expected %s\n  output   %q\n  expected %q\n' \
      "$what" "$code" "$expected_code" "$actual" "$expected"
    failures=$((failures + 1))
  fi
}

# check_error WHAT TEXT: the last check's standard error holds TEXT.
check_error() {
  if ! grep -qF -- "$2" errors; then
    printf 'FAILED: %s\n  no %q in %q\n' "$1" "$2" "$(cat errors)"
    failures=$((failures + 1))
  fi
}

text='The tokens of a test.'
printf '%s' "$text" > text
: > empty
printf '{"text": "%s"}\n{"text": ""}\n{"text": "a\\nb"}' "$text" > texts.jsonl
printf '{"text": "a"}\n{}\n' > broken.jsonl

check 'counts standard input' 0 6 --model-path "$model" < text
check 'counts standard input for -' 0 6 --model-path "$model" - < text
check 'counts one file' 0 6 --model-path "$model" text
check 'counts several files, with a total' 0 $'6\ttext\n0\tempty\n6\ttotal' --model-path "$model" text empty
check 'prints ids' 0 '310 312 282 264 293 511' --model-path "$model" --ids text
check 'prints ids, one line a file' 0 $'\n310 312 282 264 293 511' --model-path "$model" --ids empty text
check 'counts each line of JSON' 0 $'6\n0\n3' --model-path "$model" --jsonl texts.jsonl
check 'prints the ids of each line of JSON' 0 $'[310,312,282,264,293,511]\n[]\n[264,13,521]' \
  --model-path "$model" --ids --jsonl texts.jsonl
check 'reads JSON lines from standard input' 0 $'6\n0\n3' --model-path "$model" --jsonl - < texts.jsonl

check 'stops at a broken line, after the results before it' 2 1 \
  --model-path "$model" --jsonl broken.jsonl
check_error 'names the broken line' 'broken.jsonl:2:'
check 'prints pieces with their ids' 0 $'310\t" The"\n312\t" tokens"\n282\t" of"\n264\t" a"\n293\t" test"\n511\t"."' \
  --model-path "$model" --pieces text
check 'prints the pieces of each line of JSON, with a newline and a byte as such' 0 $'[" a","\\n","b"]\n[" ","<0xF0>","<0x9F>","<0x99>","<0x82>"]' \
  --model-path "$model" --pieces --jsonl - < <(printf '{"text": "a\\nb"}\n{"text": "🙂"}\n')
check 'says what was loaded' 0 6 --model-path "$model" text
check_error 'names the format' 'tokenizer: SentencePiece, 600 pieces'
check 'says nothing where that is asked for' 0 6 --model-path "$model" --quiet text
[ ! -s errors ] || check_error 'nothing with --quiet' 'nothing'
check 'refuses a file that is not there' 2 '' --model-path "$model" missing
check_error 'names the missing file' 'missing'
check 'counts the others where one is not there' 2 $'6\ttext\n6\ttext\n12\ttotal' --model-path "$model" text missing text
check 'takes a pre-tokenizer by its name' 0 6 --model-path "${model%.model}.tiktoken" --pre-tokenizer llama3 text
check 'refuses one that is not known' 2 '' --model-path "${model%.model}.tiktoken" --pre-tokenizer nope text
check_error 'names the known ones' 'llama3, cl100k'
check 'refuses options that do not fit the format' 2 '' --model-path "$model" --parse-special text
check_error 'says why' "special tokens can't be parsed"
check 'refuses ids and pieces at once' 2 '' --model-path "$model" --ids --pieces text
seq 200000 > numbers
check 'reads a file part by part' 0 "$("$llmload" tokens --quiet --model-path "$model" --ids numbers | wc -w)" \
  --model-path "$model" numbers
check 'refuses a directory' 2 '' --model-path "$model" .
check 'refuses a model path that leads nowhere' 2 '' --model-path ./nowhere text
check_error 'names the tried paths' './nowhere'

if [ -e /dev/full ]; then
  "$llmload" tokens --model-path "$model" text > /dev/full 2> errors
  if [ $? -ne 1 ]; then
    echo 'FAILED: a full disk gives exit code 1'
    failures=$((failures + 1))
  fi
fi
for _ in {1..20000}; do echo '{"text": "more lines than a pipe holds"}'; done > many.jsonl
"$llmload" tokens --ids --model-path "$model" --jsonl many.jsonl 2> errors | head -n 1 > /dev/null
if [ "${PIPESTATUS[0]}" -ne 1 ]; then
  echo 'FAILED: a reader that left gives exit code 1'
  failures=$((failures + 1))
fi

echo "tokens_command: $failures failures"
[ "$failures" -eq 0 ]
