# What the benchmarks share: the simulated endpoint on core 1, the client on core 0.
llmload=build/release/bin/llmload
[ -x "$llmload" ] || { echo "build/release is missing: run scripts/demo first" >&2; exit 2; }
work=$(mktemp -d)
server_pid=
clean_up() {
  [ -z "$server_pid" ] || { kill "$server_pid"; wait "$server_pid" || true; } 2>/dev/null
  rm -rf "$work"
}
trap clean_up EXIT

# Options as `llmload simulate` takes them; sets $origin, and the certificate is $work/ca.pem.
start_server() {
  rm -f "$work/ready"
  mkfifo "$work/ready"
  taskset -c 1 "$llmload" simulate --ca-out "$work/ca.pem" "$@" >"$work/ready" &
  server_pid=$!
  exec 9<"$work/ready"
  read -r line <&9
  origin=${line#listening on }
}

# Ends it, which completes its truth file; sets $events, the stream events that it sent.
stop_server() {
  kill "$server_pid"
  read -r line <&9
  wait "$server_pid" || true
  server_pid=
  events=$(awk '{print $3}' <<<"$line")
}

# STREAM (true, false): the request that llmload sends, for wrk, in $work/post.lua.
wrk_script() {
  cat >"$work/post.lua" <<LUA
wrk.method = "POST"
wrk.body = '{"messages":[{"role":"user","content":"What does a load test measure?"}],"max_tokens":256,"temperature":0.6,"top_p":0.9,"stream":$1}'
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer any"
LUA
}

# CONNECTIONS REQUESTS: a level of streamed answers of $origin, in $work/parameters.json.
stream_parameters() {
  cat >"$work/parameters.json" <<JSON
{ "MAX_NEW_TOKEN": 256, "CONCURRENT_LEVELS": [$1], "REQUESTS_PER_LEVEL": $2, "CORES": 1, "STREAM": true,
  "CA_FILE": "ca.pem", "MODEL_ENDPOINTS": "$origin/v1/chat/completions", "API_KEY": "any" }
JSON
}

# Runs a client on its core; "user system peak-RSS-in-KB" go to $work/time. llmload ends with 3 where a benchmark takes it
# beyond what a valid run may ask of it.
on_client_core() { taskset -c 0 /usr/bin/time -q -o "$work/time" -f '%U %S %M' "$@" || [ $? -eq 3 ]; }

median() { printf '%s\n' "$@" | sort -g | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN {printf "%.2f", a / b}'; }
