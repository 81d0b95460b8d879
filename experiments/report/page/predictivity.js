// How well each layer predicts recorded responses: float and spiking beside each other, with the ceiling.

function drawPredictivity() {
  const {predictivity} = data;
  if (!predictivity) return;
  document.getElementById("predictivity").hidden = false;
  const {targets} = predictivity;
  const all = targets.flatMap(({rows}) => rows);
  const layers = inOrder(all.map(({layer}) => layer));
  const codes = [...new Set(all.map(({code}) => code))].sort(byCode);
  const shown = new Set(codes);
  const reliable = targets.some(({ceiling}) => finite(ceiling) && ceiling > 0);
  const several = new Set(targets.map(({group}) => group)).size > 1;

  // The ceiling is a reliability, which bounds r²: its root bounds r. Normalised, it is taken as known.
  const signedSquare = (r) => Math.sign(r) * r * r;
  const scales = {
    raw: {word: "raw: r", of: ({score}) => score, end: (r) => r,
          ceiling: ({ceiling, ceiling_error}) => (finite(ceiling) && ceiling > 0 ? {value: Math.sqrt(ceiling),
            low: finite(ceiling_error) ? Math.sqrt(Math.max(0, ceiling - ceiling_error)) : null,
            high: finite(ceiling_error) ? Math.sqrt(ceiling + ceiling_error) : null} : null)},
    root: {word: "normalised: r / √ceiling", of: ({r}) => r, end: (r, ceiling) => r / Math.sqrt(ceiling), ceiling: known},
    square: {word: "normalised: r² / ceiling", of: ({r_squared}) => r_squared, end: (r, ceiling) => signedSquare(r) / ceiling, ceiling: known},
  };
  function known({ceiling}) {
    return finite(ceiling) && ceiling > 0 ? {value: 1, low: null, high: null} : null;
  }
  /** The row's value on a scale, with the ends of its interval, or of its standard error if there is none. */
  function valueOf(target, row, scale) {
    const whole = finite(row.low) && finite(row.high);
    const [low, high] = whole ? [row.low, row.high] : finite(row.error) && finite(row.score) ? [row.score - row.error, row.score + row.error] : [null, null];
    const end = (r) => (finite(r) ? scale.end(r, target.ceiling) : null);
    return {value: scale.of(row), low: end(low), high: end(high)};
  }

  const container = part("predictivity", "figure"), readout = readoutLine(), box = make("div"), controls = part("predictivity", "controls");
  container.append(readout, box);
  let scale = scales.raw;
  const redraw = drawAtWidth(box, draw);
  if (reliable) choice(controls, "Score", Object.entries(scales).map(([key, {word}]) => [key, word]), (key) => { scale = scales[key]; redraw(); });
  for (const code of codes) {
    controls.append(markKey(code, codeClass(code), codeWord[code] || code, codes.length === 1 ? null : (on) => {
      if (on) shown.add(code); else shown.delete(code);
      redraw();
    }));
  }
  function at(target, layer, code) {
    return target.rows.find((row) => row.layer === layer && row.code === code);
  }

  function draw(width) {
    box.replaceChildren();
    const lanes = codes.filter((code) => shown.has(code));
    rowFigure(box, width, {
      rows: layers, rowHeight: Math.max(17, 7 * lanes.length + 5), readout,
      title: "Prediction of recorded responses by layer",
      describe: (some) => some.map(({target}) => target.name).join("; ") + "; values are in the table below",
      panels: targets.map((target) => ({target, title: target.name + (several ? ` (${target.method || target.group})` : ""), note: noteOf(target), draw: (group, frame) => panel(group, frame, target, lanes)})),
      say: (row, some) => some.flatMap(({target}) => lanes.filter((code) => at(target, layers[row], code)).map((code) => said(
        `${target.name}, ${codeWord[code] || code}`, codeClass(code), estimateText(valueOf(target, at(target, layers[row], code), scale))))
        .concat(scale.ceiling(target) ? [make("span", {}, `ceiling ${three(scale.ceiling(target).value)}`)] : [])),
    });
  }
  function noteOf({region, name, units}) {
    return [region !== name ? region : "", finite(units) ? plural(units, "unit") : "", scale.word].filter(Boolean).join(", ");
  }
  function panel(group, frame, target, lanes) {
    const ceiling = scale.ceiling(target);
    const marks = lanes.flatMap((code, lane) => layers.map((layer, row) => ({row, lane, code, found: at(target, layer, code)})))
      .filter(({found}) => found).map(({found, ...mark}) => ({...mark, ...valueOf(target, found, scale), cls: codeClass(mark.code)}));
    drawDots(group, frame, {marks, lanes: lanes.length, rows: layers.length,
      bands: ceiling ? [{row: null, low: ceiling.low, high: ceiling.high}] : [], rules: ceiling ? [{row: null, value: ceiling.value, cls: "bound"}] : []});
  }

  const has = (key) => all.some((row) => finite(row[key]));
  const methods = [...new Set(targets.map(({method, splits, projection}) => [method, splits, projection && projection !== "none" ? `projection ${projection}` : ""].filter(Boolean).join("; ")).filter(Boolean))];
  part("predictivity", "caption").textContent =
    "Correlation r of predicted and measured responses to held-out stimuli, median over units, mean over splits" + (methods.length ? ` (${methods.join(" | ")})` : "") + ". " +
    (has("low") ? "Whiskers: confidence intervals over new units, for the same stimuli. " : has("error") ? "Whiskers: standard errors over splits, which share stimuli: the true uncertainty is larger. " : "") +
    (reliable ? "Raw scores have the root of the ceiling as a dashed line (it is a reliability and bounds r²), its standard error in grey; normalised ones have 1. On normalised scales the ceiling is taken as known: its own error is not in the whiskers. "
      : "There is no ceiling: it needs repetitions of the stimuli. ") +
    (all.some(({score}) => !finite(score)) ? "A score that is not defined has no mark and a dash in the table. " : "") +
    (predictivity.left_out > 0 ? `${plural(predictivity.left_out, "score")} did not fit the page; all are in the results file.` : "");

  const rows = targets.flatMap((target) => target.rows.map((row) => ({...row, target})));
  const number = (name, key) => (has(key) ? [{name, n: true, key: (row) => row[key], cell: (row) => three(row[key])}] : []);
  const columns = [
    {name: "layer", key: ({layer}) => layers.indexOf(layer), cell: ({layer}) => make("span", {title: layer}, middle(brief(layer), 36))},
    {name: "code", key: ({code}) => code, cell: ({code}) => make("span", {class: `c ${codeClass(code)}`}, code)},
    {name: "responses", key: ({target}) => target.name, cell: ({target}) => target.name},
    ...(targets.some(({region, name}) => region && region !== name) ? [{name: "region", key: ({target}) => target.region, cell: ({target}) => target.region}] : []),
    ...(several ? [{name: "method", key: ({target}) => target.method, cell: ({target}) => target.method || target.group}] : []),
    ...number("r", "score"),
    ...(has("low") ? [{name: "interval", n: true, key: ({low}) => low, cell: ({low, high}) => spread(low, high).trim() || "–"}] : []),
    ...number("± (splits)", "error"),
    {name: "ceiling", n: true, key: ({target}) => target.ceiling, cell: ({target}) => three(target.ceiling) + (finite(target.ceiling_error) ? ` ± ${three(target.ceiling_error)}` : "")},
    ...number("r / √ceiling", "r"), ...number("r² / ceiling", "r_squared"),
    ...(all.some(({undefined: n}) => n > 0) ? [{name: "undefined units", n: true, key: (row) => row.undefined, cell: (row) => grouped(row.undefined)}] : []),
  ];
  part("predictivity", "more").append(make("h3", {}, `All ${plural(rows.length, "score")}`),
    table(columns, rows, {sortable: true, tall: rows.length > 16, caption: "Prediction of recorded responses, all values"}));
}
