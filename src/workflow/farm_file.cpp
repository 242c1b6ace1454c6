// SPDX-License-Identifier: Apache-2.0
// The file of tasks: what it says and how it is read.
#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tintreel/base/atomic_file.h"
#include "tintreel/media/join.h"
#include "tintreel/media/presets.h"
#include "tintreel/nn/models.h"
#include "tintreel/workflow/farm.h"
#include "workflow/film_planning.h"
#include "workflow/keyframe_plan.h"

namespace tintreel::workflow {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;
constexpr const char* kFormat = "tintreel-tasks";
constexpr int kVersion = 1;

/// Options that change what comes out.
json decidingOptions(const ColorizeOptions& options) {
    ColorizeOptions copy = options;
    json all = writeOptions(copy.table());
    // Scenes and keyframes are in the plan; the others say how a run behaves.
    for (const char* name : {"scenes", "keyframes", "dry-run", "strict", "resume", "threads"}) all.erase(name);
    return all;
}

/// Options without which a plan has no meaning, checked before any work.
Result<> checkPreset(const ColorizeOptions& options, const media::MediaInfo& info, const fs::path& part) {
    TT_ASSIGN(const auto format, media::outputFormatFor(options.preset, part, info));
    if (media::canBeJoined(format)) return {};
    return fail(
        ErrorCode::Usage,
        fmt::format(
            "Films of the preset {} cannot be joined without coding them anew; plan with --preset master or mezzanine{}.",
            options.preset,
            format.kind == media::OutputFormat::Kind::Film
                ? ", and make the other one of it"
                : ", or give each machine a range of pictures with --frames"));
}

json toJson(const FarmPlan& plan, const FilmPlan& film) {
    json scenes = json::array(), references = json::array(), models = json::array(), defects = json::array(),
         tasks = json::array();
    for (const auto& scene : film.scenes) scenes.push_back({scene.first, scene.end});
    for (const auto& [frame, path] : film.person.references) {
        const auto sha = sha256OfFile(path);
        references.push_back({{"frame", frame}, {"path", fs::absolute(path).string()}, {"sha256", sha ? *sha : ""}});
    }
    for (const auto& model : plan.models) models.push_back({{"id", model.id}, {"sha256", model.sha256}});
    for (const auto& defect : plan.defects)
        defects.push_back({{"frame", defect.frame}, {"code", defect.code}, {"message", defect.message}});
    for (const auto& task : plan.tasks)
        tasks.push_back({{"first", task.range.first}, {"end", task.range.end}, {"hash", task.hash}});
    return {
        {"format", kFormat},
        {"version", kVersion},
        {"film", {{"path", plan.options.input.string()}, {"size", plan.film.size}, {"fingerprint", plan.film.sha256}}},
        {"options", decidingOptions(plan.options)},
        {"models", models},
        {"first", plan.range.first},
        {"end", plan.range.end},
        {"defects", defects},
        {"scenes", scenes},
        {"keyframes", {{"all", film.choice.all}, {"listed", film.choice.listed}}},
        {"hints", json::parse(hints::writeHints(film.person.hints))},
        {"references", references},
        {"tasks", tasks}};
}

/// What a scene's result depends on.
Result<std::string> hashOf(const FarmPlan& plan, FrameRange scene, FrameRange written) {
    const auto& film = *plan.options.plan;
    const PersonInput own = inputOf(scene, film.person);
    json text{{"film", plan.film.sha256},
              {"options", decidingOptions(plan.options)},
              {"scene", {scene.first, scene.end}},
              {"written", {written.first, written.end}},
              {"hints", json::parse(hints::writeHints(own.hints))},
              {"keyframes", FilmColorizer::keyframesOf(scene, own, film.choice)}};
    for (const auto& model : plan.models) text["models"].push_back(model.sha256);
    for (const auto& [frame, path] : own.references) {
        TT_ASSIGN(const auto sha, sha256OfFile(path));
        text["references"].push_back({frame, sha});
    }
    return sha256OfBytes(text.dump());
}

FarmPlan fromJson(const json& root, const fs::path& file) {
    FarmPlan plan;
    plan.file = file;
    auto& options = plan.options;
    options.input = root.at("film").at("path").get<std::string>();
    plan.film = {root.at("film").at("size").get<std::uint64_t>(), root.at("film").at("fingerprint").get<std::string>()};
    plan.range = {root.at("first").get<FrameIndex>(), root.at("end").get<FrameIndex>()};
    for (const auto& model : root.at("models"))
        plan.models.push_back({model.at("id").get<std::string>(), model.at("sha256").get<std::string>()});
    for (const auto& defect : root.at("defects"))
        plan.defects.push_back({defect.at("frame").get<FrameIndex>(), defect.at("code").get<std::string>(),
                                defect.at("message").get<std::string>()});
    for (const auto& task : root.at("tasks"))
        plan.tasks.push_back({{task.at("first").get<FrameIndex>(), task.at("end").get<FrameIndex>()},
                              task.at("hash").get<std::string>()});
    FilmPlan& film = options.plan.emplace();
    for (const auto& scene : root.at("scenes"))
        film.scenes.push_back({scene.at(0).get<FrameIndex>(), scene.at(1).get<FrameIndex>()});
    film.choice.all = root.at("keyframes").at("all").get<bool>();
    film.choice.listed = root.at("keyframes").at("listed").get<std::set<FrameIndex>>();
    for (const auto& reference : root.at("references"))
        film.person.references[reference.at("frame").get<FrameIndex>()] = reference.at("path").get<std::string>();
    return plan;
}

}  // namespace

