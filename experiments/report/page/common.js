// What every part of the page uses. Text from the file reaches the page as text nodes only.

const data = JSON.parse(document.getElementById("data").textContent);

/** The element `tag` with attributes and children (elements or text). */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** The part `.name` of a section of the page. */
const part = (section, name) => document.querySelector(`#${section} .${name}`);

const finite = (x) => typeof x === "number" && Number.isFinite(x);
const plural = (n, one, many = one + "s") => `${grouped(n)} ${n === 1 ? one : many}`;
/** 63012 -> "63,012". */
const grouped = (n) => (finite(n) ? d3.format(",.0f")(n) : "–");
/** 0.9931 -> "99.3 %"; more digits, or a bound, where rounding would make it look like 100 %. */
function percent(share) {
  if (!finite(share)) return "–";
  if (share < 1 && share >= 0.9995) return share < 0.99995 ? `${(100 * share).toFixed(2)} %` : "> 99.99 %";
  return (100 * share).toFixed(1).replace(/^(0|100)\.0$/, "$1") + " %";
}
/** About three digits with the unit prefix written out: 4123456 -> "4.12 million". */
function amount(n) {
  if (!finite(n)) return "–";
  for (const [size, word] of [[1e12, "trillion"], [1e9, "billion"], [1e6, "million"]]) {
    if (n >= 0.9995 * size) return `${(n / size).toPrecision(3)} ${word}`;
  }
  return n >= 100 ? grouped(n) : n === 0 ? "0" : fixed(n);
}
/** Three significant digits without exponent where that is readable. */
function fixed(x) {
  if (!finite(x)) return "–";
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (size < 1e-3 || size >= 1e6) return x.toExponential(2).replace("-", "−").replace("e+", "e");
  return minus(size >= 100 ? x.toFixed(0) : x.toFixed(Math.max(0, 2 - Math.floor(Math.log10(size)))));
}
/** Correlations: three digits after the point, more where rounding would make a value look like exactly 1. */
function three(x) {
  if (!finite(x)) return "–";
  let digits = 3;
  while (Math.abs(x) < 1 && Math.abs(Number(x.toFixed(digits))) === 1 && digits < 12) ++digits;
  return minus(x.toFixed(digits).replace(/^-(?=0\.0*$)/, ""));  // never -0.000
}
/** A number as somebody typed it: 1, 0.5. */
const plain = (x) => (finite(x) ? minus(String(+x.toPrecision(6))) : "–");
const minus = (text) => text.replace(/^-/, "−");

/** Code of matrices that belong to a model and not to a layer; rows of models have it, or that of flexible models. */
const modelCode = "model";
const isModel = ({code}) => code === modelCode || code === "flexible";

/** A long name with its middle left out; names of layers differ at both ends. */
function middle(text, most) {
  if (text.length <= most) return text;
  const head = Math.ceil((most - 1) / 2);
  return text.slice(0, head) + "…" + text.slice(text.length - (most - 1 - head));
}

/**
 * Names of layers in figures: what all analysed layers have in common at the end, then at the beginning, is left out
 * part by part while the longest is too long. Full names are in tooltips.
 */
const brief = (() => {
  const names = [...new Set([...data.rsa.filter((row) => !isModel(row)).map(({layer}) => layer),
    ...(data.rdms ? data.rdms.layers.map(({layer}) => layer) : []),
    ...(data.time ? data.time.panels.flatMap(({series}) => series.map(({name}) => name)) : []),
    ...(data.variance ? data.variance.panels.flatMap(({layers}) => layers) : []),
    ...(data.predictivity ? data.predictivity.targets.flatMap(({rows}) => rows.map(({layer}) => layer)) : []),
    ...(data.fusion ? data.fusion.entries.flatMap(({models}) => models.filter((model) => !isModel(model)).map(({layer}) => layer)) : [])])];
  const short = new Map(names.map((name) => [name, name]));
  for (const part of [/[._:][^._:]*$/, /^[^._:]*[._:]/]) {
    for (;;) {
      const all = [...short.values()];
      const common = all.length > 1 && d3.max(all, (name) => name.length) > 16 && (all[0].match(part) || [""])[0];
      const without = common && all.map((name) => ((name.match(part) || [""])[0] === common ? name.replace(part, "") : ""));
      if (!without || without.some((name) => name === "")) break;
      for (const [name, now] of [...short]) short.set(name, now.replace(part, ""));
    }
  }
  return (name) => short.get(name) || name;
})();

/** Shortens an SVG text to `width` pixels; the whole name stays as its tooltip. */
function fit(node, text, width) {
  node.textContent = text;
  let most = text.length;
  while (most > 4 && node.getComputedTextLength() > width) {
    most -= Math.max(1, Math.floor(most * 0.06));
    node.textContent = middle(text, most);
  }
  if (most < text.length) {
    const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
    title.textContent = text;
    node.append(title);
  }
}

const codeOrder = ["float", "count", "decoded"];
const byCode = (a, b) => rank(a) - rank(b) || d3.ascending(a, b);
const rank = (code) => (codeOrder.indexOf(code) + 1 || 99);
/** Codes beyond the three that every page has: each with a colour and a shape of its own, as far as there are any. */
const otherCodes = [...new Set([...data.rsa.map(({code}) => code), ...(data.rdms ? data.rdms.layers : [])
  .flatMap(({codes}) => codes.map(({code}) => code))])].filter((code) => !codeOrder.includes(code) && !isModel({code})).sort(d3.ascending);
