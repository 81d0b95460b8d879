// Similarity of every layer's representation to the references: one dot plot per reference and comparison.

function drawRsa() {
  const all = data.rsa;
  if (all.length === 0) {
    nothing("rsa", "No similarity analysis was run (analyses: rsa).");
    return;
  }
  const rows = all.filter((row) => !isModel(row));
  const layers = inOrder(rows.map(({layer}) => layer));
  const codes = [...new Set(rows.map(({code}) => code))].sort(byCode);
  const shown = new Set(codes);
  const tested = rows.some((row) => finite(row.p_fdr));
  const measures = new Set((rows.length ? rows : all).map(({dissimilarity}) => dissimilarity));
  const panels = d3.nest().key((row) => JSON.stringify([row.reference, row.compare, row.dissimilarity])).entries(rows)
    .map(({key, values}) => {
      const [reference, compare, dissimilarity] = JSON.parse(key);
      return {title: reference, note: measures.size > 1 ? `${compare}, ${dissimilarity}` : compare, values};
    });
  const container = part("rsa", "figure"), readout = readoutLine(), box = make("div");
  container.append(readout, box);
  const redraw = drawAtWidth(box, draw);

  function draw(width) {
    box.replaceChildren();
    if (rows.length === 0) {
      box.append(make("p", {class: "nothing"}, "No layer was compared; the models are below."));
      return;
    }
    const lanes = codes.filter((code) => shown.has(code));
    rowFigure(box, width, {
      rows: layers, rowHeight: Math.max(17, 7 * lanes.length + 5), readout, title: "Similarity to references by layer",
      describe: (some) => some.map(({title, note}) => `${title}, ${note}`).join("; ") + "; values are in the table below",
      panels: panels.map((panel) => ({...panel, draw: (group, frame) => drawPanel(group, frame, panel, lanes)})),
      say: (row, some) => some.flatMap(({title, note, values}) => values.filter(({layer, code}) => layer === layers[row] && shown.has(code))
        .map((one) => said(`${title}, ${panels.filter((panel) => panel.title === title).length > 1 ? `${note}, ` : ""}${codeWord[one.code] || one.code}`,
                           codeClass(one.code), valueText(one)))),
    });
  }

  /** Each panel has its own scale, since noise ceilings differ. */
  function drawPanel(group, frame, panel, lanes) {
    const row = new Map(layers.map((layer, i) => [layer, i]));
    const first = new Map();  // a layer's ceiling is drawn once
    for (const one of panel.values) {
      if (finite(one.ceiling_low) && finite(one.ceiling_high) && !first.has(one.layer)) first.set(one.layer, one);
    }
    const some = panel.values.filter(({code}) => shown.has(code)).map((one) => ({one, row: row.get(one.layer), lane: lanes.indexOf(one.code)}));
    drawDots(group, frame, {
      lanes: lanes.length, rows: layers.length,
      marks: some.map(({one, ...place}) => ({...place, value: one.value, low: one.ci_low, high: one.ci_high, code: one.code, cls: codeClass(one.code),
        hollow: tested && !(finite(one.p_fdr) && one.p_fdr < level), text: `${one.layer}, ${codeWord[one.code] || one.code}: ${valueText(one)}`})),
      bands: [...first.values()].map((one) => ({row: row.get(one.layer), low: one.ceiling_low, high: one.ceiling_high})),
      rules: some.filter(({one}) => finite(one.random_mean)).map(({one, ...place}) => ({...place, value: one.random_mean, cls: `random ${codeClass(one.code)}`})),
    });
  }

  function valueText(row) {
    return three(row.value) + spread(row.ci_low, row.ci_high) + chance(row);
  }
  function chance(row) {
    return (finite(row.p) ? `, p ${pText(row.p)}` : "") + (finite(row.p_fdr) ? `, corrected ${pText(row.p_fdr)}` : "") +
      (finite(row.p_ceiling) ? `; below the noise ceiling p ${pText(row.p_ceiling)}` : "") +
      (finite(row.random_mean) ? `; networks with random weights ${three(row.random_mean)} ± ${three(row.random_sd)}, p ${pText(row.p_random)}` : "");
  }

  legend();
  caption();
  rsaTable();

  function legend() {
    for (const code of codes) {
      part("rsa", "controls").append(markKey(code, codeClass(code), codeWord[code] || code, codes.length === 1 ? null : (on) => {
        if (on) shown.add(code); else shown.delete(code);
        redraw();
      }));
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
      "layers from input (top) to output" + (layers.some((layer) => brief(layer) !== layer) ? ", without what their names have in common; " : "; ") +
      "each panel has its own scale. " +
      (gaps.length ? `Spike counts and float activations differ by ${fixed(d3.mean(gaps))} on average and ${fixed(d3.max(gaps))} at most. ` : "") +
      (has("ci_low", "ci_high") ? "Whiskers: confidence intervals. " : "") +
      (tested ? `Filled marks: above 0 at a false discovery rate of ${100 * level} %; open marks: not. ` : "") +
      (has("ceiling_low", "ceiling_high") ? "Grey: noise ceiling, lower to upper bound. " : "") +
      (has("random_mean") ? "Short lines: mean of networks with random weights. " : "") +
      (all.some((row) => finite(row.p_fdr)) ? "p: value above 0; FDR, Bonf.: corrected for the rows of a code, reference and comparison; < ceiling: value below the lower noise ceiling, not corrected. " : "") +
      (rows.some((row) => !finite(row.value)) ? "A comparison that is not defined has no mark and a dash in the table. " : "") +
      (data.left_out.rsa > 0 ? `${plural(data.left_out.rsa, "value")} did not fit the page; all are in the results file.` : "");
  }

  function rsaTable() {
    const text = (name, key, extra = {}) => ({name, key: (row) => row[key], cell: (row) => row[key], ...extra});
    const number = (name, key) => ({name, n: true, key: (row) => row[key], cell: (row) => three(row[key])});
    const has = (key) => all.some((row) => finite(row[key]));
    const chances = (name, key) => (has(key) ? [{name, n: true, key: (row) => row[key], cell: (row) => pNumber(row[key])}] : []);
    const columns = [
      {name: all.length > rows.length ? "layer or model" : "layer",
       key: (row) => (isModel(row) ? layers.length : layers.indexOf(row.layer)), cell: (row) => make("span", {title: row.layer}, middle(isModel(row) ? row.layer : brief(row.layer), 36))},
      {...text("code", "code"), cell: (row) => make("span", {class: `c ${codeClass(row.code)}`}, row.code)},
      text("reference", "reference"), text("comparison", "compare"), ...(measures.size > 1 ? [text("dissimilarity", "dissimilarity")] : []),
      number("value", "value"),
      {name: "interval", n: true, key: (row) => row.ci_low, cell: (row) => spread(row.ci_low, row.ci_high).trim() || "–"},
      {name: "p", n: true, key: (row) => row.p, cell: (row) => pNumber(row.p)},
      ...chances("p (FDR)", "p_fdr"), ...chances("p (Bonf.)", "p_bonferroni"), ...chances("p (perm.)", "p_permutation"),
      {name: "ceiling", n: true, key: (row) => row.ceiling_low,
       cell: (row) => finite(row.ceiling_low) ? `${three(row.ceiling_low)} – ${three(row.ceiling_high)}` : "–"},
      ...chances("p (< ceiling)", "p_ceiling"),
      ...(has("random_mean") ? [{name: "random", n: true, key: (row) => row.random_mean, cell: (row) => finite(row.random_mean) ? `${three(row.random_mean)} ± ${three(row.random_sd)}` : "–"}] : []),
      ...chances("p (random)", "p_random"),
    ];
    const whole = table(columns, all, {sortable: true, tall: all.length > 16, caption: "Similarity to references, all values"});
    part("rsa", "more").append(make("h3", {}, `All ${plural(all.length, "value")}`), whole);
  }
}
