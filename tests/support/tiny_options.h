// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "tintreel/training/trainer.h"

namespace tintreel::testing {

/// A run on a tiny shard that takes no time: fp32 on the CPU, crops of 64 pixels, checkpoints and validations at the
/// ends alone.
inline training::TrainOptions tinyOptions(const std::string& shard, const std::filesystem::path& out,
                                          const std::string& stage, int steps) {
    training::TrainOptions o;
    o.stage = stage;
    o.shards = {shard};
    o.out = out.string();
    o.device = "cpu";
    o.steps = steps;
    o.batch = 2;
    o.crop = o.cropHeight = o.cropWidth = 64;
    o.warmup = 2;
    o.bf16 = false;
    o.saveEvery = o.validateEvery = 1000;
    o.validatePhotos = 2;
    o.validateFrames = 4;
    return o;
}

}  // namespace tintreel::testing
