// SPDX-License-Identifier: Apache-2.0
#include "tintreel/nn/models.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "tintreel/base/atomic_file.h"
#include "tintreel/base/options.h"

namespace tintreel::nn {
namespace fs = std::filesystem;
namespace {

struct Manifest {
    std::vector<ModelEntry> models;
    std::map<std::string, std::string> defaults;  // role → id; the user's may name a shipped model
};

Result<Manifest> parseManifest(const fs::path& folder) {
    const auto path = folder / "manifest.json";
    const auto broken = [&](const std::string& what) {
        return fail(ErrorCode::Model, fmt::format("'{}': {}.", path.string(), what));
    };
    auto text = readFile(path, 1 << 20);
    if (!text)
        return fail(ErrorCode::Model,
                    "There are no models in '" + folder.string() +
                        "': its manifest.json cannot be read. Name the right folder with --models.",
                    text.error().userMessage);
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    if (!json.is_object() || json.value("format", "") != "tintreel-models") return broken("this is no list of models");
    if (json.value("version", 0) != 1) return broken("its version is not 1");
    Manifest manifest;
    try {
        manifest.defaults = json.at("default").get<std::map<std::string, std::string>>();
        for (const auto& entry : json.at("models")) {
            auto model = modelFromJson(entry, folder, fmt::format("models[{}]", manifest.models.size()));
            if (!model) return broken(model.error().userMessage);
            const auto chosen = manifest.defaults.find(model->role);
            model->isDefault = chosen != manifest.defaults.end() && chosen->second == model->id;
            manifest.models.push_back(std::move(*model));
        }
    } catch (const nlohmann::json::exception& error) {
        return broken(error.what());
    }
    return manifest;
}

}  // namespace

Result<ModelEntry> modelFromJson(const nlohmann::json& json, const fs::path& folder, const std::string& place) {
    ModelEntry model;
    const OptionTable table{{"id", &model.id, "", 0, 0, {}},
                            {"role", &model.role, "", 0, 0, {"keyframe", "frame"}},
                            {"architecture", &model.architecture, "", 0, 0, {}},
                            {"sha256", &model.sha256, "", 0, 0, {}},
                            {"licence", &model.licence, "", 0, 0, {}},
                            {"description", &model.description, "", 0, 0, {}},
                            {"base", &model.base, "", 0, 0, {}},
                            {"data", &model.data, "", 0, 0, {}},
                            {"date", &model.date, "", 0, 0, {}},
                            {"notes", &model.notes, "", 0, 0, {}}};
    auto plain = json;
    std::string file;
    try {
        file = json.at("file").get<std::string>();
        model.size = json.value("size", std::uintmax_t{0});
        model.metrics = json.value("metrics", model.metrics);
        model.calibration = json.value("calibration", model.calibration);
    } catch (const nlohmann::json::exception& error) {
        return fail(ErrorCode::Model, place + ": " + error.what());
    }
    for (const char* key : {"file", "size", "metrics", "calibration", "input"})
        plain.erase(key);  // "input" is words for people
    if (auto read = readOptions(table, plain, place); !read) return fail(ErrorCode::Model, read.error().userMessage);
    if (const auto parsed = fs::path(file); parsed.is_absolute() || file.find("..") != std::string::npos)
        return fail(ErrorCode::Model, place + ".file: must lie in the models folder");
    for (std::size_t i = 0; i < model.calibration.size(); ++i) {
        const auto& [stated, found] = model.calibration[i];
        const auto before = i == 0 ? std::pair(0.0F, 0.0F) : model.calibration[i - 1];
        if (!(stated > before.first && found > before.second))
            return fail(ErrorCode::Model, place + ".calibration: the pairs must be above 0 and rise");
    }
    model.file = folder / file;
    return model;
}

nlohmann::json toJson(const ModelEntry& m) {
    nlohmann::json json{{"id", m.id},
                        {"role", m.role},
                        {"architecture", m.architecture},
                        {"file", m.file.filename().string()},
                        {"sha256", m.sha256},
                        {"licence", m.licence},
                        {"description", m.description}};
    for (const auto& [key, value] :
         std::map<std::string, std::string>{{"base", m.base}, {"data", m.data}, {"date", m.date}, {"notes", m.notes}})
        if (!value.empty()) json[key] = value;
    if (!m.metrics.empty()) json["metrics"] = m.metrics;
    if (m.size > 0) json["size"] = m.size;
    if (!m.calibration.empty()) json["calibration"] = m.calibration;
    return json;
}

Result<std::vector<ModelEntry>> readManifest(const fs::path& folder) {
    TT_ASSIGN(auto manifest, parseManifest(folder));
    return std::move(manifest.models);
}

fs::path userModelsFolder() {
    if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data == '/')
        return fs::path(data) / "tintreel" / "models";
    if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/')
        return fs::path(home) / ".local" / "share" / "tintreel" / "models";
    return {};
}

