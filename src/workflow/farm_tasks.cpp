// SPDX-License-Identifier: Apache-2.0
// Doing the tasks of a plan, and joining what they made.
#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tintreel/base/atomic_file.h"
#include "tintreel/media/join.h"
#include "tintreel/nn/models.h"
#include "tintreel/workflow/farm.h"
#include "workflow/frame_range.h"
#include "workflow/provenance.h"

namespace tintreel::workflow {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;
constexpr const char* kFormat = "tintreel-task-report";
constexpr std::size_t kNamedTasks = 8;

/// What the report beside a part says; null where there is none that fits the task, with why.
json reportFor(const FarmPlan& plan, std::size_t task, std::string& why) {
    const auto text = readFile(plan.reportOf(task), 64 << 20);
    why = "not done";
    if (!text) return {};
    auto report = json::parse(*text, nullptr, false);
    if (!report.is_object() || report.value("format", "") != kFormat) return {};
    why = "done for another plan";
    if (report.value("hash", "") != plan.tasks[task].hash ||
        report.value("frames", -1) != plan.tasks[task].range.length())
        return {};
    why = "its part was changed";
    const auto sha = sha256OfFile(plan.partOf(task));
    if (!sha || *sha != report.value("sha256", "")) return {};
    why.clear();
    return report;
}

Result<> checkFilm(const FarmPlan& plan) {
    TT_ASSIGN(const auto now, project::fingerprintOf(plan.options.input));
    if (now.size == plan.film.size && now.sha256 == plan.film.sha256) return {};
    return fail(ErrorCode::Mismatch,
                fmt::format("'{}' is not the film that was planned for; plan again.", plan.options.input.string()));
}

Result<> checkModels(const FarmPlan& plan, const inference::ColorizerOptions& machine) {
    TT_ASSIGN(const auto models, nn::readManifest(machine.modelsDir));
    const char* roles[] = {"keyframe", "frame"};
    for (std::size_t i = 0; i < plan.models.size() && i < std::size(roles); ++i) {
        TT_ASSIGN(const auto model, nn::findModel(models, roles[i], plan.models[i].id));
        if (model.sha256 != plan.models[i].sha256)
            return fail(
                ErrorCode::Model,
                fmt::format(
                    "The model {} of '{}' is not the one that was planned with; install the same version everywhere, or plan again.",
                    model.id, machine.modelsDir.string()));
    }
    return {};
}

std::vector<media::Defect> defectsOf(const json& report) {
    std::vector<media::Defect> defects;
    for (const auto& d : report.value("defects", json::array()))
        defects.push_back({d.value("frame", FrameIndex{0}), d.value("code", ""), d.value("message", "")});
    return defects;
}

/// What a task's report adds to the record of the whole.
void addTo(ColorizeReport& run, const json& report) {
    run.keyframes += report.value("keyframes", 0);
    run.keyframesByPerson += report.value("keyframes_by_person", 0);
    for (const auto& warning : report.value("warnings", std::vector<std::string>()))
        if (std::find(run.warnings.begin(), run.warnings.end(), warning) == run.warnings.end())
            run.warnings.push_back(warning);
    const auto device = report.value("device", "");
    if (run.device.find(device) == std::string::npos) run.device += (run.device.empty() ? "" : "; ") + device;
}

}  // namespace

Result<TaskOutcome> runTask(const FarmPlan& plan, std::size_t task, const inference::ColorizerOptions& machine,
                            JobContext& context) {
    if (task >= plan.tasks.size())
        return fail(ErrorCode::Usage, fmt::format("'{}' has {} tasks (0..{}), there is no task {}.", plan.file.string(),
                                                  plan.tasks.size(), plan.tasks.size() - 1, task));
    TaskOutcome outcome;
    std::string why;
    const FrameRange range = plan.tasks[task].range;
    if (const auto report = reportFor(plan, task, why); why.empty()) {
        outcome.skipped = true;
        outcome.frames = range.length();
        outcome.defects = defectsOf(report).size();
        return outcome;
    }
    TT_TRY(checkFilm(plan));
    TT_TRY(checkModels(plan, machine));
    const fs::path part = plan.partOf(task);
    std::error_code ec;
    fs::create_directories(part.parent_path(), ec);
    fs::remove(plan.reportOf(task), ec);
    ColorizeOptions options = plan.options;
    options.output = part;
    options.overwrite = true;
    options.range = fmt::format("{}-{}", range.first, range.end - 1);
    options.partOf = plan.range;
    options.networks.modelsDir = machine.modelsDir;
    options.networks.threads = machine.threads;
    if (machine.device != "auto") options.networks.device = machine.device;
    TT_ASSIGN(const auto done, colorize(options, context));
    json defects = json::array(), models = json::array();
    for (const auto& d : done.defects)
        defects.push_back({{"frame", d.frame}, {"code", d.code}, {"message", d.message}});
    for (const auto& m : done.models) models.push_back({{"id", m.id}, {"sha256", m.sha256}});
    const json report{{"format", kFormat},
                      {"version", 1},
                      {"task", task},
                      {"hash", plan.tasks[task].hash},
                      {"first", range.first},
                      {"end", range.end},
                      {"frames", done.framesOut},
                      {"file", part.filename().string()},
                      {"sha256", done.outputSha256},
                      {"defects", defects},
                      {"models", models},
                      {"device", done.device},
                      {"confidence", done.meanConfidence},
                      {"keyframes", done.keyframes},
                      {"keyframes_by_person", done.keyframesByPerson},
                      {"warnings", done.warnings},
                      {"seconds", done.seconds}};
    TT_TRY(writeFileAtomically(plan.reportOf(task), report.dump(1, ' ', false, json::error_handler_t::replace) + "\n",
                               true));
    outcome.frames = done.framesOut;
    outcome.defects = done.defects.size();
    outcome.seconds = done.seconds;
    return outcome;
}

