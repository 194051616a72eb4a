#!/usr/bin/env bash
# Drives `llmload simulate` with the official clients of OpenAI and Anthropic for Node.js, over TLS.
# usage: clients.sh LLMLOAD CHECKOUT
# Exit code 77: skipped, as npm or the network is not there; 1 for that too where LLMLOAD_REQUIRE_NPM is set.
set -euo pipefail
llmload=$(realpath "$1") checkout=$(realpath "$2")

skip() {
  echo "SKIP client: openai and anthropic: $1"
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
cp "$checkout"/tests/client/{.npmrc,package.json,package-lock.json,openai.mjs,anthropic.mjs} .
if ! cmp -s package-lock.json "$fetched"; then
  npm ci --loglevel=error || skip "npm can't fetch them"
  cp package-lock.json "$fetched"
fi

. "$checkout/tests/support/simulator.sh"
# drive CLIENT DIALECT
drive() {
  echo "== $1, $2"
  start_simulator "$llmload" --api-key key-that-is-right --ttft-ms 20 --gap-ms 2 --dialect "$2"
  SIMULATOR_ORIGIN=$origin SIMULATOR_KEY=key-that-is-right SIMULATOR_DIALECT=$2 NODE_EXTRA_CA_CERTS=$ca node "$1.mjs"
  kill "$simulator_pid"
  wait "$simulator_pid"
  rm "$work/ready"
}
for dialect in serverless azure-openai vllm; do
  drive openai $dialect
done
drive anthropic serverless  # it has no style
simulator_pid=
