// The page's data: runs, their stages, and each stage's load, name and time.

const data = JSON.parse(document.getElementById("data").textContent);

const labels = {
  e2e_ms: "E2E latency (ms)",
  service_e2e_ms: "E2E from sent (ms)",
  queue_wait_ms: "Queue wait (ms)",
  resolve_ms: "Resolve (ms)",
  connect_ms: "Connect (ms)",
  tls_ms: "TLS (ms)",
  ttft_ms: "TTFT (ms)",
  service_ttft_ms: "TTFT from sent (ms)",
  ttfo_ms: "Time to first output token (ms)",
  first_tool_call_ms: "Time to first tool call (ms)",
  tpot_ms: "TPOT (ms)",
  itl_ms: "ITL (ms)",
  event_gap_ms: "Event gap (ms)",
  requests_per_second: "Requests/s",
  output_tokens_per_second: "Output tokens/s",
  input_tokens_per_second: "Input tokens/s",
  request_output_rate: "Output tokens/s of a request",
  request_prompt_rate: "Prompt tokens/s of a request",
  dispatch_lag_ms: "Own dispatch lag (ms)",
  read_lag_ms: "Own read lag (ms)",
  loop_lag_ms: "Own loop lag (ms)",
  prepare_lag_ms: "Own prepare lag (ms)",
  turnaround_ms: "Own turnaround (ms)",
};

/** A member of summary.json in words: "wall_seconds" is "Wall (s)". */
function label(key) {
  if (labels[key]) return labels[key];
  const words = key.replace(/_ms$/, " (ms)").replace(/_seconds$/, " (s)").replaceAll("_", " ");
  return words[0].toUpperCase() + words.slice(1);
}

function is_distribution(value) {
  return value !== null && typeof value === "object" && "p50" in value && "count" in value;
}

/** Sessions of a closed loop, requests a second of an open one; null: it has no one number. */
function load_of(summary) { return summary.loop === "open" ? summary.request_rate : summary.concurrency; }

function length_of(series) { return series.over_time.length_ms / 1000; }

/** When each stage began, in seconds since the first; where it is not known, behind the one before. */
function begins(run) {
  let end = 0;
  return run.summary.stages.map((summary, i) => {
    const since = (summary.started_at - run.summary.stages[0].started_at) / 1e9;
    const begin = summary.started_at > 0 && since >= end ? since : end;
    end = begin + length_of(run.stages[i]);
    return begin;
  });
}

/** What was tested, and its label; records don't tell of endpoints. */
function target_of(run) {
  const {model, simulated, label} = run.summary;
  const target = model ?? (simulated ? "a simulated endpoint" : run.about.endpoints[0] ?? "an endpoint");
  return label ? `${target} (${label})` : target;
}

const runs = data.runs.map((run, i) => {
  const names = run.summary.stages.map((s) => s.stage), at = begins(run);
  const stages = run.summary.stages.map((summary, j) => {
    const twice = names.filter((name) => name === names[j]).length > 1;
    const name = shown(twice ? `${names[j]} (stage ${j + 1})` : names[j]);
    return {
      summary,
      series: run.stages[j],
      place: j,
      run: i,
      path: `${i}.stages.${j}`,
      load: load_of(summary),
      begin: at[j],
      length: length_of(run.stages[j]),
      short: name,
      name: data.runs.length === 1 ? name : `run ${i + 1}: ${name}`,
    };
  });
  return {
    ...run,
    stages,
    place: i,
    name: data.runs.length === 1 ? target_of(run) : `${i + 1}: ${target_of(run)}`,
    knee: run.knee === null ? null : stages[run.knee]
  };
});
const all_stages = runs.flatMap((run) => run.stages);

/** Whether the stages' loads are numbers of one kind. */
function are_comparable(stages) {
  return stages.every((s) => typeof s.load === "number" && s.summary.loop === stages[0].summary.loop);
}

/** The names that `counts(stage)` have, the commonest first. */
function names_by_count(counts) {
  const sums = new Map();
  for (const s of all_stages) {
    for (const [name, count] of Object.entries(counts(s))) sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return [...sums].sort((a, b) => b[1] - a[1]).map(([name]) => name);
}

function failures_of(stage) {
  return Object.fromEntries(Object.entries(stage.summary.outcomes).filter(([name]) => name !== "ok"));
}

const failure_kinds = names_by_count(failures_of);

/** Which colour and shape an outcome has in all charts: 0 is of ok alone. */
function place_of_outcome(name) {
  return name === "ok" ? 0 : 1 + Math.max(0, failure_kinds.indexOf(name)) % 5;
}

/**
 * How far a stage's metric may be off by llmload's own doing, in ms: by a calibration; else the sum of what
 * is known to touch it, each its p99. A lag of reads touches no time that the kernel stamped.
 */
function own_error(stage, key) {
  const {summary} = stage, distribution = summary[key], own = summary.own_error;
  if (distribution?.own_error_p99 !== undefined) return {ms: distribution.own_error_p99, calibrated: true};
  const sent = ["e2e_ms", "ttft_ms"].includes(key) ? own.dispatch_lag_ms?.p99 ?? 0 : 0;
  const read = summary.time_source === "kernel" ? 0 : (own.read_lag_ms ?? own.loop_lag_ms)?.p99 ?? 0;
  return {ms: sent + read + (distribution?.uncertainty_p99 ?? 0), calibrated: false};
}
