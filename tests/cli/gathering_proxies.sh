#!/usr/bin/env bash
# Behind proxies that gather events (nginx with proxy_buffering, HAProxy without http-no-delay, both with TLS) a note says
# so. The run is valid but for what else this machine does, which is not tested: what one record of TLS brings did arrive
# together, and no arrival is uncertain for it.
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"
cd "$work"
for program in nginx haproxy openssl; do
  PATH=$PATH:/usr/sbin
  command -v $program >/dev/null || { echo "SKIP gathering_proxies: $program is not installed"; exit 77; }
done
echo '{ "25": "What does a load test measure?" }' >input.jsonl
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out proxy.pem -days 2 \
  -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 2>openssl.err || { cat openssl.err; exit 1; }
cat key.pem proxy.pem >both.pem

proxy_pid=
stop_proxy() {
  [ -z "$proxy_pid" ] || kill "$proxy_pid" 2>/dev/null || true
  [ -z "$proxy_pid" ] || wait "$proxy_pid" 2>/dev/null || true
  proxy_pid=
}
trap 'stop_proxy; finish' EXIT

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

start_nginx() {
  cat >nginx.conf <<CONF
daemon off; master_process off; pid nginx.pid; error_log nginx.log; worker_processes 1;
events {}
http {
  access_log off; client_body_temp_path body; proxy_temp_path proxy;
  fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server {
    listen 127.0.0.1:$port ssl; ssl_certificate proxy.pem; ssl_certificate_key key.pem;
    location / { proxy_pass $origin; proxy_http_version 1.1; proxy_buffering on; }
  }
}
CONF
  nginx -p "$work/" -c nginx.conf 2>>nginx.log &
  proxy_pid=$!
}

start_haproxy() {
  cat >haproxy.cfg <<CONF
defaults
  mode http
  timeout connect 10s
  timeout client 60s
  timeout server 60s
frontend front
  bind 127.0.0.1:$port ssl crt $work/both.pem
  default_backend back
backend back
  server simulator ${origin#http://}
CONF
  haproxy -db -f haproxy.cfg 2>haproxy.log &
  proxy_pid=$!
}

wait_for_port() {
  local tries
  for ((tries = 0; tries < 1000; tries++)); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return 0
    kill -0 "$proxy_pid" 2>/dev/null || break
    read -rt 0.02 <> <(:) || true
  done
  fail "the proxy does not listen"
  cat nginx.log haproxy.log 2>/dev/null
  return 1
}

# through PROXY: writes parameters.json for a run through it.
through() {
  stop_proxy
  port=$(free_port)
  "start_$1"
  wait_for_port || finished
  parameters STREAM true REQUESTS_PER_LEVEL 40 MAX_NEW_TOKEN 40
  sed -i "s|$origin|https://127.0.0.1:$port|; s/ca\.pem/proxy.pem/; s/\[1, 2\]/[10]/" parameters.json
}

# run_through PROXY [SIMULATOR_OPTION...]: all its requests are ok, and a note tells of what gathers their events.
run_through() {
  local proxy=$1 code=0
  shift
  finish_simulator
  start_simulator "$llmload" --plain --ttft-ms 100 "$@"
  through "$proxy"
  "$llmload" run parameters.json --quiet >out 2>err || code=$?
  [ $code -eq 0 ] || [ $code -eq 3 ] || { fail "$proxy: exit $code"; cat err; }
  grep -q '"ok":40' summary.json || fail "$proxy: not all requests are ok"
  grep -q 'came together with the one before' out || { fail "$proxy: no note of what gathers the events"; cat out; }
  [ $code -eq 0 ] || cat err
}

run_through nginx --gap-ms 3
run_through haproxy --gap-ms 0
finished
