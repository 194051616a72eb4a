// Which part of which run's time the charts of time show, and how it is chosen.

/** A run's requests by their starts, as columns: s since the run's begin, ms, and the rest. */
function decode(run) {
  const size = run.stages.reduce((sum, s) => sum + s.series.points.kinds.length, 0);
  const all = {
    size,
    start: new Float64Array(size),
    took: new Float64Array(size),
    first: new Float64Array(size),
    index: new Float64Array(size),
    stage: new Uint32Array(size),
    outcome: new Uint8Array(size),
    measured: new Uint8Array(size)
  };
  let i = 0;
  run.stages.forEach((stage, place) => {
    const p = stage.series.points;
    let start = 0, index = 0;
    for (let k = 0; k < p.kinds.length; ++k, ++i) {
      const letter = p.kinds.charCodeAt(k);
      start += p.start_100us[k];
      index += p.index[k];
      all.measured[i] = letter >= 97 ? 1 : 0;
      all.outcome[i] = letter - (letter >= 97 ? 97 : 65);
      all.start[i] = stage.begin + start / 1e4;
      all.took[i] = p.took_10us[k] / 100;
      all.first[i] = p.first_token_10us[k] / 100;
      all.index[i] = index;
      all.stage[i] = place;
    }
  });
  return all;
}

/** What of which run is in sight, in s, and the figures that show it. */
const view = {
  run: null,
  requests: null,
  from: 0,
  until: 1,
  by: "took",
  figures: []
};

function whole() {
  const last = view.run.stages.at(-1);
  return last ? Math.max(last.begin + last.length, 1e-3) : 1;
}

function look_at(from, until) {
  const end = whole(), span = Math.min(Math.max(until - from, end * 1e-5), end);
  view.from = Math.min(Math.max(from, 0), end - span);
  view.until = view.from + span;
  view.figures.forEach(draw);
}

function look_at_run(run) {
  view.run = run;
  view.requests = decode(run);
  view.from = 0;
  view.until = whole();
}

/** By a factor around the middle. */
function zoom(factor) {
  const middle = (view.from + view.until) / 2, half = (view.until - view.from) / 2 / factor;
  look_at(middle - half, middle + half);
}

function move(share) {
  const step = (view.until - view.from) * share;
  look_at(view.from + step, view.until + step);
}

function time_axis() {
  return axis("s since the run's begin", {
    type: "linear",
    min: view.from,
    max: view.until,
    ticks:
        {maxRotation: 0, autoSkipPadding: 16, includeBounds: false, callback: (v) => Number(v.toPrecision(6))}
  });
}

/** An upright line where a stage begins. */
const stage_marks = {
  id: "stages",
  beforeDatasetsDraw(chart) {
    const {top, bottom, left, right} = chart.chartArea, c = chart.ctx;
    c.save();
    c.strokeStyle = style("--quiet");
    c.fillStyle = style("--quiet");
    c.font = "11px system-ui, sans-serif";
    c.globalAlpha = 0.8;
    let free = left;
    for (const stage of view.run.stages) {
      const x = chart.scales.x.getPixelForValue(stage.begin);
      if (x > right || chart.scales.x.getPixelForValue(stage.begin + stage.length) < left) continue;
      if (x >= left) {
        c.beginPath();
        c.moveTo(x, top);
        c.lineTo(x, bottom);
        c.stroke();
      }
      const at = Math.max(x, left) + 3, width = c.measureText(stage.short).width;
      if (at < free || at + width > right) continue;
      c.fillText(stage.short, at, top + 10);
      free = at + width + 8;
    }
    c.restore();
  },
};

/** Drag, double click and keys on a chart of time. */
function make_zoomable(figure) {
  const {box} = figure;
  box.classList.add("drag");
  box.tabIndex = 0;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", "Time: + and - zoom, arrow keys move, Escape shows the whole run");
  const picked = el("div", {class: "picked", hidden: true});
  box.append(picked);
  const time_at = (x) => figure.chart.scales.x.getValueForPixel(
      Math.min(Math.max(x, figure.chart.chartArea.left), figure.chart.chartArea.right));
  let begin = null;
  const x_of = (event) => event.clientX - box.getBoundingClientRect().left;
  box.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    begin = x_of(event);
    box.setPointerCapture(event.pointerId);
  });
  box.addEventListener("pointermove", (event) => {
    if (begin === null) return;
    const [from, until] = [begin, x_of(event)].sort((a, b) => a - b);
    picked.hidden = false;
    picked.style.left = `${from}px`;
    picked.style.width = `${until - from}px`;
  });
  box.addEventListener("pointerup", (event) => {
    if (begin === null) return;
    const [from, until] = [begin, x_of(event)].sort((a, b) => a - b);
    picked.hidden = true;
    begin = null;
    if (until - from > 5) look_at(time_at(from), time_at(until));
  });
  box.addEventListener("pointercancel", () => {
    picked.hidden = true;
    begin = null;
  });
  box.addEventListener("dblclick", () => look_at(0, whole()));
  const keys = {
    "+": () => zoom(2),
    "=": () => zoom(2),
    "-": () => zoom(0.5),
    ArrowLeft: () => move(-0.25),
    ArrowRight: () => move(0.25),
    Escape: () => look_at(0, whole()),
    Home: () => move(-1e9),
    End: () => move(1e9)
  };
  box.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys[event.key]();
  });
}

function time_tools() {
  const choice = (name, options, change) =>
      el("label", {}, name + " ",
         el("select", {onchange: (e) => change(e.target.value)},
            options.map(([value, text]) => el("option", {value}, text))));
  const stage_choice = () =>
      choice("Show", [["", "the whole run"], ...view.run.stages.map((s, i) => [i, s.short])], (value) => {
        const stage = view.run.stages[value];
        if (value === "")
          look_at(0, whole());
        else
          look_at(stage.begin, stage.begin + Math.max(stage.length, 1e-3));
      });
  const stages = el("span", {}, stage_choice());
  const streamed = all_stages.some((s) => s.summary.ttft_ms);
  return el(
      "div", {class: "tools"},
      runs.length > 1 ? choice(
                            "Run", runs.map((r, i) => [i, r.name]),
                            (value) => {
                              look_at_run(runs[value]);
                              stages.replaceChildren(stage_choice());
                              view.figures.forEach(draw);
                              view.figures.forEach((figure) => figure.fill());
                            }) :
                        null,
      stages,
      streamed ? choice(
                     "Height", [["took", "E2E"], ["first", "TTFT"]],
                     (value) => {
                       view.by = value;
                       look_at(view.from, view.until);
                     }) :
                 null,
      el("span", {},
         [
           ["+", "Zoom in", () => zoom(2)], ["\u2212", "Zoom out", () => zoom(0.5)],
           ["\u2190", "Earlier", () => move(-0.25)], ["\u2192", "Later", () => move(0.25)],
           ["Whole run", null, () => look_at(0, whole())]
         ]
             .flatMap(
                 ([
                   text, name, click
                 ]) => [el("button", {type: "button", "aria-label": name, onclick: click}, text), " "])));
}
