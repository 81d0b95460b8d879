// Dissimilarity matrices as pictures: an overview of all layers, then one layer beside the references.

const noLevel = 255;
const colours = d3.range(255).map((level) => d3.rgb(d3.interpolateViridis(level / 254)));

/** Levels of the upper triangle, row by row, as a function of any pair. */
function unpack(picture, side) {
  const levels = Uint8Array.from(atob(picture.levels), (c) => c.charCodeAt(0));
  const at = (i, j) => {
    if (i === j) return 0;
    if (i > j) [i, j] = [j, i];
    return levels[i * (2 * side - i - 1) / 2 + (j - i - 1)];
  };
  return {levels, at, deciles: picture.deciles};
}

function paint(matrix, side, label) {
  const canvas = make("canvas", {width: side, height: side, role: "img", "aria-label": label});
  const context = canvas.getContext("2d");
  const image = context.createImageData(side, side);
  for (let i = 0; i < side; ++i) {
    for (let j = 0; j < side; ++j) {
      const level = matrix.at(i, j);
      if (level === noLevel) continue;  // stays transparent
      const {r, g, b} = colours[level];
      image.data.set([r, g, b, 255], 4 * (i * side + j));
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Dissimilarity at a level, between the deciles that the page knows. */
function dissimilarity(matrix, level) {
  const place = level / 25.4, below = Math.min(9, Math.floor(place));
  return matrix.deciles[below] + (place - below) * (matrix.deciles[below + 1] - matrix.deciles[below]);
}

/** Pearson correlation of percentile ranks, that is Spearman's to the 8 bits that a picture has. */
function rankCorrelation(a, b) {
  let n = 0, sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
  a.levels.forEach((x, k) => {
    const y = b.levels[k];
    if (x === noLevel || y === noLevel) return;
    n += 1; sa += x; sb += y; saa += x * x; sbb += y * y; sab += x * y;
  });
  return (sab - sa * sb / n) / Math.sqrt((saa - sa * sa / n) * (sbb - sb * sb / n));
}

function drawRdms() {
  const {rdms} = data;
  if (!rdms) {
    nothing("rdms", "No dissimilarity matrices are in the file (analyses: rsa).");
    return;
  }
  if (rdms.side < 2) {
    nothing("rdms", `${plural(rdms.n, "stimulus", "stimuli")}: there is no pair to compare.`);
    return;
  }
  const side = rdms.side;
  const layers = rdms.layers.map(({layer, codes}) => ({layer, codes: codes.slice().sort((a, b) => byCode(a.code, b.code))
    .map((picture) => ({code: picture.code, ...unpack(picture, side)}))}));
  const models = rdms.models.flatMap(({layer, codes}) => codes.map((picture) => ({name: layer, ...unpack(picture, side)})));
  const references = rdms.references.map((picture) => ({name: picture.name, ...unpack(picture, side)}));

  const container = part("rdms", "figure");
  const strip = make("div", {class: layers.length > 24 ? "strip many" : "strip"});
  const readout = make("div", {class: "readout", "aria-live": "polite"});
  const matrices = make("div", {class: "matrices"});
  if (layers.length > 1) container.append(strip);
  container.append(readout, matrices);

  const select = make("select", {});
  layers.forEach(({layer, codes}, i) => {
    select.append(make("option", {value: i}, middle(layer, 60)));
    const pair = codes.slice(0, 2);
    const button = make("button", {type: "button", title: layer, "aria-pressed": "false"},
      make("span", {class: "pair"}, ...pair.map((m) => paint(m, side, `${layer}, ${codeWord[m.code] || m.code}`))),
      make("span", {class: "label"}, middle(brief(layer), layers.length > 24 ? 11 : 18)));
    button.addEventListener("click", () => show(i));
    strip.append(button);
  });
  select.addEventListener("change", () => show(Number(select.value)));
  const controls = part("rdms", "controls");
  if (layers.length > 1) controls.append(make("label", {}, "Layer ", select));
  const ramp = make("canvas", {width: 255, height: 1, "aria-hidden": "true"});
  colours.forEach(({r, g, b}, i) => {
    const context = ramp.getContext("2d");
    context.fillStyle = `rgb(${r},${g},${b})`;
    context.fillRect(i, 0, 1, 1);
  });
  controls.append(make("span", {class: "scale"}, "similar", ramp, "dissimilar (percentile of each matrix)"));

  let shown = [], at = null;
  /** One matrix with its name, its picture and a line for its range or the value under the pointer. */
  function plate(matrix, name, of, label) {
    const canvas = paint(matrix, side, label);
    const mark = make("div", {class: "mark", hidden: ""});
    const caption = make("figcaption");
    const box = make("div", {class: "plate"}, canvas, mark);
    if (groups) box.append(groups.cloneNode(true));
    const title = make("h4", {title: label}, name);
    if (of) title.append(make("span", {class: "of"}, " " + of));
    shown.push({matrix, mark, caption});
    canvas.addEventListener("pointermove", (event) => {
      const area = canvas.getBoundingClientRect();
      const cell = (at, from, size) => Math.min(side - 1, Math.max(0, Math.floor((at - from) / size * side)));
      point(cell(event.clientY, area.top, area.height), cell(event.clientX, area.left, area.width));
    });
    canvas.addEventListener("pointerleave", () => point(null));
    canvas.tabIndex = 0;
    canvas.setAttribute("aria-keyshortcuts", "ArrowUp ArrowDown ArrowLeft ArrowRight");
    canvas.addEventListener("blur", () => point(null));
    canvas.addEventListener("keydown", (event) => {
      const [down, right] = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]}[event.key] || [0, 0];
      if (down === 0 && right === 0) return;
      event.preventDefault();
      const inside = (k) => Math.min(side - 1, Math.max(0, k));
      if (at) point(inside(at[0] + down), inside(at[1] + right)); else point(0, 1);
    });
    return make("figure", {class: "matrix"}, title, box, caption);
  }

  /** Shows the same pair of stimuli in all matrices. */
  function point(i, j) {
    at = i === null ? null : [i, j];
    const row = (k) => (rdms.labels[k] === null ? "" : ` (label ${rdms.labels[k]})`);
    const word = rdms.block > 1 ? `${rdms.block} stimuli from ` : "";
    readout.textContent = i === null ? "" : `${word}${rdms.ids[i]}${row(i)} × ${word}${rdms.ids[j]}${row(j)}`;
    if (at && rdms.block === 1) {
      const pair = [i, j].map((k) => thumbnail(rdms.stimuli[k])).filter(Boolean);
      if (pair.length) readout.prepend(...pair, " ");
    }
    for (const {matrix, mark, caption} of shown) {
      mark.hidden = i === null;
      if (i === null) {
        caption.textContent = matrix.deciles.length === 0 ? "no finite value"
          : `${fixed(matrix.deciles[0])} to ${fixed(matrix.deciles[10])}, median ${fixed(matrix.deciles[5])}`;
        continue;
      }
      Object.assign(mark.style, {left: `${100 * j / side}%`, top: `${100 * i / side}%`,
                                 width: `max(3px, ${100 / side}%)`, height: `max(3px, ${100 / side}%)`});
      const level = matrix.at(i, j);
      caption.textContent = i === j ? (rdms.block > 1 ? "within one block" : "the same stimulus")
        : level === noLevel ? "not computed"
        : `percentile ${(level / 2.54).toFixed(0)}, about ${fixed(dissimilarity(matrix, level))}`;
    }
  }

  function show(index) {
    shown = [];
    matrices.replaceChildren();
    select.value = index;
    [...strip.children].forEach((button, i) => button.setAttribute("aria-pressed", String(i === index)));
    const {layer, codes} = layers[index] || {layer: "", codes: []};
    const float = codes.find(({code}) => code === "float");
    if (layer) matrices.append(make("h3", {class: "group", title: layer}, brief(layer)));
    for (const matrix of codes) {
      // Averages of blocks are more alike than the matrices themselves, so no number is given for them.
      const alike = float && matrix !== float && rdms.block === 1 ? rankCorrelation(float, matrix) : NaN;
      matrices.append(plate(matrix, codeWord[matrix.code] || matrix.code,
        finite(alike) ? `ρ = ${minus(alike.toFixed(2))} with float` : "", `${layer}, ${codeWord[matrix.code] || matrix.code}`));
    }
    if (references.length) matrices.append(make("h3", {class: "group"}, "References"));
    for (const matrix of references) matrices.append(plate(matrix, matrix.name, "", `Reference ${matrix.name}`));
    if (models.length) matrices.append(make("h3", {class: "group"}, "Models"));
    for (const matrix of models) matrices.append(plate(matrix, matrix.name, "", `Model ${matrix.name}`));
    point(null);
  }

  const groups = labelBands();
  show(0);
  part("rdms", "caption").textContent =
    `Dissimilarities of ${plural(rdms.n, "stimulus", "stimuli")}, ` +
    (data.stimuli.labelled > 0 ? "sorted by label (grey bars: runs of one label)" : "in the order of the file") +
    ". Colours are percentile ranks within a matrix, so that matrices on different scales can be compared; " +
    "under each its range and median. " +
    (rdms.block > 1 ? `Each pixel is a mean over ${rdms.block} × ${rdms.block} pairs of neighbouring stimuli; the whole matrices are in the results file. `
      : layers.some(({codes}) => codes.length > 1) ? "ρ: Spearman correlation of the upper triangles. " : "");

  /** Runs of equal labels beside a matrix, when there are few enough to see. */
  function labelBands() {
    const runs = [];
    rdms.labels.forEach((label, i) => {
      if (i === 0 || label !== rdms.labels[i - 1]) runs.push({label, first: i, count: 0});
      runs[runs.length - 1].count += 1;
    });
    if (runs.length < 2 || runs.length > side / 3) return null;
    const bands = make("div", {class: "bands", "aria-hidden": "true"});
    for (const run of runs) {
      const band = make("i", {title: run.label === null ? "no label" : `label ${run.label}`});
      Object.assign(band.style, {top: `${100 * run.first / side}%`, height: `${100 * run.count / side}%`});
      bands.append(band);
    }
    return bands;
  }
}
