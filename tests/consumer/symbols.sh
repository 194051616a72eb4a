#!/usr/bin/env bash
# Fails where a host could be bound to names that are not llmload's: symbols.sh NM LIBRARY [PLUGIN]
# LIBRARY is the archive or the shared library, PLUGIN has the archive inside.
set -euo pipefail
nm=$1 library=$2 plugin=${3:-}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
none_of() {  # WHAT, of the lines of standard input
  ! head -20 | sed "s/^/FAILED: $1: /" | grep . || exit 1
}
globals() { "$nm" --demangle --defined-only "$@" 2>/dev/null | grep -E '^[0-9a-f]+ [A-Zuv] ' | cut -d' ' -f2- | sort -u; }
# llmload's own, and what the compiler makes for them; the strong ones of its Asio's other name.
ours='^. ((typeinfo|typeinfo name|vtable|guard variable|construction vtable|VTT|non-virtual thunk|virtual thunk)( for| to)? )?llmload::'
if [[ $library == *.a ]]; then
  globals "$library" >"$folder/all"
  grep -q 'boost::llmload_asio::' "$folder/all" || { echo "FAILED: nothing of the library's own Asio is in $library"; exit 1; }
  { grep -E '(^|[^_])boost::asio::|(^|[^a-z_])boost_asio_' "$folder/all" || true; } | none_of "a name of a host's Asio"
  # What is weak is of templates and inline functions, which each object of a program has.
  { grep -vE '^[WVuvw] ' "$folder/all" | grep -vE "$ours|boost::llmload_asio::|^. llmload_asio_" || true; } | none_of "a strong name"
else
  globals --dynamic "$library" >"$folder/all"
  grep -q 'llmload::run(' "$folder/all" || { echo "FAILED: $library does not offer llmload::run"; exit 1; }
  { grep -vE "$ours" "$folder/all" || true; } | none_of "a name outside of llmload"
fi
if [ -n "$plugin" ]; then
  globals --dynamic "$plugin" >"$folder/all"
  grep -q 'run_plugin' "$folder/all" || { echo "FAILED: $plugin does not offer run_plugin"; exit 1; }
  # But for templates of the standard library's, which has default visibility for all its own.
  { grep -E '^. ([a-z ]+ for |[a-z]+ )?(boost::)?llmload(_asio)?::' "$folder/all" || true; } | none_of "a name that a plug-in offers"
fi
