// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tintreel/base/image.h"
#include "tintreel/base/media_time.h"
#include "tintreel/color/lab.h"

namespace tintreel::workflow {

/// A picture shrunk to 16×16 in CIELAB: what remains of it when it is compared with others.
using PictureSign = color::LabImage;
[[nodiscard]] PictureSign signOf(const RgbImage& picture);
/// Mean ΔE*ab (CIE 1976) of two signs.
[[nodiscard]] double signDistance(const PictureSign& one, const PictureSign& other);

/// Black and white, or of one tint (sepia): how far a and b spread among pixels of like lightness is below what colour
/// has.
[[nodiscard]] bool isColorless(const RgbImage& picture);

/// One still, or one shot of a clip, before it is packed.
struct Piece {
    std::string path, set, licence;  // as ShardItem; of a clip without its frames
    bool clip = false;
    std::string shot;            // pieces with one name here are one shot, whatever they look like
    double time = 0;             // order within a shot
    PictureSign sign;            // of a clip: of its middle frame
    std::string jpeg;            // a still
    std::filesystem::path film;  // a clip's; "" = the project's, coloured
    FrameRange frames;           // a clip's
    int width = 0, height = 0;
    bool measures = false;  // another frame of a shot that is learnt from: held back where shots are few
    std::string split;      // "train" or "val"
};

/// Drops stills that look like an earlier one. How many they were.
int dropDuplicates(std::vector<Piece>& pieces);

/// Fewer shots than this teach too little when one of them is held back.
inline constexpr std::size_t kFewShots = 5;

/// Gives every piece its split. Shots that look alike count as one, so that what is held back was never seen. Of few
/// shots each is learnt from, and the last part in time of each is held back, as is where all is one shot. Gives a note
/// about that, "" where shots could be kept apart.
std::string splitByShot(std::vector<Piece>& pieces, double share);

}  // namespace tintreel::workflow
