#!/usr/bin/env python3
"""Prints accuracy against steps from a summary.json, as the rows of docs/results.md.

    scripts/accuracy-curve.py results/quickstart/summary.json
"""
import json
import sys

STEPS = (1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 256)

if len(sys.argv) != 2:
    sys.exit(__doc__)
with open(sys.argv[1], encoding="utf-8") as file:
    summary = json.load(file)
accuracy = summary["accuracy"]
print(f"{summary['name']}: {summary['images']} images, float {100 * accuracy['float']:.2f} %, "
      f"{summary['spikes']['per_neuron']:.2f} spikes per neuron, "
      f"{summary['synaptic_operations_per_image'] / 1e6:.1f} million synaptic operations per image "
      f"(float network: {summary['macs_per_image'] / 1e6:.1f} million multiply-adds)")
print("| steps | spiking | agreement |\n| ---: | ---: | ---: |")
for step in STEPS:
    if step <= summary["steps"]:
        print(f"| {step} | {100 * accuracy['spiking'][step - 1]:.2f} % | {100 * accuracy['agreement'][step - 1]:.2f} % |")
