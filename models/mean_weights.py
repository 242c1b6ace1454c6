#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Mean of half-precision weights of one network: mean_weights.py OUT.safetensors A.safetensors B.safetensors …

Averages of weights that come from one start are often better than each (Wortsman et al., "Model soups", ICML 2022)."""
import json
import struct
import sys


def load(path):
    data = open(path, "rb").read()
    size = struct.unpack("<Q", data[:8])[0]
    return json.loads(data[8:8 + size]), data[8 + size:], data[:8 + size]


def main(out, *paths):
    weights = [load(path) for path in paths]
    shape, body, head = weights[-1]
    mean = bytearray(body)
    for name, tensor in shape.items():
        if name == "__metadata__":
            continue
        if tensor["dtype"] != "F16":
            sys.exit(f"{paths[-1]}: '{name}' is not in half precision; take a run's weights.safetensors.")
        parts = []
        for path, (other, data, _) in zip(paths, weights):
            if name not in other or other[name]["shape"] != tensor["shape"]:
                sys.exit(f"{path}: no '{name}' of shape {tensor['shape']}; all weights must be of one network.")
            begin, end = other[name]["data_offsets"]
            parts.append(struct.unpack(f"<{(end - begin) // 2}e", data[begin:end]))
        begin, end = tensor["data_offsets"]
        mean[begin:end] = struct.pack(f"<{(end - begin) // 2}e", *[sum(values) / len(parts) for values in zip(*parts)])
    open(out, "wb").write(head + bytes(mean))


if len(sys.argv) < 4:
    sys.exit(__doc__)
main(*sys.argv[1:])
