#!/usr/bin/env python3
"""Draws what the analysis `codes` found: accuracy against steps, spikes per neuron and synaptic operations.

    homolog run CONFIG.yaml --set 'analyses=[{codes: {}}]' --output RESULTS
    scripts/codes-plot.py RESULTS/summary.json codes.svg

A variant that works in steps is a curve over its steps and a dot at its end; one with windows a dot. The dashed line is the
float network. Also prints the variants as rows of a Markdown table.
"""
import json
import math
import sys

PANEL, HEIGHT = 300, 260
LEFT, GAP, TOP, BOTTOM = 52, 26, 14, 46
COLOURS = ("#1f5fa8", "#b5541c", "#3a7d34", "#8a3d8f", "#7a6a00", "#00798c", "#c2185b", "#5d4037", "#444444", "#1b9e77")


def read_variants(path):
    with open(path, encoding="utf-8") as file:
        variants = json.load(file).get("codes")
    if not variants:
        sys.exit(f"{path}: has no 'codes'; needed is the summary.json of a run with the analysis codes")
    for variant in variants:
        if variant["accuracy"] is None:
            sys.exit(f"{path}: its stimuli have no labels, so there is no accuracy to draw")
    return variants


class Axis:
    """Powers of two around the values, mapped to pixels."""

    def __init__(self, values, first_pixel, last_pixel):
        self.low = math.floor(math.log2(min(values)) - 1e-9)
        self.high = max(self.low + 1, math.ceil(math.log2(max(values)) + 1e-9))
        self.first, self.last = first_pixel, last_pixel

    def pixel(self, value):
        share = (math.log2(value) - self.low) / (self.high - self.low)
        return self.first + share * (self.last - self.first)

    def ticks(self):
        step = max(1, (self.high - self.low + 5) // 6)
        return [2.0 ** e for e in range(self.low, self.high + 1, step)]


def panel(number, title, variants, at, curves):
    """`at(variant)`: where its dot is; `curves`: whether steps are drawn."""
    left = LEFT + number * (PANEL + GAP)
    right = left + PANEL - 10
    every = [at(v) for v in variants] + ([1.0] if curves else [])
    x = Axis(every, left, right)
    floats = [v["float_accuracy"] for v in variants]

    def y(accuracy):
        return TOP + (1.0 - accuracy) * (HEIGHT - TOP - BOTTOM)

    svg = []
    for tick in x.ticks():
        svg.append(f'<path d="M{x.pixel(tick):.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>'
                   f'<text x="{x.pixel(tick):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{tick:g}</text>')
    for tick in range(0, 101, 20):
        svg.append(f'<path d="M{left} {y(tick / 100):.1f}H{right}" stroke="#ddd"/>')
        if number == 0:
            svg.append(f'<text x="{left - 6}" y="{y(tick / 100) + 4:.1f}" text-anchor="end">{tick} %</text>')
    svg.append(f'<path d="M{left} {y(floats[0]):.1f}H{right}" stroke="#333" stroke-dasharray="4 3"/>')
    for variant, colour in zip(variants, COLOURS):
        course = variant["accuracy_per_step"]
        if curves and len(course) > 1:
            path = "L".join(f"{x.pixel(step + 1):.1f} {y(a):.1f}" for step, a in enumerate(course))
            svg.append(f'<path d="M{path}" stroke="{colour}" fill="none" opacity="0.8"/>')
        svg.append(f'<circle cx="{x.pixel(at(variant)):.1f}" cy="{y(variant["accuracy"]):.1f}" r="4" fill="{colour}"/>')
    svg.append(f'<rect x="{left}" y="{TOP}" width="{right - left}" height="{HEIGHT - TOP - BOTTOM}" fill="none" stroke="#333"/>'
               f'<text x="{(left + right) / 2}" y="{HEIGHT - 10}" text-anchor="middle">{title}</text>')
    return svg


def draw(variants):
    width = LEFT + 3 * PANEL + 2 * GAP
    height = HEIGHT + 18 * ((len(variants) + 1) // 2) + 10
    svg = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
           f'<rect width="{width}" height="{height}" fill="white"/>']
    svg += panel(0, "steps, or windows", variants, lambda v: max(1, v["steps"]), True)
    svg += panel(1, "spikes per neuron and image", variants, lambda v: max(1e-3, v["spikes_per_neuron"]), False)
    svg += panel(2, "synaptic operations per multiply-add of float", variants,
                 lambda v: max(1e-3, v["synaptic_operations_per_image"] / v["macs_per_image"]), False)
    for i, (variant, colour) in enumerate(zip(variants, COLOURS)):
        x, y = LEFT + (i % 2) * width / 2, HEIGHT + 14 + 18 * (i // 2)
        svg.append(f'<circle cx="{x}" cy="{y - 4}" r="4" fill="{colour}"/><text x="{x + 10}" y="{y}">{variant["settings"]}</text>')
    return "\n".join(svg + ["</svg>"]) + "\n"


def table(variants):
    print("| settings | neurons | steps | needed | accuracy | agreement | spikes per neuron | operations per multiply-add |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for v in variants:
        unit = " windows" if v["time"] == "windows" else ""
        needed = "-" if v["steps_needed"] is None else v["steps_needed"]
        print(f"| `{v['settings']}` | {v.get('neuron', '-')} | {v['steps']}{unit} | {needed} | {100 * v['accuracy']:.2f} % | {100 * v['agreement']:.2f} % | "
              f"{v['spikes_per_neuron']:.3f} | {v['synaptic_operations_per_image'] / v['macs_per_image']:.3f} |")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    variants = read_variants(sys.argv[1])
    if len(variants) > len(COLOURS):
        sys.exit(f"{sys.argv[1]}: has {len(variants)} variants; at most {len(COLOURS)} can be told apart")
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write(draw(variants))
    table(variants)


if __name__ == "__main__":
    main()
