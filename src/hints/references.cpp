// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <regex>

#include <fmt/format.h>

#include "tintreel/hints/hint.h"

namespace tintreel::hints {
namespace fs = std::filesystem;

Result<std::vector<ReferencePicture>> listReferences(const fs::path& folder) {
    std::error_code ec;
    if (!fs::is_directory(folder, ec))
        return fail(ErrorCode::Input,
                    "There is no folder '" + folder.string() + "' of reference pictures; check the name.");
    static const std::regex kName(R"(^ref_(\d{1,12})\.(png|jpg|jpeg|tif|tiff)$)", std::regex::icase);
    std::vector<ReferencePicture> references;
    for (const auto& entry : fs::directory_iterator(folder, ec)) {
        std::smatch match;
        const std::string name = entry.path().filename().string();
        if (std::regex_match(name, match, kName)) references.push_back({std::stoll(match[1].str()), entry.path()});
    }
    if (references.empty())
        return fail(ErrorCode::Input,
                    "The folder '" + folder.string() +
                        "' holds no reference picture; they are named ref_000048.png, the number being the frame.");
    std::sort(references.begin(), references.end(), [](const auto& a, const auto& b) {
        return a.frame < b.frame || (a.frame == b.frame && a.path < b.path);
    });
    for (std::size_t i = 1; i < references.size(); ++i)
        if (references[i].frame == references[i - 1].frame)
            return fail(ErrorCode::Input,
                        fmt::format("'{}' and '{}' are both for frame {}; keep one.", references[i - 1].path.string(),
                                    references[i].path.string(), references[i].frame));
    return references;
}

Result<> checkAspect(const fs::path& reference, int width, int height, int filmWidth, int filmHeight) {
    const double ratio = static_cast<double>(width) * filmHeight / (static_cast<double>(height) * filmWidth);
    if (std::fabs(ratio - 1.0) <= 0.02) return {};
    return fail(
        ErrorCode::Input,
        fmt::format(
            "The reference '{}' is {}x{}, the film {}x{}: the shapes differ by more than 2 %. Crop the picture to the film's shape.",
            reference.string(), width, height, filmWidth, filmHeight));
}

}  // namespace tintreel::hints
