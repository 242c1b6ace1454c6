// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

namespace tintreel::testing {

/// Id of the model that ships as the default of a role, "keyframe" or "frame".
inline std::string shippedModel(const std::string& role) {
    std::ifstream manifest(std::filesystem::path(TINTREEL_SOURCE_DIR) / "models/manifest.json");
    return nlohmann::json::parse(manifest).at("default").at(role).get<std::string>();
}

}  // namespace tintreel::testing
