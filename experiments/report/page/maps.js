// Stimuli as points in the plane: a layer's map beside that of a reference or model.

function drawMaps() {
  const {maps} = data;
  if (!maps) return;
  const entries = (rows, word) => rows.flatMap(({name, codes}) => codes.map((map) => ({...map, name, word})));
  const layers = entries(maps.layers, "layer");
  const others = [...maps.references.map((map) => ({...map, word: "reference", code: ""})), ...entries(maps.models, "model")];
  const all = [...layers, ...others].filter(({smacof}) => smacof);
  if (all.length === 0) return;  // no matrix has finite dissimilarities that differ
  document.getElementById("maps").hidden = false;
  const left = layers.filter(({smacof}) => smacof), right = others.filter(({smacof}) => smacof);
  const firsts = left.length ? left : right, seconds = right.length ? right : left;

  const state = {first: Math.max(0, firsts.length - 1), second: 0, method: "smacof", chosen: null};
  const box = make("div", {class: "maps"});
  const readout = make("div", {class: "readout", "aria-live": "polite"});
  part("maps", "figure").append(readout, box);
  const controls = part("maps", "controls");
  controls.append(selection("Left ", firsts, "first"), selection("Right ", seconds, "second"));
  choice(controls, "Scaling", [["smacof", "metric (SMACOF)"], ["classical", "classical (Torgerson)"]],
    (value) => { state.method = value; draw(); });
  const labels = [...new Set(maps.labels)].sort(d3.ascending);
  const coloured = labels.length > 1 && labels.length <= 8;
  if (coloured) {
    labels.forEach((label, k) => controls.append(make("span", {class: `l-${k}`}, make("i", {class: "key"}), `label ${label === null ? "none" : label}`)));
  }

  function title({name, code, word}) {
    return code && code !== modelCode ? `${name}, ${codeWord[code] || code}` : `${name} (${word})`;
  }
  function selection(text, list, key) {
    const select = make("select", {});
    list.forEach((map, i) => select.append(make("option", {value: i}, middle(title(map), 60))));
    select.value = state[key];
    select.addEventListener("change", () => { state[key] = Number(select.value); draw(); });
    return make("label", {}, text, select);
  }

  /** Points with mean 0 and root mean square 1. */
  function pointsOf(map) {
    const bytes = Uint8Array.from(atob(map.points), (c) => c.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    const points = d3.range(maps.n).map((i) => [view.getInt16(4 * i, true), view.getInt16(4 * i + 2, true)]);
    const mean = [0, 1].map((axis) => d3.mean(points, (p) => p[axis]));
    const size = Math.sqrt(d3.mean(points, (p) => (p[0] - mean[0]) ** 2 + (p[1] - mean[1]) ** 2)) || 1;
    return points.map((p) => [(p[0] - mean[0]) / size, (p[1] - mean[1]) / size]);
  }

  /** Turns (and mirrors) points onto others, both as pointsOf() gives them; agreement 1: they coincide. */
  function align(points, target) {
    const fits = [1, -1].map((mirror) => {
      const along = d3.mean(points, (p, i) => p[0] * target[i][0] + mirror * p[1] * target[i][1]);
      const across = d3.mean(points, (p, i) => p[0] * target[i][1] - mirror * p[1] * target[i][0]);
      return {mirror, along, across, agreement: Math.hypot(along, across)};
    });
    const {mirror, along, across, agreement} = fits[0].agreement >= fits[1].agreement ? fits[0] : fits[1];
    if (agreement === 0) return {points, agreement};
    const c = along / agreement, s = across / agreement;
    return {points: points.map(([x, y]) => [c * x - s * mirror * y, s * x + c * mirror * y]), agreement};
  }

  const size = maps.n <= 40 ? 9 : maps.n <= 100 ? 6.5 : 5;  // of a picture, % of the map
  function field(map, points, extent) {
    const area = make("div", {class: "field", tabindex: "0", role: "img", "aria-keyshortcuts": "ArrowLeft ArrowRight",
      "aria-label": `Map of ${plural(maps.n, "stimulus", "stimuli")} by ${title(map)}; arrow keys go through the stimuli`});
    points.forEach(([x, y], k) => {
      const picture = thumbnail(k);
      const place = make("div", {class: (picture ? "place" : "place plain") + (coloured ? ` l-${labels.indexOf(maps.labels[k])}` : "")},
        picture || (maps.n <= 30 ? make("span", {class: "id"}, middle(maps.ids[k], 12)) : null));
      Object.assign(place.style, {left: `${50 + 45 * x / extent}%`, top: `${50 - 45 * y / extent}%`});
      if (picture) place.style.width = `${size}%`;
      place.addEventListener("pointerenter", () => choose(k));
      place.addEventListener("pointerleave", () => choose(null));
      area.append(place);
    });
    area.addEventListener("keydown", (event) => {
      const move = {ArrowLeft: -1, ArrowRight: 1}[event.key];
      if (!move) return;
      event.preventDefault();
      choose(state.chosen === null ? 0 : (state.chosen + move + maps.n) % maps.n);
    });
    area.addEventListener("blur", () => choose(null));
    return make("figure", {class: "map"}, make("h4", {title: title(map)}, title(map)), area,
      make("figcaption", {}, `stress ${fixed(map[state.method].stress)}`));
  }

  function draw() {
    const first = firsts[state.first], second = seconds[state.second];
    const target = pointsOf(second[state.method]);
    const turned = align(pointsOf(first[state.method]), target);
    const extent = d3.max([...turned.points, ...target], ([x, y]) => Math.max(Math.abs(x), Math.abs(y))) || 1;
    box.replaceChildren(field(first, turned.points, extent), field(second, target, extent));
    box.firstChild.querySelector("figcaption").append(`; Procrustes correlation with the map on the right ${turned.agreement.toFixed(2)}`);
    choose(null);
  }

  /** Shows the same stimulus in both maps. */
  function choose(k) {
    state.chosen = k;
    for (const area of box.querySelectorAll(".field")) {
      [...area.children].forEach((place, i) => place.classList.toggle("chosen", i === k));
    }
    readout.textContent = k === null ? "" : maps.ids[k] + (maps.labels[k] === null ? "" : ` (label ${maps.labels[k]})`);
  }

  draw();
  part("maps", "caption").textContent =
    "Multidimensional scaling: distances in a map are as like the dissimilarities as two dimensions allow; stress (Kruskal's stress-1) is what is lost, " +
    "0 nothing. The left map is turned, mirrored and scaled onto the right one (Procrustes). " +
    (maps.all > maps.n ? `The first ${grouped(maps.n)} of ${grouped(maps.all)} stimuli. ` : "") +
    (maps.left_out > 0 ? `${plural(maps.left_out, "matrix", "matrices")} of later layers have no map. ` : "") +
    (maps.thumbnails && maps.thumbnails.count < maps.n ? "Stimuli without a picture are dots. " : "");
}
