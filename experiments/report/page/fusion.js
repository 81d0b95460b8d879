// Fusion: when the first reference (MEG) is like the second (fMRI), and what each model shares with both.

function drawFusion() {
  const {fusion} = data;
  if (!fusion) return;
  document.getElementById("fusion").hidden = false;
  const entries = fusion.entries;
  const of = (name) => entries.flatMap(({models}) => models.map((model) => model[name]));
  const layers = inOrder(of("layer")), codes = [...new Set(of("code"))].sort(byCode);
  const chosen = someOf(layers, codes.length > 1 ? 2 : mostBands), shown = new Set(codes);
  const styleOf = (layer) => layers.filter((name) => chosen.has(name)).indexOf(layer) % 7;
  // Where codes are compared a dash is a code, else it helps to tell the layers apart.
  const dashOf = ({layer, code}) => courseDashes[(codes.length > 1 ? codes.indexOf(code) : styleOf(layer)) % courseDashes.length];
  const nameOf = ({layer, code}) => brief(layer) + (isModel({code}) ? "" : `, ${codeWord[code] || code}`);

  const visible = (models) => models.filter(({layer, code}) => chosen.has(layer) && shown.has(code));
  const container = part("fusion", "figure"), keys = make("div", {class: "controls"}), readout = readoutLine(), box = make("div");
  container.append(keys, readout, box);
  const redraw = drawAtWidth(box, draw);
  const controls = part("fusion", "controls");
  if (layers.length > 1) controls.append(nameBoxes("Models", layers, chosen, redraw));
  if (codes.length > 1) controls.append(nameBoxes("Codes", codes, shown, redraw));

  function draw(available) {
    box.replaceChildren();
    const all = visible(entries.flatMap(({models}) => models));
    const models = all.filter((a, i) => all.findIndex((b) => a.layer === b.layer && a.code === b.code) === i);
    keys.replaceChildren(...models.map((model) => courseKey(`c-k${styleOf(model.layer)}`, dashOf(model), middle(nameOf(model), 40), model.layer)));
    const perLine = available >= 660 ? 2 : 1;
    const width = Math.min(520, Math.floor((available - 32 * (perLine - 1)) / perLine));
    for (const entry of entries) {
      const panels = make("div", {class: "panels"});
      box.append(panels);
      const what = `${entry.first} with ${entry.second}`;
      const shared = {times: entry.times, axis: `time of ${entry.first}`, unit: entry.unit};
      const peakOf = ({peak, ...course}) => ({...course, peak: peak && peak.time, highest: peak && peak.values[0]});
      if (entry.correlation) {
        courseFigure(place(panels), width, {...shared, title: what, note: "fusion: correlation",
          series: [{...peakOf(entry.correlation), name: "correlation", cls: "c-float", dash: ""}]}, readout);
      }
      const series = visible(entry.models).map((model) =>
        ({...peakOf(model.commonality), name: nameOf(model), cls: `c-k${styleOf(model.layer)}`, dash: dashOf(model)}));
      if (series.length) {
        const square = entry.correlation && entry.control.length === 0
          ? {name: "squared correlation", values: entry.correlation.values.map((r) => (finite(r) ? r * r : null))} : null;
        courseFigure(place(panels), width, {...shared, title: what, bound: square,
          note: "commonality with the models" + (entry.control.length ? ` beyond ${entry.control.join(", ")}` : ""), series}, readout);
      }
    }
  }
  function place(panels) {
    const holder = make("div");
    panels.append(holder);
    return holder;
  }

  const courses = entries.flatMap(({correlation, models}) => [correlation, ...models.map(({commonality}) => commonality)]).filter(Boolean);
  const has = (key) => courses.some((course) => course[key] && course[key].some(finite));
  const thinned = entries.find(({times, all_times}) => times.length < all_times);
  part("fusion", "caption").textContent =
    "Left: correlation of the first reference at each time with the second. Right: commonality, the variance of the first that the second and a model explain in common; it can be negative (suppression). " +
    (entries.some(({control}) => control.length === 0) ? "Grey: squared correlation, the most that a model can share. " : "") +
    (has("low") ? `Bands: confidence intervals (for up to ${mostBands} models at once). ` : "") +
    (has("p_fdr") ? `${significanceMarks(entries)}: above 0 at a false discovery rate of ${100 * level} % over the course. ` : "") +
    "Large marks: peaks. " +
    (thinned ? `${plural(thinned.times.length, "time")} of ${grouped(thinned.all_times)} are drawn; peaks are those of all. ` : "") +
    (fusion.left_out > 0 ? `${plural(fusion.left_out, "course")} of models did not fit the page; all are in the results file.` : "");

  const rows = entries.flatMap((entry) => [
    ...(entry.correlation ? [{entry, layer: "(correlation)", code: "", course: entry.correlation}] : []),
    ...entry.models.map((model) => ({entry, ...model, course: model.commonality}))]);
  const peak = (row) => (row.course.peak ? estimate(row.course.peak) : null);
  const columns = [
    ...(entries.length > 1 ? [{name: "fusion", key: ({entry}) => entry.group, cell: ({entry}) => `${entry.first}, ${entry.second}`}] : []),
    {name: "model", key: ({layer}) => layers.indexOf(layer), cell: ({layer}) => make("span", {title: layer}, middle(brief(layer), 36))},
    {name: "code", key: ({code}) => code, cell: ({code}) => code},
    {name: "peak value", n: true, key: (row) => (peak(row) ? peak(row).value : null), cell: (row) => estimateText(peak(row))},
    {name: "at", n: true, key: ({course}) => (course.peak ? course.peak.time : null),
     cell: ({course, entry}) => (course.peak ? `${plain(course.peak.time)} ${entry.unit}` : "–")},
    ...(has("p_fdr") ? [{name: "p (FDR)", n: true, key: (row) => (peak(row) ? peak(row).p : null), cell: (row) => pNumber(peak(row) ? peak(row).p : null)}] : []),
  ];
  part("fusion", "more").append(make("h3", {}, "Peaks"),
    table(columns, rows, {sortable: true, tall: rows.length > 16, caption: "Peak of every course"}));
}
