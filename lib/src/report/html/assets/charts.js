// Figures: a chart, what it says, and its numbers in a table. All are drawn anew when the theme changes.

const figures = [];

function is_dark() {
  const theme = document.documentElement.dataset.theme;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

// Okabe and Ito's colours, which people who see few colours tell apart; lighter ones on dark.
function colours() {
  return is_dark() ? ["#56b4e9", "#e69f00", "#2fc39a", "#e28fc0", "#f0e442", "#ff8552"] :
                     ["#0072b2", "#d55e00", "#009e73", "#b0578a", "#8a6d00", "#56b4e9"];
}
const shapes = ["circle", "triangle", "rect", "rectRot", "star", "crossRot"];
const dashes = [[], [7, 4], [2, 3], [10, 3, 2, 3]];

/**
 * A colour for place i of n that have an order: from dark to light in one direction, whatever eye looks at
 * it.
 */
function in_order(i, n) {
  const stops = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [240, 220, 40]];
  const [from, until] = is_dark() ? [1.2, 4] : [0, 3.3];
  const at = n > 1 ? from + (until - from) * i / (n - 1) : is_dark() ? 2 : 1;
  const low = Math.min(Math.floor(at), stops.length - 2);
  const mixed = stops[low].map((c, k) => Math.round(c + (stops[low + 1][k] - c) * (at - low)));
  return `rgb(${mixed.join(", ")})`;
}

function style(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }

function faint(colour, alpha) {
  return colour.startsWith("#") ? colour + Math.round(alpha * 255).toString(16).padStart(2, "0") :
                                  colour.replace("rgb(", "rgba(").replace(")", `, ${alpha})`);
}

/** A table of texts and elements; the first cell of a row is its heading. */
function plain_table(caption, headings, rows) {
  return el(
      "table", {}, el("caption", {}, caption),
      el("thead", {},
         el("tr", {}, headings.map((h, i) => el("th", {scope: "col", class: i ? null : "text"}, h)))),
      el("tbody", {},
         rows.map(
             (row) => el(
                 "tr", {},
                 row.map(
                     (cell, i) => i ? el("td", {}, cell) : el("th", {scope: "row", class: "text"}, cell))))));
}

/** A table in a box that scrolls, by keyboard, too. */
function scrolling(table, name) {
  return el("div", {class: "scroll", tabindex: 0, role: "region", "aria-label": name}, table);
}

/**
 * Adds a figure to `parent`. `build()` gives the chart's configuration each time it is drawn; `headings` and
 * `rows()` the table behind it, which is made when it is opened.
 */
function add_figure(parent, {title, note, says, build, headings, rows, wide, tall, tools}) {
  const canvas =
      el("canvas",
         {role: "img", "aria-label": `${title}. ${says ?? ""} Its numbers are in the table below it.`});
  const box = el("div", {class: tall ? "canvas tall" : "canvas"}, canvas);
  const caption = el("figcaption", {}, note ?? "");
  const table = el("details", {}, el("summary", {}, "Numbers of this chart"));
  const fill = () => {
    if (table.childElementCount > 1) table.lastElementChild.remove();
    if (table.open) table.append(scrolling(plain_table(title, headings, rows()), title));
  };
  table.addEventListener("toggle", () => {
    if (table.childElementCount === 1) fill();
  });
  const figure = {canvas, box, build, table, fill, chart: null};
  parent.append(
      el("figure", {class: wide ? "wide" : null}, el("h3", {}, title), caption, tools ?? null, box, table));
  figures.push(figure);
  return figure;
}

function draw(figure) {
  figure.chart?.destroy();
  Chart.defaults.color = style("--quiet");
  Chart.defaults.borderColor = style("--grid");
  Chart.defaults.font.family = "system-ui, sans-serif";
  const config = figure.build();
  figure.chart = new Chart(figure.canvas, {
    ...config,
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      parsing: false,
      normalized: true,
      locale: "en-US",
      interaction: {mode: "nearest", intersect: false},
      ...config.options,
      plugins: {
        ...config.options.plugins,
        legend: {
          position: "bottom",
          ...config.options.plugins?.legend,
          labels: {
            usePointStyle: true,
            boxHeight: 7,
            filter: (item) => Boolean(item.text),
            ...(config.type === "line" ? {usePointStyle: false, boxWidth: 26, boxHeight: 0} : {})
          }
        },
      },
    },
  });
}

function draw_all() { figures.forEach(draw); }

function axis(text, more = {}) { return {title: {display: true, text}, ...more}; }

/** From 0, with some room above. */
function upward(text, more = {}) { return axis(text, {type: "linear", min: 0, grace: "5%", ...more}); }

/** For an axis. */
function short(value) { return value.toLocaleString("en-US", {maximumSignificantDigits: 4}); }

/** A log axis that begins and ends where the values do. */
function log_axis(text, values) {
  const there = values.filter((v) => v > 0);
  const low = Math.min(...there), high = Math.max(...there), room = Math.max(1.02, (high / low) ** 0.03);
  return axis(text, {
    type: "logarithmic",
    min: low / room,
    max: high * room,
    ticks: {callback: short, maxTicksLimit: 9, autoSkip: true, maxRotation: 0},
    afterBuildTicks: (scale) => {
      scale.ticks = log_ticks(scale.min, scale.max).map((value) => ({value}));
    },
  });
}

/** Between 4 and 10 round numbers. */
function log_ticks(min, max) {
  const decades = Math.log10(max / min);
  if (decades < 0.5) {
    const step = 10 ** Math.floor(Math.log10((max - min) / 3)),
          wide = (max - min) / step > 12 ? 5 * step :
        (max - min) / step > 6           ? 2 * step :
                                           step;
    const ticks = [];
    for (let k = Math.ceil(min / wide); k * wide <= max; ++k) ticks.push(Number((k * wide).toPrecision(12)));
    return ticks;
  }
  const digits = decades < 1.2 ? [1, 1.5, 2, 3, 4, 5, 7] :
      decades < 2.6            ? [1, 2, 5] :
      decades < 4              ? [1, 3] :
                                 [1];
  const ticks = [];
  for (let e = Math.floor(Math.log10(min)); 10 ** e <= max; ++e) {
    for (const digit of digits) {
      const tick = Number((digit * 10 ** e).toPrecision(6));
      if (tick >= min && tick <= max) ticks.push(tick);
    }
  }
  return ticks;
}

// A printer takes the light theme and the width of its paper.
const before_print = {
  theme: null
};
addEventListener("beforeprint", () => {
  before_print.theme = document.documentElement.dataset.theme ?? "";
  document.documentElement.dataset.theme = "light";
  draw_all();
  for (const figure of figures) figure.chart.resize(660, figure.box.classList.contains("tall") ? 280 : 205);
});
addEventListener("afterprint", () => {
  if (before_print.theme)
    document.documentElement.dataset.theme = before_print.theme;
  else
    delete document.documentElement.dataset.theme;
  draw_all();
  for (const figure of figures) figure.chart.resize();
});
