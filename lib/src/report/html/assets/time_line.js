// The time line of requests.

/**
 * The points in sight by their kinds. What would be drawn upon a point of its kind is left out, so that a
 * hundred thousand are drawn as fast as the chart has room for.
 */
function points_in_sight(y_of, width, height) {
  const r = view.requests, kinds = new Map(), cell = 1.5;
  const low = [], value = r[view.by];
  let least = Infinity, most = 0;
  for (let i = 0; i < r.size; ++i) {
    if (r.start[i] < view.from || r.start[i] > view.until || value[i] <= 0) continue;
    low.push(i);
    if (value[i] < least) least = value[i];
    if (value[i] > most) most = value[i];
  }
  const {position} = y_of(least, most);
  for (const i of low) {
    const kind = r.outcome[i] * 2 + r.measured[i];
    if (!kinds.has(kind)) kinds.set(kind, {points: [], seen: new Set(), count: 0});
    const of = kinds.get(kind);
    ++of.count;
    const column = Math.floor((r.start[i] - view.from) / (view.until - view.from) * width / cell);
    const place = column * 10000 + Math.floor(position(value[i]) * height / cell);
    if (of.seen.has(place)) continue;
    of.seen.add(place);
    of.points.push({x: r.start[i], y: value[i], i});
  }
  return {kinds, least, most};
}

function tell_request(item) {
  const r = view.requests, i = item.raw.i;
  const first = r.first[i] > 0 ? `, TTFT ${number(r.first[i])} ms` : "";
  return [
    `request ${r.index[i]} of ${view.run.stages[r.stage[i]].name}: ${data.outcomes[r.outcome[i]]}${
        r.measured[i] ? "" : ", outside the measured window"}`,
    `${number(r.took[i])} ms${first}, began at ${number(r.start[i])} s`
  ];
}

function time_line_config(figure) {
  const width = figure.box.clientWidth, height = figure.box.clientHeight;
  let log = false;
  const sight = points_in_sight((least, most) => {
    log = most / least > 30;
    return {position: log ? (v) => Math.log(v / least) / Math.log(most / least) : (v) => v / most};
  }, width, height);
  const datasets = [...sight.kinds].sort(([a], [b]) => b - a).map(([kind, {points, count}]) => {
    const outcome = kind >> 1, measured = kind & 1, place = place_of_outcome(data.outcomes[outcome]);
    const colour = faint(colours()[place], measured ? (outcome ? 1 : 0.65) : 0.25);
    return {
      clip: 8,
      label: `${data.outcomes[outcome]}${measured ? "" : ", outside the window"}: ${number(count)}`,
      data: points,
      borderColor: colour,
      backgroundColor: colour,
      borderWidth: outcome ? 1.5 : 0,
      pointStyle: shapes[place],
      pointRadius: outcome     ? 4 :
          points.length > 5000 ? 1.5 :
                                 2.5,
      pointHoverRadius: 6,
    };
  });
  const words = (view.by === "took" ? "E2E" : "TTFT") + " (ms)";
  return {
    type: "scatter",
    data: {datasets},
    options: {
      interaction: {mode: "nearest", intersect: true},
      plugins: {tooltip: {callbacks: {label: tell_request}}},
      scales: {x: time_axis(), y: log ? log_axis(words, [sight.least, sight.most]) : upward(words)},
    },
    plugins: [stage_marks],
  };
}

/** Which requests have no point, where there are such. */
function thinned_text() {
  const left_out = all_stages.reduce((sum, s) => sum + s.series.points.left_out, 0);
  return left_out === 0 ?
      "" :
      `${number(left_out)} requests have no point here: of each piece of time the fastest, the slowest and ` +
          "the slowest failure of each kind are kept, and of the others every second, fourth, eighth ... one.";
}

function add_time_line(parent) {
  const figure = add_figure(parent, {
    title: "Requests by their start and their outcome",
    wide: true,
    tall: true,
    tools: time_tools(),
    note: "Drag to zoom, double click for the whole run; by keyboard + and -, arrow keys, Escape. " +
        "Lighter points are of the warm-up and the cool-down, which are in no number. " + thinned_text(),
    build: () => time_line_config(figure),
    headings:
        ["stage", "outcome", "requests in this chart", "fastest (ms)", "slowest (ms)", "slowest: request"],
    rows: () => time_line_rows(),
  });
  make_zoomable(figure);
  view.figures.push(figure);
}

function time_line_rows() {
  const r = view.requests, groups = new Map();
  for (let i = 0; i < r.size; ++i) {
    const key = `${r.stage[i]},${r.outcome[i]},${r.measured[i]}`,
          group = groups.get(key) ?? {i, count: 0, least: Infinity, most: -1};
    groups.set(key, group);
    ++group.count;
    if (r.took[i] < group.least) group.least = r.took[i];
    if (r.took[i] > group.most) [group.most, group.i] = [r.took[i], i];
  }
  return [...groups.values()].map(
      (g) =>
          [view.run.stages[r.stage[g.i]].short,
           data.outcomes[r.outcome[g.i]] + (r.measured[g.i] ? "" : ", outside the window"), number(g.count),
           number(g.least), number(g.most), String(r.index[g.i])]);
}
