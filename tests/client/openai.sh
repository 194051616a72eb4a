#!/usr/bin/env bash
# Drives `llmload simulate` with the official openai client for Node.js, over TLS.
# usage: openai.sh LLMLOAD CHECKOUT
# Exit code 77: skipped, as npm or the network is not there; 1 for that too where LLMLOAD_REQUIRE_NPM is set.
set -euo pipefail
llmload=$(realpath "$1") checkout=$(realpath "$2")

skip() {
  echo "SKIP client: openai: $1"
  [ -z "${LLMLOAD_REQUIRE_NPM:-}" ] || exit 1
  exit 77
}

for tool in node npm; do
  command -v "$tool" >/dev/null || skip "$tool is not installed"
done
# In the build folder, so that the checkout stays clean.
folder=$(dirname "$llmload")/../client
mkdir -p "$folder"
cd "$folder"
fetched=node_modules/fetched-for.json  # written last: an install that was cut short is done again
cp "$checkout"/tests/client/{.npmrc,package.json,package-lock.json,openai.mjs} .
if ! cmp -s package-lock.json "$fetched"; then
  npm ci --loglevel=error || skip "npm can't fetch it"
  cp package-lock.json "$fetched"
fi

. "$checkout/tests/support/simulator.sh"
for dialect in serverless azure-openai vllm; do
  echo "== $dialect"
  start_simulator "$llmload" --api-key key-that-is-right --ttft-ms 20 --gap-ms 2 --dialect $dialect
  SIMULATOR_ORIGIN=$origin SIMULATOR_KEY=key-that-is-right SIMULATOR_DIALECT=$dialect NODE_EXTRA_CA_CERTS=$ca node openai.mjs
  kill "$simulator_pid"
  wait "$simulator_pid"
  rm "$work/ready"
done
simulator_pid=
