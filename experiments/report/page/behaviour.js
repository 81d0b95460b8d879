// Decisions of the networks beside those of observers: error consistency, accuracy, image-level consistency.

function drawBehaviour() {
  const {behaviour} = data;
  if (!behaviour) return;
  document.getElementById("behaviour").hidden = false;
  const container = part("behaviour", "figure");
  // The float network and the spiking one look as they do elsewhere.
  const codeOf = {float: "float", spiking: "count"};
  const codesOf = ({networks}) => networks.map((name) => codeOf[name] || name);
  const classOf = (code) => (codeOrder.includes(code) ? `c-${code}` : "c-other");
  const networks = [...new Set(behaviour.entries.flatMap((entry) => entry.networks))];
  for (const name of networks) part("behaviour", "controls").append(markKey(codeOf[name] || name, classOf(codeOf[name] || name), `${name} network`));

  for (const entry of behaviour.entries) drawEntry(entry);

  function drawEntry(entry) {
    const holder = make("div", {class: "block"}), readout = readoutLine(), box = make("div");
    if (behaviour.entries.length > 1) holder.append(make("h3", {}, entry.group));
    holder.append(readout, box);
    container.append(holder);
    const codes = codesOf(entry);
    const summaries = [kappaFigure(entry, codes), i2nFigure(entry, codes), differenceFigure(entry)].filter(Boolean);
    const scatters = entry.observers.filter(({accuracy, kappas}) => accuracy && kappas.some((k) => k && k.some(finite)));
    if (summaries.length + scatters.length === 0) box.append(make("p", {class: "nothing"}, "No observers were given; the networks are in the table below."));
    drawAtWidth(box, (width) => {
      if (summaries.length + scatters.length === 0) return;
      const panels = make("div", {class: "panels"});
      box.replaceChildren(panels);
      const wide = width >= 720 ? Math.floor((width - 32) / 2) : width;
      for (const draw of summaries) draw(place(panels), Math.min(520, wide), readout);
      for (const set of scatters) scatter(place(panels), Math.min(440, wide), entry, set, codes, readout);
    });
  }
  function place(panels) {
    const holder = make("div");
    panels.append(holder);
    return holder;
  }

  /** One panel with a row for each thing compared. */
  function rowsOf(title, note, rows, spec, lanes, say) {
    return (holder, width, readout) => rowFigure(holder, width, {
      rows, rowHeight: Math.max(22, 10 * lanes + 8), least: 120, widest: width, readout, title, describe: () => rows.join("; "),
      panels: [{title, note, draw: (group, frame) => drawDots(group, frame, {...spec, lanes, rows: rows.length})}], say});
  }

  function kappaFigure(entry, codes) {
    const sets = entry.observers.filter(({kappa}) => kappa);
    const between = estimate(entry.kappa_between_networks);
    if (sets.length === 0) return null;
    const rows = [...sets.map(({name}) => name), ...(between && finite(between.value) ? ["both networks"] : [])];
    const valueOf = (set, n) => {
      const e = estimate(set.kappa, n), error = set.kappa_error ? set.kappa_error[n] : null;
      return finite(e.low) && finite(e.high) || !finite(error) || !finite(e.value) ? e : {...e, low: e.value - error, high: e.value + error};
    };
    const marks = sets.flatMap((set, row) => codes.map((code, lane) => ({row, lane, code, cls: classOf(code), ...valueOf(set, lane)})));
    if (rows.length > sets.length) marks.push({row: sets.length, lane: (codes.length - 1) / 2, code: "decoded", cls: "c-other", ...between});
    return rowsOf("Error consistency", "kappa with observers", rows, {
      marks,
      specks: sets.flatMap((set, row) => set.kappas.flatMap((kappas, lane) => (kappas || []).map((value) => ({row, lane, value, cls: classOf(codes[lane])})))),
      bands: sets.map((set, row) => ({row, ...estimate(set.between)})),
      rules: sets.map((set, row) => ({row, value: (estimate(set.between) || {}).value, cls: "bound"}))}, codes.length,
      (row) => (row >= sets.length ? [said("kappa", "c-other", estimateText(between))] : [
        ...codes.map((code, n) => said(entry.networks[n], classOf(code), estimateText(valueOf(sets[row], n)))),
        make("span", {}, `between observers ${estimateText(estimate(sets[row].between))}`), make("span", {}, plural(sets[row].count, "observer"))]));
  }

  function i2nFigure(entry, codes) {
    const sets = entry.i2n.filter(({consistency}) => consistency);
    const between = estimate(entry.i2n_between_networks);
    const rows = [...sets.map(({name}) => name), ...(between && finite(between.value) ? ["both networks"] : [])];
    if (rows.length === 0) return null;
    const root = (set) => {
      const e = estimate(set.reliability), of = (x) => (finite(x) && x >= 0 ? Math.sqrt(x) : null);
      return e ? {value: of(e.value), low: of(e.low), high: of(e.high)} : {};
    };
    const marks = sets.flatMap((set, row) => codes.map((code, lane) => ({row, lane, code, cls: classOf(code), ...estimate(set.consistency, lane)})));
    if (rows.length > sets.length) marks.push({row: sets.length, lane: (codes.length - 1) / 2, code: "decoded", cls: "c-other", ...between});
    return rowsOf("Image-level consistency", "r of I2n with observers, raw", rows, {
      marks, bands: sets.map((set, row) => ({row, ...root(set)})), rules: sets.map((set, row) => ({row, value: root(set).value, cls: "bound"}))}, codes.length,
      (row) => (row >= sets.length ? [said("r", "c-other", estimateText(between))] : [
        ...codes.flatMap((code, n) => [said(entry.networks[n], classOf(code), estimateText(estimate(sets[row].consistency, n)) +
          `, over √reliability ${estimateText(estimate(sets[row].corrected, n))}`)]),
        make("span", {}, `reliability ${estimateText(estimate(sets[row].reliability))}, its root ${three(root(sets[row]).value)}`)]));
  }

  function differencesOf(entry) {
    return [["accuracy", entry.accuracy_difference], ...entry.observers.map(({name, difference}) => [`kappa, ${name}`, difference]),
            ...entry.i2n.map(({name, difference}) => [`I2n, ${name}`, difference])]
      .map(([name, columns]) => ({name, ...estimate(columns)})).filter(({value}) => finite(value));
  }
  function differenceFigure(entry) {
    const found = differencesOf(entry);
    if (found.length === 0) return null;
    return rowsOf("Spiking minus float", "difference of the two networks", found.map(({name}) => name),
      {marks: found.map((one, row) => ({row, lane: 0, code: "count", cls: "c-count", ...one}))}, 1,
      (row) => [said("spiking − float", "c-count", estimateText(found[row]))]);
  }

  /** A point for every observer and network: how accurate the observer is, and whether both err alike. */
  function scatter(holder, width, entry, {name, count, accuracy, kappas, trials, between}, codes, readout) {
    const height = Math.round(150 + 0.35 * width), margin = {top: 40, right: 12, bottom: 34, left: 42};
    const svg = figure(holder, width, height, `Accuracy and error consistency of ${name}`, `${plural(count, "observer")}; kappa of each network with each`);
    const title = svg.append("text").attr("x", 0).attr("y", 13).attr("font-weight", 600);
    fit(title.node(), name, width - 10);
    svg.append("text").attr("class", "quiet").attr("x", 0).attr("y", 28).text("kappa of each observer with the networks");
    const order = d3.range(accuracy.length).filter((k) => finite(accuracy[k])).sort((a, b) => accuracy[a] - accuracy[b]);
    const own = codes.map((code, n) => ({code, value: (estimate(entry.accuracy, n) || {}).value})).filter(({value}) => finite(value));
    const range = estimate(between) || {};
    const x = d3.scaleLinear().domain(widened(d3.extent([...accuracy, ...own.map(({value}) => value)].filter(finite)))).nice(5).range([margin.left, width - margin.right]);
    const y = d3.scaleLinear().domain(widened(d3.extent([0, range.value, range.low, range.high, ...kappas.flatMap((k) => k || [])].filter(finite)))).nice(5).range([height - margin.bottom, margin.top]);
    svg.append("g").attr("class", "axis").attr("transform", `translate(${margin.left},0)`)
      .call(d3.axisLeft(y).ticks(5).tickSize(-(width - margin.left - margin.right)).tickFormat(tickText)).selectAll("line").attr("class", "hair").attr("stroke", null);
    svg.append("g").attr("class", "axis").attr("transform", `translate(0,${height - margin.bottom})`)
      .call(d3.axisBottom(x).ticks(Math.max(2, Math.floor(width / 80))).tickSize(4).tickFormat((v) => `${+(100 * v).toFixed(1)} %`));
    svg.append("text").attr("class", "quiet").attr("x", margin.left).attr("y", height - 3).text("accuracy of the observer; dashed: the networks'");
    if (finite(range.low) && finite(range.high)) {
      svg.append("rect").attr("class", "ceiling").attr("x", margin.left).attr("width", width - margin.left - margin.right)
        .attr("y", y(range.high)).attr("height", Math.max(1, y(range.low) - y(range.high)));
    }
    const across = (value, cls) => svg.append("line").attr("class", cls).attr("x1", margin.left).attr("x2", width - margin.right).attr("y1", y(value)).attr("y2", y(value));
    if (y.domain()[0] <= 0) across(0, "base");
    if (finite(range.value)) across(range.value, "bound");
    for (const {code, value} of own) {
      svg.append("line").attr("class", `line dashed ${classOf(code)}`).attr("x1", x(value)).attr("x2", x(value)).attr("y1", margin.top).attr("y2", height - margin.bottom);
    }
    codes.forEach((code, n) => order.forEach((k) => {
      if (kappas[n] && finite(kappas[n][k])) svg.append("path").attr("class", `dot ${classOf(code)}`).attr("d", symbol(code)).attr("transform", `translate(${x(accuracy[k])},${y(kappas[n][k])})`);
    }));
    const cursor = svg.append("line").attr("class", "cursor").attr("y1", margin.top).attr("y2", height - margin.bottom).style("display", "none");
    if (order.length === 0) return;
    explore(svg, ["ArrowLeft", "ArrowRight"], order.length, ([at]) => d3.scan(order.map((k) => Math.abs(x(accuracy[k]) - at))), (place) => {
      readout.replaceChildren();
      cursor.style("display", place === null ? "none" : null);
      if (place === null) return;
      const k = order[place], seen = trials.map((t) => (t ? t[k] : null)).find(finite);
      cursor.attr("x1", x(accuracy[k])).attr("x2", x(accuracy[k]));
      readout.append(make("span", {}, `${name}, ${accuracy.length < count ? "an observer" : `observer ${k + 1}`}: accuracy ${percent(accuracy[k])}` +
        (finite(seen) ? ` of ${plural(seen, "stimulus", "stimuli")}` : "")),
        ...codes.map((code, n) => said(`kappa, ${entry.networks[n]}`, classOf(code), three(kappas[n] ? kappas[n][k] : null))));
    });
  }

  const every = behaviour.entries;
  const sets = every.flatMap(({observers}) => observers), i2n = every.flatMap((entry) => entry.i2n);
  const thinned = sets.find(({count, accuracy}) => accuracy && accuracy.length < count);
  const known = (columns) => columns && columns.low && columns.low.some(finite);
  const intervals = sets.some(({kappa}) => known(kappa)) || i2n.some(({consistency}) => known(consistency));
  part("behaviour", "caption").textContent =
    (sets.length ? "Kappa: 1 for the same errors, 0 for errors as of independent observers of these accuracies. Large marks: mean over observers; small ones: single observers; dashed: mean over pairs of observers, which a network would reach that errs as they do. " : "") +
    (i2n.length ? "I2n: how well each image is told from each other object; dashed: the root of the observers' reliability, the most that a network can reach. " : "") +
    (intervals ? "Whiskers and grey: confidence intervals. " : sets.length ? "Whiskers: standard errors over observers. " : "") +
    (every.some((entry) => differencesOf(entry).length) ? "Differences are spiking minus float. " : "") +
    (thinned ? `${grouped(thinned.accuracy.length)} of ${plural(thinned.count, "observer")} of ${thinned.name} are drawn. ` : "") +
    (behaviour.left_out > 0 ? `${plural(behaviour.left_out, "set")} of observers did not fit the page; all are in the results file.` : "");

  const rows = every.flatMap((entry) => {
    const name = (text) => (every.length > 1 ? `${entry.group}: ` : "") + text;
    const row = (text, columns, others, difference) => ({name: name(text), values: networks.map((network) => {
      const n = entry.networks.indexOf(network);
      return n < 0 ? null : estimate(columns, n);
    }), others, difference: estimate(difference)});
    return [row("accuracy", entry.accuracy, null, entry.accuracy_difference),
      ...entry.observers.map((set) => row(`kappa with ${set.name}`, set.kappa, estimate(set.between), set.difference)),
      ...entry.i2n.flatMap((set) => [row(`I2n consistency with ${set.name}`, set.consistency, estimate(set.reliability), set.difference),
                                     row(`the same / √reliability`, set.corrected, null, null)]),
      ...[["kappa of both networks", entry.kappa_between_networks], ["I2n consistency of both networks", entry.i2n_between_networks]]
        .map(([text, columns]) => ({name: name(text), values: [], between: estimate(columns)})).filter(({between}) => between && finite(between.value))];
  });
  const columns = [
    {name: "", cell: (row) => row.name},
    ...networks.map((network, n) => ({name: network, n: true, cell: ({values}) => (values[n] ? estimateText(values[n]) : "")})),
    {name: "spiking − float", n: true, cell: ({difference}) => (difference ? estimateText(difference) : "")},
    {name: "among observers", n: true, cell: ({others}) => (others ? estimateText(others) : "")},
    {name: "between networks", n: true, cell: ({between}) => (between ? estimateText(between) : "")},
  ];
  part("behaviour", "more").append(table(columns, rows, {tall: rows.length > 24, caption: "Behaviour, all means"}));
}
