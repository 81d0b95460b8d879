// Figures of courses over time: lines with confidence bands, a noise ceiling, marks of significance and peaks.

const courseDashes = ["", "6 3", "2 2", "8 3 2 3"];
/** With more courses than this at once, bands would hide one another. */
const mostBands = 4;
/** With more times than this, significance is shown below the courses and not by marks on them. */
const mostMarks = 60;

/** How figures with these times show significance. */
function significanceMarks(figures) {
  const marks = figures.some(({times}) => times.length <= mostMarks), strips = figures.some(({times}) => times.length > mostMarks);
  return marks && strips ? "Filled marks and lines below the courses" : marks ? "Filled marks" : "Lines below the courses";
}

/** The key of a course: its line, and its name. */
function courseKey(cls, dash, text, title) {
  const key = make("span", {class: cls, title});
  d3.select(key).append("svg").attr("width", 26).attr("height", 8).attr("viewBox", "0 0 26 8").attr("aria-hidden", "true")
    .style("display", "inline-block").append("line").attr("class", "line").attr("stroke-dasharray", dash)
    .attr("x1", 0).attr("x2", 26).attr("y1", 4).attr("y2", 4);
  key.append(" " + text);
  return key;
}

function widened([low, high]) {
  return low < high ? [low, high] : [low - 1, high + 1];
}

/**
 * panel: {title, note, times, axis, unit, ceiling: {low, high}, bound: {name, values}, series: [{name, cls, dash, values,
 * low, high, p_fdr, peak: a time, highest: the value there}]}. Pointer and arrow keys go through the times; the readout
 * says what is there.
 */
