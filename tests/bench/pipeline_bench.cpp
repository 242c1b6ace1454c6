// SPDX-License-Identifier: Apache-2.0
// The whole main job beside its parts alone, in one run: `ratio` is its wall time by that of the slower of (networks
// alone, FFmpeg decoding and encoding alone), `cpu_ratio` its processor time by that of both together. Other programs
// disturb both alike; take the least of several rounds.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <benchmark/benchmark.h>

#include "support/shell.h"
#include "support/temp_dir.h"
#include "tintreel/base/process.h"
#include "tintreel/color/lab.h"
#include "tintreel/color/resize.h"
#include "tintreel/color/ycbcr.h"
#include "tintreel/inference/models_folder.h"
#include "tintreel/workflow/colorize.h"

namespace tintreel {
namespace {

namespace fs = std::filesystem;

struct Cost {
    double wall = 0, cpu = 0;  // seconds
};

double cpuSeconds() {
    double sum = 0;
    for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage usage{};
        ::getrusage(who, &usage);
        sum += static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
               static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
    }
    return sum;
}

template <class Work>
Cost costOf(Work work) {
    const auto start = std::chrono::steady_clock::now();
    const double cpu = cpuSeconds();
    work();
    return {std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), cpuSeconds() - cpu};
}

template <class T>
T need(Result<T> result) {
    if (!result) {
        std::fprintf(stderr, "%s\n", describe(result.error()).c_str());
        std::exit(1);
    }
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// Lightness of all frames in memory, as the networks are given it.
std::vector<LPlane> lightnessOf(const fs::path& film, color::Size working) {
    auto reader = need(media::FrameReader::open(film));
    const auto& tags = reader.info().assumed;
    std::vector<LPlane> all;
    while (auto frame = need(reader.next())) {
        const color::YuvFormat format{color::matrixFromCode(tags.matrix),
                                      tags.fullRange,
                                      frame->depth,
                                      frame->chromaShiftX,
                                      frame->chromaShiftY,
                                      true,
                                      false};
        all.push_back(color::lightnessFromGrey(
            color::resize(color::greyFromLuma(frame->y, format), working.width, working.height)));
    }
    return all;
}

void networksAlone(inference::Colorizer& networks, const std::vector<LPlane>& film, const fs::path& track) {
    JobContext context;
    inference::KeyframeColors keys;
    keys[0] = need(networks.colorizeKeyframe(
        film[0], {AbImage(film[0].width, film[0].height), Plane<float>(film[0].width, film[0].height), std::nullopt}));
    auto out = need(inference::ColorTrack::create(track, (film[0].width + 1) / 2, (film[0].height + 1) / 2));
    need(networks.propagate(
        {0, static_cast<FrameIndex>(film.size())},
        [&](FrameIndex f) -> Result<LPlane> { return film[static_cast<std::size_t>(f)]; }, keys, out, context));
}

void colorizeBesideItsParts(benchmark::State& state) {
    const testing::TempDir dir;
    const fs::path film = dir / "film.mp4", out = dir / "out.mp4";
    const int width = static_cast<int>(state.range(0)), height = static_cast<int>(state.range(1));
    testing::ffmpeg("-i " + testing::quoted(fs::path(TINTREEL_SOURCE_DIR) / "resources/demo/desert_convoy.mp4") +
                    " -frames:v 49 -an -vf scale=" + std::to_string(width) + ":" + std::to_string(height) +
                    ":flags=bicubic,format=gray,format=yuv420p -c:v libx264 -crf 17 " + testing::quoted(film));
    inference::ColorizerOptions networks;
    networks.modelsDir = inference::defaultModelsFolder();
    const auto shots = lightnessOf(film, color::workingSize(width, height, 256));
    Cost network, ffmpeg, whole;
    for (auto _ : state) {
        {
            auto colorizer = need(inference::Colorizer::create(networks));
            network = costOf([&] { networksAlone(colorizer, shots, dir / "alone.track"); });
        }
        ffmpeg = costOf([&] {
            testing::ffmpeg("-i " + testing::quoted(film) + " -c:v libx264 -crf 17 -preset medium " +
                            testing::quoted(dir / "alone.mp4"));
        });
        workflow::ColorizeOptions options;
        options.input = film;
        options.output = out;
        options.scenes = "single";
        options.overwrite = true;
        options.networks = networks;
        JobContext context;
        workflow::ColorizeReport report;
        // Loading the networks is the price of starting, not of a frame: what is compared begins when they are there.
        const Cost loading = costOf([&] { (void)need(inference::Colorizer::create(networks)); });
        whole = costOf([&] { report = need(workflow::colorize(options, context)); });
        whole.wall -= loading.wall;
        whole.cpu -= loading.cpu;
    }
    state.counters["network_s"] = network.wall;
    state.counters["ffmpeg_s"] = ffmpeg.wall;
    state.counters["whole_s"] = whole.wall;
    state.counters["ratio"] = whole.wall / std::max(network.wall, ffmpeg.wall);
    state.counters["cpu_ratio"] = whole.cpu / (network.cpu + ffmpeg.cpu);
    state.counters["frames_s"] = static_cast<double>(shots.size()) / whole.wall;
}
BENCHMARK(colorizeBesideItsParts)
    ->Args({448, 256})
    ->Args({1280, 720})
    ->Unit(benchmark::kSecond)
    ->Iterations(1)
    ->UseRealTime();

}  // namespace
}  // namespace tintreel

int main(int argc, char** argv) {
    tintreel::prepareProcess(argv);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
