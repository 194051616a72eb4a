#!/usr/bin/env bash
# Fails where the shared library lacks what a public header declares and the archive has: a mark is missing.
#   marks.sh NM ARCHIVE SHARED HEADERS
set -euo pipefail
nm=$1 archive=$2 shared=$3 headers=$4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
# Members of public types, and functions beside them: by the names that the headers have in the first column.
sed -nE 's/^(class|struct) (LLMLOAD_EXPORT )?([A-Za-z]+)( .*)?\{.*/llmload::\3::/p' "$headers"/*.hpp >names
sed -nE 's/^(\[\[nodiscard\]\] )?LLMLOAD_EXPORT .*[ &*]([a-z_]+)\(.*/\2(/p' "$headers"/*.hpp | sed 'h; s/^/llmload::/p; g; s/^/llmload::metrics::/' >>names
[ "$(wc -l <names)" -gt 80 ] || { echo "FAILED: only $(wc -l <names) names were found in $headers"; exit 1; }
"$nm" -C --defined-only "$archive" 2>/dev/null | sed -nE 's/^[0-9a-f]+ T (llmload::)/\1/p' | sort -u >in_archive
"$nm" -DC --defined-only "$shared" | sed -nE 's/^[0-9a-f]+ [TW] (llmload::)/\1/p' | sort -u >in_shared
awk 'NR == FNR { names[$0]; next } { for (name in names) if (index($0, name) == 1) { print; next } }' names in_archive >public
[ "$(wc -l <public)" -gt 100 ] || { echo "FAILED: only $(wc -l <public) public functions are in $archive"; exit 1; }
if missing=$(grep -vxFf in_shared public); then
  sed 's/^/FAILED: not offered by the shared library: /' <<<"$missing"
  exit 1
fi
