#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Trains the shipped weights anew, from random ones: models/train_shipped.sh keyframe|propagation [options of 'tintreel train']
# Call it where train.shard lies (docs/training.md); runs/ is made there. Called again, it goes on where it stopped.
set -euo pipefail
models=$(cd "$(dirname "$0")" && pwd)
tintreel=${TINTREEL:-$models/../build/release/bin/tintreel}
role=${1:?keyframe or propagation}
shift
options=("$@")

train() {
    echo "== $1"
    "$tintreel" train "${options[@]}" "${@:2}" "$models/configs/$1.json"
}
mean() { python3 "$models/mean_weights.py" "runs/$1.safetensors" "${@:2}"; }
weights() { printf 'runs/%s/weights.safetensors' "$1"; }

case $role in
keyframe)
    for config in keyframe keyframe-{2..8}; do train "$config"; done
    mean keyframe-mean "$(weights keyframe-6)" "$(weights keyframe-7)" "$(weights keyframe-8)"
    train keyframe-9 --ranks 2
    train keyframe-10
    train keyframe-11
    mean tintreel-keyframe "$(weights keyframe-10)" "$(weights keyframe-11)"
    ;;
propagation)
    for config in features propagation propagation-{2,3} features-2 propagation-{4..6}; do train "$config"; done
    train propagation-7 --ranks 2
    mean propagation-mean "$(weights propagation-5)" "$(weights propagation-6)" "$(weights propagation-7)"
    train features-3
    train propagation-8
    mean tintreel-propagation "$(weights features-3)" "$(weights propagation-8)"
    ;;
*)
    echo "There is no role '$role'; there are keyframe and propagation." >&2
    exit 2
    ;;
esac
echo "The weights are runs/tintreel-$role.safetensors."
