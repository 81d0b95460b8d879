// Draws the sections one by one; what fails says so in its place and leaves the others alone.

for (const [section, draw] of [["head", drawHead], ["accuracy", drawAccuracy], ["codes", drawCodes], ["raster", drawRaster], ["rdms", drawRdms],
                               ["maps", drawMaps], ["rsa", drawRsa], ["models", drawModels], ["time", drawTime], ["latencies", drawLatencies],
                               ["variance", drawVariance], ["fusion", drawFusion], ["predictivity", drawPredictivity], ["behaviour", drawBehaviour], ["network", drawNetwork], ["provenance", drawProvenance]]) {
  try {
    draw();
  } catch (error) {
    reportError(`${section}: ${error.message}`);
  }
}
for (const link of document.querySelectorAll("nav a")) link.hidden = document.querySelector(link.hash).hidden;
// For tests: the page is drawn, and it asked nothing of any network.
document.body.dataset.requests = String(performance.getEntriesByType("resource").length);
document.body.dataset.drawn = "ok";
