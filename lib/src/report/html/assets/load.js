// Throughput and latency over load.

/**
 * Loads are on a scale of numbers where each stage has one and all are of one kind, else by their names:
 * where a stage is (`of`), in which order (`by`), and whether a line goes through them (`joined`).
 */
function load_scale() {
  if (!are_comparable(all_stages)) {
    const names = [...new Set(all_stages.map((s) => s.short))];
    return {
      of: (s) => s.short,
      by: (s) => s.place,
      joined: false,
      axis: axis("load", {type: "category", labels: names})
    };
  }
  const loads = [...new Set(all_stages.map((s) => s.load))].sort((a, b) => a - b);
  const low = loads[0], high = loads.at(-1);
  const title = all_stages[0].summary.loop === "open" ? "requests due a second" : "concurrent requests";
  const ticks = {callback: short, maxRotation: 0, autoSkip: true, autoSkipPadding: 12};
  const marks = (others) => ({
    ticks,
    afterBuildTicks: (scale) => {
      scale.ticks = (loads.length <= 12 ? loads : others(scale)).map((value) => ({value}));
    }
  });
  if (low > 0 && high / low >= 8)
    return {
      of: (s) => s.load,
      by: (s) => s.load,
      joined: true,
      axis: axis(
          title, {type: "logarithmic", min: low / 1.1, max: high * 1.1, ...marks(() => log_ticks(low, high))})
    };
  return {
    of: (s) => s.load,
    by: (s) => s.load,
    joined: true,
    axis: axis(
        title,
        {type: "linear", min: 0, max: high * 1.1, ...marks((scale) => scale.ticks.map((t) => t.value))})
  };
}

/** An upright line at each run's knee. */
function knee_marks(scale) {
  return {
    id: "knee",
    afterDatasetsDraw(chart) {
      for (const run of runs.filter((r) => r.knee)) {
        const x = chart.scales.x.getPixelForValue(scale.of(run.knee)), {top, bottom} = chart.chartArea,
              c = chart.ctx;
        c.save();
        c.strokeStyle = c.fillStyle = style("--text");
        c.setLineDash([4, 4]);
        c.beginPath();
        c.moveTo(x, top);
        c.lineTo(x, bottom);
        c.stroke();
        c.font = "12px system-ui, sans-serif";
        c.textAlign = x > (chart.chartArea.left + chart.chartArea.right) / 2 ? "right" : "left";
        c.fillText(runs.length > 1 ? ` knee ${run.place + 1} ` : " knee ", x, top + 12);
        c.restore();
      }
    },
  };
}

/** A line of a run's stages by load; a stage that is not valid has a cross. */
function load_line(run, scale, value, name, colour, dash, more = {}) {
  const stages =
      run.stages.filter((s) => typeof value(s) === "number").sort((a, b) => scale.by(a) - scale.by(b));
  return {
    label: name,
    data: stages.map((s) => ({x: scale.of(s), y: value(s)})),
    stages,
    showLine: scale.joined,
    borderColor: colour,
    backgroundColor: colour,
    borderDash: dash,
    borderWidth: 2,
    pointStyle: stages.map((s) => (s.summary.valid ? "circle" : "crossRot")),
    pointRadius: stages.map((s) => (s.summary.valid ? (stages.length > 20 ? 2 : 3) : 6)),
    ...more,
  };
}

/** The line with its band: two more lines, without a name and a point, and what is between them. */
function with_band(run, scale, key, which, name, colour, dash) {
  const at = (s) => s.summary[key]?.[which];
  const edge = (sign) => load_line(
      run, scale, (s) => at(s) === undefined ? null : Math.max(0, at(s) + sign * own_error(s, key).ms), "",
      "transparent", [], {pointRadius: 0, pointHitRadius: 0});
  return [
    edge(-1), {...edge(1), fill: "-1", backgroundColor: faint(colour, 0.25)},
    load_line(run, scale, at, name, colour, dash)
  ];
}

const tell_load = {
  filter: (item) => Boolean(item.dataset.label),
  callbacks: {
    title: (items) => items.map((item) => item.dataset.stages[item.dataIndex].name).slice(0, 1),
    label: (item) => `${item.dataset.label}: ${number(item.raw.y)}`,
  },
};

function of_run(run, text) { return runs.length > 1 ? `${text}, run ${run.place + 1}` : text; }

