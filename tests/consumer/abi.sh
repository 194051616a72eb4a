#!/usr/bin/env bash
# scripts/check-abi says which version a change of a library needs: abi.sh COMPILER CHECKOUT
set -euo pipefail
compiler=$1 check=$2/scripts/check-abi
command -v abidiff >/dev/null || { echo "skipped: no abidiff here (abigail-tools)"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
library() { "$compiler" -g -shared -fPIC -x c++ - -o "$1.so" <<<"$2"; }
library old 'struct S { int a; }; int f(S* s) { return s->a; } int g() { return 1; }'
library same 'struct S { int a; }; int f(S* s) { return s->a + 1; } int g() { return 2; }'
library more 'struct S { int a; }; int f(S* s) { return s->a; } int g() { return 1; } int h() { return 3; }'
library less 'struct S { int a; }; int f(S* s) { return s->a; }'
library other 'struct S { long b; int a; }; int f(S* s) { return s->a; } int g() { return 1; }'

expect() {  # 0 or 1, NEW, OLD_VERSION, VERSION
  local code=0
  "$check" old.so "$3" "$2.so" "$4" >out 2>&1 || code=$?
  [ "$code" = "$1" ] || { cat out; echo "FAILED: $2 from $3 to $4 gave $code, not $1"; exit 1; }
}
expect 0 same 0.1.0 0.1.0
expect 1 more 0.1.0 0.1.0
expect 0 more 0.1.0 0.1.1
expect 1 less 0.1.1 0.1.2
expect 0 less 0.1.1 0.2.0
expect 1 other 0.1.0 0.1.1
expect 0 other 0.1.0 0.2.0
expect 0 same 1.2.3 1.2.3
expect 1 more 1.2.3 1.2.4
expect 0 more 1.2.3 1.3.0
expect 1 less 1.2.3 1.3.0
expect 0 less 1.2.3 2.0.0
