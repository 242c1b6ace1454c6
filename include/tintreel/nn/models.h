// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tintreel/base/result.h"

namespace tintreel::nn {

/// One model of a models folder, as manifest.json tells (docs/formats/manifest.md).
struct ModelEntry {
    std::string id;
    std::string role;          ///< "keyframe" or "frame"
    std::string architecture;  ///< name in the registry
    std::filesystem::path file;
    std::string sha256;  ///< of the file, lower-case hexadecimal
    std::string licence;
    std::string description;
    std::string base;   ///< reference (see modelReference()) to the model it was tuned from; "" where there is none
    std::string data;   ///< SHA-256 of what it was tuned on; "" where nobody says
    std::string date;   ///< "2026-11-25T16:40:00Z"
    std::string notes;  ///< the user's own words
    std::map<std::string, double> metrics;  ///< validation figures by name, the controls among them
    std::uintmax_t size = 0;                ///< bytes of the file; 0 where the manifest does not say
    /// Pairs of stated and true distance in ab, both rising; what a frame model states is read through them.
    std::vector<std::pair<float, float>> calibration;
    bool isDefault = false;  ///< the one its role uses when none is named
    bool isUser = false;     ///< of the user's library, not shipped
};

/// Reads `folder`/manifest.json strictly. Error: ErrorCode::Model.
[[nodiscard]] Result<std::vector<ModelEntry>> readManifest(const std::filesystem::path& folder);

/// `$XDG_DATA_HOME/tintreel/models`, else `~/.local/share/tintreel/models`: the models that the user made or brought.
[[nodiscard]] std::filesystem::path userModelsFolder();

/// The models of `folder` and, behind them, those of the user's library; a default that the user chose goes before the
/// shipped one. Error: ErrorCode::Model, also where two models have one id: neither may stand for the other.
[[nodiscard]] Result<std::vector<ModelEntry>> listModels(const std::filesystem::path& folder,
                                                         const std::filesystem::path& userFolder = userModelsFolder());

/// "ID@SHA256": names a model so that no other can stand for it. Projects keep this.
[[nodiscard]] std::string modelReference(const ModelEntry& entry);

/// The entry of that id or reference, or the default of the role for "default". A reference finds a model that was
/// renamed since, too, and never one of other weights. Error: ErrorCode::Model, with the ids there are and what to do.
[[nodiscard]] Result<ModelEntry> findModel(const std::vector<ModelEntry>& models, const std::string& role,
                                           const std::string& id);

/// Checks the file's hash. Error: ErrorCode::Model; a model that was altered is never used in silence.
[[nodiscard]] Result<> verifyModel(const ModelEntry& entry);

/// An entry as manifests and model cards hold it, `file` relative to `folder`. `place` is named in errors. Error:
/// ErrorCode::Model.
[[nodiscard]] Result<ModelEntry> modelFromJson(const nlohmann::json& entry, const std::filesystem::path& folder,
                                               const std::string& place);
[[nodiscard]] nlohmann::json toJson(const ModelEntry& entry);

}  // namespace tintreel::nn
