// Similarity to references as a function of time, with confidence bands, and generalisation matrices.

function drawTime() {
  const {time} = data;
  if (!time) return;
  document.getElementById("time").hidden = false;
  const container = part("time", "figure");
  const names = inOrder(time.panels.flatMap(({series}) => series.map(({name}) => name)));
  // Four lines at first, so that their bands can be seen; seven are told apart.
  const most = 7;
  const chosen = someOf(names, mostBands);
  const dashes = ["", "6 3", "2 2", "8 3 2 3", "", "6 3", "2 2"];
  const styleOf = (name) => [...chosen].sort((a, b) => names.indexOf(a) - names.indexOf(b)).indexOf(name) % most;
  const courses = make("div", {class: "panels"}), keys = make("div", {class: "controls"}), readout = readoutLine();
  if (time.panels.length) {
    container.append(keys, readout, courses);
    const redraw = drawAtWidth(courses, draw);
    if (names.length > 1) part("time", "controls").append(nameBoxes("Layers", names, chosen, redraw));
  }

  function draw(available) {
    courses.replaceChildren();
    keys.replaceChildren(...names.filter((name) => chosen.has(name)).map((name) =>
      courseKey(`c-k${styleOf(name)}`, dashes[styleOf(name)], middle(brief(name), 30), name)));
    const perLine = Math.max(1, Math.min(time.panels.length, Math.floor(available / 330)));
    const width = Math.min(520, Math.floor((available - 32 * (perLine - 1)) / perLine));
    for (const panel of time.panels) {
      const holder = make("div");
      courses.append(holder);
      courseFigure(holder, width, {...panel, note: panel.compare, series: panel.series.filter(({name}) => chosen.has(name))
        .map((one) => ({...one, cls: `c-k${styleOf(one.name)}`, dash: dashes[styleOf(one.name)], short: brief(one.name)}))}, readout);
    }
  }

  drawMatrices();
  const has = (key) => time.panels.some(({series}) => series.some((one) => one[key] && one[key].some(finite)));
  const thinned = time.panels.find(({times, all_times}) => times.length < all_times);
  part("time", "caption").textContent = "Comparison of the layers' dissimilarities in windows of the network's time with each reference. " +
    (has("low") ? `Bands: confidence intervals (for up to ${mostBands} layers at once). ` : "") +
    (time.panels.some(({ceiling}) => ceiling && ceiling.low.some(finite)) ? "Grey: noise ceiling. " : "") +
    (has("p_fdr") ? `${significanceMarks(time.panels)}: above 0 at a false discovery rate of ${100 * level} % over the course. ` : "") +
    (time.panels.length ? "Large marks: peaks. " : "") +
    (thinned ? `${plural(thinned.times.length, "time")} of ${grouped(thinned.all_times)} are drawn. ` : "") +
    (time.panels_left_out > 0 ? `${plural(time.panels_left_out, "figure of courses", "figures of courses")} did not fit the page; all courses are in the results file. ` : "") +
    (time.left_out > 0 ? `${plural(time.left_out, "matrix", "matrices")} did not fit the page; all are in the results file.` : "");
  if (time.panels.length) latencyTable();

  function drawMatrices() {
    if (time.matrices.length === 0) return;
    const layers = inOrder(time.matrices.map(({layer}) => layer));
    const select = make("select", {});
    layers.forEach((layer, i) => select.append(make("option", {value: i}, middle(layer, 60))));
    select.value = layers.length - 1;
    const box = make("div", {class: "matrices"});
    const show = () => box.replaceChildren(...time.matrices.filter(({layer}) => layer === layers[select.value]).map(plate));
    select.addEventListener("change", show);
    part("time", "more").append(make("h3", {}, "Generalisation over time"), make("div", {class: "controls"}, make("label", {}, "Layer ", select)), box,
      make("p", {class: "caption"}, "Each cell compares a window of the network with a time of the other side. Pointer or arrow keys say both times and the value" +
        (time.matrices.some(({ci_low}) => ci_low) ? " with its confidence interval." : ".") +
        (time.matrices.some(({p_fdr}) => p_fdr) ? ` Outlined: above 0 at a false discovery rate of ${100 * level} % over the matrix.` : "")));
    show();
  }

  /** Values of a picture, to the 8 bits that it has, as a function of row and column; NaN: not computed. */
  function valuesOf({levels, low, high}, columns) {
    const bytes = Uint8Array.from(atob(levels), (c) => c.charCodeAt(0));
    return {level: (i, j) => bytes[i * columns + j],
            at: (i, j) => (bytes[i * columns + j] === noLevel ? NaN : +(low + bytes[i * columns + j] / 254 * (high - low)).toPrecision(6))};
  }

  function plate(matrix) {
    const {rows, columns} = matrix;
    const values = valuesOf(matrix, columns.length);
    const [low, high] = [matrix.ci_low, matrix.ci_high].map((ends) => ends && valuesOf(ends, columns.length));
    const steps = matrix.p_fdr && Uint8Array.from(atob(matrix.p_fdr), (c) => c.charCodeAt(0));
    const chanceOf = (i, j) => (steps ? ["", ", p (FDR) ≥ 0.05", ", p (FDR) < 0.05", ", p (FDR) < 0.01", ", p (FDR) < 0.001"][steps[i * columns.length + j]] || "" : "");
    const canvas = make("canvas", {width: columns.length, height: rows.length, role: "img", tabindex: "0",
      "aria-keyshortcuts": "ArrowUp ArrowDown ArrowLeft ArrowRight",
      "aria-label": `${matrix.title}, ${matrix.compare}: ${matrix.row_axis} upwards, ${matrix.column_axis} to the right`});
    const context = canvas.getContext("2d"), image = context.createImageData(columns.length, rows.length);
    rows.forEach((_, i) => columns.forEach((__, j) => {
      const value = values.level(i, j);
      if (value === noLevel) return;
      const {r, g, b} = colours[value];
      image.data.set([r, g, b, 255], 4 * ((rows.length - 1 - i) * columns.length + j));
    }));
    context.putImageData(image, 0, 0);
    const range = finite(matrix.low) ? `${three(matrix.low)} (dark) to ${three(matrix.high)} (light)` : "no finite value";
    const caption = make("figcaption", {"aria-live": "polite"}, range);
    const mark = make("div", {class: "mark", hidden: ""});
    const outline = steps ? outlineOf((i, j) => steps[i * columns.length + j] > 1, rows.length, columns.length) : null;
    const unit = matrix.unit ? ` ${matrix.unit}` : "";
    let at = null;
    const inside = (k, count) => Math.min(count - 1, Math.max(0, k));

    /** Says what is in row i (from below) and column j; null: nothing is pointed at. */
    function point(i, j) {
      at = i === null ? null : [i, j];
      mark.hidden = i === null;
      caption.textContent = range;
      if (i === null) return;
      Object.assign(mark.style, {left: `${100 * j / columns.length}%`, top: `${100 * (rows.length - 1 - i) / rows.length}%`,
        width: `max(3px, ${100 / columns.length}%)`, height: `max(3px, ${100 / rows.length}%)`});
      const value = values.at(i, j);
      caption.textContent = `window ${plain(rows[i])} ms × ${matrix.column_axis.startsWith("window") ? "window" : "time"} ${plain(columns[j])}${unit}: ` +
        (finite(value) ? `about ${three(value)}` + (low && high ? spread(low.at(i, j), high.at(i, j)) : "") + chanceOf(i, j) : "not computed");
    }
    canvas.addEventListener("pointermove", (event) => {
      const area = canvas.getBoundingClientRect();
      point(rows.length - 1 - inside(Math.floor((event.clientY - area.top) / area.height * rows.length), rows.length),
            inside(Math.floor((event.clientX - area.left) / area.width * columns.length), columns.length));
    });
    canvas.addEventListener("pointerleave", () => point(null));
    canvas.addEventListener("blur", () => point(null));
    canvas.addEventListener("keydown", (event) => {
      const [up, right] = {ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]}[event.key] || [0, 0];
      if (up === 0 && right === 0) return;
      event.preventDefault();
      if (at) point(inside(at[0] + up, rows.length), inside(at[1] + right, columns.length)); else point(0, 0);
    });
    return make("figure", {class: "matrix"}, make("h4", {title: matrix.title}, matrix.title, make("span", {class: "of"}, ` ${matrix.compare}`)),
      make("div", {class: "plate"}, canvas, ...(outline ? [outline] : []), mark), make("div", {class: "sides"}, make("span", {}, fixed(columns[0])),
        make("span", {}, `→ ${matrix.column_axis}${matrix.unit ? `, ${matrix.unit}` : ""}`), make("span", {}, fixed(columns[columns.length - 1]))),
      make("div", {class: "sides"}, `↑ ${matrix.row_axis}, ms: ${fixed(rows[0])} to ${fixed(rows[rows.length - 1])}`), caption);
  }

  /** The border of the cells that are in(row from below, column), as a picture to be laid over the matrix. */
  function outlineOf(isIn, rows, columns) {
    const inside = (i, j) => i >= 0 && j >= 0 && i < rows && j < columns && isIn(i, j);
    let path = "";
    for (let i = 0; i < rows; ++i) {
      for (let j = 0; j < columns; ++j) {
        if (!inside(i, j)) continue;
        const top = rows - 1 - i;
        if (!inside(i + 1, j)) path += `M${j},${top}h1`;
        if (!inside(i - 1, j)) path += `M${j},${top + 1}h1`;
        if (!inside(i, j - 1)) path += `M${j},${top}v1`;
        if (!inside(i, j + 1)) path += `M${j + 1},${top}v1`;
      }
    }
    const holder = make("div", {class: "outline"});
    const svg = d3.select(holder).append("svg").attr("viewBox", `0 0 ${columns} ${rows}`).attr("preserveAspectRatio", "none").attr("aria-hidden", "true");
    svg.append("path").attr("class", "under").attr("d", path || null);
    svg.append("path").attr("d", path || null);
    return holder;
  }

  /** "120 [80, 160] ms" */
  function latency(row, key) {
    const [at, low, high] = [row[key], row[`${key}_low`], row[`${key}_high`]];
    return finite(at) ? `${plain(at)}${finite(low) && finite(high) ? ` [${plain(low)}, ${plain(high)}]` : ""} ${row.panel.unit}` : "–";
  }

  function latencyTable() {
    const rows = time.panels.flatMap((panel) => panel.series.map((one) => ({...one, panel})));
    const columns = [
      {name: "layer", key: (row) => names.indexOf(row.name), cell: (row) => make("span", {title: row.name}, middle(brief(row.name), 36))},
      {name: "reference", key: (row) => row.panel.title, cell: (row) => row.panel.title},
      {name: "comparison", key: (row) => row.panel.compare, cell: (row) => row.panel.compare},
      {name: "peak value", n: true, key: (row) => row.highest, cell: (row) => three(row.highest)},
      {name: "peak", n: true, key: (row) => row.peak, cell: (row) => latency(row, "peak")},
      {name: "onset", n: true, key: (row) => row.onset, cell: (row) => latency(row, "onset")},
    ];
    part("time", "more").append(make("h3", {}, "Latencies"),
      table(columns, rows, {sortable: true, tall: rows.length > 16, caption: "Peak and onset of every course"}));
  }
}
