// Failures by kind, with their texts, and how answers ended.

/** Bars of each stage: `counts(stage)` are by name; `place_of(name)` has which colour. */
function add_bars(parent, title, note, counts, names, place_of) {
  const there = all_stages.filter((s) => Object.keys(counts(s)).length > 0);
  add_figure(parent, {
    title,
    note,
    build: () => ({
      type: "bar",
      data: {
        labels: there.map((s) => shown(s.name)),
        datasets: names.map((name, i) => ({
                              label: shown(name),
                              data: there.map((s, x) => ({x, y: counts(s)[name] ?? 0})),
                              backgroundColor: faint(colours()[place_of(name)], i < 5 ? 1 : 0.5),
                              borderColor: style("--back"),
                              borderWidth: 1,
                              maxBarThickness: 80,
                            }))
      },
      options: {
        interaction: {mode: "index", intersect: false},
        plugins: {
          tooltip: {
            filter: (item) => item.raw.y > 0,
            callbacks: {label: (item) => `${item.dataset.label}: ${number(item.raw.y)}`}
          }
        },
        scales: {
          x: {stacked: true, type: "category"},
          y: upward("requests", {stacked: true, ticks: {precision: 0}})
        },
      },
    }),
    headings: ["stage", ...names],
    rows: () => there.map((s) => [s.name, ...names.map((name) => number(counts(s)[name] ?? 0))]),
  });
}

function failure_table() {
  const rows = all_stages.flatMap(
      (s) =>
          [...s.series.failures.map((f) => ({stage: s, ...f})),
           ...(s.series.other_failures > 0 ? [{
             stage: s,
             outcome: "",
             http_status: null,
             text: "(further texts)",
             count: s.series.other_failures
           }] :
                                             []),
  ]);
  return sortable(
      "Failed requests of the measured windows, by what was said of them",
      [
        {
          label: "Stage",
          text: true,
          value: (r) => r.stage.name,
          by: (r) => r.stage.run * 1e6 + r.stage.place
        },
        {label: "Requests", value: (r) => r.count},
        {label: "Outcome", text: true, value: (r) => r.outcome},
        {label: "HTTP", value: (r) => r.http_status},
        {label: "Text", text: true, long: true, value: (r) => r.text || "-"},
      ],
      rows.sort((a, b) => b.count - a.count));
}

function add_failure_section(parent) {
  const failures = failure_kinds, reasons = names_by_count((s) => s.summary.finish_reasons);
  const charts = el("div", {class: "charts"});
  if (failures.length === 0) parent.append(el("p", {}, "No request of a measured window failed."));
  parent.append(charts);
  if (failures.length > 0)
    add_bars(
        charts, "Failures by kind", "Of requests in the measured window. They are in no latency and no rate.",
        failures_of, failures, place_of_outcome);
  if (reasons.length > 0)
    add_bars(
        charts, "Finish reasons", "How answers say that they ended, those of failed requests, too.",
        (s) => s.summary.finish_reasons, reasons, (name) => reasons.indexOf(name) % 6);
  if (failures.length > 0) parent.append(failure_table());
}
