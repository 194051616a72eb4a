// Distributions: for each time, the share of the samples that took no longer.

const curves = [
  ["ttft_ms", "Time to first token (TTFT)"],
  ["e2e_ms", "E2E latency"],
  ["tpot_ms", "Time per output token (TPOT)"],
  ["event_gap_ms", "Gaps between arrivals of tokens"],
];

/** Up to eight at first: the first, the last, the knees, and some between them. */
function first_choice(stages) {
  const many = 8;
  if (stages.length <= many) return new Set(stages);
  if (all_stages.every((s) => curves.every(([key]) => !s.series.curves[key]))) {
    parent.append(el("p", {}, "No request was answered in a measured window: there is no distribution."));
    return;
  }
  const chosen = new Set(runs.map((r) => r.knee).filter(Boolean));
  for (let i = 0; i < many - 2; ++i) chosen.add(stages[Math.round(i * (stages.length - 1) / (many - 3))]);
  return chosen;
}

function add_curve(parent, key, title, chosen) {
  const there = all_stages.filter((s) => s.series.curves[key]);
  if (there.length === 0) return [];
  const percentiles = ["min", "p50", "p90", "p95", "p99", "p999", "max"];
  return [add_figure(parent, {
    title,
    says: "A curve for each stage.",
    build: () => {
      const seen = there.filter((s) => chosen.has(s));
      return {
        type: "line",
        data: {
          datasets: seen.map((s, i) => ({
                               label: s.name,
                               data: s.series.curves[key].map(([ms, share]) => ({x: ms, y: share * 100})),
                               borderColor: in_order(i, seen.length),
                               backgroundColor: in_order(i, seen.length),
                               borderDash: dashes[i % dashes.length],
                               borderWidth: 2,
                               pointRadius: 0,
                               pointHitRadius: 4,
                             }))
        },
        options: {
          plugins: {
            tooltip: {
              callbacks: {
                title: () => "",
                label: (i) => `${i.dataset.label}: ${number(i.raw.y)} % within ${number(i.raw.x)} ms`
              }
            }
          },
          scales: {
            x: log_axis(
                "ms",
                seen.flatMap((s) => s.series.curves[key].map(([ms]) => ms)).concat(seen.length ? [] : [1])),
            y: axis("% of samples", {min: 0, max: 100})
          },
        },
      };
    },
    headings: ["stage", "samples", "min", "p50", "p90", "p95", "p99", "p99.9", "max"],
    rows: () => there.filter((s) => s.summary[key])
                    .map(
                        (s) =>
                            [s.name,
                             ...["count", ...percentiles].map(
                                 (p) => datum(s.summary[key][p], `${s.path}.${key}.${p}`))]),
  })];
}

function add_distribution_section(parent) {
  if (all_stages.every((s) => curves.every(([key]) => !s.series.curves[key]))) {
    parent.append(el("p", {}, "No request was answered in a measured window: there is no distribution."));
    return;
  }
  const chosen = first_choice(all_stages), drawn = [];
  if (all_stages.length > 1) {
    parent.append(
        el("fieldset", {}, el("legend", {}, "Stages in these charts"),
           all_stages.map(
               (s) =>
                   el("label", {}, el("input", {
                        type: "checkbox",
                        checked: chosen.has(s),
                        onchange: (event) => {
                          if (event.target.checked)
                            chosen.add(s);
                          else
                            chosen.delete(s);
                          drawn.forEach(draw);
                        }
                      }),
                      " ", s.name))));
  }
  const charts = el("div", {class: "charts"});
  parent.append(
      el("p", {class: "note"},
         "Of successful requests in the measured window. The curves are within 0.1 % of the samples; " +
             "the tables have summary.json's numbers."),
      charts);
  for (const [key, title] of curves) drawn.push(...add_curve(charts, key, title, chosen));
}
