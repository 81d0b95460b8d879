// Name, one sentence, key numbers.

const lastOf = (curve) => (curve && curve.values.length ? curve.values[curve.values.length - 1] : null);

/** 95 % interval of a proportion (Wilson 1927, doi:10.1080/01621459.1927.10502953). */
function wilson(share, n) {
  const z = 1.959964;
  const centre = (share + z * z / (2 * n)) / (1 + z * z / n);
  const half = z / (1 + z * z / n) * Math.sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/** The first step from which on the spiking network stays within `slack` of the float network. */
function stepsToReach(curve, reference, slack) {
  if (!curve || !finite(reference)) return null;
  let first = null;
  for (let i = curve.values.length - 1; i >= 0 && curve.values[i] >= reference - slack; --i) first = curve.steps[i];
  return first;
}

function sentence() {
  const {accuracy, totals, stimuli, steps} = data;
  const spiking = lastOf(accuracy.spiking);
  const agreement = lastOf(accuracy.agreement);
  const unit = data.windowed ? "window" : "step";
  const inSteps = steps > 0 ? ` in ${plural(steps, unit)}` : "";
  const images = plural(stimuli.count, "stimulus", "stimuli");
  const spikes = stimuli.count > 0 ? amount(totals.spikes / stimuli.count) + " spikes per image" : "";
  let text;
  if (finite(spiking) && finite(accuracy.float)) {
    text = `The spiking network reaches ${percent(spiking)}${inSteps}, the float network ${percent(accuracy.float)}; ` +
           `${images}${spikes ? `; ${spikes}` : ""}`;
  } else if (finite(agreement)) {
    text = `The spiking network chooses the same class as the float network for ${percent(agreement)} of ${images}` +
           `${inSteps}${spikes ? `, with ${spikes}` : ""}`;
  } else {
    text = `A float network and its spiking twin${steps > 0 ? `, run for ${plural(steps, unit)},` : ""} on ${images}`;
    if (spikes) text += `; ${spikes}`;
  }
  return text + ".";
}

function drawHead() {
  const {accuracy, totals, stimuli} = data;
  const version = data.provenance.find(([key]) => key === "homolog_version");
  document.getElementById("version").textContent =
    [version && version[1], data.created.replace(/T(\d\d:\d\d)(:\d\d)?(\.\d+)?Z$/, " $1 UTC")].filter(Boolean).join(" · ");
  const name = document.getElementById("name");
  name.textContent = data.name || data.file;
  if (name.textContent.length > 80) name.className = "long";
  document.getElementById("sentence").textContent = sentence();

  const numbers = document.getElementById("numbers");
  const add = (name, value, note) => numbers.append(make("div", {}, make("dt", {}, name),
    make("dd", {}, make("div", {class: "value"}, value), note ? make("div", {class: "note"}, note) : null)));

  const n = stimuli.labelled || stimuli.count;
  const interval = (share) => `95 % interval ${wilson(share, n).map((x) => (100 * x).toFixed(1)).join(" – ")} %`;
  const spiking = lastOf(accuracy.spiking);
  if (finite(spiking)) add("Spiking accuracy", percent(spiking), interval(spiking));
  if (finite(accuracy.float)) add("Float accuracy", percent(accuracy.float), interval(accuracy.float));
  const agreement = lastOf(accuracy.agreement);
  if (finite(agreement)) add("Same class chosen", percent(agreement), "by both networks");
  const enough = stepsToReach(accuracy.spiking, accuracy.float, 0.01);
  if (enough !== null && !data.windowed) add("Steps needed", grouped(enough), "to stay within 1 point of float");
  if (stimuli.count > 0) {
    const images = stimuli.count;
    add("Spikes per image", amount(totals.spikes / images),
        totals.neurons > 0 ? `${fixed(totals.spikes / images / totals.neurons)} per neuron` : null);
    if (finite(totals.synaptic_operations)) {
      const operations = totals.synaptic_operations / images;
      add("Synaptic operations", amount(operations),
          totals.macs > 0 ? `per image; float: ${amount(totals.macs)} MACs` : "per image");
    }
  }
  const signs = data.layers.some((layer) => layer.negative_of) ? ", spikes with signs" : "";
  add("Neurons", amount(totals.neurons), plural(data.layers.filter((layer) => !layer.negative_of).length, "layer") + signs);
  add("Stimuli", grouped(stimuli.distinct), stimuli.distinct < stimuli.count ? plural(stimuli.count, "presentation")
    : stimuli.labelled === 0 ? "without labels"
    : stimuli.labelled < stimuli.count ? `${grouped(stimuli.labelled)} with a label` : "all with a label");
}
