// Similarity to references as a function of time, with confidence bands, and generalisation matrices.

function drawTime() {
  const {time} = data;
  if (!time) return;
  document.getElementById("time").hidden = false;
  const container = part("time", "figure"), controls = part("time", "controls");
  const names = [...new Set(time.panels.flatMap(({series}) => series.map(({name}) => name)))];
  // Four lines at first, from the first layer to the last, so that their bands can be seen; seven are told apart.
  const most = 7, first = 4;
  const chosen = new Set(names.length <= first ? names : d3.range(first).map((k) => names[Math.round(k * (names.length - 1) / (first - 1))]));
  const dashes = ["", "6 3", "2 2", "8 3 2 3", "", "6 3", "2 2"];
  const styleOf = (name) => [...chosen].sort((a, b) => names.indexOf(a) - names.indexOf(b)).indexOf(name) % most;
  const courses = make("div", {class: "panels"}), keys = make("div", {class: "controls"});
  container.append(keys, courses);
  const redraw = drawAtWidth(courses, draw);

  if (names.length > 1) {
    const list = make("div", {class: "controls"});
    for (const name of names) {
      const box = make("input", {type: "checkbox"});
      box.checked = chosen.has(name);
      box.addEventListener("change", () => {
        if (box.checked) chosen.add(name); else chosen.delete(name);
        redraw();
      });
      list.append(make("label", {title: name}, box, middle(name, 30)));
    }
    controls.append(make("details", {}, make("summary", {}, "Layers"), list));
  }

  function draw(available) {
    courses.replaceChildren();
    keys.replaceChildren(...names.filter((name) => chosen.has(name)).map((name) => {
      const key = make("span", {class: `c-k${styleOf(name)}`, title: name});
      d3.select(key).append("svg").attr("width", 26).attr("height", 8).attr("viewBox", "0 0 26 8").attr("aria-hidden", "true")
        .style("display", "inline-block").append("line").attr("class", "line").attr("stroke-dasharray", dashes[styleOf(name)])
        .attr("x1", 0).attr("x2", 26).attr("y1", 4).attr("y2", 4);
      key.append(" " + middle(name, 30));
      return key;
    }));
    const perLine = Math.max(1, Math.min(time.panels.length, Math.floor(available / 330)));
    const width = Math.min(520, Math.floor((available - 32 * (perLine - 1)) / perLine));
    for (const panel of time.panels) drawPanel(panel, width);
  }

  function drawPanel(panel, width) {
    const series = panel.series.filter(({name}) => chosen.has(name));
    const height = Math.round(170 + 0.2 * width), margin = {top: 40, right: 10, bottom: 34, left: 42};
    const holder = make("div");
    courses.append(holder);
    const svg = figure(holder, width, height, `${panel.title}, ${panel.compare}, over time`, series.map((one) =>
      `${one.name}: ` + (finite(one.peak) ? `peak at ${fixed(one.peak)} ${panel.unit}` : "no peak") +
      (finite(one.onset) ? `, onset at ${fixed(one.onset)}` : "")).join("; "));
    const title = svg.append("text").attr("x", 0).attr("y", 13).attr("font-weight", 600);
    fit(title.node(), panel.title, width - 10);
    svg.append("text").attr("class", "quiet").attr("x", 0).attr("y", 28).text(panel.compare);
    const many = series.length > first;
    const ceiling = panel.ceiling || {low: [], high: []};
    const ends = [...series.flatMap(({values, low, high}) => [...values, ...(many ? [] : [...(low || []), ...(high || [])])]),
                  ...ceiling.low, ...ceiling.high].filter(finite);
    const x = d3.scaleLinear().domain(widened(d3.extent(panel.times))).range([margin.left, width - margin.right]);
    const y = d3.scaleLinear().domain(d3.extent([0, ...ends])).nice(5).range([height - margin.bottom, margin.top]);
    if (y.domain()[0] === y.domain()[1]) y.domain([0, 1]);
    svg.append("g").attr("class", "axis").attr("transform", `translate(${margin.left},0)`)
      .call(d3.axisLeft(y).ticks(5).tickSize(-(width - margin.left - margin.right)).tickFormat((v) => minus(String(+v.toFixed(9)))))
      .selectAll("line").attr("class", "hair").attr("stroke", null);
    svg.append("g").attr("class", "axis").attr("transform", `translate(0,${height - margin.bottom})`)
      .call(d3.axisBottom(x).ticks(Math.max(2, Math.floor(width / 70))).tickSize(4));
    svg.append("text").attr("class", "quiet").attr("x", margin.left).attr("y", height - 3)
      .text(`${panel.axis}${panel.unit ? `, ${panel.unit}` : ""}`);
    const area = (low, high) => d3.area().defined((_, i) => finite(low[i]) && finite(high[i]))
      .x((t) => x(t)).y0((_, i) => y(low[i])).y1((_, i) => y(high[i]))(panel.times);
    if (panel.ceiling) svg.append("path").attr("class", "ceiling").attr("d", area(ceiling.low, ceiling.high));
    svg.append("line").attr("class", "base").attr("x1", margin.left).attr("x2", width - margin.right).attr("y1", y(0)).attr("y2", y(0));
    for (const one of series) {
      const style = styleOf(one.name);
      const group = svg.append("g").attr("class", `c-k${style}`);
      if (!many && one.low && one.high) group.append("path").attr("class", "interval").attr("d", area(one.low, one.high));
      group.append("path").attr("class", "line").attr("stroke-dasharray", dashes[style])
        .attr("d", d3.line().defined((_, i) => finite(one.values[i])).x((t) => x(t)).y((_, i) => y(one.values[i]))(panel.times));
      one.values.forEach((value, i) => {
        if (!finite(value)) return;
        const sure = one.p_fdr && one.p_fdr[i] !== null && one.p_fdr[i] < level;
        if (panel.times.length > 60 && !(finite(one.peak) && panel.times[i] === one.peak)) return;
        group.append("circle").attr("class", one.p_fdr && !sure ? "dot hollow" : "dot").attr("r", 2.75)
          .attr("cx", x(panel.times[i])).attr("cy", y(value)).append("title")
          .text(`${one.name}, ${fixed(panel.times[i])} ${panel.unit}: ${three(value)}` +
            (one.low && finite(one.low[i]) ? ` [${three(one.low[i])}, ${three(one.high[i])}]` : "") +
            (one.p_fdr && finite(one.p_fdr[i]) ? `, p (FDR) ${pText(one.p_fdr[i])}` : ""));
      });
    }
  }
  function widened([low, high]) {
    return low < high ? [low, high] : [low - 1, high + 1];
  }

  drawMatrices();
  const has = (key) => time.panels.some(({series}) => series.some((one) => one[key] && one[key].some(finite)));
  part("time", "caption").textContent = "Comparison of the layers' dissimilarities in windows of the network's time with each reference. " +
    (has("low") ? "Bands: confidence intervals (for up to four layers at once). " : "") +
    (time.panels.some(({ceiling}) => ceiling && ceiling.low.some(finite)) ? "Grey: noise ceiling. " : "") +
    (has("p_fdr") ? `Filled marks: above 0 at a false discovery rate of ${100 * level} % over the course. ` : "") +
    (time.left_out > 0 ? `${plural(time.left_out, "matrix", "matrices")} did not fit the page; all are in the results file.` : "");
  if (time.panels.length) latencyTable();

  function drawMatrices() {
    if (time.matrices.length === 0) return;
    const layers = [...new Set(time.matrices.map(({layer}) => layer))];
    const select = make("select", {});
    layers.forEach((layer, i) => select.append(make("option", {value: i}, middle(layer, 60))));
    select.value = layers.length - 1;
    const box = make("div", {class: "matrices"});
    const show = () => box.replaceChildren(...time.matrices.filter(({layer}) => layer === layers[select.value]).map(plate));
    select.addEventListener("change", show);
    part("time", "more").append(make("h3", {}, "Generalisation over time"), make("div", {class: "controls"}, make("label", {}, "Layer ", select)), box);
    show();
  }

  function plate(matrix) {
    const {rows, columns} = matrix;
    const levels = Uint8Array.from(atob(matrix.levels), (c) => c.charCodeAt(0));
    const canvas = make("canvas", {width: columns.length, height: rows.length, role: "img",
      "aria-label": `${matrix.title}, ${matrix.compare}: ${matrix.row_axis} upwards, ${matrix.column_axis} to the right`});
    const context = canvas.getContext("2d"), image = context.createImageData(columns.length, rows.length);
    rows.forEach((_, i) => columns.forEach((__, j) => {
      const value = levels[i * columns.length + j];
      if (value === noLevel) return;
      const {r, g, b} = colours[value];
      image.data.set([r, g, b, 255], 4 * ((rows.length - 1 - i) * columns.length + j));
    }));
    context.putImageData(image, 0, 0);
    const range = finite(matrix.low) ? `${three(matrix.low)} (dark) to ${three(matrix.high)} (light)` : "no finite value";
    const caption = make("figcaption", {}, range);
    canvas.addEventListener("pointermove", (event) => {
      const area = canvas.getBoundingClientRect();
      const inside = (k, count) => Math.min(count - 1, Math.max(0, k));
      const j = inside(Math.floor((event.clientX - area.left) / area.width * columns.length), columns.length);
      const i = rows.length - 1 - inside(Math.floor((event.clientY - area.top) / area.height * rows.length), rows.length);
      const value = levels[i * columns.length + j];
      caption.textContent = `${fixed(rows[i])} × ${fixed(columns[j])}: ` +
        (value === noLevel ? "not computed" : `about ${three(matrix.low + value / 254 * (matrix.high - matrix.low))}`);
    });
    canvas.addEventListener("pointerleave", () => { caption.textContent = range; });
    return make("figure", {class: "matrix"}, make("h4", {title: matrix.title}, matrix.title, make("span", {class: "of"}, ` ${matrix.compare}`)),
      make("div", {class: "plate"}, canvas), make("div", {class: "sides"}, make("span", {}, fixed(columns[0])),
        make("span", {}, `→ ${matrix.column_axis}${matrix.unit ? `, ${matrix.unit}` : ""}`), make("span", {}, fixed(columns[columns.length - 1]))),
      make("div", {class: "sides"}, `↑ ${matrix.row_axis}, ms: ${fixed(rows[0])} to ${fixed(rows[rows.length - 1])}`), caption);
  }

  function latencyTable() {
    const rows = time.panels.flatMap((panel) => panel.series.map((one) => ({...one, panel})));
    const columns = [
      {name: "layer", key: (row) => names.indexOf(row.name), cell: (row) => make("span", {title: row.name}, middle(row.name, 36))},
      {name: "reference", key: (row) => row.panel.title, cell: (row) => row.panel.title},
      {name: "comparison", key: (row) => row.panel.compare, cell: (row) => row.panel.compare},
      {name: "peak value", n: true, key: (row) => d3.max(row.values.filter(finite)), cell: (row) => three(d3.max(row.values.filter(finite)))},
      {name: "peak", n: true, key: (row) => row.peak, cell: (row) => (finite(row.peak) ? `${fixed(row.peak)} ${row.panel.unit}` : "–")},
      {name: "onset", n: true, key: (row) => row.onset, cell: (row) => (finite(row.onset) ? `${fixed(row.onset)} ${row.panel.unit}` : "–")},
    ];
    part("time", "more").append(make("h3", {}, "Latencies"),
      table(columns, rows, {sortable: true, tall: rows.length > 16, caption: "Peak and onset of every course"}));
  }
}
