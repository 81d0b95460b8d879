// Which layers reach their peak or onset before others: squares for all pairs of a course, and their table.

function drawLatencies() {
  const found = data.latency_differences;
  if (!found) return;
  const {courses} = found;
  const mostLayers = 300;  // of a figure: more squares could not be told apart, and take long to draw
  document.getElementById("time").hidden = false;
  const sure = (pair) => finite(pair.p_fdr) && pair.p_fdr < level;
  const earlier = (pair) => Boolean(pair) && sure(pair) && pair.difference < 0;
  const figures = make("div"), readout = readoutLine(), list = make("div");
  const select = make("select", {});
  courses.forEach((course, i) => select.append(make("option", {value: i}, `${course.latency}: ${course.title}, ${course.compare}`)));
  part("time", "more").append(make("h3", {}, "Which layers are earlier"), make("div", {class: "controls"}, make("label", {}, "Latency ", select)),
    readout, figures, make("p", {class: "caption"}, `Squares: filled if the layer of the row is earlier than that of the column at a false discovery rate of ${100 * level} %, over all pairs of ` +
      "the course; light if that is not shown; none if the pair was not compared. The difference is bootstrapped: all layers have the same draws." +
      (found.left_out > 0 ? ` ${plural(found.left_out, "pair")} did not fit the page; all are in the results file.` : "")), list);
  const redraw = drawAtWidth(figures, draw);
  select.addEventListener("change", () => { redraw(); drawTable(); });
  drawTable();

  /** The layers of the chosen course in the order of the graph, and its pairs by their places in that order. */
  function chosen() {
    const course = courses[select.value || 0], layers = inOrder(course.layers);
    const place = course.layers.map((name) => layers.indexOf(name));
    const pairs = new Map();
    for (const pair of course.pairs) {
      const {difference, low, high} = pair;
      pairs.set(place[pair.a] * layers.length + place[pair.b], pair);
      pairs.set(place[pair.b] * layers.length + place[pair.a],
                {...pair, difference: finite(difference) ? -difference : null, low: finite(high) ? -high : null, high: finite(low) ? -low : null});
    }
    return {course, layers, pairOf: (i, j) => pairs.get(i * layers.length + j)};
  }
  function differenceText(pair, unit) {
    return (finite(pair.difference) ? `${three(pair.difference)} ${unit}${spread(pair.low, pair.high)}` : "not defined") +
      (finite(pair.p_fdr) ? `, p (FDR) ${pText(pair.p_fdr)}` : "");
  }

  function draw(width) {
    const {course, layers, pairOf} = chosen();
    if (layers.length > mostLayers) {
      figures.replaceChildren(make("p", {class: "nothing"}, `${plural(layers.length, "layer")} are too many for a figure; the pairs are in the table.`));
      return;
    }
    const names = Math.min(240, width * 0.4, 34 + 6.2 * d3.max(layers, (layer) => brief(layer).length));
    const size = Math.max(3, Math.min(18, (width - names - 8) / layers.length)), top = 36;
    figures.replaceChildren();
    const svg = figure(figures, Math.ceil(names + layers.length * size + 8), top + layers.length * size + 6, `Which layers are earlier: ${course.latency}, ${course.title}`,
      `${plural(course.pairs.filter(sure).length, "pair")} of ${course.pairs.length} differ; the table below has all`);
    const band = svg.append("rect").attr("class", "chosen").attr("x", 0).attr("width", names + layers.length * size).attr("height", size).style("display", "none");
    if (size >= 9) {
      layers.forEach((layer, i) => {
        const name = svg.append("text").attr("x", 0).attr("y", top + (i + 0.5) * size).attr("dy", "0.35em");
        fit(name.node(), brief(layer), names - 30);
        if (brief(layer) !== layer) name.append("title").text(layer);
      });
    }
    pairMatrix(svg, {count: layers.length, size, left: names, top, head: "earlier than", cellOf: (i, j) => {
      const pair = i === j ? null : pairOf(i, j);
      return pair && {yes: earlier(pair), text: `${layers[i]} − ${layers[j]}: ${differenceText(pair, course.unit)}`};
    }});
    explore(svg, ["ArrowUp", "ArrowDown"], layers.length, ([, y]) => Math.floor((y - top) / size), (i) => {
      band.style("display", i === null ? "none" : null);
      readout.replaceChildren();
      if (i === null) return;
      band.attr("y", top + i * size);
      const those = (word, some) => (some.length ? [`${word} than ${some.map((layer) => brief(layer)).join(", ")}`] : []);
      const found = [...those("earlier", layers.filter((_, j) => earlier(pairOf(i, j)))), ...those("later", layers.filter((_, j) => earlier(pairOf(j, i))))];
      readout.append(make("span", {}, `${i + 1}. ${layers[i]}`), make("span", {}, found.join("; ") || "not shown to be earlier or later than any other"));
    });
  }

  function drawTable() {
    const {course, layers} = chosen();
    const layer = (name, key) => ({name, key: (row) => layers.indexOf(course.layers[row[key]]),
      cell: (row) => make("span", {title: course.layers[row[key]]}, middle(brief(course.layers[row[key]]), 36))});
    const columns = [
      layer("layer a", "a"), layer("layer b", "b"),
      {name: `a − b, ${course.unit}`, n: true, key: (row) => row.difference, cell: (row) => three(row.difference)},
      {name: "interval", n: true, key: (row) => row.low, cell: (row) => spread(row.low, row.high).trim() || "–"},
      {name: "p", n: true, key: (row) => row.p, cell: (row) => pNumber(row.p)},
      {name: "p (FDR)", n: true, key: (row) => row.p_fdr, cell: (row) => pNumber(row.p_fdr)},
      {name: "draws without", n: true, key: (row) => row.undefined_draws, cell: (row) => grouped(row.undefined_draws)},
    ];
    list.replaceChildren(table(columns, course.pairs, {sortable: true, tall: course.pairs.length > 16, caption: "Differences of latencies"}));
  }
}
