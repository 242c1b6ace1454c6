// SPDX-License-Identifier: Apache-2.0
#include "tintreel/media/presets.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "media/encoder.h"
#include "tintreel/base/options.h"

namespace tintreel::media {
namespace fs = std::filesystem;
namespace {

std::vector<fs::path> filesIn(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code ec;
    for (const auto& entry : fs::directory_iterator(folder, ec))
        if (entry.path().extension() == ".json") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

bool isBuiltIn(const std::string& id) {
    std::error_code ec;
    return fs::exists(builtInPresetsFolder() / (id + ".json"), ec);
}

Result<ExportPreset> readUserPreset(const fs::path& file) {
    if (isBuiltIn(file.stem().string()))
        return fail(
            ErrorCode::Usage,
            fmt::format("'{}' has the name of a preset of the program; give the file another name.", file.string()));
    TT_ASSIGN(auto preset, readPreset(file));
    preset.builtIn = false;
    return preset;
}

}  // namespace

const PresetEncoder* ExportPreset::encoder() const {
    const auto found = std::find_if(encoders.begin(), encoders.end(), [](const PresetEncoder& e) {
        return avcodec_find_encoder_by_name(e.name.c_str()) != nullptr;
    });
    return found == encoders.end() ? nullptr : &*found;
}

fs::path builtInPresetsFolder() {
    std::error_code ec;
    const auto program = fs::read_symlink("/proc/self/exe", ec);
    if (!ec) {
        const auto installed = program.parent_path().parent_path() / "share" / "tintreel" / "presets";
        if (fs::is_directory(installed, ec)) return installed;
    }
    return TINTREEL_SOURCE_PRESETS;
}

fs::path userPresetsFolder() {
    if (const char* config = std::getenv("XDG_CONFIG_HOME"); config != nullptr && *config == '/')
        return fs::path(config) / "tintreel" / "presets";
    const char* home = std::getenv("HOME");
    return fs::path(home == nullptr ? "." : home) / ".config" / "tintreel" / "presets";
}

Result<std::vector<ExportPreset>> builtInPresets() {
    std::vector<ExportPreset> list;
    for (const auto& file : filesIn(builtInPresetsFolder())) {
        TT_ASSIGN(auto preset, readPreset(file));
        list.push_back(std::move(preset));
    }
    if (list.empty())
        return fail(ErrorCode::Failed, "The export presets are missing in '" + builtInPresetsFolder().string() +
                                           "'; install the program anew.");
    std::stable_sort(list.begin(), list.end(),
                     [](const ExportPreset& a, const ExportPreset& b) { return a.rank < b.rank; });
    return list;
}

Result<std::vector<ExportPreset>> listPresets() {
    routeFfmpegLog();
    TT_ASSIGN(auto list, builtInPresets());
    for (const auto& file : filesIn(userPresetsFolder())) {
        auto preset = readUserPreset(file);
        if (!preset) {
            ExportPreset broken;
            broken.id = broken.title = file.stem().string();
            broken.builtIn = false;
            broken.unavailable = describe(preset.error());
            preset = std::move(broken);
        }
        list.push_back(std::move(*preset));
    }
    for (auto& preset : list)
        if (preset.unavailable.empty()) preset.unavailable = whyUnavailable(preset);
    return list;
}

Result<ExportPreset> findPreset(std::string_view id) {
    routeFfmpegLog();
    const std::string name = std::string(id) + ".json";
    std::error_code ec;
    if (id.find('/') == std::string_view::npos) {
        if (const auto file = builtInPresetsFolder() / name; fs::exists(file, ec)) return readPreset(file);
        if (const auto file = userPresetsFolder() / name; fs::exists(file, ec)) return readUserPreset(file);
    }
    std::vector<std::string> ids;
    for (const auto& folder : {builtInPresetsFolder(), userPresetsFolder()})
        for (const auto& file : filesIn(folder)) ids.push_back(file.stem().string());
    return fail(ErrorCode::Usage, fmt::format("There is no preset '{}'; use one of {}. Your own go into '{}'.", id,
                                              fmt::join(ids, ", "), userPresetsFolder().string()));
}

}  // namespace tintreel::media
