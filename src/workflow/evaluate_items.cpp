// SPDX-License-Identifier: Apache-2.0
#include "workflow/evaluate_items.h"

#include <algorithm>
#include <cmath>

#include "tintreel/color/compose.h"
#include "tintreel/color/lab.h"
#include "tintreel/color/metrics.h"
#include "tintreel/color/resize.h"
#include "tintreel/workflow/dataset.h"
#include "workflow/dataset_files.h"
#include "workflow/frames.h"

namespace tintreel::workflow {
namespace fs = std::filesystem;

Result<std::vector<fs::path>> itemsOf(const fs::path& input, const std::string& wanted, bool films, int limit) {
    std::error_code ec;
    if (fs::is_regular_file(input, ec)) return std::vector<fs::path>{input};
    if (!fs::is_directory(input, ec))
        return fail(ErrorCode::Input, "There is no file or folder '" + input.string() + "'; check the name.");
    TT_ASSIGN(const auto split, readSplit(input));
    std::vector<fs::path> items;
    for (const auto& [file, part] : split)
        if (part == wanted && fs::exists(input / file, ec)) items.push_back(input / file);
    if (split.empty())
        for (const auto& file : filesIn(input, films ? filmEndings() : pictureEndings())) items.push_back(input / file);
    std::sort(items.begin(), items.end());
    if (items.empty()) return fail(ErrorCode::Input, "'" + input.string() + "' holds nothing to evaluate on.");
    const auto count = std::min<std::size_t>(items.size(), static_cast<std::size_t>(std::max(1, limit)));
    for (std::size_t i = 0; i < count; ++i) items[i] = items[i * items.size() / count];  // never one that was replaced
    items.resize(count);
    return items;
}

std::string nameOf(const fs::path& item, const fs::path& input) {
    return item == input ? item.filename().string() : item.lexically_relative(input).generic_string();
}

RgbImage trueColors(const media::FrameReader& reader, const media::VideoFrame& frame) {
    return color::rgbFromYuv(frame.y, frame.cb, frame.cr, yuvFormatOf(reader.info(), frame));
}

RgbImage composed(const Plane<float>& grey, const AbImage& ab) {
    return color::toRgb8(color::rgbFromLumaAb(grey, ab, kScoreMatrix));
}

double abL1(const AbImage& first, const AbImage& second) {
    double sum = 0;
    for (std::size_t i = 0; i < first.a.size(); ++i)
        sum += std::fabs(first.a.data[i] - second.a.data[i]) + std::fabs(first.b.data[i] - second.b.data[i]);
    return sum / (2.0 * static_cast<double>(first.a.size()) * 110.0);
}

double rgbSsim(const RgbImage& first, const RgbImage& second) {
    const auto channel = [](const RgbImage& image, std::size_t c) {
        Plane<float> plane(image.width, image.height);
        for (std::size_t i = 0; i < plane.size(); ++i) plane.data[i] = image.data[3 * i + c];
        return plane;
    };
    double sum = 0;
    for (std::size_t c = 0; c < 3; ++c) sum += color::ssim(channel(first, c), channel(second, c));
    return sum / 3.0;
}

void average(ScoreTable& table) {
    std::map<std::string, int> counts;
    for (const auto& row : table.rows)
        for (const auto& [column, value] : row.scores) {
            table.mean[column] += value;
            ++counts[column];
        }
    for (auto& [column, value] : table.mean) value /= counts[column];
}

ReportPicture smallPicture(const std::string& caption, const RgbImage& rgb) {
    const int width = std::min(240, rgb.width);
    return {caption, color::resize(rgb, width, std::max(1, rgb.height * width / rgb.width))};
}

}  // namespace tintreel::workflow
