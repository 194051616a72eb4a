# What the benchmarks share: the simulated endpoint on core 1, the client on core 0.
llmload=build/release/bin/llmload
[ -x "$llmload" ] || { echo "build/release is missing: run scripts/demo first" >&2; exit 2; }
work=$(mktemp -d)
server_pid=
stop_server() {
  [ -z "$server_pid" ] || { kill "$server_pid"; wait "$server_pid" || true; } 2>/dev/null
  rm -rf "$work"
}
trap stop_server EXIT

# Options as `llmload simulate` takes them; sets $origin, and the certificate is $work/ca.pem.
start_server() {
  mkfifo "$work/ready"
  taskset -c 1 "$llmload" simulate --ca-out "$work/ca.pem" "$@" >"$work/ready" &
  server_pid=$!
  exec 9<"$work/ready"
  read -r line <&9
  origin=${line#listening on }
}

# Runs a client on its core; "user system peak-RSS-in-KB" go to $work/time.
on_client_core() { taskset -c 0 /usr/bin/time -o "$work/time" -f '%U %S %M' "$@"; }

median() { printf '%s\n' "$@" | sort -g | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN {printf "%.2f", a / b}'; }