function add_throughput(parent, scale) {
  if (!all_stages.some((s) => typeof s.summary.requests_per_second === "number")) return;
  const tokens = all_stages.some((s) => typeof s.summary.output_tokens_per_second === "number");
  add_figure(parent, {
    title: "Throughput over load",
    says: knee_text(),
    note: "Successful requests a second" + (tokens ? ", and their output tokens a second (right)." : "."),
    build: () => ({
      type: "line",
      data: {
        datasets: runs.flatMap((run, i) => {
          const colour = colours();
          const lines = [load_line(
              run, scale, (s) => s.summary.requests_per_second, of_run(run, "requests/s"),
              colour[(2 * i) % 6], [])];
          if (tokens) {
            lines.push(load_line(
                run, scale, (s) => s.summary.output_tokens_per_second, of_run(run, "output tokens/s"),
                colour[(2 * i + 1) % 6], [7, 4], {yAxisID: "tokens", order: -1}));
          }
          return lines;
        })
      },
      options: {
        plugins: {tooltip: tell_load},
        scales: {
          x: scale.axis,
          y: upward("requests/s"),
          ...(tokens ?
                  {tokens: upward("output tokens/s", {position: "right", grid: {drawOnChartArea: false}})} :
                  {}),
        },
      },
      plugins: [knee_marks(scale)],
    }),
    headings: ["stage", "requests/s", "output tokens/s", "input tokens/s"],
    rows: () => all_stages.map(
        (s) =>
            [s.name,
             ...["requests_per_second", "output_tokens_per_second", "input_tokens_per_second"].map(
                 (key) => datum(s.summary[key], `${s.path}.${key}`))]),
  });
}

function add_latency(parent, scale, key, words) {
  const there = all_stages.filter((s) => s.summary[key]);
  if (there.length === 0) return;
  const calibrated = there.filter((s) => own_error(s, key).calibrated).length,
        most = Math.max(...there.map((s) => own_error(s, key).ms));
  const known = "its dispatch lag, how uncertain arrivals are, " +
      "and its read lag where the kernel timed nothing (p99)";
  const from = calibrated === 0 ? `not calibrated: ${known}` :
                                  "as the calibration found it (p99)" +
          (calibrated < there.length ? `, and where it did not ${known}` : "");
  add_figure(parent, {
    title: `${words} over load`,
    says: "",
    note: most > 0 ? `The band is llmload's own error, ${from}: here up to ${number(most)} ms.` :
                     "No error of llmload's own is known to touch it; --calibrate measures it.",
    build: () => ({
      type: "line",
      data: {
        datasets: runs.flatMap(
            (run, i) =>
                [...with_band(run, scale, key, "p50", of_run(run, "p50"), colours()[(2 * i) % 6], []),
                 ...with_band(run, scale, key, "p99", of_run(run, "p99"), colours()[(2 * i + 1) % 6], [7, 4]),
  ])
      },
      options: {plugins: {tooltip: tell_load}, scales: {x: scale.axis, y: upward("ms")}},
      plugins: [knee_marks(scale)],
    }),
    headings: ["stage", "p50", "p90", "p99", "own error"],
    rows: () => there.map(
        (s) =>
            [s.name, ...["p50", "p90", "p99"].map((p) => datum(s.summary[key][p], `${s.path}.${key}.${p}`)),
             `\u00b1${number(own_error(s, key).ms)}`]),
  });
}

function knee_text() {
  return runs
      .map((run) => {
        const of = runs.length > 1 ? `Run ${run.place + 1}: ` : "";
        const rated = run.stages.filter((s) => typeof s.summary.requests_per_second === "number");
        if (run.knee) {
          return `${of}The knee is at ${
                     run.knee.short}: the lowest load with 90 % of the highest throughput, ` +
              "from where more load brought less than half of what it asked for.";
        }
        if (!are_comparable(run.stages) || new Set(rated.map((s) => s.load)).size < 2) return "";
        const most =
            rated.reduce((a, b) => b.summary.requests_per_second > a.summary.requests_per_second ? b : a);
        const grew = most.load === Math.max(...rated.map((s) => s.load));
        return grew ? `${of}No knee: throughput grew up to the highest load.` : `${of}No knee was found.`;
      })
      .filter(Boolean)
      .join(" ");
}

function add_load_section(parent) {
  if (all_stages.every((s) => s.summary.ok === 0)) {
    parent.append(el("p", {}, "No request was answered: there is no throughput and no latency."));
    return;
  }
  const scale = load_scale();
  const charts = el("div", {class: "charts"});
  parent.append(
      el("p", {class: "note"}, knee_text(),
         all_stages.some((s) => !s.summary.valid) ? " A cross is a stage that is not valid." : ""),
      charts);
  add_throughput(charts, scale);
  add_latency(charts, scale, "e2e_ms", "E2E latency");
  add_latency(charts, scale, "ttft_ms", "Time to first token (TTFT)");
  add_latency(charts, scale, "tpot_ms", "Time per output token (TPOT)");
}
