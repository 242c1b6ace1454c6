// SPDX-License-Identifier: Apache-2.0
#include "tintreel/inference/models_folder.h"

#include <cstdlib>

namespace tintreel::inference {

std::filesystem::path defaultModelsFolder() {
    if (const char* named = std::getenv("TINTREEL_MODELS"); named != nullptr && *named != '\0') return named;
    std::error_code ec;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", ec);
    if (!ec) {
        const auto installed = program.parent_path().parent_path() / "share" / "tintreel" / "models";
        if (std::filesystem::exists(installed / "manifest.json", ec)) return installed;
    }
    return TINTREEL_SOURCE_MODELS;
}

}  // namespace tintreel::inference
