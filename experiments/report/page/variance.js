// Variance partitioning: what sets of predictors explain alone and together, layer by layer.

/** Stripes in the colours of several sets, for what they share; the element lives in a picture without size. */
const stripes = (() => {
  const made = new Map();
  let store = null;
  return (classes) => {
    const key = classes.join(" ");
    if (!made.has(key)) {
      if (!store) {
        store = d3.select(document.body).append("svg").attr("width", 0).attr("height", 0).attr("aria-hidden", "true")
          .style("position", "absolute").append("defs");
      }
      const id = `stripes-${made.size}`, wide = 4;
      const pattern = store.append("pattern").attr("id", id).attr("patternUnits", "userSpaceOnUse")
        .attr("width", wide * classes.length).attr("height", 8).attr("patternTransform", "rotate(45)");
      classes.forEach((cls, k) => pattern.append("rect").attr("class", `share ${cls}`).attr("x", wide * k).attr("width", wide).attr("height", 8));
      made.set(key, `url(#${id})`);
    }
    return made.get(key);
  };
})();

function drawVariance() {
  const {variance} = data;
  if (!variance) return;
  document.getElementById("variance").hidden = false;
  const {panels} = variance;
  const several = new Set(panels.map(({group}) => group)).size > 1;
  const container = part("variance", "figure");

  /** Colours of codes are those that they have elsewhere on the page. */
  function classesOf(sets) {
    const others = sets.filter((set) => !codeOrder.includes(set));
    return sets.map((set) => (codeOrder.includes(set) ? `c-${set}` : `c-k${others.indexOf(set)}`));
  }
  const wordOf = (set) => codeWord[set] || set;
  const subsetWord = ({members}, sets) => members.map((k) => wordOf(sets[k])).join(" and ") + (members.length > 1 ? " share" : " alone");
  /** What two sets share stands between what they explain alone. */
  const inside = (subsets) => d3.range(subsets.length).sort((a, b) =>
    d3.mean(subsets[a].members) - d3.mean(subsets[b].members) || subsets[a].members.length - subsets[b].members.length || a - b);

  for (const panel of panels) {
    const {sets, subsets} = panel, classes = classesOf(sets), order = inside(subsets);
    const holder = make("div", {class: "block"}), keys = make("div", {class: "controls"}), readout = readoutLine(), box = make("div");
    holder.append(make("h3", {}, panel.reference + (several ? ` (${panel.group})` : "")), keys, readout, box);
    container.append(holder);
    for (const k of order) keys.append(partKey(subsets[k].members.map((m) => classes[m]), subsetWord(subsets[k], sets)));
    const semi = panel.semi_partial.some(Boolean);
    drawAtWidth(box, (width) => {
      box.replaceChildren();
      rowFigure(box, width, {
        rows: panel.layers, rowHeight: Math.max(17, 7 * sets.length + 5), least: 220, widest: 420, readout,
        title: `Variance of ${panel.reference} explained, by layer`,
        describe: () => panel.layers.map((layer, i) => `${layer}: R² ${three(panel.r_squared.values[i])}`).join("; "),
        panels: [{title: "Explained variance", note: "R², unique and shared parts", draw: (group, frame) => bars(group, frame, panel, classes, order), parts: true},
                 ...(semi ? [{title: "Semi-partial correlation", note: "with what the other sets leave", draw: (group, frame) => dots(group, frame, panel, classes)}] : [])],
        say: (row, some) => some.flatMap(({parts}) => (parts
          ? [make("span", {}, `R² ${estimateText(estimate(panel.r_squared, row))}` + (panel.adjusted && finite(panel.adjusted[row]) ? `, adjusted ${three(panel.adjusted[row])}` : "")),
             ...order.map((k) => said(subsetWord(subsets[k], sets), subsets[k].members.length > 1 ? "" : classes[subsets[k].members[0]], estimateText(estimate(panel.parts[k], row))))]
          : sets.map((set, k) => said(`${wordOf(set)}, semi-partial`, classes[k], estimateText(estimate(panel.semi_partial[k], row)))))),
      });
    });
  }

  function partKey(classes, word) {
    const key = make("span", {});
    d3.select(key).append("svg").attr("width", 12).attr("height", 12).attr("aria-hidden", "true").style("display", "inline-block")
      .style("vertical-align", "-2px").append("rect").attr("class", classes.length > 1 ? "share" : `share ${classes[0]}`)
      .attr("width", 12).attr("height", 12).style("fill", classes.length > 1 ? stripes(classes) : null);
    key.append(" " + word);
    return key;
  }

  /** Parts above 0 to the right of it, those below to the left; a line where they end together: R². */
  function bars(group, frame, panel, classes, order) {
    const stacks = panel.layers.map((_, i) => {
      let up = 0, down = 0;
      return order.map((k) => {
        const value = panel.parts[k] ? panel.parts[k].values[i] : null;
        if (!finite(value)) return null;
        const from = value < 0 ? (down += value) : up;
        if (value > 0) up += value;
        return {k, from, to: from + Math.abs(value)};
      }).filter(Boolean);
    });
    const {values, low, high} = panel.r_squared;
    const ends = [...stacks.flat().flatMap(({from, to}) => [from, to]), ...values, ...(low || []), ...(high || [])].filter(finite);
    const [first, last] = d3.extent([0, ...ends]);
    const x = rowAxis(group, frame, first < last ? [first, last] : [0, 1]);
    const thick = Math.min(frame.height - 4, 14);
    stacks.forEach((parts, i) => {
      const middleOf = frame.start(i + 0.5);
      for (const {k, from, to} of parts) {
        const members = panel.subsets[k].members.map((m) => classes[m]);
        group.append("rect").attr("class", members.length > 1 ? "share" : `share ${members[0]}`).attr("x", x(from)).attr("width", Math.max(0, x(to) - x(from)))
          .attr("y", middleOf - thick / 2).attr("height", thick).style("fill", members.length > 1 ? stripes(members) : null);
      }
      if (low && high && finite(low[i]) && finite(high[i])) {
        group.append("line").attr("class", "error").attr("x1", x(low[i])).attr("x2", x(high[i])).attr("y1", middleOf).attr("y2", middleOf);
      }
      if (finite(values[i])) {
        group.append("line").attr("class", "total").attr("x1", x(values[i])).attr("x2", x(values[i]))
          .attr("y1", middleOf - thick / 2 - 1.5).attr("y2", middleOf + thick / 2 + 1.5);
      }
    });
  }

  function dots(group, frame, panel, classes) {
    const marks = panel.sets.flatMap((set, lane) => panel.layers.map((_, row) =>
      ({row, lane, ...estimate(panel.semi_partial[lane], row), cls: classes[lane], code: set})));
    drawDots(group, frame, {marks, lanes: panel.sets.length, rows: panel.layers.length});
  }

  const intervals = panels.some(({r_squared}) => r_squared.low && r_squared.low.some(finite));
  part("variance", "caption").textContent =
    "Dissimilarities of each reference regressed on those of sets of predictors; layers from input (top) to output. A coloured part is what a set explains alone, a striped one " +
    "what sets share and no other has. Parts below 0, left of the line, mean suppression: together the sets explain more than the sum of each. The black mark is R² of all sets, the sum of the parts. " +
    (intervals ? "Whiskers: confidence intervals; a part that a set explains alone is never negative, so that its interval reaching 0 is no test. " : "") +
    (variance.layers_left_out > 0 ? `${plural(variance.layers_left_out, "layer")} did not fit the page. ` : "") +
    (variance.left_out > 0 ? `${plural(variance.left_out, "reference")} did not fit the page. ` : "") +
    (variance.layers_left_out + variance.left_out > 0 ? "All are in the results file." : "");

  const rows = panels.flatMap((panel) => panel.layers.flatMap((layer, i) => panel.subsets.map((subset, k) => ({panel, layer, i, subset, k}))));
  const of = (columns, i) => (estimate(columns, i) || {}).value;
  const single = ({subset}) => subset.members.length === 1;
  const ofSet = (key) => (row) => (single(row) ? estimate(row.panel[key][row.subset.members[0]], row.i) : null);
  const column = (name, find) => ({name, n: true, key: (row) => (find(row) ? find(row).value : null), cell: (row) => (find(row) ? estimateText(find(row)) : "")});
  const columns = [
    {name: "reference", key: ({panel}) => panel.reference, cell: ({panel}) => panel.reference},
    {name: "layer", key: ({panel, i}) => i, cell: ({layer}) => make("span", {title: layer}, middle(brief(layer), 36))},
    {name: "part", key: ({k}) => k, cell: ({subset, panel}) => subsetWord(subset, panel.sets)},
    column("variance", ({panel, k, i}) => estimate(panel.parts[k], i)),
    column("semi-partial", ofSet("semi_partial")), column("partial", ofSet("partial")),
    {name: "R² of all", n: true, key: ({panel, i}) => of(panel.r_squared, i), cell: ({panel, i}) => estimateText(estimate(panel.r_squared, i))},
  ];
  part("variance", "more").append(make("details", {}, make("summary", {}, `All ${plural(rows.length, "part")}`),
    table(columns, rows, {sortable: true, tall: rows.length > 16, caption: "Parts of explained variance, all values"})));
}
