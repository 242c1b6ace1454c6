// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tintreel/color/ycbcr.h"
#include "tintreel/media/frame_reader.h"
#include "tintreel/workflow/evaluate.h"

namespace tintreel::workflow {

inline constexpr auto kScoreMatrix = color::Matrix::Bt601;  // of the luma that figures keep; the training data's own

/// The files of a folder that belong to `split` (all where it has no split.tsv), `limit` of them at most, evenly
/// chosen; or the one file.
[[nodiscard]] Result<std::vector<std::filesystem::path>> itemsOf(const std::filesystem::path& input,
                                                                 const std::string& split, bool films, int limit);
/// What a row of figures is called: the item's path in the folder, or the file's name.
[[nodiscard]] std::string nameOf(const std::filesystem::path& item, const std::filesystem::path& input);
[[nodiscard]] RgbImage trueColors(const media::FrameReader& reader, const media::VideoFrame& frame);
/// Colours on a luma, as 8-bit samples.
[[nodiscard]] RgbImage composed(const Plane<float>& grey, const AbImage& ab);
/// Mean |Δ| of a and b, over 110.
[[nodiscard]] double abL1(const AbImage& first, const AbImage& second);
/// Structural similarity of R, G and B, mean of the three.
[[nodiscard]] double rgbSsim(const RgbImage& first, const RgbImage& second);
/// Means of every column over the rows that have it.
void average(ScoreTable& table);
/// At most 240 pixels wide.
[[nodiscard]] ReportPicture smallPicture(const std::string& caption, const RgbImage& rgb);

}  // namespace tintreel::workflow
