// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tintreel/base/result.h"

namespace tintreel::nn {

/// One model of a models folder, as manifest.json tells (docs/formats/manifest.md).
struct ModelEntry {
    std::string id;
    std::string role;           ///< "keyframe" or "frame"
    std::string architecture;   ///< name in the registry
    std::filesystem::path file;
    std::string sha256;         ///< of the file, lower-case hexadecimal
    std::string licence;
    std::string description;
    bool isDefault = false;     ///< the one its role uses when none is named
};

/// Reads `folder`/manifest.json strictly. Error: ErrorCode::Model.
[[nodiscard]] Result<std::vector<ModelEntry>> readManifest(const std::filesystem::path& folder);

/// The entry of that id, or the default of the role for "default". Error: ErrorCode::Model, with the ids there are.
[[nodiscard]] Result<ModelEntry> findModel(const std::vector<ModelEntry>& models, const std::string& role, const std::string& id);

/// Checks the file's hash. Error: ErrorCode::Model; a model that was altered is never used in silence.
[[nodiscard]] Result<> verifyModel(const ModelEntry& entry);

}  // namespace tintreel::nn
