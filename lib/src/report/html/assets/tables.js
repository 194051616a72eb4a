// Tables that sort by a click on a heading.

/**
 * `columns`: {label, title, text, long, value(row), show(row), by(row)}: what is sorted by (`by`, else
 * `value`) and what is shown (`show`, else the value).
 */
function sortable(caption, columns, rows) {
  const body = el("tbody"), heads = [];
  let sorted = null, up = true;
  const show = (row, column) => column.show ? column.show(row) :
      typeof column.value(row) === "number" ? number(column.value(row)) :
                                              column.value(row) ?? "-";
  const kind = (c) => [c.text && "text", c.long && "long"].filter(Boolean).join(" ") || null;
  const fill = () => body.replaceChildren(...rows.map(
      (row) =>
          el("tr", {},
             columns.map(
                 (c, i) => el(i ? "td" : "th", {class: kind(c), scope: i ? null : "row"}, show(row, c))))));
  const sort = (i) => {
    up = sorted === i ? !up : Boolean(columns[i].text);
    sorted = i;
    const key = columns[i].by ?? columns[i].value;
    const compare = (a, b) =>
        typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
    const known = rows.filter((r) => key(r) !== null && key(r) !== undefined),
          unknown = rows.filter((r) => !known.includes(r));
    rows = [...known.sort((a, b) => (up ? 1 : -1) * compare(key(a), key(b))), ...unknown];
    heads.forEach(
        (head, k) => head.setAttribute("aria-sort", k === i ? (up ? "ascending" : "descending") : "none"));
    fill();
  };
  columns.forEach(
      (c, i) => heads.push(
          el("th", {scope: "col", class: kind(c), title: c.title ?? null, "aria-sort": "none"},
             el("button", {type: "button", onclick: () => sort(i)}, c.label))));
  fill();
  return scrolling(
      el("table", {}, el("caption", {}, caption), el("thead", {}, el("tr", {}, heads)), body), caption);
}

const by_stage = {
  label: "Stage",
  text: true,
  value: (s) => s.name,
  by: (s) => s.run * 1e6 + s.place
};

/** Members that hold numbers of a stage as it does itself. */
const number_holders = ["server", "template_tokens", "conversations"];

/** The paths of the numbers of `object`, and of those that it holds: "ok", "server.running.mean". */
function number_paths(object, before = "") {
  return Object.entries(object).flatMap(([key, value]) => {
    if (typeof value === "number") return key === "started_at" ? [] : [before + key];
    const holds = value && typeof value === "object" && (before || number_holders.includes(key));
    return holds ? number_paths(value, `${before}${key}.`) : [];
  });
}

/** Those of all stages, in the order of summary.json. */
function number_keys() { return [...new Set(all_stages.flatMap((s) => number_paths(s.summary)))]; }

function stage_column(path) {
  const value = (s) => path.split(".").reduce((object, key) => object?.[key], s.summary);
  return {
    label: path.split(".").map(label).join(": "),
    title: path,
    value,
    show: (s) => datum(value(s), `${s.path}.${path}`)
  };
}

function percentile_column(key, which) {
  return {
    label: `${label(key).replace(" (ms)", "")} ${which} (ms)`,
    title: `${key}.${which}`,
    value: (s) => s.summary[key]?.[which],
    show: (s) => datum(s.summary[key]?.[which], `${s.path}.${key}.${which}`)
  };
}

function stage_table() {
  const first = [
    "requests", "ok", "failed", ...(all_stages.some((s) => s.summary.dropped > 0) ? ["dropped"] : []),
    "requests_per_second", "output_tokens_per_second"
  ];
  const there = number_keys(), rest = there.filter((key) => !first.includes(key));
  const times = ["e2e_ms", "ttft_ms", "tpot_ms"].filter((key) => all_stages.some((s) => s.summary[key]));
  const columns = [
    by_stage, {label: "Valid", text: true, value: (s) => (s.summary.valid ? "yes" : "NO")},
    ...first.filter((key) => there.includes(key)).map(stage_column),
    ...times.flatMap((key) => ["p50", "p99"].map((which) => percentile_column(key, which)))
  ];
  return [
    sortable("Stages", columns, [...all_stages]),
    el("details", {}, el("summary", {}, "Each stage's other numbers"),
       sortable("Other numbers of the stages", [by_stage, ...rest.map(stage_column)], [...all_stages]))
  ];
}

/** The distributions of a stage: its metrics, and its own error's. */
function distributions_of(stage) {
  const of = (object, path) => Object.entries(object)
                                   .filter(([, value]) => is_distribution(value))
                                   .map(([key, value]) => ({stage, key, value, path: `${path}.${key}`}));
  return [...of(stage.summary, stage.path), ...of(stage.summary.own_error, `${stage.path}.own_error`)];
}

function distribution_columns() {
  const plain = {
    count: "Samples",
    mean: "Mean",
    sd: "SD",
    min: "Min",
    p50: "p50",
    p90: "p90",
    p95: "p95",
    p99: "p99",
    p999: "p99.9",
    max: "Max",
    own_error_p99: "Own error p99",
    uncertainty_p50: "p50 uncertain by",
    uncertainty_p99: "p99 uncertain by"
  };
  return Object.entries(plain).map(([key, text]) => ({
                                     key,
                                     label: text,
                                     value: (r) => r.value[key],
                                     show: (r) => datum(r.value[key], `${r.path}.${key}`)
                                   }));
}

/** Rows of metrics, of which one metric can be picked. */
function metric_table(caption, rows, leading) {
  const keys = [...new Set(rows.map((r) => r.key))];
  const columns = [
    ...leading, {label: "Metric", text: true, value: (r) => label(r.key)},
    ...distribution_columns().filter((c) => rows.some((r) => r.value[c.key] !== undefined))
  ];
  const place = el("div");
  const pick = (key) =>
      place.replaceChildren(sortable(caption, columns, rows.filter((r) => key === "" || r.key === key)));
  pick("");
  return [
    el("div", {class: "tools"},
       el("label", {}, "Metric ",
          el("select", {onchange: (event) => pick(event.target.value)}, el("option", {value: ""}, "all"),
             keys.map((key) => el("option", {value: key}, label(key)))))),
    place
  ];
}

function group_rows() {
  return all_stages.flatMap(
      (stage) => (stage.summary.groups ?? [])
                     .flatMap(
                         (group, i) => Object.entries(group)
                                           .filter(([, value]) => is_distribution(value))
                                           .map(([key, value]) => ({
                                                  stage,
                                                  group,
                                                  key,
                                                  value,
                                                  path: `${stage.path}.groups.${i}.${key}`,
                                                  groups: `${stage.path}.groups.${i}`
                                                }))));
}

function add_table_section(parent) {
  parent.append(...stage_table());
  parent.append(el("h3", {}, "Every metric"));
  const of_stage =
      {label: "Stage", text: true, value: (r) => r.stage.name, by: (r) => r.stage.run * 1e6 + r.stage.place};
  parent.append(...metric_table(
      "Distributions of each stage; those called own are llmload's own error",
      all_stages.flatMap(distributions_of), [of_stage]));
  const groups = group_rows();
  if (groups.length === 0) return;
  parent.append(el("h3", {}, "By endpoint, model and turn"));
  parent.append(...metric_table("Distributions of each group", groups, [
    of_stage, {label: "Group", text: true, value: (r) => `${r.group.group} ${r.group.key}`},
    ...["requests", "ok", "failed"].map((key) => ({
                                          label: label(key),
                                          value: (r) => r.group[key],
                                          show: (r) => datum(r.group[key], `${r.groups}.${key}`)
                                        }))
  ]));
}
