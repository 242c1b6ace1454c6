// SPDX-License-Identifier: Apache-2.0
#include "tintreel/workflow/model_library.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <functional>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tintreel/base/atomic_file.h"

namespace tintreel::workflow {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

constexpr const char* kCard = "model.json";
constexpr const char* kReadme = "README.md";
constexpr std::size_t kDefaultsKept = 20;

/// Keeps other programs from changing the manifest meanwhile.
class Lock {
public:
    explicit Lock(const fs::path& folder)
        : fd_(::open((folder / ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
        if (fd_ >= 0) ::flock(fd_, LOCK_EX);
    }
    ~Lock() {
        if (fd_ >= 0) ::close(fd_);
    }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

private:
    int fd_;
};

Result<> checkId(const std::string& id) {
    const auto good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.';
    };
    if (!id.empty() && id.size() <= 64 && id != "default" && id.front() != '.' && id.front() != '-' &&
        std::all_of(id.begin(), id.end(), good))
        return {};
    return fail(
        ErrorCode::Usage,
        "'" + id +
            "' cannot be a model's name; use up to 64 letters, digits, '-', '_' and '.', the first a letter or digit.");
}

Result<json> readJson(const fs::path& path, const char* format) {
    TT_ASSIGN(const std::string text, readFile(path, 1 << 20));
    auto value = json::parse(text, nullptr, false);
    if (!value.is_object() || value.value("format", "") != format || value.value("version", 0) != 1)
        return fail(ErrorCode::Model, fmt::format("'{}' is not a file of the kind '{}', version 1; check what it is.",
                                                  path.string(), format));
    return value;
}

/// Reads the user's manifest, lets `change` edit it, writes it.
Result<> edit(const fs::path& folder, const std::function<Result<>(json&)>& change) {
    if (folder.empty())
        return fail(ErrorCode::Output, "There is no folder for your models: neither XDG_DATA_HOME nor HOME is set.");
    std::error_code ec;
    fs::create_directories(folder, ec);
    if (ec)
        return fail(ErrorCode::Output,
                    "The folder '" + folder.string() + "' for your models cannot be made; check its permissions.",
                    ec.message());
    const Lock lock(folder);
    json manifest{
        {"format", "tintreel-models"}, {"version", 1}, {"default", json::object()}, {"models", json::array()}};
    if (fs::exists(folder / "manifest.json", ec)) {
        TT_ASSIGN(manifest, readJson(folder / "manifest.json", "tintreel-models"));
    }
    try {
        TT_TRY(change(manifest));
    } catch (const json::exception& error) {
        return fail(ErrorCode::Model, "'" + (folder / "manifest.json").string() + "' is not whole: " + error.what());
    }
    return writeFileAtomically(folder / "manifest.json", manifest.dump(2) + "\n", true);
}

Result<json*> ownEntry(json& manifest, const std::string& id) {
    for (auto& entry : manifest.at("models"))
        if (entry.value("id", "") == id) return &entry;
    return fail(ErrorCode::Usage, "'" + id + "' is none of your own models; shipped models cannot be changed.");
}

Result<> copyFile(const fs::path& from, const fs::path& to) {
    TT_ASSIGN(PartFile part, PartFile::create(to, false));
    std::error_code ec;
    if (!fs::copy_file(from, part.partPath(), fs::copy_options::overwrite_existing, ec))
        return fail(ErrorCode::Output,
                    "'" + from.string() + "' cannot be copied to '" + to.string() + "'; is there room on the disk?",
                    ec.message());
    return part.commit();
}

std::string now() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

}  // namespace

ModelLibrary::ModelLibrary(fs::path shipped, fs::path user) : shipped_(std::move(shipped)), user_(std::move(user)) {}

Result<std::vector<nn::ModelEntry>> ModelLibrary::list() const { return nn::listModels(shipped_, user_); }

Result<nn::ModelEntry> ModelLibrary::find(const std::string& id) const {
    TT_ASSIGN(const auto models, list());
    for (const auto& model : models)
        if (model.id == id) return model;
    std::string known;
    for (const auto& model : models) known += (known.empty() ? "" : ", ") + model.id;
    return fail(ErrorCode::Model, "There is no model '" + id + "'; there are: " + known + ".");
}

Result<nn::ModelEntry> ModelLibrary::add(nn::ModelEntry facts, const fs::path& weights) {
    TT_TRY(checkId(facts.id));
    if (find(facts.id))
        return fail(ErrorCode::Usage, "There is a model '" + facts.id + "' already; choose another name.");
    auto hash = sha256OfFile(weights);
    if (!hash)
        return fail(ErrorCode::Model, "The weights '" + weights.string() + "' cannot be read; check the name.",
                    hash.error().detail);
    if (!facts.sha256.empty() && facts.sha256 != *hash)
        return fail(
            ErrorCode::Model,
            fmt::format(
                "'{}' is not the file that its card names (SHA-256 {} instead of {}): it was changed or damaged. Ask for it anew.",
                weights.string(), *hash, facts.sha256));
    facts.sha256 = *hash;
    facts.file = user_ / (facts.id + weights.extension().string());
    facts.isUser = true;
    if (facts.date.empty()) facts.date = now();
    TT_TRY(edit(user_, [&](json& manifest) -> Result<> {
        for (const auto& entry : manifest.at("models"))
            if (entry.value("id", "") == facts.id)
                return fail(ErrorCode::Usage, "There is a model '" + facts.id + "' already; choose another name.");
        // A file that no manifest names was left by a program that was killed here.
        std::error_code ec;
        fs::remove(facts.file, ec);
        if (auto copied = copyFile(weights, facts.file); !copied) return copied;
        facts.size = fs::file_size(facts.file, ec);
        manifest["models"].push_back(nn::toJson(facts));
        return {};
    }));
    return facts;
}

Result<nn::ModelEntry> ModelLibrary::importFrom(const fs::path& path, const std::string& id) {
    std::error_code ec;
    const fs::path folder = fs::is_directory(path, ec) ? path : path.parent_path();
    if (!fs::exists(path, ec)) return fail(ErrorCode::Input, "There is no '" + path.string() + "'; check the name.");
    if (fs::exists(folder / kCard, ec)) {
        TT_ASSIGN(auto card, readJson(folder / kCard, "tintreel-model"));
        card.erase("format");
        card.erase("version");
        TT_ASSIGN(auto facts, nn::modelFromJson(card, folder, "'" + (folder / kCard).string() + "'"));
        if (facts.sha256.size() != 64)
            return fail(ErrorCode::Model, "'" + (folder / kCard).string() +
                                              "' does not say the SHA-256 of the weights; ask for the model anew.");
        if (!id.empty()) facts.id = id;
        return add(facts, facts.file);
    }
    if (fs::is_directory(path, ec) && fs::exists(folder / "config.json", ec)) {
        if (id.empty()) return fail(ErrorCode::Usage, "Say how the model of this run shall be called: --id NAME.");
        TT_ASSIGN(const auto models, list());
        TT_ASSIGN(auto trained, trainedModel(folder, models));
        trained.facts.id = id;
        return add(trained.facts, trained.weights);
    }
    return fail(ErrorCode::Model,
                "'" + path.string() + "' has no card (" + kCard +
                    ") beside its weights and is no training run; weights whose origin nobody states are not taken.");
}

Result<> ModelLibrary::exportTo(const std::string& id, const fs::path& folder, bool overwrite) const {
    TT_ASSIGN(const auto model, find(id));
    TT_TRY(nn::verifyModel(model));
    TT_ASSIGN(PartFile part, PartFile::createFolder(folder, overwrite, [](const std::string& name) {
                  return name == kCard || name == kReadme || name.ends_with(".safetensors") || name.ends_with(".pt");
              }));
    auto card = nn::toJson(model);
    card["format"] = "tintreel-model";
    card["version"] = 1;
    TT_TRY(copyFile(model.file, part.partPath() / model.file.filename()));
    TT_TRY(writeFileAtomically(part.partPath() / kCard, card.dump(2) + "\n", true));
    TT_TRY(writeFileAtomically(part.partPath() / kReadme, modelCard(model), true));
    return part.commit();
}

Result<> ModelLibrary::rename(const std::string& id, const std::string& newId) {
    TT_TRY(checkId(newId));
    if (find(newId)) return fail(ErrorCode::Usage, "There is a model '" + newId + "' already; choose another name.");
    return edit(user_, [&](json& manifest) -> Result<> {
        TT_ASSIGN(auto* entry, ownEntry(manifest, id));
        (*entry)["id"] = newId;
        for (auto& [role, chosen] : manifest["default"].items())
            if (chosen == id) chosen = newId;
        if (manifest.contains("previous"))
            for (auto& [role, ids] : manifest["previous"].items())
                for (auto& one : ids)
                    if (one == id) one = newId;
        return {};
    });
}

Result<> ModelLibrary::setNotes(const std::string& id, const std::string& notes) {
    return edit(user_, [&](json& manifest) -> Result<> {
        TT_ASSIGN(auto* entry, ownEntry(manifest, id));
        (*entry)["notes"] = notes;
        return {};
    });
}

Result<> ModelLibrary::remove(const std::string& id) {
    fs::path file;
    TT_TRY(edit(user_, [&](json& manifest) -> Result<> {
        TT_ASSIGN(const auto* entry, ownEntry(manifest, id));
        for (const auto& [role, chosen] : manifest["default"].items())
            if (chosen == id)
                return fail(ErrorCode::Usage,
                            "'" + id + "' is the default of its role; make another model the default first.");
        file = user_ / entry->at("file").get<std::string>();
        auto& models = manifest["models"];
        models.erase(
            std::remove_if(models.begin(), models.end(), [&](const json& one) { return one.value("id", "") == id; }),
            models.end());
        return {};
    }));
    std::error_code ec;
    fs::remove(file, ec);
    return {};
}

Result<> ModelLibrary::setDefault(const std::string& id) {
    TT_ASSIGN(const auto model, find(id));
    TT_TRY(nn::verifyModel(model));
    TT_ASSIGN(const auto models, list());
    const auto before = nn::findModel(models, model.role, "default");
    if (before && before->id == id) return {};
    return edit(user_, [&](json& manifest) -> Result<> {
        auto& previous = manifest["previous"][model.role];
        previous.push_back(before ? before->id : "");
        if (previous.size() > kDefaultsKept) previous.erase(previous.begin());
        manifest["default"][model.role] = id;
        return {};
    });
}

Result<std::string> ModelLibrary::rollBack(const std::string& role) {
    TT_ASSIGN(const auto models, list());
    std::string now;
    TT_TRY(edit(user_, [&](json& manifest) -> Result<> {
        auto& previous = manifest["previous"][role];
        // One that is no longer there cannot be gone back to.
        while (previous.is_array() && !previous.empty()) {
            now = previous.back().get<std::string>();
            previous.erase(previous.end() - 1);
            if (std::any_of(models.begin(), models.end(),
                            [&](const auto& model) { return model.id == now && model.role == role; })) {
                manifest["default"][role] = now;
                return {};
            }
        }
        return fail(ErrorCode::Usage, "There is no earlier default " + role + " model to go back to.");
    }));
    return now;
}

std::string modelCard(const nn::ModelEntry& m) {
    std::string text =
        fmt::format("# {}\n\n{}\n\n| | |\n|---|---|\n| role | {} |\n| architecture | `{}` |\n| SHA-256 | `{}` |\n",
                    m.id, m.description, m.role, m.architecture, m.sha256);
    const auto row = [&](const char* name, const std::string& value) {
        if (!value.empty()) text += fmt::format("| {} | {} |\n", name, value);
    };
    row("tuned from", m.base);
    row("training set (SHA-256)", m.data);
    row("date", m.date);
    if (m.size > 0) row("size", fmt::format("{:.1f} MB", static_cast<double>(m.size) / 1e6));
    row("licence", m.licence);
    for (const auto& [name, value] : m.metrics) row(("validation: " + name).c_str(), fmt::format("{:.2f}", value));
    if (!m.notes.empty()) text += "\n" + m.notes + "\n";
    return text + "\nBring it in with `tintreel models import FOLDER`.\n";
}

std::string modelSetting(const std::string& role) { return "model." + role; }

inference::ColorizerOptions networksOf(const project::Project& project, inference::ColorizerOptions networks) {
    if (networks.keyframeModel == "default")
        networks.keyframeModel = project.setting(modelSetting("keyframe"), "default");
    if (networks.frameModel == "default") networks.frameModel = project.setting(modelSetting("frame"), "default");
    if (networks.keyframeModel.empty()) networks.keyframeModel = "default";
    if (networks.frameModel.empty()) networks.frameModel = "default";
    return networks;
}

Result<> useModel(project::Project& project, const ModelLibrary& library, const std::string& id) {
    TT_ASSIGN(const auto model, library.find(id));
    TT_TRY(nn::verifyModel(model));
    return project.setSetting("Use model " + id, modelSetting(model.role), nn::modelReference(model));
}

}  // namespace tintreel::workflow
