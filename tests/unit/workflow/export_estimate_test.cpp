// SPDX-License-Identifier: Apache-2.0
#include "tintreel/workflow/export_estimate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shell.h"
#include "support/temp_dir.h"

namespace tintreel::workflow {
namespace {

namespace fs = std::filesystem;

class ExportEstimateTest : public ::testing::Test {
protected:
    ExportEstimateTest() {
        options_.input = dir_ / "film.mkv";
        const auto made = testing::ffmpeg(
            "-f lavfi -i testsrc2=s=96x64:r=24:d=2 -f lavfi -i sine=440:d=2 -vf format=gray -c:v ffv1 -c:a pcm_s16le " +
            testing::quoted(options_.input));
        EXPECT_EQ(made.exit, 0) << made.output;
        options_.preset = "master";
        options_.workingSize = 64;
        options_.networks.modelsDir = fs::path(TINTREEL_SOURCE_DIR) / "models";
        options_.plan.emplace().scenes = {{0, 24}, {24, 48}};
        options_.output = dir_ / "out.mkv";
        options_.cacheFolder = dir_ / "cache";
    }
    ExportEstimate estimate() {
        JobContext context;
        const auto result = estimateExport(options_, context);
        EXPECT_TRUE(result) << describe(result.error());
        return result.value_or(ExportEstimate{});
    }
    testing::TempDir dir_;
    ColorizeOptions options_;
};

TEST_F(ExportEstimateTest, SizesAreNearTheTruthAndNothingIsWrittenBesideTheFilm) {
    const auto before = estimate();
    EXPECT_TRUE(fs::exists(options_.input));
    EXPECT_FALSE(fs::exists(options_.output)) << "nothing is written under the output's name";
    EXPECT_GT(before.seconds, 0);
    JobContext context;
    const auto made = colorize(options_, context);
    ASSERT_TRUE(made) << describe(made.error());
    const auto truth = static_cast<double>(fs::file_size(options_.output));
    EXPECT_NEAR(static_cast<double>(before.bytes), truth, truth / 3);
    options_.range = "0-11";
    EXPECT_NEAR(static_cast<double>(estimate().bytes), truth / 4, truth / 6);
}

TEST_F(ExportEstimateTest, SaysWhatTheOutputCannotCarryAndStops) {
    options_.output = dir_ / "out.mp4";
    options_.preset = "review";
    EXPECT_THAT(estimate().warnings, ::testing::Contains(::testing::HasSubstr("pcm_s16le")))
        << "PCM sound does not go into MP4";
    JobContext stopped;
    stopped.requestStop();
    const auto result = estimateExport(options_, stopped);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::Cancelled);
    options_.range = "50-60";
    JobContext context;
    EXPECT_EQ(estimateExport(options_, context).error().code, ErrorCode::Usage);
}

}  // namespace
}  // namespace tintreel::workflow
