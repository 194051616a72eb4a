# For tests in bash: starts `llmload simulate` in a process of its own and stops it at the end.
#   . simulator.sh; start_simulator LLMLOAD [its options]  ->  $origin, $ca (a file), $work (a folder to use)
work=$(mktemp -d)
simulator_pid=
finish_simulator() {
  [ -z "$simulator_pid" ] || kill "$simulator_pid" 2>/dev/null || true
  [ -z "$simulator_pid" ] || wait "$simulator_pid" 2>/dev/null || true
  simulator_pid=
  rm -f "$work/ready"
}
finish() {
  finish_simulator
  rm -rf "$work"
}
trap finish EXIT

start_simulator() {
  local llmload=$1
  shift
  ca=$work/ca.pem
  mkfifo "$work/ready"
  "$llmload" simulate --port 0 --ca-out "$ca" "$@" >"$work/ready" &
  simulator_pid=$!
  exec 9<"$work/ready"
  local line
  read -r line <&9
  origin=${line#listening on }
}
