// Models as bars, one panel per reference and comparison: error bars, noise ceiling, tests, and which differ.

function drawModels() {
  const models = data.rsa.filter(isModel);
  const codes = [...new Set(data.rsa.filter((row) => !isModel(row)).map(({code}) => code))].sort(byCode);
  if (models.length === 0 && data.differences.length === 0) return;  // the dot plots say everything
  document.getElementById("models").hidden = false;
  // References of a second analysis have "(rsa 2)" in their names, so a pair occurs once for each.
  const pairKey = (reference, compare, ...pair) => JSON.stringify([reference, compare, ...pair.map((one) => JSON.stringify(one)).sort()]);
  const differs = d3.nest().key((row) => pairKey(row.reference, row.compare, [row.layer_a, row.code_a], [row.layer_b, row.code_b]))
    .map(data.differences);
  const container = part("models", "figure"), readout = readoutLine(), figures = make("div");
  container.append(readout, figures);
  let layersOf = models.length === 0 ? codes[0] : "";
  const redraw = drawAtWidth(figures, draw);

  if (codes.length > 0) {
    const select = make("select", {});
    if (models.length > 0) select.append(make("option", {value: ""}, "none"));
    for (const code of codes) select.append(make("option", {value: code}, codeWord[code] || code));
    select.addEventListener("change", () => { layersOf = select.value; redraw(); });
    part("models", "controls").append(make("label", {}, models.length > 0 ? "Beside the models, the layers in code " : "Layers in code ", select));
  }
  caption();

  function draw(width) {
    // A model's dissimilarity may differ from that of the layers: both are candidates for the same reference.
    const panels = d3.nest().key((row) => JSON.stringify([row.reference, row.compare]))
      .entries(data.rsa.filter((row) => isModel(row) || row.code === layersOf));
    const box = make("div", {class: "panels"});
    figures.replaceChildren(box);
    for (const {key, values} of panels) {
      const [reference, compare] = JSON.parse(key);
      panel(box, Math.min(width, 1040), {reference, compare}, values.filter(({value}) => finite(value))
        .sort((a, b) => d3.descending(a.value, b.value)), values.filter(({value}) => !finite(value)).length);
    }
  }

  function panel(box, whole, {reference, compare}, rows, undefinedRows) {
    if (rows.length === 0) return;
    // Analyses with dissimilarities of their own: what has the same name is told apart by these.
    const same = d3.nest().key(({layer, code}) => JSON.stringify([layer, code])).rollup((group) => group.length).map(rows);
    const nameOf = (r) => (isModel(r) ? r.layer : brief(r.layer)) + (same.get(JSON.stringify([r.layer, r.code])) > 1 ? `, ${r.dissimilarity}` : "");
    const pairs = rows.length > 1 && rows.some((a) => rows.some((b) => pairOf(a, b)));
    const row = rows.length > 20 ? 15 : 18, top = 46, bottom = 30;
    const names = Math.min(150, whole * 0.34, 34 + 6.2 * d3.max(rows, (r) => nameOf(r).length));
    const marks = 56, matrix = pairs ? rows.length * row + 22 : 0;
    // Two panels side by side where they fit.
    const half = Math.floor((whole - 33) / 2);
    const available = names + 150 + marks + matrix <= half ? half : whole;
    const beside = names + 150 + marks + matrix <= available;
    const bars = Math.min(300, Math.max(beside ? 150 : 90, available - names - marks - (beside ? matrix : 0) - 8));
    const width = names + bars + marks + (beside ? matrix : 0);
    const cell = beside ? row : Math.min(row, (width - names - 8) / rows.length);
    const height = top + rows.length * row + bottom + (beside || !pairs ? 0 : rows.length * cell + 40);
    const holder = make("div");
    box.append(holder);
    const svg = figure(holder, Math.ceil(width), height, `Models against ${reference}, ${compare}`,
      rows.map((r, i) => `${i + 1}. ${r.layer} ${three(r.value)}`).join("; "));
    const title = svg.append("text").attr("x", 0).attr("y", 14).attr("font-weight", 600);
    fit(title.node(), reference, width - 10);
    svg.append("text").attr("class", "quiet").attr("x", 0).attr("y", 29).text(compare);

    const ends = rows.flatMap((r) => [r.value, r.ci_low, r.ci_high, r.ceiling_low, r.ceiling_high]).filter(finite);
    const x = d3.scaleLinear().domain(d3.extent([0, ...ends])).nice(5).range([names, names + bars]);
    if (x.domain()[0] === x.domain()[1]) x.domain([0, 1]);
    const last = top + rows.length * row;
    const band = svg.append("rect").attr("class", "chosen").attr("x", 0).attr("width", names + bars + marks).attr("height", row).style("display", "none");
    const bound = rows.find((r) => finite(r.ceiling_low) && finite(r.ceiling_high));
    if (bound) {
      svg.append("rect").attr("class", "ceiling").attr("x", x(bound.ceiling_low)).attr("y", top)
        .attr("width", Math.max(1, x(bound.ceiling_high) - x(bound.ceiling_low))).attr("height", last - top);
      svg.append("line").attr("class", "bound").attr("x1", x(bound.ceiling_low)).attr("x2", x(bound.ceiling_low)).attr("y1", top).attr("y2", last);
    }
    svg.append("g").attr("class", "axis").attr("transform", `translate(0,${last})`)
      .call(d3.axisBottom(x).tickValues(fittingTicks(x, bars)).tickSize(4).tickFormat(tickText));
    svg.append("line").attr("class", "base").attr("x1", x(0)).attr("x2", x(0)).attr("y1", top).attr("y2", last);
    if (rows.some((r) => finite(r.p_fdr))) head(svg, names + bars + 14, top - 5, "> 0", "value above 0, FDR");
    if (rows.some((r) => finite(r.p_ceiling))) head(svg, names + bars + 40, top - 5, "< nc", "value below the lower noise ceiling");

    rows.forEach((r, i) => {
      const y = top + (i + 0.5) * row;
      const line = svg.append("g").attr("class", isModel(r) ? "c-decoded" : codeClass(r.code));
      svg.append("text").attr("class", "quiet").attr("x", 16).attr("y", y).attr("dy", "0.35em").attr("text-anchor", "end").text(i + 1);
      const name = line.append("text").attr("x", 22).attr("y", y).attr("dy", "0.35em");
      fit(name.node(), nameOf(r), names - 28);
      line.append("rect").attr("class", "bar").attr("x", Math.min(x(0), x(r.value))).attr("y", y - row * 0.36)
        .attr("width", Math.abs(x(r.value) - x(0))).attr("height", row * 0.72);
      if (finite(r.ci_low) && finite(r.ci_high)) {
        line.append("line").attr("class", "error").attr("x1", x(r.ci_low)).attr("x2", x(r.ci_high)).attr("y1", y).attr("y2", y);
      }
      line.append("title").text(`${r.layer}: ${valueOf(r)}`);
      mark(svg, names + bars + 14, y, r.p_fdr);
      mark(svg, names + bars + 40, y, r.p_ceiling);
    });
    if (pairs) matrixOf(svg, rows, cell, beside ? names + bars + marks + 18 : names, beside ? top : last + bottom + 26);
    explore(svg, ["ArrowUp", "ArrowDown"], rows.length, ([, y]) => Math.floor((y - top) / row), (i) => {
      band.style("display", i === null ? "none" : null);
      readout.replaceChildren();
      if (i === null) return;
      band.attr("y", top + i * row);
      const better = rows.map((_, j) => j).filter((j) => j > i && differ(pairOf(rows[i], rows[j])));
      readout.append(make("span", {}, `${reference}, ${compare}`), said(`${i + 1}. ${nameOf(rows[i])}`, isModel(rows[i]) ? "c-decoded" : codeClass(rows[i].code), valueOf(rows[i])));
      if (pairs) readout.append(make("span", {}, better.length ? `better than ${better.map((j) => j + 1).join(", ")}` : "not shown to be better than any other"));
    });
    if (undefinedRows > 0) holder.append(make("p", {class: "caption"}, `${plural(undefinedRows, "value")} not defined.`));
  }

  function head(svg, x, y, text, meaning) {
    svg.append("text").attr("class", "quiet").attr("x", x).attr("y", y).attr("text-anchor", "middle").text(text)
      .append("title").text(meaning);
  }
  function mark(svg, x, y, p) {
    if (finite(p)) svg.append("circle").attr("class", p < level ? "yes" : "no").attr("cx", x).attr("cy", y).attr("r", 3.5)
      .append("title").text(`p ${pText(p)}`);
  }
  function valueOf(r) {
    return three(r.value) + spread(r.ci_low, r.ci_high) + (finite(r.p_fdr) ? `, p (FDR) ${pText(r.p_fdr)}` : "") +
      (finite(r.p_ceiling) ? `, below the ceiling p ${pText(r.p_ceiling)}` : "");
  }
  /** The difference of two rows, if it was computed. */
  function pairOf(a, b) {
    return (differs.get(pairKey(a.reference, a.compare, [a.layer, a.code], [b.layer, b.code])) || [])[0];
  }
  function differ(pair) {
    return Boolean(pair) && finite(pair.p_fdr) && pair.p_fdr < level;
  }

  /** Rows and columns in the order of the bars; a filled cell: the row's model is better than the column's. */
  function matrixOf(svg, rows, size, left, top) {
    pairMatrix(svg, {count: rows.length, size, left, top, head: "better than", cellOf: (i, j) => {
      const [a, b] = [rows[i], rows[j]], pair = i < j ? pairOf(a, b) : null;
      return pair && {yes: differ(pair), text: `${a.layer} − ${b.layer}: ${three(Math.abs(pair.difference))}, p (FDR) ` +
        (finite(pair.p_fdr) ? pText(pair.p_fdr) : "not computed")};
    }});
  }

  function caption() {
    const has = (key) => data.rsa.some((row) => finite(row[key]));
    part("models", "caption").textContent = "Bars are ordered by value. " +
      (has("ci_low") ? "Lines: confidence intervals. " : "") +
      (has("ceiling_low") ? "Grey: noise ceiling, dashed its lower bound. " : "") +
      (has("p_fdr") ? `> 0: filled if the value is above 0 at a false discovery rate of ${100 * level} %. ` : "") +
      (has("p_ceiling") ? `< nc: filled if it is below the lower noise ceiling, p < ${level}, not corrected. ` : "") +
      (data.differences.length ? "Squares: filled if the model of the row is better than that of the column at this false discovery rate, over all pairs of the reference. " : "") +
      (data.left_out.differences > 0 ? `${plural(data.left_out.differences, "difference")} did not fit the page; all are in the results file.` : "");
  }
}
