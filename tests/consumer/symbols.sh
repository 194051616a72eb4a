#!/usr/bin/env bash
# Fails where the archive has a name of Asio's that a host's own Asio has, too: symbols.sh NM ARCHIVE
set -euo pipefail
names=$(mktemp)
trap 'rm -f "$names"' EXIT
"$1" --demangle "$2" >"$names" 2>/dev/null
grep -qF 'boost::llmload_asio::' "$names" || { echo "FAILED: nothing of the library's own Asio is in $2"; exit 1; }
if grep -F 'boost::asio::' "$names" | head -20 | grep .; then
  echo "FAILED: these names of a host's Asio are in $2"
  exit 1
fi
