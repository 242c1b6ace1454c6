// SPDX-License-Identifier: Apache-2.0
// Where the time of a frame of 448×256 goes. Compare figures of one run; machines differ.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <benchmark/benchmark.h>

#include "tintreel/color/compose.h"
#include "tintreel/color/edge_aware.h"
#include "tintreel/color/lab.h"
#include "tintreel/inference/colorizer.h"
#include "tintreel/nn/tracker.h"

namespace tintreel {
namespace {

constexpr int kWidth = 448, kHeight = 256;

LPlane movingTexture(int t) {
    LPlane L(kWidth, kHeight);
    for (int y = 0; y < kHeight; ++y)
        for (int x = 0; x < kWidth; ++x)
            L.at(x, y) = 50.0F + 25.0F * std::sin(0.11F * static_cast<float>(x - 2 * t)) *
                                     std::cos(0.07F * static_cast<float>(y + t));
    return L;
}

inference::Colorizer shipped() {
    inference::ColorizerOptions options;
    options.modelsDir = TINTREEL_MODELS;
    options.device = "cpu";
    auto colorizer = inference::Colorizer::create(options);
    if (!colorizer) {
        std::fprintf(stderr, "%s\n", describe(colorizer.error()).c_str());
        std::exit(6);
    }
    return std::move(*colorizer);
}

void keyframe(benchmark::State& state) {
    auto colorizer = shipped();
    const auto L = movingTexture(0);
    inference::KeyframeHints hints{AbImage(kWidth, kHeight), Plane<float>(kWidth, kHeight), std::nullopt};
    hints.mask.at(100, 100) = 1.0F;
    hints.ab.a.at(100, 100) = 30.0F;
    for (auto _ : state) benchmark::DoNotOptimize(colorizer.colorizeKeyframe(L, hints));
}
BENCHMARK(keyframe)->Unit(benchmark::kMillisecond)->UseRealTime();

void propagateTenFrames(benchmark::State& state) {
    auto colorizer = shipped();
    const auto file = std::filesystem::temp_directory_path() / "tintreel-bench.track";
    auto track = inference::ColorTrack::create(file, kWidth / 2, kHeight / 2);
    JobContext context;
    for (auto _ : state) {
        const auto done = colorizer.propagate(
            {0, 11}, [](FrameIndex f) -> Result<LPlane> { return movingTexture(static_cast<int>(f)); },
            {{0, AbImage(kWidth, kHeight)}}, *track, context);
        if (!done) state.SkipWithError("propagation failed");
    }
    std::filesystem::remove(file);
    state.counters["frames/s"] =
        benchmark::Counter(static_cast<double>(state.iterations()) * 10, benchmark::Counter::kIsRate);
}
BENCHMARK(propagateTenFrames)->Unit(benchmark::kMillisecond)->UseRealTime();

void trackerStep(benchmark::State& state) {
    nn::Tracker tracker(nn::lightnessBytes(movingTexture(0)));
    int t = 0;
    for (auto _ : state) benchmark::DoNotOptimize(tracker.advance(nn::lightnessBytes(movingTexture(++t))));
}
BENCHMARK(trackerStep)->Unit(benchmark::kMillisecond)->UseRealTime();

void hintSpread(benchmark::State& state) {
    const auto L = movingTexture(0);
    AbImage ab(kWidth, kHeight);
    Plane<float> mask(kWidth, kHeight);
    mask.at(100, 100) = 1.0F;
    for (auto _ : state) benchmark::DoNotOptimize(color::spreadHints(L, ab, mask, 800, 12));
}
BENCHMARK(hintSpread)->Unit(benchmark::kMillisecond)->UseRealTime();

void composeFullHd(benchmark::State& state) {
    const color::ChromaComposer composer({color::Matrix::Bt709, false, 8, 1, 1, true});
    Plane<std::uint16_t> luma(1920, 1080);
    for (std::size_t i = 0; i < luma.size(); ++i) luma.data[i] = static_cast<std::uint16_t>(16 + i * 7 % 219);
    AbImage ab(224, 128);
    for (std::size_t i = 0; i < ab.a.size(); ++i) ab.a.data[i] = static_cast<float>(i % 40);
    for (auto _ : state) benchmark::DoNotOptimize(composer.compose(luma, 8, ab));
}
BENCHMARK(composeFullHd)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace tintreel

BENCHMARK_MAIN();
