// Figures with a row for every layer, and panels side by side that share the names of the rows.

const tickText = (value) => minus(String(+value.toFixed(9)));

/** As many ticks as leave their labels apart. */
function fittingTicks(x, width) {
  for (let count = Math.max(3, Math.floor(width / 45)); count > 1; --count) {
    const ticks = x.ticks(count);
    if (d3.max(ticks, (value) => tickText(value).length) * 6.5 + 10 <= width / Math.max(1, ticks.length - 1)) return ticks;
  }
  return x.domain();
}

/** 0 is on the scale, unless all values are so high that their differences would not be seen, as those of a twin. */
function domainOf(values) {
  const known = values.filter(finite);
  const near = known.length > 1 && d3.min(known) > 0.8;
  const [low, high] = d3.extent(near ? known : [0, ...known]);
  if (low === high) return near ? [low - 0.01, low] : [0, 1];
  return [low, high];
}

/** "0.312 [0.251, 0.373]" */
const spread = (low, high) => (finite(low) && finite(high) ? ` [${three(low)}, ${three(high)}]` : "");
/** Estimate `i` of columns as they are in the page's data, as an object; null without. */
function estimate(columns, i = 0) {
  if (!columns) return null;
  const at = (name) => (columns[name] ? columns[name][i] : null);
  return {value: at("values"), low: at("low"), high: at("high"), error: at("error"), p: at("p_fdr")};
}
/** An estimate as text: interval, else standard error. */
const estimateText = (e) => (!e || !finite(e.value) ? "–" : three(e.value) +
  (spread(e.low, e.high) || (finite(e.error) ? ` ± ${three(e.error)}` : "")));

/** A line that says what the pointer or a key has reached; it stays in sight above long figures. */
const readoutLine = () => make("div", {class: "readout sticky", "aria-live": "polite"});

/** A part of such a line: a name in its colour and what is to be said. */
const said = (name, cls, text) => make("span", {}, make("b", {class: `name ${cls}`}, name), ` ${text}`);

/** Pointer and two arrow keys go through the places 0 ... count - 1 of a figure. show(place), or null: none. */
function explore(svg, [back, forth], count, placeAt, show) {
  let chosen = null;
  const go = (place) => {
    if (place === chosen) return;
    chosen = place;
    show(place);
  };
  const inside = (place) => Math.min(count - 1, Math.max(0, place));
  svg.attr("tabindex", 0).attr("aria-keyshortcuts", `${back} ${forth}`)
    .on("mousemove touchmove", () => go(inside(placeAt(d3.mouse(svg.node())))))
    .on("mouseleave blur", () => go(null))
    .on("keydown", () => {
      const move = {[back]: -1, [forth]: 1}[d3.event.key];
      if (!move) return;
      d3.event.preventDefault();
      go(chosen === null ? (move > 0 ? 0 : count - 1) : inside(chosen + move));
    });
}

/**
 * Lines of panels. rows: names; panels: [{title, note, draw(group, frame)}], frame: {left, width, top, bottom, height
 * of a row, start(row): its upper edge}. say(row, panels): what the readout has of a row; it may be left out.
 */
function rowFigure(container, available, {rows, rowHeight, panels, title, describe, readout, say, least = 190, widest = 340}) {
  const names = Math.min(220, available * 0.3, 24 + 6.2 * d3.max(rows, (row) => brief(row).length));
  const perLine = Math.max(1, Math.min(panels.length, 5, Math.floor((available - names) / least)));
  const panelWidth = Math.min(widest, (available - names) / perLine);
  for (let first = 0; first < panels.length; first += perLine) line(panels.slice(first, first + perLine));

  function line(some) {
    const top = 42, bottom = top + rows.length * rowHeight;
    const svg = figure(container, Math.ceil(names + some.length * panelWidth), bottom + 34, title, describe(some));
    const start = (row) => top + row * rowHeight;
    const band = svg.append("rect").attr("class", "chosen").attr("x", 0).attr("width", names + some.length * panelWidth - 36)
      .attr("height", rowHeight).style("display", "none");
    rows.forEach((row, i) => {
      const name = svg.append("text").attr("x", names - 12).attr("y", start(i + 0.5)).attr("dy", "0.35em").attr("text-anchor", "end");
      fit(name.node(), brief(row), names - 14);
      if (brief(row) !== row) name.append("title").text(row);
    });
    some.forEach((panel, k) => {
      const group = svg.append("g"), left = names + k * panelWidth, width = panelWidth - 36;
      const name = group.append("text").attr("x", left).attr("y", 14).attr("font-weight", 600);
      fit(name.node(), panel.title, width + 20);
      const note = group.append("text").attr("class", "quiet").attr("x", left).attr("y", 29);
      fit(note.node(), panel.note, width + 26);
      panel.draw(group, {left, width, top, bottom, height: rowHeight, start});
    });
    if (!say) return;
    explore(svg, ["ArrowUp", "ArrowDown"], rows.length, ([, y]) => Math.floor((y - top) / rowHeight), (row) => {
      band.style("display", row === null ? "none" : null);
      readout.replaceChildren();
      if (row === null) return;
      band.attr("y", start(row));
      readout.append(make("span", {}, rows[row]), ...say(row, some));
    });
  }
}

/** The scale of a panel of such a figure, its axis and the line at 0. */
function rowAxis(group, {left, width, top, bottom}, domain) {
  const x = d3.scaleLinear().domain(domain).nice(5).range([left, left + width]);
  if (x.domain()[0] <= 0) group.append("line").attr("class", "base").attr("x1", x(0)).attr("x2", x(0)).attr("y1", top).attr("y2", bottom);
  group.append("g").attr("class", "axis").attr("transform", `translate(0,${bottom})`)
    .call(d3.axisBottom(x).tickValues(fittingTicks(x, width)).tickSize(4).tickFormat(tickText));
  return x;
}

