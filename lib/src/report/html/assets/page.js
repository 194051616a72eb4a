// The page from top to bottom.

function counted(count, what) { return `${number(count)} ${what}${count === 1 ? "" : "s"}`; }

/** "12.3 requests/s and 456 output tokens/s, E2E p50 277 ms and p99 348 ms." of a stage. */
function numbers_of(stage) {
  const s = stage.summary, parts = [];
  const rate = (key, unit) =>
      typeof s[key] === "number" ? [datum(s[key], `${stage.path}.${key}`), ` ${unit}`] : null;
  const rates = [
    rate("requests_per_second", "requests/s"), rate("output_tokens_per_second", "output tokens/s")
  ].filter(Boolean);
  rates.forEach((r, i) => parts.push(i ? " and " : "", ...r));
  for (const [key, name] of [["ttft_ms", "TTFT"], ["e2e_ms", "E2E"]]) {
    if (!s[key]) continue;
    parts.push(
        `, ${name} p50 `, datum(s[key].p50, `${stage.path}.${key}.p50`), " ms and p99 ",
        datum(s[key].p99, `${stage.path}.${key}.p99`), " ms");
  }
  return parts;
}

/** How far a p99 can be trusted, where it can't be bounded. */
function bounds_of(run) {
  const least = Math.min(
      ...run.stages.map((s) => s.summary).filter((s) => s.ok > 0 && !s.p99_supported).map((s) => s.ok));
  return least === Infinity ?
      null :
      el("p", {class: "note"}, "A p99 can be bounded from 299 successful requests on; ",
         `there are stages with as few as ${number(least)}.`);
}

/** The run in one sentence. */
function answer_of(run) {
  const stages = run.stages, of = (key) => stages.reduce((sum, s) => sum + s.summary[key], 0);
  const begun = of("requests"), failed = of("failed");
  if (begun === 0) return ["No request was measured."];
  const worst =
      stages.map((s) => s.summary.commonest_failure).filter(Boolean).sort((a, b) => b.count - a.count)[0];
  const why = worst ? ` most often as ${worst.outcome}` + (worst.reason ? `: ${worst.reason}` : "") : "";
  if (of("ok") === 0)
    return [
      `No request was answered: ${begun === 1 ? "the only one" : `all ${number(begun)}`} failed,${why}`
    ];
  const dropped = of("dropped") > 0 ?
      ` ${number(of("dropped"))} of ${counted(of("planned"), "due request")} were dropped.` :
      "";
  const misses = failed > 0 ? ` ${number(failed)} of ${counted(begun, "request")} failed,${why}` : "";
  const rated = stages.filter((s) => typeof s.summary.requests_per_second === "number");
  const best = rated.reduce(
      (a, b) => (b.summary.requests_per_second > (a?.summary.requests_per_second ?? -1) ? b : a), null);
  const at = run.knee ?? best ?? stages[0];
  const highest = are_comparable(stages) && stages.every((s) => s.load <= at.load);
  const lead = stages.length === 1 ? `${at.short}: ` :
      run.knee ? `Throughput stops growing at ${at.short}: ` :
                 `The highest throughput was at ${at.short}${highest ? ", the highest load" : ""}: `;
  return [lead, ...numbers_of(at), ".", dropped, misses];
}

function verdict_of(run) {
  const s = run.summary, badges = [];
  const badge = (good, text) =>
      badges.push(el("span", {class: `verdict badge ${good ? "good" : "bad"}`}, text));
  if (s.simulated) badge(false, "SIMULATED: an endpoint of llmload's own answered");
  if (!s.complete) badge(false, "INCOMPLETE: the records end before the run did");
  if (s.interrupted) badge(false, "INTERRUPTED");
  if (s.ended_early) badge(false, "ENDED EARLY");
  if (s.errors.length > 0) badge(false, "OUTPUTS LOST");
  if (s.limits_not_met.length > 0) badge(false, "LIMIT NOT MET");
  badge(s.valid, s.valid ? "valid" : "NOT VALID: these numbers must not be used");
  const reasons = [
    ...[...s.invalid, ...s.limits_not_met].map((r) => r.text), s.ended_early, ...s.errors,
    ...run.stages.filter((t) => t.summary.token_doubt)
        .map((t) => `Tokens in doubt at ${t.short}: ${t.summary.token_doubt}`)
  ].filter(Boolean);
  return el(
      "div", {}, el("p", {}, badges),
      reasons.length > 0 ? el("ul", {}, reasons.map((text) => el("li", {}, text))) : null);
}

