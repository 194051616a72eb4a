#!/usr/bin/env bash
# Compares the ids of `llmload tokens` with those of the reference tokenizers on random texts, for the real vocabularies.
# usage: tokenizers_against_references.sh LLMLOAD CHECKOUT [OPTIONS]   (options as scripts/compare-tokenizers.mjs takes them)
# Exit code 0: no differences; 1: some, or nothing to compare with where LLMLOAD_REQUIRE_NPM is set; 77: skipped,
# because node, or what scripts/fetch-vocabularies makes, is not there.
set -euo pipefail

llmload=$1 checkout=$2
shift 2
[ $# -gt 0 ] || set -- --texts 2000

skip() {
  echo "SKIP tokenizers_against_references: $1"
  [ -z "${LLMLOAD_REQUIRE_NPM:-}" ] || exit 1
  exit 77
}

command -v node > /dev/null || skip "node is not installed"
code=0
node "$checkout/scripts/compare-tokenizers.mjs" "$llmload" "$checkout/vocabularies" "$@" || code=$?
[ "$code" -ne 3 ] || skip "the vocabularies or the references are not there"
exit "$code"
