// The same network under several codes: a table for each entry, in the order of the configuration.

function drawCodes() {
  const {codes} = data;
  if (!codes) return;  // most runs compare none
  document.getElementById("codes").hidden = false;
  const share = (value) => (finite(value) ? percent(value) : "–");
  const columns = [
    {name: "settings", wide: true, cell: (row) => row.settings},
    {name: "neurons", cell: (row) => row.neuron || "–"},
    {name: "steps", n: true, cell: (row) => `${grouped(row.steps)}${row.windowed ? " windows" : ""}`},
    {name: "needed", n: true, cell: (row) => (finite(row.steps_needed) ? grouped(row.steps_needed) : "–")},
    {name: "accuracy", n: true, cell: (row) => share(row.accuracy)},
    {name: "agreement", n: true, cell: (row) => share(row.agreement)},
    {name: "spikes per neuron", n: true, cell: (row) => fixed(row.spikes_per_neuron)},
    {name: "operations per MAC", n: true, cell: (row) => (row.macs > 0 ? fixed(row.synaptic_operations / row.macs) : "–")},
  ];
  for (const {group, rows, all} of codes) {
    if (codes.length > 1) part("codes", "figure").append(make("h3", {}, group));
    part("codes", "figure").append(table(columns, rows, {caption: `One row per variant${codes.length > 1 ? `, ${group}` : ""}`}));
    if (rows.length < all) part("codes", "figure").append(make("p", {class: "caption"}, `${grouped(rows.length)} of ${plural(all, "variant")} fit the page; all are in the results file.`));
  }
  part("codes", "caption").textContent =
    "Each variant was calibrated, converted and run by itself on the same stimuli. Needed: the first step from which on the accuracy " +
    "stays within one point of the float network's. Operations: synaptic operations over the float network's multiply-adds.";
}
