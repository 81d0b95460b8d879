// Where the numbers come from, and how to go on with them.

function drawProvenance() {
  const place = part("provenance", "figure");
  const facts = make("dl", {class: "facts"});
  const add = (name, value) => {
    if (value !== "" && value !== null && value !== undefined) facts.append(make("dt", {}, name), make("dd", {}, String(value)));
  };
  const names = {homolog_version: "homolog", command_line: "command line", created: "created"};
  add("created", data.created);
  for (const [key, value] of data.provenance) add(names[key] || key.replace(/_/g, " "), value);
  add("seed", data.seed);
  add(data.windowed ? "windows" : "steps", `${grouped(data.steps)} of ${plain(data.step_ms)} ms`);
  add("model, SHA-256", data.model_sha256);
  add("configuration, SHA-256", data.config_sha256);
  const seconds = Object.entries(data.totals.seconds);
  if (seconds.length) add("seconds", seconds.map(([what, s]) => `${what.replace(/_/g, " ")} ${fixed(s)}`).join(", "));
  place.append(facts);
  if (data.config) place.append(make("details", {}, make("summary", {}, "Configuration, with all defaults"), make("pre", {tabindex: "0"}, data.config)));

  place.append(make("h3", {}, "The data"),
    make("p", {}, "Every figure here is drawn from ", make("code", {}, data.file), ", which holds more than a page can. Any HDF5 tool reads it:"));
  const spiking = data.layers.find(({recorded}) => recorded);
  const counted = data.layers.find((layer) => layer.counted);
  const paths = make("dl", {class: "facts"});
  const where = [
    ["/spikes/LAYER", "timestamps (ms), node_ids (index in C,H,W order), stimulus_offsets; SONATA's layout", spiking],
    ["/counts/LAYER", "[stimulus, neuron], spikes per neuron", counted],
    ["/readout/float, /readout/spiking", data.windowed ? "[stimulus, class] and [stimulus, 1, class]" : "[stimulus, class] and [stimulus, step, class]", data.classes > 0],
    ["/accuracy", data.windowed ? "float, spiking and agreement" : "float, and spiking and agreement per step", data.accuracy.spiking || data.accuracy.agreement],
    ["/rdms/LAYER/CODE, /rdms_reference/NAME", "[stimulus, stimulus]", data.rdms],
    ["/rsa", "one column per dataset, one row per comparison", data.rsa.length > 0],
    ["/layers/LAYER", "shape, thresholds, scale, receptive field", data.layers.length > 0],
  ];
  for (const [path, what, there] of where) if (there) paths.append(make("dt", {}, make("code", {}, path)), make("dd", {}, what));
  place.append(paths);

  const text = (value) => JSON.stringify(value);
  const snippet = spiking ? [
    "import h5py",
    `with h5py.File(${text(data.file)}) as f:`,
    `    spikes, k = f[${text("spikes/" + spiking.name)}], 0          # stimulus k`,
    "    first, last = spikes[\"stimulus_offsets\"][k:k + 2]",
    "    neuron = spikes[\"node_ids\"][first:last]     # index in C,H,W order",
    "    ms = spikes[\"timestamps\"][first:last] - f[\"stimuli/onset_ms\"][k]",
  ] : [
    "import h5py",
    `with h5py.File(${text(data.file)}) as f:`,
    counted ? `    counts = f[${text("counts/" + counted.name)}][:]     # [stimulus, neuron]`
            : "    scores = f[\"readout/spiking\"][:]     # [stimulus, step, class]",
  ];
  place.append(make("pre", {tabindex: "0"}, snippet.join("\n")));

  const link = (doi, words) => make("a", {href: "https://doi.org/" + doi}, words);
  place.append(make("h3", {}, "To cite"),
    make("p", {}, "Give homolog's version, the seed and both checksums: they determine every spike. The methods are those of ",
      link("10.3389/fnins.2017.00682", "Rueckauer et al. 2017"), " (conversion)",
      ...(data.rsa.length > 0 || data.rdms ? [", ", link("10.3389/neuro.06.004.2008", "Kriegeskorte et al. 2008"), " (similarity analysis)"] : []),
      ...(data.rsa.some((row) => finite(row.ceiling_low)) ? [", ", link("10.1371/journal.pcbi.1003553", "Nili et al. 2014"), " (noise ceiling)"] : []),
      "; cite the stimuli, the network and the reference data by their own papers. Figures: D3 ", d3.version, " (Mike Bostock, BSD licence)."));
}
