#!/usr/bin/env bash
# Man pages and completions have each command, option and key of the binary, and the programs that read them take them.
set -euo pipefail
llmload=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAILED: $*"; exit 1; }
cd "$work"
"$(dirname "$llmload")/llmload-pages" pages
cd pages
commands=$("$llmload" --help | sed -n '/^Subcommands:/,/^Examples:/s/^  \([a-z]*\) .*/\1/p')
[ "$(wc -w <<<"$commands")" -ge 5 ] || fail "the commands of --help are: $commands"

plain() { sed 's/\\-/-/g; s/\\&//g; s/\\f[BIR]//g' "$1"; }
plain man/llmload.1 >whole
for command in $commands; do
  [ -s "man/llmload-$command.1" ] || fail "no man page of $command"
  grep -qx "$command: llmload-$command(1)" whole || fail "llmload.1 does not name $command"
  plain "man/llmload-$command.1" >page
  for option in $("$llmload" "$command" --help | grep -oE '^  (-.,)?--[a-z-]+' | grep -oE -- '--[a-z-]+'); do
    grep -qE "^(-., )?$option( |$)" page || fail "llmload-$command.1 lacks $option"
    grep -q -- " $command) .*$option" bash/llmload || fail "bash lacks $option of $command"
    grep -qF -- "*$option[" zsh/_llmload || fail "zsh lacks $option"
    grep -qE "seen_subcommand_from $command' -l ${option#--}( |$)" fish/llmload.fish || fail "fish lacks $option of $command"
  done
done
! grep -rq end-with-parent . || fail "a hidden option is shown"

keys=$(grep -oE '^\| `[A-Z_]+`' "$2/docs/parameters.md" | tr -d '|` ' | sort -u)
[ "$(wc -w <<<"$keys")" -ge 50 ] || fail "docs/parameters.md has the keys: $keys"
plain man/llmload-run.1 >page
for key in $keys; do
  grep -q "^$key (" page || fail "llmload-run.1 lacks $key"
  for completion in bash/llmload zsh/_llmload fish/llmload.fish; do
    grep -qw "$key=" $completion || fail "$completion lacks $key"
  done
done

# What bash would offer behind these words.
offered() {
  bash -c '. bash/llmload; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _llmload; printf "%s\n" "${COMPREPLY[@]}"' - "$@" 2>&1
}
[ "$(offered llmload ca)" = calibrate ] || fail "bash offers for ca: $(offered llmload ca)"
[ "$(offered llmload run --dr)" = --dry-run ] || fail "bash offers for --dr: $(offered llmload run --dr)"
[ "$(offered llmload run --set RANDOM_PROMPT_L)" = RANDOM_PROMPT_LENGTH= ] || fail "bash offers no key"
[ "$(offered llmload run fis)" = fish ] || fail "bash offers no file"

if command -v groff >/dev/null; then
  for page in man/*.1; do
    found=$(groff -man -Tutf8 -ww -z "$page" 2>&1)
    [ -z "$found" ] || fail "groff says of $page: $found"
  done
fi
! command -v zsh >/dev/null || zsh -n zsh/_llmload || fail "zsh can't read its completion"
! command -v fish >/dev/null || fish --no-execute fish/llmload.fish || fail "fish can't read its completion"