function courseFigure(holder, width, panel, readout) {
  const {times, series} = panel;
  const tested = series.filter(({p_fdr}) => p_fdr && p_fdr.some(finite));
  const strips = times.length > mostMarks ? tested : [];
  const strip = strips.length ? 5 * strips.length + 6 : 0;
  const height = Math.round(170 + 0.2 * width) + strip, margin = {top: 40, right: 10, bottom: 34 + strip, left: 42};
  const unit = panel.unit ? ` ${panel.unit}` : "";
  const svg = figure(holder, width, height, `${panel.title}, ${panel.note}, over time`, series.map((one) =>
    `${one.name}: ` + (finite(one.peak) ? `peak at ${fixed(one.peak)}${unit}` : "no peak") +
    (finite(one.onset) ? `, onset at ${fixed(one.onset)}${unit}` : "")).join("; "));
  const title = svg.append("text").attr("x", 0).attr("y", 13).attr("font-weight", 600);
  fit(title.node(), panel.title, width - 10);
  const note = svg.append("text").attr("class", "quiet").attr("x", 0).attr("y", 28);
  fit(note.node(), panel.note, width - 10);
  if (!times.some(finite)) {
    svg.append("text").attr("class", "quiet").attr("x", 0).attr("y", 60).text("no times are in the file");
    return;
  }

  const bands = series.length <= mostBands;
  const ceiling = panel.ceiling || {low: [], high: []};
  const ends = [...series.flatMap(({values, low, high, highest}) => [...values, highest, ...(bands ? [...(low || []), ...(high || [])] : [])]),
                ...ceiling.low, ...ceiling.high, ...(panel.bound ? panel.bound.values : [])].filter(finite);
  const x = d3.scaleLinear().domain(widened(d3.extent(times.filter(finite)))).range([margin.left + 6, width - margin.right]);  // the first mark is clear of the axis' labels
  const y = d3.scaleLinear().domain(d3.extent([0, ...ends])).nice(5).range([height - margin.bottom, margin.top]);
  if (y.domain()[0] === y.domain()[1]) y.domain([0, 1]);
  svg.append("g").attr("class", "axis").attr("transform", `translate(${margin.left},0)`)
    .call(d3.axisLeft(y).ticks(5).tickSize(-(width - margin.left - margin.right)).tickFormat(tickText))
    .selectAll("line").attr("class", "hair").attr("stroke", null);
  svg.append("g").attr("class", "axis").attr("transform", `translate(0,${height - margin.bottom + strip})`)
    .call(d3.axisBottom(x).ticks(Math.max(2, Math.floor(width / 70))).tickSize(4).tickFormat(tickText));
  svg.append("text").attr("class", "quiet").attr("x", margin.left).attr("y", height - 3).text(`${panel.axis}${panel.unit ? `, ${panel.unit}` : ""}`);

  const there = (values) => (_, i) => finite(values[i]) && finite(times[i]);
  const area = (low, high) => d3.area().defined((t, i) => there(low)(t, i) && finite(high[i]))
    .x((t) => x(t)).y0((_, i) => y(low[i])).y1((_, i) => y(high[i]))(times);
  const curve = (values) => d3.line().defined(there(values)).x((t) => x(t)).y((_, i) => y(values[i]))(times);
  if (panel.ceiling) svg.append("path").attr("class", "ceiling").attr("d", area(ceiling.low, ceiling.high));
  if (panel.bound) svg.append("path").attr("class", "ceiling").attr("d", area(times.map(() => 0), panel.bound.values));
  svg.append("line").attr("class", "base").attr("x1", margin.left).attr("x2", width - margin.right).attr("y1", y(0)).attr("y2", y(0));
  for (const one of series) {
    const group = svg.append("g").attr("class", one.cls);
    if (bands && one.low && one.high) group.append("path").attr("class", "interval").attr("d", area(one.low, one.high));
    group.append("path").attr("class", "line").attr("stroke-dasharray", one.dash).attr("d", curve(one.values));
    if (times.length <= mostMarks) {
      one.values.forEach((value, i) => {
        if (!finite(value) || !finite(times[i])) return;
        const sure = one.p_fdr && finite(one.p_fdr[i]) && one.p_fdr[i] < level;
        group.append("circle").attr("class", tested.includes(one) && !sure ? "dot hollow" : "dot")
          .attr("r", times[i] === one.peak ? 4 : 2.75).attr("cx", x(times[i])).attr("cy", y(value));
      });
    } else if (finite(one.peak) && finite(one.highest)) {
      group.append("circle").attr("class", "dot").attr("r", 4).attr("cx", x(one.peak)).attr("cy", y(one.highest));
    }
  }
  strips.forEach((one, k) => {
    const at = height - margin.bottom + 6 + 5 * k;
    // Half the way to the neighbours on either side.
    const edge = (i, j) => x(j < 0 || j >= times.length || !finite(times[j]) ? times[i] : (times[i] + times[j]) / 2);
    svg.append("path").attr("class", `sure ${one.cls}`).attr("d", times.map((t, i) =>
      finite(t) && finite(one.p_fdr[i]) && one.p_fdr[i] < level ? `M${edge(i, i - 1).toFixed(1)},${at}H${edge(i, i + 1).toFixed(1)}` : "").join("") || null);
  });

  const cursor = svg.append("line").attr("class", "cursor").attr("y1", margin.top).attr("y2", height - margin.bottom).style("display", "none");
  const nearest = ([at]) => d3.scan(times.map((t) => (finite(t) ? Math.abs(x(t) - at) : Infinity)));
  explore(svg, ["ArrowLeft", "ArrowRight"], times.length, nearest, (i) => {
    readout.replaceChildren();
    cursor.style("display", i === null || !finite(times[i]) ? "none" : null);
    if (i === null || !finite(times[i])) return;
    cursor.attr("x1", x(times[i])).attr("x2", x(times[i]));
    readout.append(make("span", {}, `${panel.title}, ${panel.note}, ${plain(times[i])}${unit}`),
      ...series.map((one) => said(one.short || one.name, one.cls, estimateText(estimate(one, i)) +
        (one.p_fdr && finite(one.p_fdr[i]) ? `, p (FDR) ${pText(one.p_fdr[i])}` : ""))));
    if (panel.ceiling && finite(ceiling.low[i])) readout.append(make("span", {}, `noise ceiling ${three(ceiling.low[i])} – ${three(ceiling.high[i])}`));
    if (panel.bound && finite(panel.bound.values[i])) readout.append(make("span", {}, `${panel.bound.name} ${three(panel.bound.values[i])}`));
  });
}

/** Some of many names, from the first to the last. */
const someOf = (names, most) => new Set(names.length <= most ? names
  : d3.range(most).map((k) => names[Math.round(k * (names.length - 1) / (most - 1))]));

/** Boxes to choose which of the names are shown; change() after each. */
function nameBoxes(word, names, chosen, change) {
  const list = make("div", {class: "controls"});
  for (const name of names) {
    const box = make("input", {type: "checkbox"});
    box.checked = chosen.has(name);
    box.addEventListener("change", () => {
      if (box.checked) chosen.add(name); else chosen.delete(name);
      change();
    });
    list.append(make("label", {title: name}, box, middle(brief(name), 30)));
  }
  return make("details", {}, make("summary", {}, word), list);
}
