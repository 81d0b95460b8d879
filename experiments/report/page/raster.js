// Spikes of one stimulus: a rate curve of the whole network, then one raster per layer on a common time axis.

function drawRaster() {
  const {raster} = data;
  if (!raster) {
    nothing("raster", "No layer's spikes are in the file (record: spikes).");
    return;
  }
  const {step_ms: stepMs, steps} = raster;  // of a windowed run: parts of a window
  const bin = data.windowed ? "64th of a window" : "step";
  const container = part("raster", "figure");
  drawAtWidth(container, draw);

  function draw(width) {
    container.replaceChildren();
    const aside = width >= 680;  // names beside the rasters, else above them
    const longest = d3.max(raster.panels, (panel) => panel.layer.length);
    const left = aside ? Math.min(210, width * 0.24, Math.max(110, 24 + 6.2 * longest)) : 0;
    const right = aside ? 92 : 0;
    const many = raster.panels.length > 24;
    const head = aside ? 0 : 16, rateHeight = many ? 10 : 16, gap = many ? 6 : 10, totalHeight = 44, top = aside ? 6 : 22;
    const panels = raster.panels.map((panel) => ({...panel, height: rasterHeight(panel.rows.length)}));
    let y = top + totalHeight + 18;
    for (const panel of panels) {
      panel.y = y + head;
      y = panel.y + rateHeight + 2 + panel.height + gap;
    }
    const height = y + 30;
    const svg = figure(container, width, height, "Spikes of one stimulus", describe());
    const x = d3.scaleLinear().domain([0, steps]).range([left, width - right]);
    const ms = d3.scaleLinear().domain([0, steps * stepMs]).range(x.range());

    const axis = svg.append("g").attr("class", "axis").attr("transform", `translate(0,${y - gap + 4})`)
      .call(d3.axisBottom(ms).ticks(Math.max(3, width / 110)).tickSize(4));
    axis.selectAll(".tick").filter((v) => v > 0).insert("line", ":first-child").attr("class", "hair")
      .attr("y1", 0).attr("y2", -(y - gap - top));
    axis.selectAll(".hair").attr("stroke", null);
    svg.append("text").attr("class", "quiet").attr("x", left).attr("y", height - 1).text("time since stimulus onset (ms)");

    total(svg, x, top, totalHeight, left, width - right);
    for (const panel of panels) {
      const group = svg.append("g");
      rate(group, panel.rate, x, panel.y, rateHeight);
      const rows = Math.max(1, panel.rows.length);
      const rowHeight = panel.height / rows;
      const topOfRaster = panel.y + rateHeight + 2;
      group.append("line").attr("class", "hair").attr("x1", left).attr("x2", width - right)
        .attr("y1", topOfRaster + panel.height + 0.5).attr("y2", topOfRaster + panel.height + 0.5);
      if (panel.rows.length === 0) {
        group.append("text").attr("class", "quiet").attr("x", left + 4).attr("y", topOfRaster + panel.height / 2)
          .attr("dy", "0.35em").text("too many spikes to draw; the rate is that of all neurons");
      }
      // One path a layer: thousands of ticks stay one element.
      const tick = Math.max(0.8, rowHeight * 0.82).toFixed(2);
      const path = panel.spike_steps.map((step, i) =>
        `M${x(step + 0.5).toFixed(1)},${(topOfRaster + panel.spike_rows[i] * rowHeight + rowHeight * 0.09).toFixed(1)}v${tick}`);
      group.append("path").attr("class", "spikes").attr("d", path.join("") || null)
        .attr("stroke-width", Math.max(0.7, Math.min(1.8, (x(1) - x(0)) * 0.45)));
      names(group, panel, aside, left, width, topOfRaster);
    }
  }

  function rasterHeight(rows) {
    return rows === 0 ? 18 : rows <= 12 ? Math.max(16, rows * 4) : rows * 2;
  }

  function names(group, panel, aside, left, width, topOfRaster) {
    const counts = `${grouped(panel.spikes)} spikes`;
    if (!aside) {
      const right = group.append("text").attr("class", "quiet").attr("x", width).attr("y", panel.y - 4)
        .attr("text-anchor", "end").text(`${counts}, ${grouped(panel.neurons)} neurons`);
      const name = group.append("text").attr("x", 0).attr("y", panel.y - 4);
      fit(name.node(), panel.layer, width - right.node().getComputedTextLength() - 12);
      return;
    }
    const name = group.append("text").attr("x", left - 10).attr("y", topOfRaster + 4).attr("text-anchor", "end");
    fit(name.node(), panel.layer, left - 12);
    if (panel.height >= 22) {
      group.append("text").attr("class", "quiet").attr("x", left - 10).attr("y", topOfRaster + 18)
        .attr("text-anchor", "end").text(panel.shape.replace(/x/g, " × "));
    }
    const x = width - 84;
    group.append("text").attr("class", "quiet").attr("x", x).attr("y", panel.y + 9).text(`peak ${fixed(d3.max(panel.rate) || 0)}`);
    group.append("text").attr("x", x).attr("y", topOfRaster + 8).text(counts);
    if (panel.height >= 28) {
      group.append("text").attr("class", "quiet").attr("x", x).attr("y", topOfRaster + 22)
        .text(`${fixed(panel.spikes / panel.neurons)} a neuron`);
    }
  }

  /** Edge of step bin i on the time axis, in steps. */
  function edge(i) {
    return Math.min(steps, i * raster.bin);
  }

  function rate(group, values, x, top, height, most = d3.max(values) || 1) {
    const area = d3.area().curve(d3.curveStepAfter).x((d, i) => x(edge(i))).y0(top + height)
      .y1((d) => top + height - height * d / most);
    group.append("path").attr("class", "rate").attr("d", area(values.concat(values[values.length - 1])));
  }

  function total(svg, x, top, height, left, right) {
    const neurons = d3.sum(raster.panels, (panel) => panel.neurons);
    const values = raster.panels[0].rate.map((_, i) => d3.sum(raster.panels, (p) => p.rate[i] * p.neurons) / neurons);
    const most = d3.max(values) || 1;
    rate(svg, values, x, top, height, most);
    const group = svg.append("g").attr("class", "axis");
    if (left > 0) {
      group.attr("transform", `translate(${left - 4},0)`)
        .call(d3.axisLeft(d3.scaleLinear().domain([0, most]).range([top + height, top])).tickValues(d3.max(values) > 0 ? [0, most] : [0]).tickFormat(fixed).tickSize(3));
      const name = svg.append("text").attr("x", left - 10).attr("y", top + height / 2 + 3).attr("text-anchor", "end");
      fit(name.node(), "all layers", left - 44);
      svg.append("text").attr("class", "quiet").attr("x", right + 8).attr("y", top + 9).text("spikes per");
      svg.append("text").attr("class", "quiet").attr("x", right + 8).attr("y", top + 22).text(data.windowed ? "neuron, time" : "neuron, step");
    } else {
      svg.append("text").attr("x", 0).attr("y", 12).text(`all layers, spikes per neuron and ${bin}; peak ${fixed(most)}`);
    }
  }

  function describe() {
    return `Stimulus ${raster.id}: ` + raster.panels.map((p) => `${p.layer} ${grouped(p.spikes)} spikes`).join(", ");
  }

  const sampled = raster.panels.filter((panel) => panel.rows.length < panel.neurons);
  const rows = d3.extent(sampled, (panel) => panel.rows.length);
  part("raster", "caption").textContent =
    `Stimulus ${raster.stimulus}${raster.id && raster.id !== String(raster.stimulus) ? ` (${raster.id})` : ""}, the first of the run` +
    `${raster.label === null ? "" : `, label ${raster.label}`}. Each tick is a spike, each row a neuron; above each raster the layer's ` +
    `rate in spikes per neuron and ${bin}, over all its neurons, scaled to its own peak. ` +
    (sampled.length ? `Rows are a sample: ${rows[0] === rows[1] ? rows[0] : `${rows[0]} to ${rows[1]}`} neurons of each large layer, ` +
      "one from each of as many equal blocks in C,H,W order, chosen without looking at their spikes. " : "") +
    (raster.bin > 1 ? `Rates are means over ${raster.bin} ${bin}s. ` : "") +
    (raster.panels.length < raster.layers ? `${raster.panels.length} of ${raster.layers} recorded layers are shown.` : "");
}
