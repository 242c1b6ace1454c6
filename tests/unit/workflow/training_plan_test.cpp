// SPDX-License-Identifier: Apache-2.0
#include "tintreel/workflow/training_plan.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tintreel::workflow {
namespace {

TEST(TrainingPlan, PresetsAreConfigsThatTheTrainerTakes) {
    double before = 0;
    for (const auto& preset : trainingPresets())
        for (const std::string stage : {"keyframe", "propagation"}) {
            auto options = trainingPreset(preset, stage);
            ASSERT_TRUE(options) << preset;
            EXPECT_EQ(options->stage, stage);
            options->shards = {"x.shard"};
            options->initFrom = "base.safetensors";
            const auto read = training::trainOptionsFromJson(training::toJson(*options));
            ASSERT_TRUE(read) << describe(read.error());
            EXPECT_EQ(training::toJson(*read), training::toJson(*options));
            EXPECT_GT(options->basePull + options->averageWithBase, 0) << "against forgetting";
            EXPECT_LE(options->validateEvery, options->steps);
            if (stage == "keyframe") {
                const double seconds = estimateTraining(*options).seconds;
                EXPECT_GT(seconds, before);
                before = seconds;
            }
        }
    EXPECT_EQ(trainingPreset("huge", "keyframe").error().code, ErrorCode::Usage);
}

TEST(TrainingPlan, TheEstimateFollowsTheSettingsAndWarns) {
    auto options = *trainingPreset("standard", "keyframe");
    options.device = "cpu";
    const auto one = estimateTraining(options);
    EXPECT_EQ(one.warning, "");
    EXPECT_GT(one.available, 0U);
    EXPECT_EQ(estimateTraining(options, 2.0).seconds, 2.0 * options.steps) << "a measured step goes before the table";
    options.batch *= 2;
    const auto two = estimateTraining(options);
    EXPECT_GT(two.bytes, one.bytes);
    EXPECT_NEAR(two.seconds, 2 * one.seconds, 1e-6);
    options.batch = 1024;
    options.crop = 512;
    const auto huge = estimateTraining(options);
    EXPECT_GT(huge.bytes, 100'000'000'000U);
    EXPECT_NE(huge.warning.find("accumulate"), std::string::npos) << huge.warning;
    options.device = "cuda:0";
    EXPECT_EQ(estimateTraining(options).available, 0U) << "unknown";
}

}  // namespace
}  // namespace tintreel::workflow
