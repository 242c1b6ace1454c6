// SPDX-License-Identifier: Apache-2.0
#include "training/run.h"

#include <cmath>
#include <numbers>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "tintreel/base/log.h"
#include "tintreel/nn/safetensors.h"
#include "training/ranks.h"

namespace tintreel::training {
namespace {

constexpr int kSamples = 4;

/// Linear warm-up, then half a cosine down to finalRate; as a share of the learning rate.
double rateAt(const TrainOptions& o, std::int64_t step) {
    if (step < o.warmup) return static_cast<double>(step + 1) / o.warmup;
    const double t = std::min(1.0, static_cast<double>(step - o.warmup) / std::max(1, o.steps - o.warmup));
    return o.finalRate + (1 - o.finalRate) * 0.5 * (1 + std::cos(std::numbers::pi * t));
}

/// The parameters that learn: a stage may have frozen some.
std::vector<torch::Tensor> learning(const torch::nn::Module& network) {
    auto parameters = network.parameters();
    std::erase_if(parameters, [](const torch::Tensor& parameter) { return !parameter.requires_grad(); });
    return parameters;
}

/// Lanes that lie one `outer` after the other, in each one `inner` after the other, the other way round: of ranks and
/// groups of streams, so that a checkpoint has one order for any number of ranks.
torch::Tensor lanesByGroup(const torch::Tensor& lanes, std::int64_t outer, std::int64_t inner) {
    return lanes.unflatten(0, {outer, inner, lanes.size(0) / (outer * inner)}).transpose(0, 1).flatten(0, 2);
}

}  // namespace

Run::Run(const StageContext& context, std::unique_ptr<Stage> stage, const TrainHooks& hooks, JobContext& job)
    : context_(context),
      options_(context_.options),
      hooks_(hooks),
      job_(job),
      stage_(std::move(stage)),
      average_(copyOf(stage_->network())),
      optimizer_(
          learning(stage_->network()),
          torch::optim::AdamWOptions(options_.learningRate).betas({0.9, 0.98}).weight_decay(options_.weightDecay)),
      folder_(options_.out),
      validation_(context.shards, {}, stage_->scored() == Scored::Clips, "val"),
      rehearsed_(context.rehearsal, {}, stage_->scored() == Scored::Clips, "val"),
      trained_(context.shards, {}, stage_->scored() == Scored::Clips, "train") {}

Result<> Run::start(bool resume) {
    const bool unscored = stage_->scored() != Scored::Nothing && validation_.empty();
    if (unscored && options_.earlyStop > 0)
        return fail(
            ErrorCode::Input,
            "train.early-stop: there is nothing to score the weights by; pack items of the split 'val', or set it to 0.");
    if (unscored)
        job_.warn(
            {"NO_VALIDATION",
             "The shards hold nothing of the split 'val': the run is not scored, and there will be no best weights."});
    for (const auto& note : stage_->notes()) job_.warn(note);
    warnOfSets();
    std::error_code ec;
    const bool goesOn = resume && std::filesystem::exists(folder_.checkpoint(), ec);
    if (goesOn) {
        TT_TRY(goOn());
    } else {
        TT_TRY(begin());
    }
    TT_TRY(startTogether(goesOn));
    return writes() ? folder_.open(toJson(options_), goesOn, step_) : Result<>{};
}

/// Weights of sets are names that somebody typed: those that nothing has, and sets that are never drawn.
void Run::warnOfSets() {
    if (options_.weights.empty()) return;
    std::set<std::string> there, used;
    for (const auto* shards : {&context_.shards, &context_.rehearsal})
        for (const auto& shard : *shards)
            for (const auto& item : shard->items()) {
                there.insert(item.set);
                if (!item.clip || options_.stage != "keyframe") used.insert(item.set);
            }
    std::vector<std::string> unknown, undrawn;
    for (const auto& [set, share] : options_.weights)
        if (!there.contains(set)) unknown.push_back(set);
    for (const auto& set : used)
        if (!options_.weights.contains(set)) undrawn.push_back(set);
    if (!unknown.empty())
        job_.warn({"UNKNOWN_SET",
                   fmt::format("train.weights names sets that no shard holds: {}.", fmt::join(unknown, ", "))});
    if (!undrawn.empty())
        job_.warn({"SET_LEFT_OUT",
                   fmt::format("train.weights does not name these sets of the shards, which are not drawn from: {}.",
                               fmt::join(undrawn, ", "))});
}

/// All ranks must begin at one step, which they read from the folder each by itself.
Result<> Run::startTogether(bool goesOn) {
    if (!context_.group) return {};
    std::vector<double> sums{goesOn ? 1.0 : 0.0, static_cast<double>(step_)};
    TT_TRY(context_.group->add(sums));
    if (sums[0] == context_.ranks * (goesOn ? 1.0 : 0.0) && sums[1] == static_cast<double>(context_.ranks * step_))
        return {};
    return fail(ErrorCode::Input,
                fmt::format("The ranks do not see the same run in '{}': give them all one folder of one file system.",
                            folder_.path().string()));
}

Result<> Run::goOn() {
    TT_ASSIGN(Checkpoint checkpoint, loadCheckpoint(folder_.checkpoint(), options_.stage, stage_->architecture(),
                                                    learners(), context_.device));
    step_ = savedStep_ = checkpoint.step;
    average_ = std::move(checkpoint.average);
    base_ = std::move(checkpoint.base);
    if (base_.empty() && (options_.basePull > 0 || options_.averageWithBase > 0))
        return fail(
            ErrorCode::Usage,
            fmt::format(
                "train.{}: the run in '{}' was begun without it and keeps to no base; begin a new one, from its weights if you like.",
                options_.basePull > 0 ? "base-pull" : "average-with-base", folder_.path().string()));
    const auto& scores = checkpoint.scores;
    if (scores.is_object()) {
        scores_.last = scores.value("last", Figures{});
        scores_.base = scores.value("base", Figures{});
        if (const auto best = scores.find("best"); best != scores.end() && best->is_number())
            scores_.best = best->get<double>();
        scores_.bestStep = scores.value("best-step", std::int64_t{-1});
        scores_.withoutGain = scores.value("without-gain", 0);
        scores_.step = scores.value("step", step_);  // checkpoints without it were scored
        if (options_.earlyStop > 0 && scores_.withoutGain >= options_.earlyStop) ended_ = "early-stop";
    }
    spdlog::info("going on from step {}", step_);
    for (auto& [name, tensor] : checkpoint.lanes) {
        const int64_t groups = options_.streamGroups, each = tensor.size(0) / (groups * context_.ranks);
        if (each * groups * context_.ranks != tensor.size(0))
            return fail(ErrorCode::Model,
                        fmt::format("The checkpoint '{}' has {} streams, which cannot be shared by {} ranks.",
                                    folder_.checkpoint().string(), tensor.size(0), context_.ranks));
        tensor = lanesByGroup(tensor, groups, context_.ranks)
                     .narrow(0, context_.rank * groups * each, groups * each)
                     .contiguous();
    }
    return stage_->restore(checkpoint.state, checkpoint.lanes, step_ * options_.accumulate);
}

Result<> Run::begin() {
    if (options_.initFrom.empty()) return {};
    TT_ASSIGN(const nn::TensorFile file, nn::loadSafetensors(options_.initFrom));
    TT_TRY(nn::checkArchitecture(file, stage_->architecture(), options_.initFrom));
    TT_TRY(nn::loadStrict(stage_->network(), file.tensors, options_.initFrom));
    average_ = copyOf(stage_->network());
    if (options_.basePull > 0 || options_.averageWithBase > 0) base_ = copyOf(stage_->network());
    return {};
}

Result<TrainReport> Run::go() {
    if ((step_ == 0 && scores_.step != 0) || owesScores()) {
        TT_TRY(score());
        if (!job_.stopRequested()) TT_TRY(sample());
        // The checkpoint of a run that is done has no later one.
        if (done() && step_ > 0) TT_TRY(save());
    }
    if (auto went = loop(); !went) {
        tellSkipped();
        return tl::unexpected(went.error());
    }
    TrainReport report;
    report.steps = static_cast<int>(step_);
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    report.ended = ended_;
    report.validation = scores_.last;
    report.weights = folder_.weights();
    if (scores_.bestStep >= 0) report.best = folder_.best();
    report.skipped = skipped_;
    return report;
}

Result<> Run::loop() {
    const auto begun = step_;
    while (!done()) {
        TT_TRY(obey());
        if (interrupted_) {
            TT_TRY(save());
            return cancelled();
        }
        if (done()) break;
        TT_TRY(takeStep());
        job_.report({"train", 0, 1, step_, options_.steps});
        if (validates()) TT_TRY(score());
        if (options_.sampleEvery > 0 ? step_ == options_.steps || step_ % options_.sampleEvery == 0
                                     : validates() && !owesScores())
            TT_TRY(sample());
        if (done() || step_ % options_.saveEvery == 0) TT_TRY(save());
        tellSkipped();
    }
    if (savedStep_ != step_) TT_TRY(save());
    if (owesScores()) return cancelled();
    // A kill may have come between the last checkpoint and its weights.
    return writes() && step_ == begun ? saveWeights(folder_.weights(), shipped(), card()) : Result<>{};
}

/// Scores this step. Who stops a validation stops the run, between two steps as always: the step is saved, and scored
/// when the run goes on.
Result<> Run::score() {
    auto scored = validate();
    return !scored && scored.error().code == ErrorCode::Cancelled ? Result<>{} : scored;
}

bool Run::owesScores() const {
    return stage_->scored() != Scored::Nothing && !validation_.empty() && step_ > 0 && validates() &&
           scores_.step != step_;
}

Result<> Run::takeStep() {
    const double rate = rateAt(options_, step_);
    for (auto& group : optimizer_.param_groups())
        static_cast<torch::optim::AdamWOptions&>(group.options()).lr(options_.learningRate * rate);
    auto& network = stage_->network();
    const auto parameters = learning(network);
    network.train();
    optimizer_.zero_grad();
    Figures figures;
    TT_ASSIGN(auto loss, gradients(figures));
    if (context_.group) TT_TRY(context_.group->average(parameters, loss));
    figures["loss"] = loss.item<double>();
    if (!std::isfinite(figures["loss"])) return notFinite("loss");
    figures["gradient"] = boundGradients(parameters, options_.clip);
    // A gradient that is not finite would spoil the weights and both moments; the step is left out instead.
    if (std::isfinite(figures["gradient"])) {
        stepAdamW(optimizer_);
        if (options_.basePull > 0) pullTowards(network, base_, options_.basePull * rate);
        // Early averages forget fast, so that the random start does not linger in them.
        updateAverage(average_, network,
                      std::min(options_.ema, (1.0 + static_cast<double>(step_)) / (10.0 + static_cast<double>(step_))));
    } else {
        figures.erase("gradient");
        figures["left-out"] = 1;
    }
    TT_TRY(stepCompanion(rate, figures));
    ++step_;
    logStep(figures);
    return {};
}

Result<> Run::stepCompanion(double rate, Figures& figures) {
    auto* companion = stage_->companion();
    if (companion == nullptr) return {};
    auto& optimizer = companion->optimizer();
    const auto parameters = companion->network().parameters();
    for (auto& group : optimizer.param_groups())
        static_cast<torch::optim::AdamWOptions&>(group.options()).lr(companion->learningRate() * rate);
    optimizer.zero_grad();
    auto loss = companion->loss(figures);
    if (!loss.defined()) return {};
    loss.backward();
    loss = loss.detach();
    if (context_.group) TT_TRY(context_.group->average(parameters, loss));
    figures["companion"] = loss.item<double>();
    if (!std::isfinite(figures["companion"])) return notFinite("companion's loss");
    if (std::isfinite(boundGradients(parameters, options_.clip))) stepAdamW(optimizer);
    return {};
}

Unexpected Run::notFinite(const std::string& what) const {
    return fail(ErrorCode::Model,
                fmt::format("The {} of step {} is not finite. {} Lower the learning rate.", what, step_ + 1,
                            savedStep_ < 0 ? "No checkpoint was saved before."
                                           : fmt::format("The checkpoint of step {} in '{}' is kept.", savedStep_,
                                                         folder_.path().string())));
}

std::vector<Learner> Run::learners() {
    std::vector<Learner> all{{"", stage_->network(), optimizer_}};
    if (auto* companion = stage_->companion())
        all.push_back({"companion.", companion->network(), companion->optimizer()});
    return all;
}

std::map<std::string, std::string> Run::card() const {
    return {{"role", stage_->role()}, {"architecture", stage_->architecture()}, {"steps", std::to_string(step_)}};
}

/// Gradients of the mean loss over the turns of a step.
Result<torch::Tensor> Run::gradients(Figures& figures) {
    torch::Tensor total;
    for (int part = 0; part < options_.accumulate; ++part) {
        Figures parts;
        TT_ASSIGN(auto loss, stage_->loss(step_ * options_.accumulate + part, parts));
        if (options_.accumulate > 1) loss = loss / options_.accumulate;
        loss.backward();
        total = total.defined() ? total + loss.detach() : loss.detach();
        for (const auto& [name, value] : parts) figures[name] += value / options_.accumulate;
    }
    return total;
}

void Run::logStep(const Figures& figures) {
    for (const auto& [name, value] : figures) sums_[name] += value;
    ++counted_;
    if (step_ % options_.logEvery != 0 && step_ != options_.steps) return;
    for (auto& [name, value] : sums_)
        if (name != "left-out") value /= static_cast<double>(counted_);
    sums_["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    sums_["rate"] = options_.learningRate * rateAt(options_, step_ - 1);
    tell("train", sums_);
    sums_.clear();
    counted_ = 0;
}

/// What is asked for between two steps, by whomever: one wish of a person at a time.
Result<Run::Wishes> Run::wishes() {
    Wishes wish;
    wish.end = job_.stopRequested();
    if (const auto command = hooks_.control ? hooks_.control->take() : std::nullopt) {
        wish.stop = *command == RunControl::Command::Stop;
        wish.pause = *command == RunControl::Command::Pause;
        wish.resume = *command == RunControl::Command::Resume;
        wish.validate = *command == RunControl::Command::Validate;
    }
    if (!context_.group) return wish;
    std::vector<double> all{double(wish.end), double(wish.stop), double(wish.pause), double(wish.resume),
                            double(wish.validate)};
    TT_TRY(context_.group->add(all));
    return Wishes{all[0] > 0, all[1] > 0, all[2] > 0, all[3] > 0, all[4] > 0};
}

Result<> Run::obey() {
    while (!done() && !interrupted_) {
        TT_ASSIGN(const Wishes wish, wishes());
        if (wish.none()) return {};
        interrupted_ = wish.end;
        if (wish.stop) ended_ = "stopped";
        if (wish.pause) TT_TRY(pause());
        if (wish.validate) {
            TT_TRY(score());
            TT_TRY(sample());
        }
    }
    return {};
}

Result<> Run::pause() {
    TT_TRY(save());
    tell("paused", {});
    for (bool waits = true; waits;) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        TT_ASSIGN(const Wishes wish, wishes());
        interrupted_ = wish.end;
        if (wish.stop) ended_ = "stopped";
        waits = !wish.end && !wish.stop && !wish.resume;
    }
    tell("resumed", {});
    return {};
}

Result<> Run::save() {
    if (!allFinite(stage_->network()))
        return fail(
            ErrorCode::Model,
            fmt::format("The weights of step {} are no finite numbers and are not saved. Lower the learning rate{}.",
                        step_,
                        savedStep_ < 0 ? ""
                                       : fmt::format(", and go on from step {}, whose checkpoint in '{}' is kept",
                                                     savedStep_, folder_.path().string())));
    TT_ASSIGN(Tensors lanes, allLanes());
    auto written = writes() ? writeCheckpoint(std::move(lanes)) : Result<>{};
    if (!written) {
        auto& error = written.error();
        error.userMessage =
            fmt::format("The checkpoint of step {} cannot be saved; ", step_) +
            (savedStep_ < 0
                 ? "there is none from before. "
                 : fmt::format("the one of step {} is kept. Make room and run the same command again. ", savedStep_)) +
            error.userMessage;
    }
    if (context_.group) {
        std::vector<double> failed{written ? 0.0 : 1.0};
        TT_TRY(context_.group->add(failed));
        if (written && failed[0] > 0)
            return fail(ErrorCode::Output, fmt::format("Rank 0 could not save the checkpoint of step {}; rank {} ends.",
                                                       step_, context_.rank));
    }
    if (!written) return written;
    savedStep_ = step_;
    tell("checkpoint", {}, {{"file", folder_.checkpoint().string()}});
    return {};
}

/// The streams of all ranks.
Result<Tensors> Run::allLanes() {
    Tensors lanes = stage_->lanes();
    if (!context_.group) return lanes;
    for (auto& [name, tensor] : lanes) {
        TT_ASSIGN(tensor, context_.group->gather(tensor));
        tensor = lanesByGroup(tensor, context_.ranks, options_.streamGroups).contiguous();
    }
    return lanes;
}

Result<> Run::writeCheckpoint(Tensors lanes) {
    nlohmann::json scores{{"last", scores_.last},
                          {"base", scores_.base},
                          {"best-step", scores_.bestStep},
                          {"without-gain", scores_.withoutGain},
                          {"step", scores_.step}};
    if (scores_.bestStep >= 0) scores["best"] = scores_.best;
    const Checkpoint checkpoint{step_,    options_.stage, stage_->architecture(), toJson(options_), std::move(scores),
                                average_, base_,          stage_->state(),        std::move(lanes)};
    TT_TRY(saveCheckpoint(folder_.checkpoint(), checkpoint, learners(), context_.device));
    return saveWeights(folder_.weights(), shipped(), card());
}

/// Scores the weights as they would ship, on what was held back, and on what the rehearsal held back.
Result<> Run::validate() {
    if (stage_->scored() == Scored::Nothing || validation_.empty()) return {};
    Figures figures;
    {
        const BorrowedWeights borrowed(stage_->network(), shipped());
        stage_->network().eval();
        TT_ASSIGN(figures, stage_->validate(validation_, job_));
        if (!rehearsed_.empty()) {
            TT_ASSIGN(const Figures kept, stage_->validate(rehearsed_, job_));
            if (const auto score = kept.find("score"); score != kept.end()) figures["rehearsal"] = score->second;
        }
    }
    const bool anew = scores_.step != step_;  // the same weights once more gain nothing and lose nothing
    scores_.step = step_;
    const auto score = figures.find("score");
    if (score == figures.end()) return {};
    if (step_ == 0) scores_.base = figures;
    figures["base"] = scores_.base["score"];
    if (figures.count("rehearsal")) figures["rehearsal-base"] = scores_.base["rehearsal"];
    if (score->second > scores_.best) {
        scores_.best = score->second;
        scores_.bestStep = step_;
        scores_.withoutGain = 0;
        if (writes()) TT_TRY(saveWeights(folder_.best(), shipped(), card()));
    } else if (anew && ++scores_.withoutGain >= options_.earlyStop && options_.earlyStop > 0) {
        ended_ = "early-stop";
    }
    scores_.last = figures;
    tell("validation", figures, {{"best-step", scores_.bestStep}});
    return {};
}

const Sampler& Run::scoredItems() const { return validation_.empty() ? trained_ : validation_; }

Result<> Run::sample() {
    if (!writes() || scoredItems().empty()) return {};
    std::vector<RgbImage> pictures;
    {
        const BorrowedWeights borrowed(stage_->network(), shipped());
        stage_->network().eval();
        TT_ASSIGN(pictures, stage_->samples(scoredItems(), kSamples));
    }
    if (pictures.empty()) return {};
    TT_ASSIGN(const auto files, folder_.writeSamples(step_, pictures));
    tell("sample", {}, {{"files", files}});
    return {};
}

/// Pictures that turned out not to decode since the last time.
void Run::tellSkipped() {
    std::vector<std::string> all;
    for (const auto* shards : {&context_.shards, &context_.rehearsal})
        for (const auto& shard : *shards)
            for (auto& name : shard->damaged()) all.push_back(std::move(name));
    if (all.size() == skipped_.size()) return;
    for (const auto& name : all)
        if (std::find(skipped_.begin(), skipped_.end(), name) == skipped_.end())
            job_.warn({"PICTURE_SKIPPED", "'" + name + "' does not decode and is passed over."});
    skipped_ = std::move(all);
}

void Run::tell(const char* type, const Figures& figures, nlohmann::json more) {
    if (!writes()) return;
    nlohmann::json line{{"v", 1}, {"type", type}, {"step", step_}};
    for (const auto& [name, value] : figures) line[name] = value;
    line.update(more);
    if (figures.empty() && !more.contains("files")) {
        if (hooks_.event) hooks_.event(line);
        return;
    }
    folder_.write(line);
    spdlog::info("{}", line.dump());
    if (hooks_.event) hooks_.event(line);
}

}  // namespace tintreel::training
