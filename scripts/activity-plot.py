#!/usr/bin/env python3
"""Draws what an image costs against the share of neurons that fire in a step, from the output of sim_activity_bench.

    build/bench/bench/sim_activity_bench --benchmark_out=activity.json
    scripts/activity-plot.py activity.json docs/performance-activity.svg

Both axes are logarithmic. A dashed line is cost in proportion to spikes, through the point of the highest activity.
Also prints the points as rows of a Markdown table.
"""
import json
import math
import sys

WIDTH, HEIGHT = 640, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 30, 55
COLOURS = ("#1f5fa8", "#b5541c", "#3a7d34")
MILLISECONDS = {"ns": 1e-6, "us": 1e-3, "ms": 1.0, "s": 1e3}


def read_curves(path):
    """Per kind of weights: (activity, milliseconds of processor time per image, synaptic operations per second), ascending."""
    with open(path, encoding="utf-8") as file:
        benchmarks = json.load(file)["benchmarks"]
    curves = {}
    for run in benchmarks:
        if run.get("run_type") != "iteration" or "activity" not in run:
            continue
        points = curves.setdefault(run["name"].split("/")[1], {})
        cost = run["cpu_time"] * MILLISECONDS[run["time_unit"]]
        best = points.get(run["name"])
        if best is None or cost < best[1]:  # of several repetitions the least disturbed
            points[run["name"]] = (run["activity"], cost, run["synaptic operations/s"])
    curves = {weights: sorted(points.values()) for weights, points in curves.items()}
    if not curves or min(map(len, curves.values())) < 2:
        sys.exit(f"{path}: has fewer than two runs with an activity; needed is the output of sim_activity_bench")
    return curves


class Axis:
    """Powers of ten around the values, mapped to pixels."""

    def __init__(self, values, first_pixel, last_pixel):
        self.low = math.floor(math.log10(min(values)))
        self.high = math.ceil(math.log10(max(values)))
        self.first, self.last = first_pixel, last_pixel

    def pixel(self, value):
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.first + share * (self.last - self.first)

    def ticks(self):
        return [m * 10.0 ** e for e in range(self.low, self.high) for m in (1, 2, 5)] + [10.0 ** self.high]


def draw(curves):
    every = [point for points in curves.values() for point in points]
    x = Axis([100 * p[0] for p in every], LEFT, WIDTH - RIGHT)
    y = Axis([p[1] for p in every], HEIGHT - BOTTOM, TOP)
    svg = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
           '<clipPath id="frame">'
           f'<rect x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}" height="{HEIGHT - TOP - BOTTOM}"/></clipPath>']
    for tick in x.ticks():
        px = x.pixel(tick)
        svg.append(f'<path d="M{px:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>'
                   f'<text x="{px:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{tick:g}</text>')
    for tick in y.ticks():
        py = y.pixel(tick)
        svg.append(f'<path d="M{LEFT} {py:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
                   f'<text x="{LEFT - 8}" y="{py + 4:.1f}" text-anchor="end">{tick:g}</text>')
    low, high = 10.0 ** x.low, 10.0 ** x.high
    labels = []
    for (weights, points), colour in zip(curves.items(), COLOURS):
        at = [(x.pixel(100 * p[0]), y.pixel(p[1])) for p in points]
        activity, cost, _ = points[-1]
        ends = [f"{x.pixel(a):.1f} {y.pixel(cost * a / (100 * activity)):.1f}" for a in (low, high)]
        svg.append(f'<path d="M{ends[0]}L{ends[1]}" stroke="{colour}" opacity="0.6" stroke-dasharray="5 4" fill="none" '
                   'clip-path="url(#frame)"/>')
        path = "L".join(f"{px:.1f} {py:.1f}" for px, py in at)
        svg.append(f'<path d="M{path}" stroke="{colour}" stroke-width="2" fill="none"/>')
        svg += [f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3.5" fill="{colour}"/>' for px, py in at]
        labels.append(f'<text x="{LEFT + 10}" y="{TOP + 18 + 16 * len(labels)}" fill="{colour}">{weights} weights</text>')
    middle = (TOP + HEIGHT - BOTTOM) / 2
    svg += [f'<rect x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}" height="{HEIGHT - TOP - BOTTOM}" '
            'fill="none" stroke="#333"/>',
            f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 14}" text-anchor="middle">'
            'neurons that fire in a step, %</text>',
            f'<text transform="translate(18 {middle}) rotate(-90)" text-anchor="middle">'
            'processor time per image, ms</text>',
            *labels,
            f'<text x="{LEFT + 10}" y="{TOP + 18 + 16 * len(labels)}" fill="#666">dashed: in proportion to the spikes</text>',
            '</svg>']
    return "\n".join(svg) + "\n"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    curves = read_curves(sys.argv[1])
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write(draw(curves))
    print("| weights | neurons that fire in a step | ms per image | giga synaptic operations per second |\n"
          "| --- | ---: | ---: | ---: |")
    for weights, points in curves.items():
        for activity, cost, rate in points:
            print(f"| {weights} | {100 * activity:.2g} % | {cost:.3g} | {rate / 1e9:.3g} |")


main()