Result<std::vector<ModelEntry>> listModels(const fs::path& folder, const fs::path& userFolder) {
    TT_ASSIGN(auto models, readManifest(folder));
    std::error_code ec;
    if (userFolder.empty() || !fs::exists(userFolder / "manifest.json", ec) || fs::equivalent(folder, userFolder, ec))
        return models;
    TT_ASSIGN(auto own, parseManifest(userFolder));
    for (auto& model : own.models) {
        const auto same =
            std::find_if(models.begin(), models.end(), [&](const ModelEntry& known) { return known.id == model.id; });
        if (same != models.end())
            return fail(
                ErrorCode::Model,
                fmt::format(
                    "Two models are named '{}': '{}' and '{}'. Give yours another name: tintreel models rename {} NEW-NAME.",
                    model.id, same->file.string(), model.file.string(), model.id));
        model.isUser = true;
        models.push_back(std::move(model));
    }
    for (auto& model : models)
        if (const auto chosen = own.defaults.find(model.role); chosen != own.defaults.end() && !chosen->second.empty())
            model.isDefault = chosen->second == model.id;
    return models;
}

std::string modelReference(const ModelEntry& entry) { return entry.id + "@" + entry.sha256; }

Result<ModelEntry> findModel(const std::vector<ModelEntry>& models, const std::string& role, const std::string& id) {
    const auto at = id.find('@');
    const std::string name = id.substr(0, at), hash = at == std::string::npos ? "" : id.substr(at + 1);
    std::vector<std::string> known;
    const ModelEntry* byName = nullptr;
    for (const auto& model : models) {
        if (model.role != role) continue;
        if (!hash.empty() && model.sha256 == hash) return model;
        if (name == model.id || (id == "default" && model.isDefault)) byName = &model;
        known.push_back(model.id);
    }
    if (byName != nullptr && hash.empty()) return *byName;
    if (byName != nullptr)
        return fail(
            ErrorCode::Model,
            fmt::format(
                "The {} model '{}' is not the one that is asked for: its SHA-256 is {}, wanted is {}. Bring the right one with 'tintreel models import FOLDER', or choose another model.",
                role, name, byName->sha256, hash));
    return fail(
        ErrorCode::Model,
        fmt::format(
            "There is no {} model '{}'; there are: {}. Bring it with 'tintreel models import FOLDER', or choose another one.",
            role, name, known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))));
}

Result<> verifyModel(const ModelEntry& entry) {
    auto hash = sha256OfFile(entry.file);
    if (!hash)
        return fail(ErrorCode::Model,
                    fmt::format("The model '{}' is not there: '{}' cannot be read. Fetch it anew.", entry.id,
                                entry.file.string()),
                    hash.error().detail);
    if (*hash != entry.sha256)
        return fail(
            ErrorCode::Model,
            fmt::format(
                "The model file '{}' is not the one that its manifest names (SHA-256 {} instead of {}): it was changed or damaged. Fetch it anew.",
                entry.file.string(), *hash, entry.sha256));
    return {};
}

}  // namespace tintreel::nn
