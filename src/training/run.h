// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include <nlohmann/json.hpp>

#include "training/checkpoint.h"
#include "training/run_folder.h"
#include "training/stage.h"

namespace tintreel::training {

/// One run: the loop over the steps of a stage, and all that happens between them.
class Run {
public:
    Run(const StageContext& context, std::unique_ptr<Stage> stage, const TrainHooks& hooks, JobContext& job);
    /// Opens the folder; goes on from its checkpoint where `resume` and there is one, else begins with fresh weights or
    /// init-from's.
    [[nodiscard]] Result<> start(bool resume);
    [[nodiscard]] Result<TrainReport> go();

private:
    [[nodiscard]] Result<> goOn();
    [[nodiscard]] Result<> begin();
    [[nodiscard]] Result<> loop();
    [[nodiscard]] Result<> takeStep();
    [[nodiscard]] Result<torch::Tensor> gradients(Figures& figures);
    [[nodiscard]] Result<> stepCompanion(double rate, Figures& figures);
    [[nodiscard]] Unexpected notFinite(const std::string& what) const;
    [[nodiscard]] std::vector<Learner> learners();
    [[nodiscard]] std::map<std::string, std::string> card() const;
    struct Wishes {
        bool end = false;  // by signal
        bool stop = false, pause = false, resume = false, validate = false;
        [[nodiscard]] bool none() const { return !end && !stop && !pause && !resume && !validate; }
    };
    [[nodiscard]] Result<Wishes> wishes();
    [[nodiscard]] Result<> obey();
    [[nodiscard]] Result<> pause();
    [[nodiscard]] Result<> startTogether(bool goesOn);
    [[nodiscard]] Result<> save();
    [[nodiscard]] Result<> writeCheckpoint(Tensors lanes);
    [[nodiscard]] Result<Tensors> allLanes();
    [[nodiscard]] Result<> validate();
    [[nodiscard]] Result<> score();
    [[nodiscard]] Result<> sample();
    [[nodiscard]] Tensors shipped() const { return blended(average_, base_, options_.averageWithBase); }
    [[nodiscard]] const Sampler& scoredItems() const;
    [[nodiscard]] bool writes() const { return context_.rank == 0; }
    [[nodiscard]] bool done() const { return step_ >= options_.steps || ended_ != "steps"; }
    [[nodiscard]] bool validates() const { return step_ == options_.steps || step_ % options_.validateEvery == 0; }
    /// This step is to be scored and was not: its validation was stopped.
    [[nodiscard]] bool owesScores() const;
    void logStep(const Figures& figures);
    void tellSkipped();
    void warnOfSets();
    void tell(const char* type, const Figures& figures, nlohmann::json more = nlohmann::json::object());

    StageContext context_;
    const TrainOptions& options_;
    TrainHooks hooks_;
    JobContext& job_;
    std::unique_ptr<Stage> stage_;
    Tensors average_, base_;
    torch::optim::AdamW optimizer_;
    RunFolder folder_;
    Sampler validation_, rehearsed_, trained_;  // held back: of the shards, of the rehearsal's; trained on

    std::int64_t step_ = 0;        // steps done
    std::int64_t savedStep_ = -1;  // of the checkpoint on the disk
    std::string ended_ = "steps";
    bool interrupted_ = false;
    // Scores of validations; see docs/training.md.
    struct Scores {
        Figures last, base;  // base: of the weights that the run began with
        double best = -std::numeric_limits<double>::infinity();
        std::int64_t bestStep = -1;
        int withoutGain = 0;
        std::int64_t step = -1;  // scored last
    } scores_;
    Figures sums_;  // of the steps since the last line
    std::int64_t counted_ = 0;
    std::vector<std::string> skipped_;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace tintreel::training