Result<MergeReport> mergeTasks(const FarmPlan& plan, const fs::path& output, bool overwrite, JobContext& context) {
    TT_TRY(checkFilm(plan));
    TT_ASSIGN(auto info, media::probe(plan.options.input));
    TT_TRY(checkSource(info, plan.options.source));
    TT_ASSIGN(auto format, media::outputFormatFor(plan.options.preset, output, info));
    TT_ASSIGN(auto reserved, media::reserveOutput(output, format, info, overwrite));
    // The record is that of one run.
    ColorizeOptions options = plan.options;
    options.output = output;
    options.overwrite = overwrite;
    FilmPlan film = *plan.options.plan;
    const FrameIndex frames = film.scenes.back().end;
    std::erase_if(film.scenes, [&](const FrameRange& scene) {
        return scene.end <= plan.range.first || scene.first >= plan.range.end;
    });
    const media::MediaInfo source = info;
    ColorizeReport run;
    TT_ASSIGN(auto record, Provenance::begin({options, source, format, film, frames, run}));
    MergeReport merged;
    std::vector<fs::path> parts;
    std::vector<std::string> wrong;
    double confidence = 0;
    merged.defects = plan.defects;
    for (std::size_t i = 0; i < plan.tasks.size(); ++i) {
        if (context.stopRequested()) return cancelled();
        std::string why;
        const auto report = reportFor(plan, i, why);
        if (!why.empty()) wrong.push_back(fmt::format("{} ({})", i, why));
        else confidence += report.value("confidence", 1.0) * static_cast<double>(plan.tasks[i].range.length());
        if (why.empty()) addTo(run, report);
        parts.push_back(plan.partOf(i));
        for (auto& defect : why.empty() ? defectsOf(report) : std::vector<media::Defect>())
            if (std::none_of(merged.defects.begin(), merged.defects.end(),
                             [&](const media::Defect& d) { return d.frame == defect.frame && d.code == defect.code; }))
                merged.defects.push_back(std::move(defect));
    }
    if (!wrong.empty()) {
        const std::size_t named = std::min(wrong.size(), kNamedTasks);
        return fail(ErrorCode::Mismatch,
                    fmt::format("{} of {} tasks are missing: {}{}; run them with tintreel run-task and merge again.",
                                wrong.size(), plan.tasks.size(),
                                fmt::join(wrong.begin(), wrong.begin() + static_cast<std::ptrdiff_t>(named), ", "),
                                wrong.size() > named ? ", …" : ""));
    }
    TT_ASSIGN(auto reader, media::FrameReader::open(plan.options.input));
    if (!(plan.range == FrameRange{0, frames})) {
        TT_ASSIGN(format.cut, media::cutOf(reader, plan.range));
        if (const auto timecode = timecodeOf(plan.range.first, info); !timecode.empty()) info.timecode = timecode;
    }
    const auto goOn = [&](std::int64_t done) {
        context.report({"merge", 0, 1, done, plan.range.length()});
        return !context.stopRequested();
    };
    merged.confidence = confidence / static_cast<double>(std::max<FrameIndex>(1, plan.range.length()));
    run.models = plan.models;
    run.range = plan.range;
    run.framesIn = run.framesOut = run.framesExpected = plan.range.length();
    run.scenes = static_cast<int>(film.scenes.size());
    run.defects = merged.defects;
    run.meanConfidence = merged.confidence;
    TT_ASSIGN(format.marks, record.marks());
    TT_ASSIGN(merged.frames, media::joinFilms(parts, {reserved.partPath(), output, reserved.checksumsPart()}, format,
                                              info, goOn, merged.warnings));
    if (merged.frames != plan.range.length())
        return fail(ErrorCode::Mismatch, fmt::format("The parts hold {} frames, {} were planned; do the tasks again.",
                                                     merged.frames, plan.range.length()));
    run.warnings.insert(run.warnings.end(), merged.warnings.begin(), merged.warnings.end());
    TT_ASSIGN(merged.outputSha256, record.complete(reserved.partPath(), context));
    TT_TRY(reserved.commit());
    TT_TRY(record.publish());
    return merged;
}

}  // namespace tintreel::workflow