const codeClass = (code) => codeOrder.includes(code) ? "c-" + code
  : otherCodes.includes(code) ? `c-k${otherCodes.indexOf(code) % 7}` : "c-other";
const codeWord = {float: "float network", count: "spike counts", decoded: "decoded activations", model: "model", flexible: "flexible model"};
const shapes = {float: d3.symbolCircle, count: d3.symbolSquare, decoded: d3.symbolDiamond};
const otherShapes = [d3.symbolTriangle, d3.symbolCross, d3.symbolStar, d3.symbolWye, d3.symbolSquare, d3.symbolDiamond, d3.symbolCircle];
const symbol = (code, size = 34) => d3.symbol()
  .type(shapes[code] || otherShapes[Math.max(0, otherCodes.indexOf(code)) % 7]).size(size)();

/** "0.012", "< 0.001"; pText() for after "p": "= 0.012". */
const pNumber = (p) => (!finite(p) ? "–" : p < 0.001 ? "< 0.001" : p.toFixed(3));
const pText = (p) => (p < 0.001 ? pNumber(p) : `= ${pNumber(p)}`);
/** Where results count as significant: at a false discovery rate of 5 %. */
const level = 0.05;

/** A small picture of stimulus k, null if the file has none. */
function thumbnail(k) {
  const pictures = data.maps && data.maps.thumbnails;
  if (!pictures || k >= pictures.count) return null;
  if (!pictures.bytes) pictures.bytes = Uint8Array.from(atob(pictures.pixels), (c) => c.charCodeAt(0));
  const {width, height, channels, bytes} = pictures;
  const canvas = make("canvas", {class: "thumbnail", width, height, "aria-hidden": "true"});
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  for (let p = 0; p < width * height; ++p) {
    const from = (k * width * height + p) * channels;
    image.data.set([bytes[from], bytes[from + (channels > 1 ? 1 : 0)], bytes[from + (channels > 1 ? 2 : 0)], 255], 4 * p);
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

let figures = 0;
/** An empty SVG figure with a name and a description for those who cannot see it. */
function figure(container, width, height, title, description) {
  const id = `figure-${++figures}`;
  const svg = d3.select(container).append("svg")
    .attr("viewBox", `0 0 ${width} ${height}`).attr("width", width).attr("height", height)
    .attr("role", "img").attr("aria-labelledby", `${id}-title ${id}-desc`);
  // <desc> alone is not shown as a tooltip over the whole figure; <title> would be.
  svg.append("desc").attr("id", `${id}-title`).text(title);
  svg.append("desc").attr("id", `${id}-desc`).text(description);
  return svg;
}

/** Calls draw(width) now and whenever the container's width has changed. */
function drawAtWidth(container, draw) {
  let drawn = 0;
  const update = () => {
    const width = Math.floor(container.clientWidth);
    if (width > 0 && width !== drawn) {
      drawn = width;
      draw(width);
    }
  };
  update();
  new ResizeObserver(() => requestAnimationFrame(update)).observe(container);
  return () => { drawn = 0; update(); };
}

/** Radio buttons; choose(value) is called on change. Returns the chosen value through a function. */
function choice(container, legend, options, choose) {
  const name = `choice-${++figures}`;
  const set = make("fieldset", {}, make("legend", {}, legend));
  options.forEach(([value, text], i) => {
    const input = make("input", {type: "radio", name, value});
    input.checked = i === 0;
    input.addEventListener("change", () => choose(value));
    set.append(make("label", {}, input, text));
  });
  container.append(set);
}

/** Says why a section has no figure. */
function nothing(section, text) {
  part(section, "figure").append(make("p", {class: "nothing"}, text));
}

/** A table in a scrolling box. columns: {name, n: numeric, cell(row) -> node or text, key(row) for sorting}. */
function table(columns, rows, {sortable = false, caption, tall = false, rowClass} = {}) {
  const body = make("tbody");
  const fill = (shown) => body.replaceChildren(...shown.map((row) => {
    const line = make("tr", rowClass && rowClass(row) ? {class: rowClass(row)} : {});
    for (const column of columns) {
      const content = column.cell(row);
      const cell = make("td", {class: column.n ? "n" : column.wide ? "long" : "w"}, content);
      if (!column.n && typeof content === "string" && content.length > 24) cell.title = content;
      line.append(cell);
    }
    return line;
  }));
  const heads = columns.map((column) => {
    const head = make("th", {scope: "col", class: column.n ? "n" : ""});
    if (!sortable || !column.key) {
      head.append(column.name);
      return head;
    }
    const button = make("button", {type: "button"}, column.name);
    button.addEventListener("click", () => {
      const descending = head.getAttribute("aria-sort") === (column.n ? null : "ascending") ||
                         (column.n && head.getAttribute("aria-sort") === "ascending");
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      const present = (row) => column.key(row) !== null && column.key(row) !== undefined;
      const compare = descending ? d3.descending : d3.ascending;
      // What is missing comes last in either direction; ties keep the file's order.
      fill([...rows.filter(present).sort((a, b) => compare(column.key(a), column.key(b))),
            ...rows.filter((row) => !present(row))]);
    });
    head.append(button);
    return head;
  });
  fill(rows);
  return make("div", {class: tall ? "scroll tall" : "scroll", tabindex: "0", role: "region", "aria-label": caption},
    make("table", {}, make("thead", {}, make("tr", {}, ...heads)), body));
}
