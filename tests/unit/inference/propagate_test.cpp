// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/temp_dir.h"
#include "tintreel/base/atomic_file.h"
#include "tintreel/color/lab.h"
#include "tintreel/color/metrics.h"
#include "tintreel/color/resize.h"
#include "tintreel/color/ycbcr.h"
#include "tintreel/inference/colorizer.h"
#include "tintreel/media/frame_reader.h"

namespace tintreel::inference {
namespace {

namespace fs = std::filesystem;
constexpr int kWidth = 128, kHeight = 96;
const fs::path kModels = fs::path(TINTREEL_SOURCE_DIR) / "models";

/// The first picture of the colour demo, small.
color::LabImage realPicture() {
    auto reader = media::FrameReader::open(fs::path(TINTREEL_SOURCE_DIR) / "resources" / "demo" / "three_shots.mp4");
    const auto frame = reader->next();
    const color::YuvFormat format{color::Matrix::Bt601, false, 8, (*frame)->chromaShiftX, (*frame)->chromaShiftY};
    return color::labFromRgb(
        color::resize(color::rgbFromYuv((*frame)->y, (*frame)->cb, (*frame)->cr, format), kWidth, kHeight));
}

/// Film grain: every frame another, the same for a frame each time it is asked for.
LPlane grainy(const LPlane& clean, FrameIndex frame) {
    std::mt19937 random(static_cast<unsigned>(frame) + 1);
    std::normal_distribution<float> grain(0, 1.5F);
    LPlane L = clean;
    for (auto& value : L.data) value = std::clamp(value + grain(random), 0.0F, 100.0F);
    return L;
}

double meanDeltaE(const LPlane& L, const AbImage& a, const AbImage& b) {
    double sum = 0;
    for (std::size_t i = 0; i < L.size(); ++i)
        sum += color::ciede2000(color::Lab{L.data[i], a.a.data[i], a.b.data[i]},
                                color::Lab{L.data[i], b.a.data[i], b.b.data[i]});
    return sum / static_cast<double>(L.size());
}

Colorizer shipped(const fs::path& models = kModels) {
    ColorizerOptions options;
    options.modelsDir = models;
    options.device = "cpu";
    auto colorizer = Colorizer::create(options);
    EXPECT_TRUE(colorizer) << describe(colorizer.error());
    return std::move(*colorizer);
}

TEST(Propagate, AStillSceneOf300FramesKeepsItsColours) {
    constexpr FrameIndex kFrames = 300;
    const testing::TempDir dir;
    const auto picture = realPicture();
    auto colorizer = shipped();
    auto track = ColorTrack::create(dir / "x.track", kWidth / 2, kHeight / 2);
    JobContext context;
    const auto done = colorizer.propagate(
        {0, kFrames}, [&](FrameIndex f) -> Result<LPlane> { return grainy(picture.L, f); }, {{0, picture.ab}}, *track,
        context);
    ASSERT_TRUE(done) << describe(done.error());
    const auto L = color::resize(picture.L, kWidth / 2, kHeight / 2);
    const auto first = color::resize(picture.ab, kWidth / 2, kHeight / 2);
    double chroma = 0, lastChroma = 0;
    const auto last = track->read(kFrames - 1);
    for (std::size_t i = 0; i < L.size(); ++i) {
        chroma += std::hypot(first.a.data[i], first.b.data[i]);
        lastChroma += std::hypot(last->ab.a.data[i], last->ab.b.data[i]);
    }
    for (const FrameIndex f : {1, 25, 100, 200, 299})
        std::printf("frame %d: mean CIEDE2000 to the keyframe %.3f\n", static_cast<int>(f),
                    meanDeltaE(L, first, track->read(f)->ab));
    EXPECT_GT(meanDeltaE(L, first, AbImage(kWidth / 2, kHeight / 2)), 3.0) << "the picture has colours to lose";
    EXPECT_LE(meanDeltaE(L, first, last->ab), 1.0);
    EXPECT_NEAR(lastChroma / chroma, 1.0, 0.05);
}

/// Between two keyframes of different colours every frame lies between them, nearer to the nearer one.
TEST(Propagate, BothDirectionsAreBlended) {
    constexpr FrameIndex kFrames = 9;
    const testing::TempDir dir;
    const auto picture = realPicture();
    AbImage other = picture.ab;
    for (auto& value : other.a.data) value += 20;
    auto colorizer = shipped();
    auto track = ColorTrack::create(dir / "x.track", kWidth / 2, kHeight / 2);
    JobContext context;
    ASSERT_TRUE(colorizer.propagate(
        {0, kFrames}, [&](FrameIndex f) -> Result<LPlane> { return grainy(picture.L, f); },
        {{0, picture.ab}, {kFrames - 1, other}}, *track, context));
    std::vector<double> means;
    for (FrameIndex f = 0; f < kFrames; ++f) {
        double sum = 0;
        const auto colors = track->read(f);
        for (const float a : colors->ab.a.data) sum += a;
        means.push_back(sum / (kWidth / 2.0 * kHeight / 2.0));
    }
    EXPECT_NEAR(means.back() - means.front(), 20.0, 0.5);
    EXPECT_LT(means[1], means[kFrames - 2]);
    for (const double mean : means) EXPECT_TRUE(mean > means.front() - 2 && mean < means.back() + 2) << mean;
}

TEST(Propagate, TheModelsCalibrationIsApplied) {
    const testing::TempDir dir;
    fs::copy(kModels, dir / "models", fs::copy_options::recursive);
    const auto manifest = dir / "models" / "manifest.json";
    const auto write = [&](const nlohmann::json& calibration) {
        auto json = nlohmann::json::parse(*readFile(kModels / "manifest.json"));
        for (auto& model : json["models"]) {
            model.erase("calibration");
            if (model["role"] == "frame" && !calibration.is_null()) model["calibration"] = calibration;
        }
        std::ofstream(manifest) << json.dump();
    };
    const auto picture = realPicture();
    const auto stated = [&] {
        auto colorizer = shipped(dir / "models");
        auto track = ColorTrack::create(dir / "x.track", kWidth / 2, kHeight / 2);
        JobContext context;
        EXPECT_TRUE(colorizer.propagate(
            {0, 2}, [&](FrameIndex f) -> Result<LPlane> { return grainy(picture.L, f); }, {{0, picture.ab}}, *track,
            context));
        double sum = 0;
        const auto colors = track->read(1);
        for (const float c : colors->confidence.data) sum += statedError(c);
        return sum / static_cast<double>(colors->confidence.size());
    };
    write({});
    const double plain = stated();
    write({{0.01, 0.02}, {100.0, 200.0}});
    EXPECT_NEAR(stated() / plain, 2.0, 0.1);
    write({{70.0, 3.0}, {80.0, 4.0}});
    EXPECT_NEAR(stated(), 3.0, 0.1) << "below what was ever stated the least error that was found";
    write({{1.0, 2.0}, {3.0, 1.5}});
    ColorizerOptions options;
    options.modelsDir = dir / "models";
    const auto refused = Colorizer::create(options);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().userMessage.find("calibration"), std::string::npos) << refused.error().userMessage;
}

TEST(Propagate, StatedErrorIsTheInverseOfConfidence) {
    EXPECT_NEAR(statedError(1.0F), 0.0F, 1e-6);
    EXPECT_NEAR(statedError(std::exp(-0.5F)), 6.0F, 1e-4);
}

}  // namespace
}  // namespace tintreel::inference
