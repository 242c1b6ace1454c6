// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tintreel/base/result.h"
#include "tintreel/inference/colorizer.h"
#include "tintreel/nn/models.h"
#include "tintreel/project/project.h"

namespace tintreel::workflow {

/// The user's models: weights and a manifest in one folder, listed together with the shipped ones by everybody who asks
/// for models (nn::listModels()). Every change is one atomic write of the manifest, under a lock that other programs
/// heed. Nothing is ever replaced: an id that is taken is refused. Errors: Model (missing, altered, unknown), Usage
/// (names), Output.
class ModelLibrary {
public:
    explicit ModelLibrary(std::filesystem::path shipped, std::filesystem::path user = nn::userModelsFolder());

    [[nodiscard]] const std::filesystem::path& folder() const { return user_; }
    /// Shipped models, then the user's.
    [[nodiscard]] Result<std::vector<nn::ModelEntry>> list() const;
    [[nodiscard]] Result<nn::ModelEntry> find(const std::string& id) const;

    /// Copies `weights` into the library. Of `facts` the id must be new; file, hash, size and (where empty) the date
    /// are filled in.
    [[nodiscard]] Result<nn::ModelEntry> add(nn::ModelEntry facts, const std::filesystem::path& weights);
    /// Takes a model that exportTo() wrote (its folder or its model.json), or the weights of a training run (its
    /// folder). A file that its card does not fit, or that is not there, is refused. `id`: another name than the
    /// card's; needed for a run.
    [[nodiscard]] Result<nn::ModelEntry> importFrom(const std::filesystem::path& path, const std::string& id = {});
    /// Writes a folder with the weights, model.json and README.md. Shipped models can be exported too.
    [[nodiscard]] Result<> exportTo(const std::string& id, const std::filesystem::path& folder, bool overwrite) const;

    // The user's models alone; a shipped one is refused in words.
    [[nodiscard]] Result<> rename(const std::string& id, const std::string& newId);
    [[nodiscard]] Result<> setNotes(const std::string& id, const std::string& notes);
    /// A default is refused: another must be chosen first.
    [[nodiscard]] Result<> remove(const std::string& id);

    /// Makes a model, shipped or not, the one its role uses when none is named; the one before is remembered.
    [[nodiscard]] Result<> setDefault(const std::string& id);
    /// Takes the last setDefault() of a role back. Gives the id that is the default now. Error: Usage when there is
    /// nothing to take back.
    [[nodiscard]] Result<std::string> rollBack(const std::string& role);

private:
    std::filesystem::path shipped_, user_;
};

/// A model's card for people, Markdown.
[[nodiscard]] std::string modelCard(const nn::ModelEntry& model);

/// What a training run's folder says of the model that it made: role, architecture, base, data, metrics, licence, date.
/// The weights are `best.safetensors`, else `weights.safetensors` of it. Error: Model when it has none.
struct TrainedModel {
    nn::ModelEntry facts;
    std::filesystem::path weights;
};
[[nodiscard]] Result<TrainedModel> trainedModel(const std::filesystem::path& runFolder,
                                                const std::vector<nn::ModelEntry>& known);

/// Networks that colour with a run's weights before they are in the library: `networks` with the run's own in its role,
/// by a manifest in RUN/trial. Errors: Model, Output.
[[nodiscard]] Result<inference::ColorizerOptions> trialOf(const std::filesystem::path& runFolder,
                                                          inference::ColorizerOptions networks);

/// The networks that a project wants: those it names instead of each that `networks` leaves to the default. A model
/// that is gone or altered is an error of whoever loads them, never replaced.
[[nodiscard]] inference::ColorizerOptions networksOf(const project::Project& project,
                                                     inference::ColorizerOptions networks);
/// Makes a project use a model of the library: one step that can be undone. Errors: Model, Output.
[[nodiscard]] Result<> useModel(project::Project& project, const ModelLibrary& library, const std::string& id);
/// The project's setting that names its model of a role ("keyframe", "frame"); its value is an nn::modelReference(), ""
/// = the default.
[[nodiscard]] std::string modelSetting(const std::string& role);

}  // namespace tintreel::workflow
