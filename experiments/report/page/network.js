// What became of every node of the float network, and how much its neurons fired.

function drawNetwork() {
  const layerOf = new Map(data.layers.map((layer) => [layer.name, layer]));
  const told = new Set();
  // One line per node of the ONNX file; a results file without conversion report has its layers only.
  const rows = data.conversion.length > 0
    ? data.conversion.map((node) => {
        const layer = told.has(node.layer) ? undefined : layerOf.get(node.layer);
        if (layer) told.add(node.layer);
        return {...node, record: layer, threshold: node.threshold.every((v) => v > 0) ? node.threshold : layer && layer.scale};
      })
    : data.layers.map((layer) => ({node: layer.onnx_output, operation: layer.operation, layer: layer.name, shape: layer.shape,
        fate: layer.neurons > 0 ? "population" : "no population", neurons: layer.neurons, synapses: layer.synapses,
        record: layer, threshold: layer.scale}));
  if (rows.length === 0) {
    nothing("network", "The file lists no layers.");
    return;
  }
  const perNeuron = ({record}) => record && record.neurons > 0 && data.stimuli.count > 0
    ? record.spikes / record.neurons / data.stimuli.count : null;
  const most = d3.max(rows, perNeuron) || 1;

  const range = (pair) => !pair || !pair.every(finite) ? "" : fixed(pair[0]) === fixed(pair[1]) ? fixed(pair[0]) : `${fixed(pair[0])} – ${fixed(pair[1])}`;
  const number = (n) => (n > 0 ? grouped(n) : "");
  const snr = (row) => (!row.int8 ? "" : finite(row.weight_snr_db) ? `${row.weight_snr_db.toFixed(1)} dB` : "exact");
  const field = ({record}) => !record || !record.rf_size[0] ? "" :
    `${record.rf_size.join(" × ")} / ${record.rf_stride[0] === record.rf_stride[1] ? record.rf_stride[0] : record.rf_stride.join(" × ")}`;
  function rateBar(row) {
    const rate = perNeuron(row);
    if (rate === null) return "";
    const bar = make("span", {class: "bar"});
    bar.style.width = `${(4 * rate / most).toFixed(2)}rem`;
    return make("span", {}, fixed(rate), make("span", {class: "barbox"}, bar));
  }
  const named = (row) => {
    const name = make("span", {title: row.node && row.node !== row.layer ? `${row.layer} (node ${row.node})` : row.layer}, middle(row.layer, 36));
    return name;
  };
  const columns = [
    {name: "layer", cell: named},
    {name: "operator", cell: (row) => row.operation},
    {name: "shape", n: true, cell: (row) => row.shape.replace(/x/g, " × ")},
    {name: "neurons", n: true, cell: (row) => number(row.neurons)},
    {name: "synapses", n: true, cell: (row) => number(row.synapses)},
    {name: "threshold", n: true, cell: (row) => range(row.threshold)},
    ...(rows.some((row) => row.int8) ? [{name: "8-bit weights", n: true, cell: snr}] : []),
    {name: "field / stride", n: true, cell: field},
    {name: "spikes per neuron", n: true, cell: rateBar},
    {name: "what became of it", wide: true, cell: (row) => row.fate},
  ];
  part("network", "figure").append(table(columns, rows,
    {caption: "Layers of the network", tall: rows.length > 40, rowClass: (row) => (row.neurons > 0 ? "" : "folded")}));
  const neurons = d3.sum(rows, (row) => row.neurons), synapses = d3.sum(rows, (row) => row.synapses);
  part("network", "caption").textContent =
    `${amount(neurons)} neurons and ${amount(synapses)} synapses. Threshold: the float activation that one spike in every step stands for, ` +
    "smallest to largest channel. Field / stride: receptive field and distance of neighbours in pixels. " +
    (rows.some((row) => row.int8) ? "8-bit weights: signal-to-quantisation-noise ratio of the synapses onto the layer; blank where they are float32. " : "") +
    `Spikes per neuron: mean over ${plural(data.stimuli.count, "stimulus", "stimuli")}.`;
}
