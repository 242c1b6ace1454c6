// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tintreel/base/atomic_file.h"
#include "tintreel/training/shard.h"
#include "tintreel/training/trainer.h"
#include "tintreel/workflow/model_library.h"

namespace tintreel::workflow {
namespace fs = std::filesystem;
namespace {

/// The validation of a run whose weights these are: the best one where the best were kept, else the last. `steps`:
/// after which they were taken.
std::map<std::string, double> validationOf(const fs::path& run, bool best, std::int64_t& steps) {
    std::map<std::int64_t, std::map<std::string, double>> validations;
    std::int64_t bestStep = -1;
    const auto text = readFile(run / "metrics.jsonl");
    if (!text) return {};
    std::istringstream in(*text);
    for (std::string line; std::getline(in, line);) {
        const auto json = nlohmann::json::parse(line, nullptr, false);
        if (!json.is_object() || !json.contains("step")) continue;
        const auto step = json.value("step", std::int64_t{0});
        steps = std::max(steps, step);
        if (json.value("type", "") != "validation") continue;
        bestStep = json.value("best-step", bestStep);
        auto& figures = validations[step];
        for (const auto& [name, value] : json.items())
            if (value.is_number() && name != "v" && name != "step" && name != "best-step")
                figures[name] = value.get<double>();
    }
    if (validations.empty()) return {};
    const auto found = best ? validations.find(bestStep) : validations.end();
    if (found == validations.end()) return validations.rbegin()->second;
    steps = found->first;
    return found->second;
}

/// What the pictures' licences come to, in a few words.
std::string licenceOf(const std::vector<std::string>& shards) {
    std::set<std::string> licences;
    for (const auto& path : shards) {
        const auto shard = training::Shard::open(path, 0);
        if (!shard) continue;
        for (const auto& item : (*shard)->items()) licences.insert(item.licence.empty() ? "not stated" : item.licence);
    }
    std::string text;
    for (const auto& licence : licences) text += (text.empty() ? "" : "; ") + licence;
    return text.empty() ? "not stated" : "of the training pictures: " + text;
}

/// Role, architecture and the file.
Result<TrainedModel> weightsOf(const fs::path& run) {
    std::error_code ec;
    TrainedModel trained;
    for (const char* name : {"best.safetensors", "weights.safetensors"})
        if (trained.weights.empty() && fs::exists(run / name, ec)) trained.weights = run / name;
    if (trained.weights.empty())
        return fail(ErrorCode::Model,
                    "The run '" + run.string() + "' has no weights yet; let it go on to its first checkpoint.");
    TT_ASSIGN(const std::string text, readFile(run / "config.json", 1 << 20));
    const auto config = nlohmann::json::parse(text, nullptr, false, true);
    if (!config.is_object())
        return fail(ErrorCode::Model, "'" + (run / "config.json").string() + "' is no config of a training run.");
    const auto stage = config.value("stage", "keyframe");
    if (stage == "features")
        return fail(
            ErrorCode::Model,
            "The run '" + run.string() +
                "' is of the stage 'features', whose weights colour nothing by themselves; train the stage 'propagation' from them.");
    trained.facts.role = stage == "keyframe" ? "keyframe" : "frame";
    // The key names the keyframe network; the other one has no choice.
    trained.facts.architecture = stage == "keyframe" ? config.value("architecture", "generator") : "propagator";
    return trained;
}

}  // namespace

Result<TrainedModel> trainedModel(const fs::path& run, const std::vector<nn::ModelEntry>& known) {
    TT_ASSIGN(TrainedModel trained, weightsOf(run));
    TT_ASSIGN(const auto options, training::readTrainOptions(run / "config.json"));
    auto& facts = trained.facts;
    if (!options.initFrom.empty()) {
        const auto hash = sha256OfFile(options.initFrom);
        const auto base =
            std::find_if(known.begin(), known.end(), [&](const auto& model) { return hash && model.sha256 == *hash; });
        if (base != known.end()) facts.base = nn::modelReference(*base);
        else if (hash) facts.base = fs::path(options.initFrom).filename().string() + "@" + *hash;
    }
    std::string hashes;
    for (const auto& shard : options.shards)
        if (const auto hash = sha256OfFile(shard)) hashes += *hash;
    // One data set has its own hash; several have that of their hashes.
    if (!hashes.empty()) facts.data = options.shards.size() == 1 ? hashes : sha256OfBytes(hashes);
    std::int64_t steps = 0;
    facts.metrics = validationOf(run, trained.weights.filename() == "best.safetensors", steps);
    facts.description = fmt::format("Tuned for {} steps{}.", steps,
                                    facts.base.empty() ? "" : " from " + facts.base.substr(0, facts.base.find('@')));
    facts.licence = licenceOf(options.shards);
    return trained;
}

Result<inference::ColorizerOptions> trialOf(const fs::path& run, inference::ColorizerOptions networks) {
    TT_ASSIGN(const auto trained, weightsOf(run));
    TT_ASSIGN(const auto models, nn::listModels(networks.modelsDir));
    const bool keyframe = trained.facts.role == "keyframe";
    auto own = trained.facts;
    TT_ASSIGN(auto other, nn::findModel(models, keyframe ? "frame" : "keyframe",
                                        keyframe ? networks.frameModel : networks.keyframeModel));
    const auto folder = run / "trial";
    std::error_code ec;
    fs::remove_all(folder, ec);
    fs::create_directories(folder, ec);
    if (ec)
        return fail(ErrorCode::Output,
                    "The folder '" + folder.string() + "' cannot be made; is there room on the disk?", ec.message());
    TT_ASSIGN(own.sha256, sha256OfFile(trained.weights));
    const auto link = [&](nn::ModelEntry& model, fs::path file, const char* role) {
        // Names that no model of the library has.
        model.id = std::string("trial-") + role + "-" + model.sha256.substr(0, 12);
        model.file = folder / (model.id + file.extension().string());
        fs::create_symlink(fs::absolute(file), model.file, ec);
    };
    link(own, trained.weights, "own");
    link(other, other.file, "other");
    const nlohmann::json manifest{{"format", "tintreel-models"},
                                  {"version", 1},
                                  {"default", nlohmann::json::object()},
                                  {"models", {nn::toJson(own), nn::toJson(other)}}};
    TT_TRY(writeFileAtomically(folder / "manifest.json", manifest.dump(2), true));
    networks.modelsDir = folder;
    networks.keyframeModel = keyframe ? own.id : other.id;
    networks.frameModel = keyframe ? other.id : own.id;
    return networks;
}

}  // namespace tintreel::workflow
