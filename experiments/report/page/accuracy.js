// Accuracy of the spiking network after each step, against the float network.

function drawAccuracy() {
  const {accuracy, stimuli} = data;
  const curves = [
    {code: "count", name: "spiking", what: "spiking accuracy", curve: accuracy.spiking},
    {code: "agreement", name: "agreement", what: "agreement with float", curve: accuracy.agreement},
  ].filter(({curve}) => curve && curve.values.some(finite));
  const reference = finite(accuracy.float) && curves.some(({code}) => code === "count") ? accuracy.float : null;
  if (curves.length === 0) {
    nothing("accuracy", "This run has no accuracy: there are no labels, and agreement was not measured.");
    return;
  }
  const steps = curves[0].curve.steps;
  if (steps.length === 1) {
    nothing("accuracy", "The run has a single decision: " +
      curves.map(({what, curve}) => `${what} ${percent(curve.values[0])}`)
        .concat(reference === null ? [] : [`float accuracy ${percent(reference)}`]).join(", ") + ".");
    return;
  }

  const container = part("accuracy", "figure");
  const readout = make("div", {class: "readout", "aria-live": "polite"});
  const plot = make("div");
  container.append(readout, plot);
  let scale = "log", range = "all", chosen = null;
  const redraw = drawAtWidth(plot, draw);
  choice(part("accuracy", "controls"), "Steps", [["log", "logarithmic"], ["linear", "linear"]],
    (value) => { scale = value; redraw(); });
  choice(part("accuracy", "controls"), "Share", [["all", "0–100 %"], ["top", "near the end value"]],
    (value) => { range = value; redraw(); });

  function draw(available) {
    plot.replaceChildren();
    const width = Math.min(available, 860), height = Math.round(Math.min(330, 200 + width * 0.15));
    const margin = {top: 10, right: 110, bottom: 36, left: 46};
    const svg = figure(plot, width, height, "Accuracy against steps", describe())
      .attr("tabindex", 0).attr("aria-keyshortcuts", "ArrowLeft ArrowRight");
    const x = (scale === "log" ? d3.scaleLog() : d3.scaleLinear())
      .domain([scale === "log" ? 1 : 0, steps[steps.length - 1]]).range([margin.left, width - margin.right]);
    const ends = curves.map(({curve}) => lastOf(curve)).concat(reference === null ? [] : [reference]).filter(finite);
    const low = range === "top" ? Math.max(0, d3.min(ends) - 0.06) : 0;
    const high = range === "top" ? Math.min(1, d3.max(ends) + 0.02) : 1;
    const y = d3.scaleLinear().domain([low, high]).range([height - margin.bottom, margin.top]);

    const clip = `clip-${++figures}`;
    svg.append("clipPath").attr("id", clip).append("rect").attr("x", margin.left - 1).attr("y", margin.top - 2)
      .attr("width", width - margin.left - margin.right + 2).attr("height", height - margin.top - margin.bottom + 3);
    svg.append("g").attr("class", "axis").attr("transform", `translate(${margin.left},0)`)
      .call(d3.axisLeft(y).ticks(5).tickSize(-(width - margin.left - margin.right)).tickFormat((v) => `${+(100 * v).toFixed(1)} %`))
      .selectAll("line").attr("class", "hair").attr("stroke", null);
    const powers = d3.range(0, 24).map((k) => 2 ** k).filter((v) => v <= steps[steps.length - 1]);
    svg.append("g").attr("class", "axis").attr("transform", `translate(0,${height - margin.bottom})`)
      .call(scale === "log" ? d3.axisBottom(x).tickValues(powers).tickFormat(d3.format(",d")).tickSize(4)
                            : d3.axisBottom(x).ticks(Math.max(3, width / 90)).tickSize(4));
    svg.append("text").attr("class", "quiet").attr("x", margin.left).attr("y", height - 4)
      .text(`steps of ${plain(data.step_ms)} ms since stimulus onset`);

    const marks = svg.append("g").attr("clip-path", `url(#${clip})`);
    const spiking = curves.find(({code}) => code === "count");
    if (spiking && stimuli.labelled > 0) {
      marks.append("path").attr("class", "interval c-count").attr("d", d3.area()
        .defined((d) => finite(d[1])).x((d) => x(d[0]))
        .y0((d) => y(wilson(d[1], stimuli.labelled)[0])).y1((d) => y(wilson(d[1], stimuli.labelled)[1]))(
          d3.zip(spiking.curve.steps, spiking.curve.values)));
    }
    if (reference !== null) {
      marks.append("line").attr("class", "line dashed c-float").attr("x1", margin.left).attr("x2", width - margin.right)
        .attr("y1", y(reference)).attr("y2", y(reference));
    }
    for (const {code, curve} of curves) {
      marks.append("path").attr("class", `line c-${code}`).attr("d",
        d3.line().defined((d) => finite(d[1])).x((d) => x(d[0])).y((d) => y(d[1]))(d3.zip(curve.steps, curve.values)));
      if (curve.steps.length <= 24) {
        marks.selectAll(null).data(d3.zip(curve.steps, curve.values).filter((d) => finite(d[1]))).enter().append("circle")
          .attr("class", `dot c-${code}`).attr("r", 2.5).attr("cx", (d) => x(d[0])).attr("cy", (d) => y(d[1]));
      }
    }
    nameEnds(svg, width - margin.right + 8, y, [height - margin.bottom, margin.top]);

    const cursor = svg.append("g").style("display", "none");
    cursor.append("line").attr("class", "cursor").attr("y1", margin.top).attr("y2", height - margin.bottom);
    const point = (index) => {
      chosen = index;
      cursor.style("display", index === null ? "none" : null);
      readout.replaceChildren();
      if (index === null) return;
      cursor.select("line").attr("x1", x(steps[index])).attr("x2", x(steps[index]));
      readout.append(make("span", {}, `step ${grouped(steps[index])}`));
      for (const {code, what, curve} of curves) {
        readout.append(make("span", {}, make("b", {class: `name c-${code}`}, what), ` ${percent(curve.values[index])}`));
      }
      if (reference !== null) readout.append(make("span", {}, make("b", {class: "name c-float"}, "float"), ` ${percent(reference)}`));
    };
    svg.append("rect").attr("x", margin.left).attr("y", margin.top).attr("width", width - margin.left - margin.right)
      .attr("height", height - margin.top - margin.bottom).attr("fill", "none").attr("pointer-events", "all")
      .on("mousemove touchmove", function () {
        const at = x.invert(d3.mouse(svg.node())[0]);
        const right = Math.min(steps.length - 1, d3.bisectLeft(steps, at));
        const left = Math.max(0, right - 1);
        point(Math.abs(x(steps[left]) - x(at)) < Math.abs(x(steps[right]) - x(at)) ? left : right);
      }).on("mouseleave", () => point(null));
    svg.on("keydown", () => {
      const move = {ArrowLeft: -1, ArrowRight: 1}[d3.event.key];
      if (!move) return;
      d3.event.preventDefault();
      point(chosen === null ? steps.length - 1 : Math.min(steps.length - 1, Math.max(0, chosen + move)));
    }).on("blur", () => point(null));
    if (chosen !== null) point(chosen);
  }

  /** Names at the right end of the lines, moved apart where they would overlap. */
  function nameEnds(svg, left, y, [bottom, top]) {
    const names = curves.map(({code, name, curve}) => ({code, text: `${name} ${percent(lastOf(curve))}`, value: lastOf(curve)}))
      .concat(reference === null ? [] : [{code: "float", text: `float ${percent(reference)}`, value: reference}])
      .filter(({value}) => finite(value)).sort((a, b) => b.value - a.value);
    names.forEach((d, i) => {
      d.y = Math.min(Math.max(y(d.value), top), bottom);
      if (i > 0) d.y = Math.max(d.y, names[i - 1].y + 14);
    });
    svg.append("g").selectAll("text").data(names).enter().append("text").attr("class", (d) => `name c-${d.code}`)
      .attr("x", left).attr("y", (d) => d.y).attr("dy", "0.35em").text((d) => d.text);
  }

  function describe() {
    return curves.map(({what, curve}) => `${what} from ${percent(curve.values[0])} after step 1 to ` +
      `${percent(lastOf(curve))} after step ${lastOf({values: curve.steps})}`).join("; ") +
      (reference === null ? "" : `; float accuracy ${percent(reference)}`);
  }

  const agreementText = curves.some(({code}) => code === "agreement")
    ? "Agreement: the share of stimuli for which both networks choose the same class. " : "";
  part("accuracy", "caption").textContent = (reference !== null || curves.some(({code}) => code === "count")
    ? "Share of stimuli classified as labelled when the spikes up to a step decide; " +
      `the band is the 95 % Wilson interval for ${plural(stimuli.labelled, "stimulus", "stimuli")}. ` : "") + agreementText +
    (steps.length < data.steps ? `${grouped(steps.length)} of ${grouped(data.steps)} steps are drawn.` : "");

  // The same numbers as text: steps 1, 2, 4, ... and the last.
  const picked = steps.map((_, i) => i).filter((i) => i === steps.length - 1 || Number.isInteger(Math.log2(steps[i])));
  const columns = [{name: "steps", n: true, cell: (i) => grouped(steps[i])}]
    .concat(curves.map(({what, curve}) => ({name: what, n: true, cell: (i) => percent(curve.values[i])})));
  part("accuracy", "more").append(make("details", {}, make("summary", {}, "Numbers"),
    make("div", {style: "width: fit-content"}, table(columns, picked, {caption: "Accuracy after some of the steps"}))));
}
