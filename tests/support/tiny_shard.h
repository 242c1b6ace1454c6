// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tintreel/training/hint_simulator.h"
#include "tintreel/training/shard.h"

namespace tintreel::testing {

/// A picture of coloured discs; equal seeds give equal pictures, `t` moves them.
inline RgbImage discs(int seed, int t, int width = 96, int height = 80) {
    using training::uniform, training::uniformInt;
    RgbImage rgb(width, height);
    training::Rng rng = training::rngFor(static_cast<std::uint64_t>(seed), 0, 0);
    std::fill(rgb.data.begin(), rgb.data.end(), static_cast<std::uint8_t>(90 + seed * 7 % 60));
    for (int i = 0; i < 6; ++i) {
        const double cx = uniform(rng, 0, width) + t * uniform(rng, -1.5, 1.5),
                     cy = uniform(rng, 0, height) + t * uniform(rng, -1, 1), r = uniform(rng, 8, 22);
        const int color[3] = {uniformInt(rng, 20, 235), uniformInt(rng, 20, 235), uniformInt(rng, 20, 235)};
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x)
                if (std::hypot(x - cx, y - cy) < r)
                    for (int c = 0; c < 3; ++c)
                        rgb.pixel(x, y)[c] = static_cast<std::uint8_t>(color[c] + ((x / 4 + y / 4) % 2) * 12);
    }
    return rgb;
}

struct TinyShard {
    int photos = 8, clips = 3;  ///< the last two photos and the last clip are held back
    int frames = 16;            ///< of a clip
    bool heldBack = true;       ///< false: nothing is of the split "val"
    int brokenPhoto = -1;       ///< the JPEG of this photo is noise
    int brokenFrame = -1;       ///< and that of this frame of every clip
};

/// A shard of discs at `path`.
inline std::string makeTinyShard(const std::filesystem::path& path, const TinyShard& what = {}) {
    auto writer = training::ShardWriter::create(path, true);
    EXPECT_TRUE(writer);
    const auto split = [&](bool held) { return held && what.heldBack ? "val" : "train"; };
    for (int i = 0; i < what.photos; ++i)
        EXPECT_TRUE(writer->add(
            {"s/" + std::to_string(i), "s", split(i >= what.photos - 2), "CC0", false, {}},
            {i == what.brokenPhoto ? std::string(500, 'x') : *training::encodeJpeg(discs(i, 0), 95, true)}));
    for (int i = 0; i < what.clips; ++i) {
        std::vector<std::string> frames;
        for (int t = 0; t < what.frames; ++t)
            frames.push_back(t == what.brokenFrame ? std::string(500, 'x')
                                                   : *training::encodeJpeg(discs(20 + i, t), 95, true));
        EXPECT_TRUE(writer->add({"c/" + std::to_string(i), "c", split(i >= what.clips - 1), "CC0", true, {}}, frames));
    }
    EXPECT_TRUE(writer->finish());
    return path.string();
}

}  // namespace tintreel::testing
