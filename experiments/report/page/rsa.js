// Similarity of every layer's representation to the references: one dot plot per reference and comparison.

function drawRsa() {
  const all = data.rsa;
  if (all.length === 0) {
    nothing("rsa", "No similarity analysis was run (analyses: rsa).");
    return;
  }
  const rows = all.filter(({code}) => code !== modelCode);
  const order = new Map(data.layers.map(({name}, i) => [name, i]));
  const layers = [...new Set(rows.map(({layer}) => layer))]
    .sort((a, b) => (order.has(a) ? order.get(a) : 1e9) - (order.has(b) ? order.get(b) : 1e9));
  const codes = [...new Set(rows.map(({code}) => code))].sort(byCode);
  const shown = new Set(codes);
  const tested = rows.some((row) => finite(row.p_fdr));
  const measures = new Set(all.map(({dissimilarity}) => dissimilarity));
  const panels = d3.nest().key((row) => JSON.stringify([row.reference, row.compare, row.dissimilarity])).entries(rows)
    .map(({key, values}) => {
      const [reference, compare, dissimilarity] = JSON.parse(key);
      return {reference, compare, note: measures.size > 1 ? `${compare}, ${dissimilarity}` : compare, values};
    });
  const container = part("rsa", "figure");
  let rowHeight = 17;
  const redraw = drawAtWidth(container, draw);

  function draw(width) {
    container.replaceChildren();
    if (rows.length === 0) {
      container.append(make("p", {class: "nothing"}, "No layer was compared; the models are below."));
      return;
    }
    rowHeight = Math.max(17, 7 * shown.size + 5);
    const nameWidth = Math.min(220, width * 0.3, 24 + 6.2 * d3.max(layers, (layer) => layer.length));
    const perLine = Math.max(1, Math.min(panels.length, 5, Math.floor((width - nameWidth) / 190)));
    const panelWidth = Math.min(340, (width - nameWidth) / perLine);
    for (let first = 0; first < panels.length; first += perLine) {
      line(panels.slice(first, first + perLine), nameWidth, panelWidth);
    }
  }

  /** One line of panels that share the layers' names. */
  function line(some, nameWidth, panelWidth) {
    const top = 42, height = top + layers.length * rowHeight + 34;
    const width = nameWidth + some.length * panelWidth;
    const svg = figure(container, Math.ceil(width), height, "Similarity to references by layer",
      some.map(({reference, compare}) => `${reference}, ${compare}`).join("; ") + "; values are in the table below");
    layers.forEach((layer, i) => {
      const y = top + (i + 0.5) * rowHeight;
      const name = svg.append("text").attr("x", nameWidth - 12).attr("y", y).attr("dy", "0.35em").attr("text-anchor", "end");
      fit(name.node(), layer, nameWidth - 14);
    });
    some.forEach((panel, k) => drawPanel(svg, panel, nameWidth + k * panelWidth, top, panelWidth - 36));
  }

  /**
   * Each panel has its own scale, since noise ceilings differ. It has 0 on it, unless all values are so high that
   * their differences would not be seen, as those of a twin.
   */
  function domain(panel) {
    const values = panel.values.filter(({code}) => shown.has(code))
      .flatMap((row) => [row.value, row.ci_low, row.ci_high, row.ceiling_low, row.ceiling_high]).filter(finite);
    const near = values.length > 0 && d3.min(values) > 0.8;
    const [low, high] = d3.extent(near ? values : [0, ...values]);
    if (low === high) return near ? [low - 0.01, low] : [0, 1];
    return [low, high];
  }

  function tickText(value) {
    return minus(String(+value.toFixed(9)));
  }
  /** As many ticks as leave their labels apart. */
  function fittingTicks(x, width) {
    for (let count = Math.max(3, Math.floor(width / 45)); count > 1; --count) {
      const ticks = x.ticks(count);
      if (d3.max(ticks, (value) => tickText(value).length) * 6.5 + 10 <= width / Math.max(1, ticks.length - 1)) return ticks;
    }
    return x.domain();
  }

  function drawPanel(svg, panel, left, top, width) {
    const group = svg.append("g");
    const bottom = top + layers.length * rowHeight;
    const x = d3.scaleLinear().domain(domain(panel)).nice(5).range([left, left + width]);
    const name = group.append("text").attr("x", left).attr("y", 14).attr("font-weight", 600);
    fit(name.node(), panel.reference, width);
    group.append("text").attr("class", "quiet").attr("x", left).attr("y", 29).text(panel.note);
    const slot = new Map(layers.map((layer, i) => [layer, top + i * rowHeight]));
    for (const row of panel.values) {
      if (!finite(row.ceiling_low) || !finite(row.ceiling_high) || !slot.has(row.layer)) continue;
      if (row.code !== panel.values.find(({layer}) => layer === row.layer).code) continue;  // once a layer
      group.append("rect").attr("class", "ceiling").attr("x", x(row.ceiling_low)).attr("y", slot.get(row.layer))
        .attr("width", Math.max(1, x(row.ceiling_high) - x(row.ceiling_low))).attr("height", rowHeight + 0.5);
    }
    const between = shown.size > 4;  // many marks: lines between the layers, else through them
    group.selectAll(null).data(between ? layers.slice(1) : layers).enter().append("line").attr("class", "hair")
      .attr("x1", left).attr("x2", left + width).attr("y1", (layer) => slot.get(layer) + (between ? 0 : rowHeight / 2))
      .attr("y2", (layer) => slot.get(layer) + (between ? 0 : rowHeight / 2));
    if (x.domain()[0] <= 0) {
      group.append("line").attr("class", "base").attr("x1", x(0)).attr("x2", x(0)).attr("y1", top).attr("y2", bottom);
    }
    group.append("g").attr("class", "axis").attr("transform", `translate(0,${bottom})`)
      .call(d3.axisBottom(x).tickValues(fittingTicks(x, width)).tickSize(4).tickFormat(tickText));
    const lanes = codes.filter((code) => shown.has(code));
    for (const row of panel.values) {
      if (!finite(row.value) || !shown.has(row.code)) continue;
      const y = slot.get(row.layer) + rowHeight * (lanes.indexOf(row.code) + 1) / (lanes.length + 1);
      const mark = group.append("g").attr("class", codeClass(row.code));
      if (finite(row.ci_low) && finite(row.ci_high)) {
        mark.append("line").attr("class", "whisker").attr("x1", x(row.ci_low)).attr("x2", x(row.ci_high)).attr("y1", y).attr("y2", y);
      }
      mark.append("path").attr("class", tested && !(row.p_fdr < level) ? "dot hollow" : "dot").attr("d", symbol(row.code)).attr("transform", `translate(${x(row.value)},${y})`);
      mark.append("title").text(`${row.layer}, ${codeWord[row.code] || row.code}: ${three(row.value)}${interval(row)}${chance(row)}`);
    }
  }

  function interval(row) {
    return finite(row.ci_low) && finite(row.ci_high) ? ` [${three(row.ci_low)}, ${three(row.ci_high)}]` : "";
  }
  function chance(row) {
    return (finite(row.p) ? `, p ${pText(row.p)}` : "") + (finite(row.p_fdr) ? `, corrected ${pText(row.p_fdr)}` : "") +
      (finite(row.p_ceiling) ? `; below the noise ceiling p ${pText(row.p_ceiling)}` : "");
  }

  legend();
  caption();
  rsaTable();

  function legend() {
    const controls = part("rsa", "controls");
    for (const code of codes) {
      const key = make(codes.length > 1 ? "label" : "span", {class: codeClass(code)});
      if (codes.length > 1) {
        const box = make("input", {type: "checkbox"});
        box.checked = true;
        box.addEventListener("change", () => {
          if (box.checked) shown.add(code); else shown.delete(code);
          redraw();
        });
        key.append(box);
      }
      d3.select(key).append("svg").attr("width", 12).attr("height", 12).attr("viewBox", "-6 -6 12 12").attr("aria-hidden", "true")
        .style("display", "inline-block").style("vertical-align", "-1px").append("path").attr("class", "dot").attr("d", symbol(code, 44));
      key.append(" " + (codeWord[code] || code));
      controls.append(key);
    }
  }

  function caption() {
    if (rows.length === 0) return;
    const key = (row) => JSON.stringify([row.layer, row.reference, row.compare, row.dissimilarity]);
    const float = new Map(rows.filter(({code}) => code === "float").map((row) => [key(row), row.value]));
    const gaps = rows.filter((row) => row.code === "count" && finite(row.value) && finite(float.get(key(row))))
      .map((row) => Math.abs(row.value - float.get(key(row))));
    const has = (...keys) => rows.some((row) => keys.every((k) => finite(row[k])));
    part("rsa", "caption").textContent =
      `Comparison of each layer's dissimilarities (${[...measures].join(", ")}) with each reference, ` +
      "layers from input (top) to output; " +
      "each panel has its own scale. " +
      (gaps.length ? `Spike counts and float activations differ by ${fixed(d3.mean(gaps))} on average and ${fixed(d3.max(gaps))} at most. ` : "") +
      (has("ci_low", "ci_high") ? "Whiskers: confidence intervals. " : "") +
      (tested ? `Filled marks: above 0 at a false discovery rate of ${100 * level} %; open marks: not. ` : "") +
      (has("ceiling_low", "ceiling_high") ? "Grey: noise ceiling, lower to upper bound. " : "") +
      (rows.some((row) => !finite(row.value)) ? "A comparison that is not defined has no mark and a dash in the table. " : "");
  }

  function rsaTable() {
    const text = (name, key, extra = {}) => ({name, key: (row) => row[key], cell: (row) => row[key], ...extra});
    const number = (name, key) => ({name, n: true, key: (row) => row[key], cell: (row) => three(row[key])});
    const has = (key) => all.some((row) => finite(row[key]));
    const chances = (name, key) => (has(key) ? [{name, n: true, key: (row) => row[key], cell: (row) => pNumber(row[key])}] : []);
    const columns = [
      {name: all.length > rows.length ? "layer or model" : "layer",
       key: (row) => (row.code === modelCode ? layers.length : layers.indexOf(row.layer)), cell: (row) => make("span", {title: row.layer}, middle(row.layer, 36))},
      {...text("code", "code"), cell: (row) => make("span", {class: `c ${codeClass(row.code)}`}, row.code)},
      text("reference", "reference"), text("comparison", "compare"), text("dissimilarity", "dissimilarity"),
      number("value", "value"),
      {name: "interval", n: true, key: (row) => row.ci_low, cell: (row) => interval(row).trim() || "–"},
      {name: "p", n: true, key: (row) => row.p, cell: (row) => pNumber(row.p)},
      ...chances("p (FDR)", "p_fdr"), ...chances("p (Bonferroni)", "p_bonferroni"), ...chances("p (permuted)", "p_permutation"),
      {name: "ceiling", n: true, key: (row) => row.ceiling_low,
       cell: (row) => finite(row.ceiling_low) ? `${three(row.ceiling_low)} – ${three(row.ceiling_high)}` : "–"},
      ...chances("p (below ceiling)", "p_ceiling"),
    ];
    const whole = table(columns, all, {sortable: true, tall: all.length > 16, caption: "Similarity to references, all values"});
    part("rsa", "more").append(make("h3", {}, `All ${plural(all.length, "value")}`), whole);
  }
}
