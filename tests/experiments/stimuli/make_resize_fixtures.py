#!/usr/bin/env python3
"""Writes resize_fixtures.txt: random images and what Pillow's bilinear resize makes of them.

Run with Pillow installed (Debian: python3-pil); the test reads only the text file. Two lines a case after
the sizes: the image and the expected result, as hexadecimal bytes [H, W, C].
"""

import pathlib
import random

import PIL
from PIL import Image

# height, width, channels -> new height, new width: up and down, odd, one axis only, single pixels.
CASES = [
    (7, 5, 3, 3, 11), (1, 1, 3, 4, 3), (13, 17, 3, 13, 6), (13, 17, 1, 29, 17), (40, 30, 3, 7, 9),
    (64, 48, 1, 10, 64), (175, 3, 3, 224, 2), (2, 256, 3, 5, 224), (5, 5, 1, 5, 5), (31, 33, 1, 1, 1),
    (9, 500, 1, 2, 3), (3, 2, 3, 100, 7), (28, 28, 1, 32, 32), (33, 32, 3, 28, 28),
]


def main():
    rng = random.Random(92)
    lines = [f"# Pillow {PIL.__version__}, Image.resize(BILINEAR); written by make_resize_fixtures.py"]
    for height, width, channels, new_height, new_width in CASES:
        # Saturated and smooth pixels: both meet the rounding.
        pixels = bytes(rng.choice((0, 255, rng.randrange(256))) for _ in range(height * width * channels))
        image = Image.frombytes("RGB" if channels == 3 else "L", (width, height), pixels)
        resized = image.resize((new_width, new_height), Image.BILINEAR)
        lines += [f"{height} {width} {channels} {new_height} {new_width}", pixels.hex(), resized.tobytes().hex()]
    pathlib.Path(__file__).with_name("resize_fixtures.txt").write_text("\n".join(lines) + "\n")


main()
