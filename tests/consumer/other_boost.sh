#!/usr/bin/env bash
# A user's Boost may be another version than the library's: async_run.hpp compiles with the oldest one that Debian 12 has.
# usage: other_boost.sh COMPILER CHECKOUT
set -euo pipefail
compiler=$1 checkout=$2
skip() {
  echo "skipped: $1"
  exit 77
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || skip "no apt-get here to get another Boost with"
apt-get download libboost1.74-dev >/dev/null 2>&1 || skip "libboost1.74-dev can't be had"
dpkg-deb -x libboost1.74-dev_*.deb .
# Its awaitable.hpp needs <utility>, and does not include it.
for way in -O0 -DBOOST_ASIO_DISABLE_EPOLL -DBOOST_ASIO_ENABLE_HANDLER_TRACKING; do
  "$compiler" -std=c++20 "$way" -Wall -Wextra -Werror -fsyntax-only -include utility -isystem usr/include -I "$checkout/lib/include" \
    -DEXPECTED_BOOST_VERSION=107400 "$checkout/tests/consumer/async_user.cpp"
done
