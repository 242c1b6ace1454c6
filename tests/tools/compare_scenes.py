#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures both scene rules of `tintreel scenes` beside PySceneDetect on films whose cuts are known.

Not part of the build or of the tests: PySceneDetect is an oracle outside.
    pip install scenedetect opencv-python-headless numpy
    tests/tools/compare_scenes.py --tintreel build/release/bin/tintreel [--single-shots FOLDER] [--keep FOLDER]
The `ffmpeg` program must be in the path. Prints the tables of docs/scenes.md.
"""
import argparse
import csv
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

WIDTH, HEIGHT, FPS = 320, 180, 24
SLACK = 2  # frames by which a cut may be off (a gradual change: outside its own span)
MIN_LENGTH = 8  # the default of `tintreel scenes`, given to PySceneDetect too
HERE = pathlib.Path(__file__).resolve().parents[2]
REAL = [("desert_convoy", [44, 134, 299]), ("three_shots", [40, 80])]


def noise(rng, cells, width, height):
    """Smooth noise 0..1: random cells enlarged bilinearly."""
    small = rng.random((cells + 1, cells * 2 + 1))
    ys, xs = np.linspace(0, cells, height, endpoint=False), np.linspace(0, cells * 2, width, endpoint=False)
    y0, x0 = ys.astype(int), xs.astype(int)
    fy, fx = (ys - y0)[:, None], (xs - x0)[None, :]
    top = small[y0][:, x0] * (1 - fx) + small[y0][:, x0 + 1] * fx
    low = small[y0 + 1][:, x0] * (1 - fx) + small[y0 + 1][:, x0 + 1] * fx
    return top * (1 - fy) + low * fy


class Shot:
    """A view that pans and shakes over a textured world in which patches move."""

    def __init__(self, rng, pan=1.5, shake=0.0):
        self.rng, self.pan, self.shake = rng, pan, shake
        w, h = WIDTH * 4, HEIGHT + 80
        self.world = rng.uniform(0.3, 0.6) + 1.0 * (noise(rng, int(rng.integers(3, 8)), w, h) - 0.5) + 0.5 * (noise(rng, 26, w, h) - 0.5)
        self.patches = [(rng.random(2), rng.normal(0, 0.006, 2), rng.uniform(0.1, 0.9), rng.integers(12, 40)) for _ in range(4)]
        self.start = int(rng.integers(0, WIDTH))

    def frame(self, t):
        dx, dy = self.rng.normal(0, self.shake, 2) if self.shake else (0, 0)
        x = int(np.clip(self.start + self.pan * t + dx, 0, self.world.shape[1] - WIDTH))
        y = int(np.clip(40 + dy, 0, 80))
        view = self.world[y:y + HEIGHT, x:x + WIDTH].copy()
        for place, speed, grey, size in self.patches:
            cx, cy = ((place + speed * t) % 1 * (WIDTH, HEIGHT)).astype(int)
            view[max(cy - size, 0):cy + size, max(cx - size, 0):cx + size] = grey
        return view


def film(rng, kind, shots=12, length=32):
    """Frames and truth: a list of (first, last) frame between which exactly one cut may be set."""
    pan = 9.0 if kind == "fast pans" else 1.5
    shake = 4.0 if kind == "shake" else 0.0
    views = [Shot(rng, pan * rng.choice([-1, 1]) if kind == "fast pans" else pan, shake) for _ in range(shots)]
    for view in views:
        if view.pan < 0:
            view.start = view.world.shape[1] - WIDTH - view.start
    frames, truth = [], []
    for s, view in enumerate(views):
        for t in range(length):
            picture = view.frame(t)
            if kind == "fades" and s > 0 and t < 8:
                picture = picture * t / 8
            if kind == "fades" and s + 1 < shots and t >= length - 8:
                picture = picture * (length - 1 - t) / 8
            if kind == "dissolves" and s + 1 < shots and t >= length - 10:
                part = (t - (length - 10) + 1) / 11
                picture = picture * (1 - part) + views[s + 1].frame(t - length) * part
            if kind == "flashes" and s % 2 == 0 and 12 <= t < 12 + 1 + s % 4:
                picture = 0.15 * picture + 0.85
            if kind == "flicker, grain, dirt":
                picture = picture * (1 + rng.normal(0, 0.08)) + rng.normal(0, 0.04, picture.shape)
                if rng.random() < 0.2:
                    x = int(rng.integers(0, WIDTH - 30))
                    picture[:, x:x + 2] = 0.95
                for _ in range(int(rng.integers(0, 4))):
                    x, y, size = rng.integers(0, WIDTH - 24), rng.integers(0, HEIGHT - 24), rng.integers(3, 24)
                    picture[y:y + size, x:x + size] = rng.choice([0.02, 0.98])
            frames.append(picture)
        if s + 1 < shots:
            end = len(frames)
            truth.append((end - 8, end + 8) if kind == "fades" else (end - 10, end) if kind == "dissolves" else (end, end))
    return frames, truth


def write(path, frames):
    pipe = subprocess.Popen(["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FPS),
                             "-i", "-", "-c:v", "libx264", "-crf", "12", "-pix_fmt", "yuv420p", str(path)], stdin=subprocess.PIPE)
    for frame in frames:
        pipe.stdin.write((np.clip(frame, 0, 1) * 255 + 0.5).astype(np.uint8).tobytes())
    pipe.stdin.close()
    if pipe.wait():
        sys.exit("ffmpeg could not write " + str(path))


def ours(program, rule):
    def run(path):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "scenes.csv"
            subprocess.run([program, "scenes", str(path), "--rule", rule, "-m", str(MIN_LENGTH), "-o", str(out)], check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
            rows = list(csv.DictReader(line for line in out.read_text().splitlines() if not line.startswith("Timecode List")))
        return [int(row["Start Frame"]) - 1 for row in rows][1:]
    return run


def theirs(make):
    def run(path):
        from scenedetect import SceneManager, open_video
        video, manager = open_video(str(path)), SceneManager()
        for detector in make():
            manager.add_detector(detector)
        manager.detect_scenes(video)
        return [start.frame_num for start, _ in manager.get_scene_list()][1:]
    return run


def count(found, truth):
    """Hits, found, true: each true cut takes the nearest free found one."""
    free, hits = list(found), 0
    for first, last in truth:
        near = [cut for cut in free if first - SLACK <= cut <= last + SLACK]
        if near:
            free.remove(min(near, key=lambda cut: abs(cut - last)))
            hits += 1
    return np.array([hits, len(found), len(truth)])


def f1(counts):
    hits, found, true = counts
    return "–" if true == 0 else f"{2 * hits / (found + true):.3f}" if found + true else "1.000"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tintreel", required=True)
    parser.add_argument("--single-shots", type=pathlib.Path, help="folder of MP4 files of one shot each: every cut found there is false")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--keep", type=pathlib.Path, help="keep the synthetic films here")
    options = parser.parse_args()
    import scenedetect
    from scenedetect import AdaptiveDetector, ContentDetector, ThresholdDetector
    methods = {
        "robust (default)": ours(options.tintreel, "robust"),
        "paper (bare rule)": ours(options.tintreel, "paper"),
        # luma_only: hue and saturation of grey film are always equal and would dilute its scores.
        "PSD content": theirs(lambda: [ContentDetector(min_scene_len=MIN_LENGTH, luma_only=True)]),
        "PSD adaptive": theirs(lambda: [AdaptiveDetector(min_scene_len=MIN_LENGTH, luma_only=True)]),
        "PSD adaptive + threshold": theirs(lambda: [AdaptiveDetector(min_scene_len=MIN_LENGTH, luma_only=True), ThresholdDetector(min_scene_len=MIN_LENGTH)]),
    }
    print(f"PySceneDetect {scenedetect.__version__}, its defaults but luma_only and min_scene_len {MIN_LENGTH}; {options.seeds} films a row, {SLACK} frames of slack.\n")
    print("| film | " + " | ".join(methods) + " |\n|---|" + "---|" * len(methods))
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or pathlib.Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        total = {name: np.zeros(3, int) for name in methods}

        def row(label, films):
            cells = []
            for name, method in methods.items():
                counts = sum((count(method(path), truth) for path, truth in films), np.zeros(3, int))
                total[name] += counts
                cells.append(f"{f1(counts)} ({counts[1] - counts[0]} false, {counts[2] - counts[0]} missed)")
            print(f"| {label} | " + " | ".join(cells) + " |", flush=True)

        kinds = ["hard cuts", "flashes", "fades", "dissolves", "fast pans", "shake", "flicker, grain, dirt"]
        for k, kind in enumerate(kinds):
            films = []
            for seed in range(options.seeds):
                path = folder / f"{kind.split(',')[0].replace(' ', '_')}_{seed}.mp4"
                frames, truth = film(np.random.default_rng([k, seed]), kind)
                write(path, frames)
                films.append((path, truth))
            row(kind, films)
        print("| **all synthetic** | " + " | ".join(f"**{f1(total[name])}**" for name in methods) + " |")
        for name, cuts in REAL:
            row(name, [(HERE / "resources/demo" / f"{name}.mp4", [(cut, cut) for cut in cuts])])
        if options.single_shots:
            clips = [(path, []) for path in sorted(options.single_shots.glob("*.mp4"))]
            row(f"{len(clips)} single shots", clips)


if __name__ == "__main__":
    main()
