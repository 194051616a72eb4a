#!/usr/bin/env bash
# A key goes over plain http to loopback alone, by the address and not by the name: in namespaces of its own, in which
# names under .localhost lead to another address, at once or later.
set -euo pipefail
if [ "${3:-}" != inside ]; then
  command -v ip >/dev/null || { echo "SKIP not_loopback: iproute2 is not installed"; exit 77; }
  unshare -n -m true 2>/dev/null || { echo "SKIP not_loopback: needs root, for namespaces of its own"; exit 77; }
  exec unshare -n -m "$0" "$1" "$2" inside
fi
. "$(dirname "$0")/support.sh.inc"
cd "$work"
ip link set lo up
ip addr add 10.9.9.9/32 dev lo
echo '127.0.0.1 localhost moving.localhost
10.9.9.9 evil.localhost
127.0.0.1 both.localhost
10.9.9.9 both.localhost' >hosts
mount --bind hosts /etc/hosts
# Both addresses listen. What the other one gets is kept; the first request to loopback moves a name.
cat >servers.py <<'P'
import socket, threading

def serve(listener, answer):
    while True:
        peer = listener.accept()[0]
        data = b''
        while b'\r\n\r\n' not in data:
            part = peer.recv(65536)
            if not part: break
            data += part
        answer(peer, data)
        peer.close()

def good(peer, data):
    if data.startswith(b'POST'):  # not what is asked before the run
        with open('hosts', 'w') as hosts: hosts.write('10.9.9.9 moving.localhost\n')
    body = b'{"choices":[{"message":{"content":"hi"},"finish_reason":"stop"}]}'
    peer.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n' % len(body) + body)

def keep(peer, data):
    with open('got', 'ab') as got: got.write(data + b'connected\n')

here, other = socket.create_server(('127.0.0.1', 8080)), socket.create_server(('10.9.9.9', 8080))
threading.Thread(target=serve, args=(here, good), daemon=True).start()
print('ready', flush=True)
serve(other, keep)
P
mkfifo servers
python3 servers.py >servers &
servers=$!
trap 'kill $servers; wait $servers || true; finish' EXIT
read -r _ <servers
echo '{"25":"hi"}' >input.jsonl

# to HOST: parameters for it.
to() { echo "{\"MODEL_ENDPOINTS\":\"http://$1:8080/v1/chat/completions\",\"API_KEY\":\"sk-FAKE-0123\",\"CONCURRENT_LEVELS\":[1]}" >parameters.json; }

to 10.9.9.9
expect 2 'the key would be sent to 10.9.9.9 over http' "$llmload" run parameters.json --quiet
for name in evil both; do
  to $name.localhost
  expect 2 "the key would be sent to $name.localhost (10.9.9.9:8080) over http" "$llmload" run parameters.json --quiet
  expect 2 "the key would be sent to $name.localhost (10.9.9.9:8080) over http" "$llmload" run parameters.json --quiet \
    --set AUTH=none --set 'EXTRA_HEADERS={"X-Token":"sk-FAKE-0123"}'
done
to moving.localhost
expect 0 "" "$llmload" run parameters.json --quiet --records --num-requests 3 --set CONNECTION=per-request
[ "$(grep -c '"outcome":"ok"' records.jsonl)" = 1 ] || fail "the first request did not go to loopback"
[ "$(grep -c 'would be sent to moving.localhost (10.9.9.9:8080) over http' records.jsonl)" -ge 2 ] || fail "no reason"
[ ! -e got ] || fail "10.9.9.9 got: $(cat got)"
# What is allowed is: the test can fail.
to 10.9.9.9
"$llmload" run parameters.json --quiet --set ALLOW_PLAINTEXT_KEY=true >/dev/null 2>&1 || true
grep -q 'sk-FAKE-0123' got || fail "10.9.9.9 was not reached at all"
finished
