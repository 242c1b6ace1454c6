#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Samples hints from a film whose colours are known: a dot in each coloured area, as a person would place them.

Each given frame is divided into areas of like place and colour (k-means); the dot lies where its surroundings are most like the
area's mean, and has the true colour there. Needs numpy, pillow and ffmpeg.
  sample_hints.py three_shots.mp4 0,40,80 --areas 30 -o three_shots.hints.json
"""
import argparse
import io
import json
import subprocess

import numpy as np
from PIL import Image


def frame(film, index):
    png = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", film, "-vf", f"select=eq(n\\,{index})", "-frames:v", "1",
                          "-f", "image2pipe", "-c:v", "png", "-"], check=True, capture_output=True).stdout
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=np.float64) / 255


def lab(rgb):
    """sRGB to CIELAB, D65."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = linear @ np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]).T
    t = xyz / np.array([0.95047, 1, 1.08883])
    f = np.where(t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1)


def box(plane, radius):
    """Mean over a square, edges repeated."""
    padded = np.pad(plane, ((radius, radius), (radius, radius), (0, 0)), mode="edge")
    total = np.cumsum(np.cumsum(np.pad(padded, ((1, 0), (1, 0), (0, 0))), 0), 1)
    side = 2 * radius + 1
    return (total[side:, side:] - total[:-side, side:] - total[side:, :-side] + total[:-side, :-side]) / side**2


def dots(rgb, areas, rng):
    colours = lab(rgb)
    height, width, _ = colours.shape
    ys, xs = np.mgrid[0:height, 0:width]
    smooth = box(colours, 2)
    unrest = np.sqrt(np.maximum(0, box(colours**2, 2) - smooth**2).sum(-1))
    weight = 40.0 / width  # a tenth of the picture counts like four steps of colour
    features = np.concatenate([xs[..., None] * weight, ys[..., None] * weight, smooth * [0.3, 1.5, 1.5]], -1).reshape(-1, 5)
    centres = features[rng.choice(len(features), 1)]
    while len(centres) < areas:  # k-means++ start, then Lloyd
        distance = ((features[:, None] - centres[None, -1:]) ** 2).sum(-1)[:, 0]
        nearest = distance if len(centres) == 1 else np.minimum(nearest, distance)
        centres = np.vstack([centres, features[rng.choice(len(features), p=nearest / nearest.sum())]])
    for _ in range(20):
        label = np.stack([((features - c) ** 2).sum(-1) for c in centres]).argmin(0)
        centres = np.stack([features[label == k].mean(0) if (label == k).any() else centres[k] for k in range(areas)])
    for k in range(areas):
        own = np.flatnonzero(label == k)
        if len(own) < 30:
            continue
        cost = ((features[own] - centres[k]) ** 2).sum(-1) + unrest.reshape(-1)[own] ** 2
        y, x = divmod(int(own[cost.argmin()]), width)
        yield (x + 0.5) / width, (y + 0.5) / height, smooth[y, x, 1], smooth[y, x, 2]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("film")
    parser.add_argument("frames", help="0,40,80")
    parser.add_argument("--areas", type=int, default=30)
    parser.add_argument("-o", "--output", required=True)
    options = parser.parse_args()
    hints = []
    for index in map(int, options.frames.split(",")):
        for x, y, a, b in dots(frame(options.film, index), options.areas, np.random.default_rng(1)):
            hints.append({"frame": index, "kind": "dot", "points": [[round(x, 4), round(y, 4)]], "radius": 0.012, "color": {"ab": [round(a, 1), round(b, 1)]}})
    lines = ",\n".join("    " + json.dumps(hint) for hint in hints)
    with open(options.output, "w", encoding="utf-8") as out:
        out.write('{\n  "format": "tintreel-hints",\n  "version": 1,\n  "hints": [\n' + lines + "\n  ]\n}\n")


if __name__ == "__main__":
    main()
