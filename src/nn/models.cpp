// SPDX-License-Identifier: Apache-2.0
#include "tintreel/nn/models.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tintreel/base/atomic_file.h"
#include "tintreel/base/options.h"

namespace tintreel::nn {

Result<std::vector<ModelEntry>> readManifest(const std::filesystem::path& folder) {
    const auto path = folder / "manifest.json";
    const auto broken = [&](const std::string& what) { return fail(ErrorCode::Model, fmt::format("'{}': {}.", path.string(), what)); };
    auto text = readFile(path, 1 << 20);
    if (!text) return fail(ErrorCode::Model, "There are no models in '" + folder.string() + "': its manifest.json cannot be read. Name the right folder with --models.", text.error().userMessage);
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    if (!json.is_object() || json.value("format", "") != "tintreel-models") return broken("this is no list of models");
    if (json.value("version", 0) != 1) return broken("its version is not 1");
    std::vector<ModelEntry> models;
    try {
        const auto& defaults = json.at("default");
        for (const auto& entry : json.at("models")) {
            ModelEntry model;
            const OptionTable table{{"id", &model.id, "", 0, 0, {}},           {"role", &model.role, "", 0, 0, {"keyframe", "frame"}},
                                    {"architecture", &model.architecture, "", 0, 0, {}}, {"sha256", &model.sha256, "", 0, 0, {}},
                                    {"licence", &model.licence, "", 0, 0, {}}, {"description", &model.description, "", 0, 0, {}}};
            auto plain = entry;
            const auto file = entry.at("file").get<std::string>();
            plain.erase("file");
            plain.erase("input");  // words for people
            const std::string place = fmt::format("models[{}]", models.size());
            if (auto read = readOptions(table, plain, place); !read) return broken(read.error().userMessage);
            if (const auto parsed = std::filesystem::path(file); parsed.is_absolute() || file.find("..") != std::string::npos) return broken(place + ".file: must lie in the models folder");
            model.file = folder / file;
            model.isDefault = defaults.value(model.role, "") == model.id;
            models.push_back(std::move(model));
        }
    } catch (const nlohmann::json::exception& error) {
        return broken(error.what());
    }
    return models;
}

Result<ModelEntry> findModel(const std::vector<ModelEntry>& models, const std::string& role, const std::string& id) {
    std::vector<std::string> known;
    for (const auto& model : models) {
        if (model.role != role) continue;
        if (id == model.id || (id == "default" && model.isDefault)) return model;
        known.push_back(model.id);
    }
    return fail(ErrorCode::Model, fmt::format("There is no {} model '{}'; there are: {}.", role, id, known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))));
}

Result<> verifyModel(const ModelEntry& entry) {
    auto hash = sha256OfFile(entry.file);
    if (!hash) return fail(ErrorCode::Model, fmt::format("The model '{}' is not there: '{}' cannot be read. Fetch it anew.", entry.id, entry.file.string()), hash.error().detail);
    if (*hash != entry.sha256)
        return fail(ErrorCode::Model, fmt::format("The model file '{}' is not the one that its manifest names (SHA-256 {} instead of {}): it was changed or damaged. Fetch it anew.", entry.file.string(), *hash, entry.sha256));
    return {};
}

}  // namespace tintreel::nn