function facts_of(run) {
  const s = run.summary, about = run.about;
  const facts = [
    s.stages[0]?.started_at_utc?.replace(/\.\d+Z$/, "Z"), about.endpoints.join(", "),
    s.model && `model ${s.model}`, `API ${about.dialect}`, s.stream ? "streamed" : "not streamed",
    `${counted(about.cores, "core")} on ${s.host ?? "a host"}`, `llmload ${s.llmload}`
  ];
  return el("ul", {class: "facts quiet"}, facts.filter(Boolean).map((f) => el("li", {}, f)));
}

function add_top(parent, sections) {
  const theme =
      el("button", {
        type: "button",
        onclick: () => {
          document.documentElement.dataset.theme = is_dark() ? "light" : "dark";
          draw_all();
        }
      },
         "Light / dark");
  parent.append(el(
      "div", {class: "top"},
      el("h1", {}, runs.length === 1 ? `Load test of ${runs[0].name}` : `${runs.length} load tests`), theme));
  for (const run of runs) {
    parent.append(
        el("div", {class: "run"}, runs.length > 1 ? el("h3", {}, `Run ${run.name}`) : null,
           el("p", {class: "answer"}, answer_of(run)), bounds_of(run), verdict_of(run), facts_of(run)));
  }
  parent.append(
      el("nav", {"aria-label": "Sections"},
         el("ul", {}, sections.map(([id, title]) => el("li", {}, el("a", {href: `#${id}`}, title))))));
}

/** A word for a shell, whatever is in it. */
function quoted(word) { return `'${word.replaceAll("'", "'\\''")}'`; }

function add_run_section(parent) {
  for (const run of runs) {
    const s = run.summary;
    if (runs.length > 1) parent.append(el("h3", {}, `Run ${run.name}`));
    const notes = run.stages.flatMap((t) => t.summary.notes.map((note) => `At ${t.short}: ${note}`));
    if (s.warnings.length + notes.length > 0)
      parent.append(
          el("p", {}, "Warnings and notes:"),
          el("ul", {}, [...s.warnings, ...notes].map((text) => el("li", {}, text))));
    const salt = s.salt && s.cache === "unique" ? ` --set ${quoted(`SALT=${s.salt}`)}` : "";
    parent.append(
        el("p", {},
           "To run it again, put the parameters below into parameters.json, with the key, " +
               "which is not in them, and the files that they name:"),
        el("pre", {tabindex: 0},
           `llmload run parameters.json${s.simulated ? " --simulate" : ""}${salt} --html report.html`),
        el("p", {class: "quiet"},
           [
             `Run ${s.run_id ?? "without a name"}, llmload ${s.llmload}.`, ` Tokens: ${s.tokens_from}`,
             run.about.tokenizer_sha256 ? ` (SHA-256 ${run.about.tokenizer_sha256})` : "",
             `. Prompts: ${s.prompts_from}. Connections: ${s.connection}. Cache: ${s.cache}.`
           ]),
        el("pre", {tabindex: 0, class: "long"}, JSON.stringify(s.parameters, null, 2)));
  }
}

const sections = [
  ["load", "Load", add_load_section],
  ["distributions", "Distributions", add_distribution_section],
  ["time", "Time", add_time_section],
  ["failures", "Failures and ends", add_failure_section],
  ["numbers", "All numbers", add_table_section],
  ["run", "The run", add_run_section],
].filter(([id]) => all_stages.length > 0 || id === "run");

const page = document.getElementById("page");
document.title = shown(`llmload: ${runs.map((run) => run.name).join(", ")}`);
add_top(page, sections);
for (const [id, title, add] of sections) {
  const section = el("section", {"aria-labelledby": id}, el("h2", {id}, title));
  page.append(section);
  add(section);
}
draw_all();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw_all);