/**
 * Draws values as marks with whiskers. marks: [{row, lane, value, low, high, cls, code, hollow, text}], `lanes` of them
 * in a row; bands: [{row, low, high}], row null: all; rules: [{row, value, cls}]; specks: small marks without a name.
 */
function drawDots(group, frame, {marks, lanes, bands = [], rules = [], specks = [], rows}) {
  const domain = domainOf([...marks, ...bands, ...rules, ...specks].flatMap(({value, low, high}) => [value, low, high]));
  const yOf = ({row, lane}) => frame.start(row) + frame.height * (lane + 1) / (lanes + 1);
  const under = group.append("g");
  const between = lanes > 4;  // many marks: lines between the rows, else through them
  group.selectAll(null).data(d3.range(between ? 1 : 0, rows)).enter().append("line").attr("class", "hair")
    .attr("x1", frame.left).attr("x2", frame.left + frame.width)
    .attr("y1", (row) => frame.start(row + (between ? 0 : 0.5))).attr("y2", (row) => frame.start(row + (between ? 0 : 0.5)));
  const x = rowAxis(group, frame, domain);
  const rowsOf = ({row}) => (row === null ? [frame.top, frame.bottom] : [frame.start(row), frame.start(row + 1)]);
  for (const band of bands.filter(({low, high}) => finite(low) && finite(high))) {
    under.append("rect").attr("class", "ceiling").attr("x", x(band.low)).attr("y", rowsOf(band)[0])
      .attr("width", Math.max(1, x(band.high) - x(band.low))).attr("height", rowsOf(band)[1] - rowsOf(band)[0] + 0.5);
  }
  for (const rule of rules.filter(({value}) => finite(value))) {
    const [from, to] = "lane" in rule ? [yOf(rule) - 4, yOf(rule) + 4] : rowsOf(rule);
    group.append("line").attr("class", rule.cls).attr("x1", x(rule.value)).attr("x2", x(rule.value)).attr("y1", from).attr("y2", to);
  }
  for (const speck of specks.filter(({value}) => finite(value))) {
    group.append("circle").attr("class", `speck ${speck.cls}`).attr("cx", x(speck.value)).attr("cy", yOf(speck)).attr("r", 2);
  }
  for (const one of marks.filter(({value}) => finite(value))) {
    const mark = group.append("g").attr("class", one.cls);
    if (finite(one.low) && finite(one.high)) {
      mark.append("line").attr("class", "whisker").attr("x1", x(one.low)).attr("x2", x(one.high)).attr("y1", yOf(one)).attr("y2", yOf(one));
    }
    mark.append("path").attr("class", one.hollow ? "dot hollow" : "dot").attr("d", symbol(one.code))
      .attr("transform", `translate(${x(one.value)},${yOf(one)})`);
    if (one.text) mark.append("title").text(one.text);
  }
}

/** The key of a mark: its symbol in its colour, and a word; with choose(whether) a box to switch it off. */
function markKey(code, cls, word, choose = null) {
  const key = make(choose ? "label" : "span", {class: cls});
  if (choose) {
    const box = make("input", {type: "checkbox"});
    box.checked = true;
    box.addEventListener("change", () => choose(box.checked));
    key.append(box);
  }
  d3.select(key).append("svg").attr("width", 12).attr("height", 12).attr("viewBox", "-6 -6 12 12").attr("aria-hidden", "true")
    .style("display", "inline-block").style("vertical-align", "-1px").append("path").attr("class", "dot").attr("d", symbol(code, 44));
  key.append(" " + word);
  return key;
}

/** Layers in the order of the graph; what is no layer comes behind. */
function inOrder(names) {
  const order = new Map(data.layers.map(({name}, i) => [name, i]));
  const place = (name) => (order.has(name) ? order.get(name) : 1e9);
  return [...new Set(names)].sort((a, b) => place(a) - place(b));
}

/**
 * Squares for pairs of `count` numbered things, rows and columns in the same order. cellOf(i, j): {yes: filled, text:
 * its tooltip}, or null for no square.
 */
function pairMatrix(svg, {count, size, left, top, head, cellOf}) {
  svg.append("text").attr("class", "quiet").attr("x", left).attr("y", top - 18).text(head);
  const gap = size < 8 ? 0 : 1;
  // Numbers stay apart: every one, or every fifth, tenth, ...
  const every = size >= 14 && count < 100 ? 1 : 5 * Math.ceil(4 / size);
  for (let i = 0; i < count; ++i) {
    if (i === 0 || (i + 1) % every === 0) {
      svg.append("text").attr("class", "quiet").attr("x", left + (i + 0.5) * size).attr("y", top - 5).attr("text-anchor", "middle").text(i + 1);
      svg.append("text").attr("class", "quiet").attr("x", left - 4).attr("y", top + (i + 0.5) * size).attr("dy", "0.35em")
        .attr("text-anchor", "end").text(i + 1);
    }
    for (let j = 0; j < count; ++j) {
      const cell = cellOf(i, j);
      if (!cell) continue;
      svg.append("rect").attr("class", cell.yes ? "cell yes c-decoded" : "cell")
        .attr("x", left + j * size + gap).attr("y", top + i * size + gap).attr("width", size - 2 * gap).attr("height", size - 2 * gap)
        .append("title").text(cell.text);
    }
  }
}