fs::path FarmPlan::partOf(std::size_t task) const {
    const auto preset = media::findPreset(options.preset);
    const std::string ending = preset && !preset->extensions.empty() ? preset->extensions.front() : "mkv";
    return file.parent_path() / (file.stem().string() + ".parts") / fmt::format("{:06}.{}", task, ending);
}

fs::path FarmPlan::reportOf(std::size_t task) const { return partOf(task).replace_extension(".json"); }

Result<FarmPlan> planFarm(ColorizeOptions options, const fs::path& file, JobContext& context) {
    TT_TRY(checkOptions(options.table(), "plan"));
    FarmPlan plan;
    plan.file = file;
    options.input = fs::absolute(options.input);
    plan.options = options;
    TT_ASSIGN(const auto info, media::probe(options.input));
    TT_TRY(checkPreset(options, info, plan.partOf(0)));
    TT_ASSIGN(const auto models, nn::readManifest(options.networks.modelsDir));
    for (const auto& [role, id] : {std::pair(std::string("keyframe"), options.networks.keyframeModel),
                                   std::pair(std::string("frame"), options.networks.frameModel)}) {
        TT_ASSIGN(const auto model, nn::findModel(models, role, id));
        plan.models.push_back({model.id, model.sha256});
    }
    TT_ASSIGN(plan.film, project::fingerprintOf(options.input));
    PersonInput person;
    if (!options.plan) {
        TT_ASSIGN(person, readPersonInput(options.hintsFile, options.referencesDir));
    }
    TT_ASSIGN(auto film, planFilm(options, info, std::move(person), context));
    plan.options.plan = std::move(film.plan);
    plan.range = film.range;
    plan.defects = std::move(film.defects);
    for (const FrameRange scene : plan.options.plan->scenes) {
        const FrameRange written{std::max(scene.first, plan.range.first), std::min(scene.end, plan.range.end)};
        if (written.length() <= 0) continue;
        TT_ASSIGN(auto hash, hashOf(plan, scene, written));
        plan.tasks.push_back({written, std::move(hash)});
    }
    return plan;
}

Result<> writeFarmPlan(const FarmPlan& plan, bool overwrite) {
    return writeFileAtomically(plan.file, toJson(plan, *plan.options.plan).dump(1) + "\n", overwrite);
}

Result<FarmPlan> readFarmPlan(const fs::path& file) {
    TT_ASSIGN(const auto text, readFile(file, 1ULL << 30));
    const auto root = json::parse(text, nullptr, false);
    if (!root.is_object() || root.value("format", "") != kFormat)
        return fail(ErrorCode::Input, "'" + file.string() + "' is no file of tasks; make one with tintreel plan.");
    if (root.value("version", 0) != kVersion)
        return fail(ErrorCode::Input, fmt::format("'{}' is of version {}, this program reads version {}; plan again.",
                                                  file.string(), root.value("version", 0), kVersion));
    try {
        FarmPlan plan = fromJson(root, file);
        TT_TRY(readOptions(plan.options.table(), root.at("options"), file.string() + ": options"));
        TT_ASSIGN(plan.options.plan->person.hints,
                  hints::parseHints(root.at("hints").dump(), file.string() + ": hints"));
        for (const auto& reference : root.at("references")) {
            TT_ASSIGN(const auto sha, sha256OfFile(reference.at("path").get<std::string>()));
            if (sha != reference.at("sha256").get<std::string>())
                return fail(ErrorCode::Mismatch,
                            fmt::format("The reference picture '{}' is not the one that was planned with; plan again.",
                                        reference.at("path").get<std::string>()));
        }
        return plan;
    } catch (const json::exception& error) {
        return fail(ErrorCode::Input, "'" + file.string() + "' is damaged or was written by hand; plan again.",
                    error.what());
    }
}

}  // namespace tintreel::workflow
