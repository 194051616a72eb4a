// What went on over the run's time: tokens and requests, in flight and queued, the server's limits.

/**
 * A stage's pieces of time, in s since its begin. A last one that is not half as long as the others belongs
 * to the one before it.
 */
function pieces_of(stage) {
  const {width_ms, ok} = stage.series.over_time, width = width_ms / 1000;
  const pieces =
      ok.map((_, k) => ({places: [k], from: k * width, until: Math.min((k + 1) * width, stage.length)}));
  const last = pieces.at(-1), before = pieces.at(-2);
  if (before && last.until - last.from < width / 2) {
    before.places.push(...last.places);
    before.until = last.until;
    pieces.pop();
  }
  return pieces.filter((p) => p.until > p.from);
}

/**
 * A line of what is counted in each piece of time, a second, with a gap between two stages. Of `in_flight`
 * and `queued`, which are seconds of requests, that is their mean.
 */
function rate_line(name, more) {
  const points = view.run.stages.flatMap((stage) => {
    const counts = stage.series.over_time[name];
    return pieces_of(stage)
        .map(({places, from, until}) => ({
               x: stage.begin + (from + until) / 2,
               y: places.reduce((sum, k) => sum + counts[k], 0) / (until - from),
             }))
        .concat({x: stage.begin + stage.length, y: null});
  });
  return {
    data: points,
    borderWidth: 1.5,
    pointRadius: points.length < 60 ? 2 : 0,
    pointHitRadius: 4,
    ...more
  };
}

function add_over_time(parent, title, note, lines, more = {}) {
  const figure = add_figure(parent, {
    title,
    note,
    wide: true,
    build: () => ({
      type: "line",
      data: {
        datasets: lines().map(
            (line, i) =>
                ({borderColor: colours()[i], backgroundColor: colours()[i], borderDash: dashes[i], ...line}))
      },
      options: {
        plugins: {
          tooltip: {
            callbacks: {
              title: (items) => items.length ? `at ${number(items[0].raw.x)} s` : "",
              label: (i) => `${i.dataset.label}: ${number(i.raw.y)}`
            }
          }
        },
        scales: {x: time_axis(), ...(more.scales?.() ?? {y: upward("")})},
      },
      plugins: [stage_marks],
    }),
    headings: ["stage", "what", "pieces of time", "mean", "highest"],
    rows: () => lines().flatMap((line) => view.run.stages.map((stage) => {
      const inside =
          line.data.filter((p) => p.y !== null && p.x >= stage.begin && p.x <= stage.begin + stage.length)
              .map((p) => p.y);
      return [
        stage.short, line.label, number(inside.length),
        inside.length ? number(inside.reduce((a, b) => a + b, 0) / inside.length) : "-",
        inside.length ? number(Math.max(...inside)) : "-"
      ];
    })),
  });
  make_zoomable(figure);
  view.figures.push(figure);
}

function limit_line(key, text, more = {}) {
  const points = view.run.stages.flatMap(
      (stage) => (stage.summary.rate_limits ?? [])
                     .filter((p) => p[key] !== null)
                     .map((p) => ({x: stage.begin + p.at_seconds, y: p[key]})));
  return {label: text, data: points, borderWidth: 1.5, pointRadius: 2, ...more};
}

function add_time_section(parent) {
  look_at_run(runs[0]);
  const charts = el("div", {class: "charts"});
  parent.append(charts);
  add_time_line(charts);
  const any = (test) => all_stages.some((s) => test(s.series.over_time, s));
  const pieces =
      "In pieces of 0.1 s to some seconds, by the stage's length; warm-up and cool-down are in it, too.";
  const tokens = any((p) => p.tokens.some((t) => t > 0));
  add_over_time(
      charts, tokens ? "Output tokens and requests over time" : "Requests over time",
      `Of successful requests: ${tokens ? "tokens by their arrival (left), " : ""}requests by their end${
          tokens ? " (right)" : ""}; and failures. ${pieces}`,
      () => {
        const right = tokens ? {yAxisID: "requests"} : {};
        const lines = [rate_line("ok", {label: "requests/s that ended ok", ...right})];
        if (tokens) lines.unshift(rate_line("tokens", {label: "output tokens/s"}));
        if (any((p) => p.failed.some((f) => f > 0)))
          lines.push(rate_line("failed", {label: "requests/s that failed", ...right}));
        return lines;
      },
      {
        scales: () => tokens ? {
          y: upward("tokens/s"),
          requests: upward("requests/s", {position: "right", grid: {drawOnChartArea: false}})
        } :
                               {y: upward("requests/s")}
      });
  const queue = any((p) => p.queued.some((q) => q > 0));
  add_over_time(
      charts, queue ? "In flight and queued" : "In flight",
      `Means over each piece of time.${queue ? " Queued: due, and not yet taken by a session." : ""}`, () => {
        const lines = [rate_line("in_flight", {label: "in flight"})];
        if (queue) lines.push(rate_line("queued", {label: "queued"}));
        return lines;
      }, {scales: () => ({y: upward("requests")})});
  const said = (key) => any((_, s) => s.summary.rate_limits?.some((p) => p[key] !== null));
  const limits = [
    ["remaining_requests", "requests left", "y"], ["remaining_tokens", "tokens left", "tokens"],
    ["utilization", "utilization", "share"]
  ].filter(([key]) => said(key));
  if (limits.length === 0) return;
  add_over_time(
      charts, "The server's limits",
      "What the answers' headers said: the least that was left, and the highest utilization, of each second.",
      () => limits.map(([key, text, yAxisID]) => limit_line(key, text, {yAxisID})), {
        scales: () => Object.fromEntries(limits.map(
            ([, text, id],
             i) => [id, upward(text, {position: i ? "right" : "left", grid: {drawOnChartArea: i === 0}})])),
      });
}
