"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const root = document.getElementById("charts");
  const colors = ["#2b6cb0", "#c05621", "#2f855a", "#b83280", "#6b46c1", "#b7791f", "#2c7a7b", "#9b2c2c",
    "#4a5568", "#68a032", "#805ad5", "#00838f", "#ad6b4b"];
  const plots = [];

  function section(title, text) {
    const heading = document.createElement("h2");
    heading.textContent = title;
    const words = document.createElement("p");
    words.textContent = text;
    const place = document.createElement("div");
    root.append(heading, words, place);
    return place;
  }

  function line(name, index, more) {
    return Object.assign({ label: name, stroke: colors[index % colors.length], width: 1.5, points: { show: false } }, more);
  }

  function draw(place, options, series) {
    const plot = new uPlot(
      Object.assign({ width: place.clientWidth || 900, height: 300, cursor: { drag: { x: true, y: false } } }, options),
      series, place);
    plots.push([plot, place]);
  }

  /** Instants are shown in UTC, as everywhere else. */
  const utc = (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC");
  const day = { tzDate: utc };
  const gpus = [{}, { label: "GPUs", size: 70 }];

  for (const pool of data.pools) {
    draw(section("Utilisation: " + pool.name, "GPUs in use, those of them that are lent to Spot, all that take work, and all."),
      Object.assign({
        axes: gpus, scales: { y: { range: (u, min, max) => [0, Math.max(1, max * 1.05)] } },
        series: [{}, line("in use", 0, { fill: "#2b6cb033" }), line("lent", 1), line("take work", 2), line("all", 8, { dash: [4, 4] })]
      }, day),
      [data.time, pool.used, pool.lent, pool.usable, pool.gpus]);
  }

  function stacked(title, text, lines) {
    const sums = [];
    let below = data.time.map(() => 0);
    for (const l of lines) {
      below = below.map((sum, i) => sum + l.values[i]);
      sums.push(below);
    }
    const values = (l) => (u, v, s, i) => (i == null ? "--" : l.values[i]);
    draw(section(title, text),
      Object.assign({
        axes: gpus, scales: { y: { range: (u, min, max) => [0, Math.max(1, max * 1.05)] } },
        series: [{}].concat(lines.map((l, i) => line(l.name, i, { value: values(l), fill: i === 0 ? colors[0] + "44" : undefined }))),
        bands: lines.slice(1).map((l, i) => ({ series: [i + 2, i + 1], fill: colors[(i + 1) % colors.length] + "44" }))
      }, day),
      [data.time].concat(sums));
  }
  stacked("Queue by tenant", "GPUs that gangs ask for which do not run, one tenant on top of the other.", data.queue);
  stacked("Use by tenant", "GPUs in use, one tenant on top of the other.", data.used);

  /** A tenant has one color on the whole page; not all have waits. */
  const tenants = data.queue.map((l) => l.name);
  const waits = (l, i) => line(l.name, Math.max(0, tenants.indexOf(l.name)), i === 0 ? { width: 3, stroke: "#1c2430" } : {});
  draw(section("Wait by tenant", "Seconds from submission to first start that so many percent of the gangs that started did not exceed. Waits below one second are drawn as one."),
    {
      axes: [{ label: "percent of the gangs" }, { label: "seconds", size: 80 }],
      scales: { x: { time: false }, y: { distr: 3 } },
      series: [{ label: "percent" }].concat(data.waits.map(waits))
    },
    [data.percents].concat(data.waits.map((l) => l.values.map((v) => Math.max(1, v)))));

  for (const pool of data.levels) {
    draw(section("Fragmentation by level: " + pool.name, "GPUs of the largest gang that fits into one cell of each level; levels that are close to each other at the top are not fragmented."),
      Object.assign({
        axes: gpus, scales: { y: { range: (u, min, max) => [0, Math.max(1, max * 1.05)] } },
        series: [{}].concat(pool.largestGang.map((l, i) => line(l.name, i)))
      }, day),
      [data.time].concat(pool.largestGang.map((l) => l.values)));
  }

  window.addEventListener("resize", () => plots.forEach(([plot, place]) => plot.setSize({ width: place.clientWidth, height: 300 })));
})();
