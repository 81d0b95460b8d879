#!/usr/bin/env python3
"""Prints the output of sim_kernels_bench as Markdown tables: giga synaptic operations per second and share of the ceiling.

    build/bench/bench/sim_kernels_bench --benchmark_filter=convolution --benchmark_repetitions=3 --benchmark_out=kernels.json
    scripts/kernel-table.py kernels.json
"""
import json
import re
import sys

NAME = re.compile(r"convolution/(\w+)/channels:(\d+)/extent:(\d+)/per mille:(\d+)/")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        benchmarks = json.load(file)["benchmarks"]
    cells = {}  # [weights][channels, extent][per mille]: (rate, share), of several repetitions the least disturbed
    for run in benchmarks:
        match = NAME.match(run["name"])
        if not match or run.get("run_type") != "iteration":
            continue
        weights, channels, extent, per_mille = match[1], int(match[2]), int(match[3]), int(match[4])
        row = cells.setdefault(weights, {}).setdefault((channels, extent), {})
        cell = (run["synaptic operations/s"], run["share of ceiling"])
        row[per_mille] = max(cell, row.get(per_mille, cell))
    if not cells:
        sys.exit(f"{sys.argv[1]}: has no convolutions; needed is the output of sim_kernels_bench")
    for weights, rows in cells.items():
        activities = sorted({a for row in rows.values() for a in row})
        print(f"\n| {weights}: channels, map | " + " | ".join(f"{a / 10:g} %" for a in activities) + " |")
        print("| --- |" + " ---: |" * len(activities))
        for (channels, extent), row in rows.items():
            texts = [f"{row[a][0] / 1e9:.1f} ({100 * row[a][1]:.0f} %)" if a in row else "" for a in activities]
            print(f"| {channels}, {extent} x {extent} | " + " | ".join(texts) + " |")


main()
