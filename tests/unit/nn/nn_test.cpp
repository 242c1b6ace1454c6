// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <fstream>
#include <random>

#include <gtest/gtest.h>

#include "support/temp_dir.h"
#include "tintreel/base/atomic_file.h"
#include "tintreel/nn/colorizers.h"
#include "tintreel/nn/generator.h"
#include "tintreel/nn/propagator.h"
#include "tintreel/nn/safetensors.h"
#include "tintreel/nn/shot_runner.h"
#include "tintreel/nn/tracker.h"

namespace tintreel::nn {
namespace {

/// LibTorch looks for GPUs once; their libraries are to be open before any test draws a random number.
class Devices : public ::testing::Environment {
    void SetUp() override { EXPECT_TRUE(chooseDevice("auto")); }
};
[[maybe_unused]] const auto* const kDevices = ::testing::AddGlobalTestEnvironment(new Devices);

class NnTest : public ::testing::Test {
protected:
    void SetUp() override { torch::manual_seed(0); }
    testing::TempDir dir_;
};

TEST_F(NnTest, SafetensorsRoundTripOfEveryType) {
    TensorFile file;
    file.metadata["who"] = "tést";
    file.tensors["a.f32"] = torch::randn({3, 4, 5}).permute({2, 0, 1});  // not contiguous
    file.tensors["b.f16"] = torch::randn({7}).to(torch::kFloat16);
    file.tensors["c.bf16"] = torch::randn({2, 2}).to(torch::kBFloat16);
    file.tensors["d.i64"] = torch::arange(5);
    file.tensors["e.bool"] = torch::tensor({true, false});
    file.tensors["f.empty"] = torch::zeros({0, 3});
    ASSERT_TRUE(saveSafetensors(dir_ / "x.safetensors", file));
    const auto back = loadSafetensors(dir_ / "x.safetensors");
    ASSERT_TRUE(back) << describe(back.error());
    EXPECT_EQ(back->metadata, file.metadata);
    ASSERT_EQ(back->tensors.size(), file.tensors.size());
    for (const auto& [name, tensor] : file.tensors) {
        EXPECT_EQ(back->tensors.at(name).scalar_type(), tensor.scalar_type());
        EXPECT_TRUE(torch::equal(back->tensors.at(name), tensor)) << name;
    }
}

TEST_F(NnTest, SafetensorsHeaderIsTheFormats) {
    TensorFile file;
    file.tensors["w"] = torch::tensor({1.0F, 2.0F});
    ASSERT_TRUE(saveSafetensors(dir_ / "x.safetensors", file));
    const auto bytes = *readFile(dir_ / "x.safetensors");
    const auto length = static_cast<unsigned char>(bytes[0]) + 256U * static_cast<unsigned char>(bytes[1]);
    EXPECT_EQ(bytes.size(), 8 + length + 8);
    EXPECT_NE(bytes.find(R"("w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]})"), std::string::npos)
        << bytes.substr(8, length);
}

TEST_F(NnTest, DamagedSafetensorsAreRefused) {
    TensorFile file;
    file.tensors["w"] = torch::randn({100});
    ASSERT_TRUE(saveSafetensors(dir_ / "x.safetensors", file));
    const auto bytes = *readFile(dir_ / "x.safetensors");
    const auto refused = [&](const std::string& content) {
        std::ofstream(dir_ / "bad.safetensors", std::ios::binary) << content;
        const auto loaded = loadSafetensors(dir_ / "bad.safetensors");
        return !loaded && loaded.error().code == ErrorCode::Model &&
               loaded.error().userMessage.find("bad.safetensors") != std::string::npos;
    };
    EXPECT_TRUE(refused(bytes.substr(0, bytes.size() - 10)));
    EXPECT_TRUE(refused(bytes.substr(0, 5)));
    EXPECT_TRUE(refused(std::string(8, '\xff') + bytes));
    EXPECT_TRUE(refused("{}"));
    std::mt19937 random(1);
    for (int i = 0; i < 500; ++i) {
        auto mutated = bytes;
        mutated[random() % 80] = static_cast<char>(random());
        std::ofstream(dir_ / "m.safetensors", std::ios::binary) << mutated;
        (void)loadSafetensors(dir_ / "m.safetensors");  // must not crash
    }
}

TEST_F(NnTest, StrictLoadingNamesWhatDoesNotFit) {
    ResidualBlock block(8, Norm::None);
    auto state = stateOf(*block);
    state.erase("conv1.weight");
    state["conv2.bias"] = torch::zeros({3});
    state["extra"] = torch::zeros({1});
    const auto loaded = loadStrict(*block, state, "w.safetensors");
    ASSERT_FALSE(loaded);
    for (const char* part :
         {"'conv1.weight' is missing", "'conv2.bias' has shape [3]", "'extra' is unknown", "w.safetensors"})
        EXPECT_NE(loaded.error().userMessage.find(part), std::string::npos) << loaded.error().userMessage;
}

struct HintBatch {
    torch::Tensor L = torch::rand({1, 1, 70, 90}) * 100, ab = torch::zeros({1, 2, 70, 90}),
                  mask = torch::zeros({1, 1, 70, 90});
};

TEST_F(NnTest, GeneratorHonoursHintsAtAnySize) {
    Generator net;
    HintBatch in;
    in.ab.index_put_({0, 0, 20, 30}, 40.0);
    in.ab.index_put_({0, 1, 20, 30}, -25.0);
    in.mask.index_put_({0, 0, 20, 30}, 1.0);
    torch::NoGradGuard guard;
    const auto out = net->forward(in.L, in.ab, in.mask);
    EXPECT_EQ(out.ab.sizes(), (std::vector<int64_t>{1, 2, 70, 90}));
    EXPECT_EQ(out.logError.sizes(), (std::vector<int64_t>{1, 1, 70, 90}));
    EXPECT_NEAR(out.ab.index({0, 0, 20, 30}).item<double>(), 40.0, 1e-3);
    EXPECT_NEAR(out.ab.index({0, 1, 20, 30}).item<double>(), -25.0, 1e-3);
    EXPECT_TRUE(out.ab.isfinite().all().item<bool>());
    const auto none = net->forward(in.L, torch::zeros_like(in.ab), torch::zeros_like(in.mask));
    EXPECT_TRUE(none.ab.isfinite().all().item<bool>()) << "no hint at all";
}

TEST_F(NnTest, GradientsReachEveryParameter) {
    Generator generator;
    HintBatch in;
    in.mask.index_put_({0, 0, torch::indexing::Slice(10, 60, 10), torch::indexing::Slice(10, 80, 10)}, 1.0);
    in.ab = (in.mask * 20).expand({1, 2, 70, 90}).contiguous();
    const auto out = generator->run(in.L, in.ab, in.mask, spreadTensor(in.L, in.ab, in.mask));
    (out.ab.square().mean() + out.logError.square().mean()).backward();
    for (const auto& item : generator->named_parameters()) {
        ASSERT_TRUE(item.value().grad().defined()) << item.key();
        EXPECT_GT(item.value().grad().abs().sum().item<double>(), 0.0) << item.key();
    }

    Propagator propagator;
    const auto L = torch::rand({1, 1, 64, 96}) * 100;
    const auto features = propagator->features(L);
    const auto ab = torch::randn({1, 2, 32, 48}) * 20;
    const auto reference = propagator->makeReference(features, L, ab, torch::zeros({1, 1, 32, 48}));
    const auto ys = torch::arange(32).view({1, 1, 32, 1}).expand({1, 1, 32, 48}).to(torch::kFloat32),
               xs = torch::arange(48).view({1, 1, 1, 48}).expand({1, 1, 32, 48}).to(torch::kFloat32);
    const auto zero = torch::zeros({1, 1, 32, 48});
    const auto geometry = torch::cat({xs, ys, zero, xs, ys, zero, xs, ys, zero, xs, ys, zero}, 1);
    const auto step = propagator->forward(L, features, geometry, reference, reference, reference, nullptr);
    EXPECT_EQ(step.ab.sizes(), ab.sizes());
    (step.ab.square().mean() + step.logError.square().mean()).backward();
    for (const auto& item : propagator->named_parameters()) {
        ASSERT_TRUE(item.value().grad().defined()) << item.key();
        EXPECT_GT(item.value().grad().abs().sum().item<double>(), 0.0) << item.key();
    }
}

Plane<std::uint8_t> shifted(int dx, int dy) {
    Plane<std::uint8_t> plane(128, 96);
    for (int y = 0; y < 96; ++y)
        for (int x = 0; x < 128; ++x) {
            const double u = x - dx, v = y - dy;
            plane.at(x, y) = static_cast<std::uint8_t>(128 + 50 * std::sin(u * 0.21) * std::cos(v * 0.17) +
                                                       40 * std::sin((u + 2 * v) * 0.07));
        }
    return plane;
}

Plane<std::uint8_t> noise(unsigned seed) {
    std::mt19937 random(seed);
    Plane<std::uint8_t> fine(130, 98), plane(128, 96);
    for (auto& value : fine.data) value = static_cast<std::uint8_t>(random() & 255U);
    for (int y = 0; y < 96; ++y)
        for (int x = 0; x < 128; ++x) {
            int sum = 0;
            for (int k = 0; k < 9; ++k) sum += fine.at(x + k % 3, y + k / 3);
            plane.at(x, y) = static_cast<std::uint8_t>(sum / 9);
        }
    return plane;
}

TEST_F(NnTest, TrackerFollowsAKnownMotionBackToTheKeyframe) {
    Tracker tracker(shifted(0, 0));
    StepGeometry geometry;
    for (int t = 1; t <= 6; ++t) geometry = tracker.advance(shifted(2 * t, t));
    double chain = 0, key = 0, carried = 0, error = 0;
    int count = 0;
    for (int y = 16; y < 32; ++y)
        for (int x = 20; x < 44; ++x) {
            chain += std::hypot(geometry.chain.x.at(x, y) - (x - 1.0), geometry.chain.y.at(x, y) - (y - 0.5));
            key += std::hypot(geometry.key.x.at(x, y) - (x - 6.0), geometry.key.y.at(x, y) - (y - 3.0));
            carried += std::hypot(geometry.carried.x.at(x, y) - (x - 6.0), geometry.carried.y.at(x, y) - (y - 3.0));
            error += geometry.carriedError.at(x, y);
            ++count;
        }
    EXPECT_LT(chain / count, 0.15) << "half-size pixels";
    EXPECT_LT(key / count, 0.3);
    EXPECT_LT(carried / count, 0.4);
    EXPECT_LT(error / count, 1.0);
    const auto lost = tracker.advance(noise(6));
    double lostError = 0;
    for (const float value : lost.carriedError.data) lostError += value / static_cast<double>(lost.carriedError.size());
    EXPECT_GT(lostError, 4.0) << "another picture";
}

/// Searches for frames after a change of the anchor begin before it.
TEST_F(NnTest, TrackerFollowsTheAnchorThatACallerKeeps) {
    Tracker tracker(shifted(0, 0), std::launch::async);
    int anchor = 0, pending = 0, announced = 0;
    for (int t = 1; t <= 30; ++t) {
        while (announced < std::min(30, t + 6)) {
            ++announced;
            tracker.announce(shifted(2 * announced, announced));
        }
        const auto geometry = tracker.next();
        if (t >= 20) {
            double off = 0;
            for (int y = 22; y < 36; ++y)
                for (int x = 24; x < 44; ++x)
                    off += std::hypot(geometry.anchor.x.at(x, y) - static_cast<float>(x - (t - anchor)),
                                      geometry.anchor.y.at(x, y) -
                                          (static_cast<float>(y) - static_cast<float>(t - anchor) / 2)) /
                           (14 * 20);
            EXPECT_LT(off, 0.5) << t << ", half-size pixels";
        }
        if (geometry.anchorChanges) anchor = std::exchange(pending, t);
    }
    EXPECT_EQ(anchor, 12);
}

TEST_F(NnTest, AFlowWithoutAStartForgetsTheStartsBefore) {
    const auto from = noise(1), to = noise(2);
    Plane<float> u, v, startU(128, 96, 20.0F), startV(128, 96, 20.0F), again, againV;
    DenseFlow flow;
    flow.compute(from, to, u, v, false);
    flow.compute(from, to, startU, startV, true);
    flow.compute(from, to, again, againV, false);
    EXPECT_EQ(u.data, again.data);
    EXPECT_EQ(v.data, againV.data);
}

/// The camera goes nearer by 3 % a frame: flow that looks for the keyframe again goes astray where sizes differ much,
/// the track that was carried does not.
TEST_F(NnTest, TrackerKeepsATrackThatFitsBetterThanTheNewOne) {
    constexpr int kFrames = 24;
    const auto frame = [](int t) {
        const double scale = std::pow(1.03, -t);
        Plane<std::uint8_t> plane(128, 96);
        for (int y = 0; y < 96; ++y)
            for (int x = 0; x < 128; ++x) {
                double value = 128;
                for (int k = 0; k < 16; ++k)  // waves of 7 to 80 pixels in all directions
                    value += 15 * std::sin(((x - 64) * std::cos(2.4 * k) + (y - 48) * std::sin(2.4 * k)) * scale * 0.9 /
                                               std::pow(1.18, k) +
                                           k * k);
                plane.at(x, y) = static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0));
            }
        return plane;
    };
    Tracker tracker(frame(0));
    StepGeometry geometry;
    for (int t = 1; t <= kFrames; ++t) geometry = tracker.advance(frame(t));
    const double scale = std::pow(1.03, -kFrames);
    double off = 0;
    for (int y = 8; y < 40; ++y)
        for (int x = 10; x < 54; ++x)
            off += std::hypot(geometry.key.x.at(x, y) - ((x - 31.75) * scale + 31.75),
                              geometry.key.y.at(x, y) - ((y - 23.75) * scale + 23.75)) /
                   (32 * 44);
    EXPECT_LT(off, 0.6) << "half-size pixels";
}

/// Lightness of frame t of that motion.
LPlane lightness(int t) {
    const auto bytes = shifted(2 * t, t);
    LPlane plane(bytes.width, bytes.height);
    for (std::size_t i = 0; i < plane.size(); ++i) plane.data[i] = static_cast<float>(bytes.data[i]) / 2.55F;
    return plane;
}

AbImage keyframeColors() {
    AbImage ab(128, 96);
    for (std::size_t i = 0; i < ab.a.size(); ++i) ab.a.data[i] = static_cast<float>(i % 40);
    return ab;
}

TEST_F(NnTest, FieldsSoughtAtOnceAndAheadAreTheSame) {
    const auto bytesOf = [](const StepGeometry& g) {
        const auto t = geometryTensor(g);
        return torch::cat({t, torch::full({1, 1, t.size(2), t.size(3)}, g.anchorChanges ? 1.0 : 0.0)}, 1);
    };
    Tracker one(shifted(0, 0)), other(shifted(0, 0), std::launch::async);
    // Beyond two changes of the anchor, from none ahead to more than searches go on at once.
    constexpr int kFrames = 40;
    int announced = 0;
    for (int t = 1; t <= kFrames; ++t) {
        while (announced < std::min(kFrames, t + t % 9)) {
            ++announced;
            other.announce(shifted(2 * announced, announced));
        }
        ASSERT_TRUE(torch::equal(bytesOf(one.advance(shifted(2 * t, t))), bytesOf(other.next()))) << t;
    }
    other.announce(shifted(0, 0));  // may be left
}

/// What is announced runs ahead; the colours are those of a shot that was not.
TEST_F(NnTest, AnnouncedFramesGetTheSameColors) {
    Propagator network;
    network->eval();
    ShotRunner plain(network, torch::kCPU, false), ahead(network, torch::kCPU, false);
    const auto ab = keyframeColors();
    for (auto* runner : {&plain, &ahead}) runner->start(lightness(0), ab);
    int announced = 0;
    for (int t = 1; t <= 5; ++t) {
        while (announced < std::min(5, t + 2)) ahead.announce(lightness(++announced));
        const auto mine = ahead.step(lightness(t)).get(), theirs = plain.step(lightness(t)).get();
        ASSERT_EQ(mine.ab.a.data, theirs.ab.a.data) << t;
        ASSERT_EQ(mine.logError.data, theirs.logError.data) << t;
    }
    ahead.announce(lightness(6));
    ahead.start(lightness(2), ab);  // what was announced is forgotten
    plain.start(lightness(2), ab);
    EXPECT_EQ(ahead.step(lightness(3)).get().ab.a.data, plain.step(lightness(3)).get().ab.a.data);
}

TEST_F(NnTest, WarpAgreesWithTheDefinition) {
    Plane<float> source(8, 6), u(8, 6, 0.25F), v(8, 6, -0.5F);
    for (std::size_t i = 0; i < source.size(); ++i) source.data[i] = static_cast<float>((i * 37) % 23);
    const auto out = warp(source, u, v);
    for (int y = 1; y < 6; ++y)
        for (int x = 0; x < 7; ++x) {
            const float top = source.at(x, y - 1) * 0.75F + source.at(x + 1, y - 1) * 0.25F,
                        bottom = source.at(x, y) * 0.75F + source.at(x + 1, y) * 0.25F;
            ASSERT_NEAR(out.at(x, y), 0.5F * (top + bottom), 0.05);
        }
}

TEST_F(NnTest, ManifestChecksIdsAndHashes) {
    std::ofstream(dir_ / "w.bin") << "weights";
    const auto manifest = [&](const std::string& hash, const std::string& architecture) {
        std::ofstream(dir_ / "manifest.json")
            << R"({"format":"tintreel-models","version":1,"default":{"keyframe":"k"},"models":[{"id":"k","role":"keyframe","architecture":")"
            << architecture << R"(","file":"w.bin","sha256":")" << hash << R"(","licence":"none","description":""}]})";
        return readManifest(dir_.path());
    };
    const auto good = manifest(sha256OfBytes("weights"), "generator");
    ASSERT_TRUE(good) << describe(good.error());
    EXPECT_TRUE(verifyModel(good->front()));
    EXPECT_EQ(findModel(*good, "keyframe", "default")->id, "k");
    EXPECT_FALSE(findModel(*good, "frame", "default"));
    const auto altered = manifest(sha256OfBytes("other"), "generator");
    EXPECT_EQ(verifyModel(altered->front()).error().code, ErrorCode::Model);
    const auto unknown = makeKeyframeColorizer(
        {manifest(sha256OfBytes("weights"), "transformer")->front(), *chooseDevice("cpu"), false});
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().userMessage.find("generator"), std::string::npos) << "known architectures are named";
    EXPECT_FALSE(readManifest(dir_ / "nowhere"));
}

TEST_F(NnTest, AUsersTorchScriptFileRuns) {
    torch::jit::Module module("m");
    module.define("def forward(self, lightness, ab, mask):\n  return (ab * mask, mask * 0.0)\n");
    module.save((dir_ / "user.pt").string());
    ModelEntry entry;
    entry.id = "user";
    entry.role = "keyframe";
    entry.architecture = "torchscript";
    entry.file = dir_ / "user.pt";
    auto colorizer = makeKeyframeColorizer({entry, *chooseDevice("cpu"), false});
    ASSERT_TRUE(colorizer) << describe(colorizer.error());
    const auto out =
        (*colorizer)
            ->colorize(torch::zeros({1, 1, 16, 16}), torch::full({1, 2, 16, 16}, 7.0), torch::ones({1, 1, 16, 16}));
    EXPECT_EQ(out.ab.mean().item<double>(), 7.0);
    std::ofstream(dir_ / "user.pt") << "no archive";
    EXPECT_FALSE(makeKeyframeColorizer({entry, *chooseDevice("cpu"), false}));
}

TEST_F(NnTest, UnknownDevicesAreRefusedInWords) {
    EXPECT_TRUE(chooseDevice("cpu"));
    EXPECT_TRUE(chooseDevice("auto"));
    EXPECT_EQ(chooseDevice("gpu").error().code, ErrorCode::Usage);
    if (!torch::cuda::is_available()) {
        EXPECT_EQ(chooseDevice("cuda:0").error().code, ErrorCode::Model);
    }
}

/// Both devices in plain fp32: tensor cores would round the convolutions' inputs.
class Cuda : public NnTest {
protected:
    void SetUp() override {
        NnTest::SetUp();
        if (!chooseDevice("cuda:0")) GTEST_SKIP() << "no GPU here";
        at::globalContext().setAllowTF32CuDNN(false);
    }
};

TEST_F(Cuda, GeneratorAgreesWithTheCpu) {
    Generator net;
    net->eval();
    HintBatch in;
    torch::NoGradGuard guard;
    const auto cpu = net->forward(in.L, in.ab, in.mask).ab;
    net->to(torch::kCUDA);
    const auto gpu = net->forward(in.L.cuda(), in.ab.cuda(), in.mask.cuda()).ab.cpu();
    EXPECT_LT((cpu - gpu).abs().max().item<double>(), 0.05);
}

/// There the hints of several pictures are looked up at once: none, few, many, and so many that cells are larger.
TEST_F(Cuda, ABatchOfUnlikeHintsAgreesWithTheCpu) {
    Generator net;
    net->eval();
    const torch::NoGradGuard guard;
    const auto L = torch::rand({5, 1, 96, 160}) * 100, ab = torch::rand({5, 2, 96, 160}) * 80 - 40;
    auto mask = torch::zeros({5, 1, 96, 160});
    mask.index_put_({1, 0, 20, 30}, 0.4);
    mask[2].copy_(torch::rand({1, 96, 160}) < 0.01);
    mask[3].copy_(torch::rand({1, 96, 160}) < 0.3);
    mask[4].fill_(1);
    const auto cpu = net->forward(L, ab, mask);
    net->to(torch::kCUDA);
    const auto gpu = net->forward(L.cuda(), ab.cuda(), mask.cuda());
    EXPECT_LT((cpu.ab - gpu.ab.cpu()).abs().max().item<double>(), 0.05);
    EXPECT_LT((cpu.logError - gpu.logError.cpu()).abs().max().item<double>(), 0.01);
}

TEST_F(Cuda, AShotAgreesWithTheCpu) {
    Propagator onCpu, onGpu;
    onGpu->to(torch::kCUDA);
    {
        const torch::NoGradGuard guard;
        for (auto& item : onGpu->named_parameters()) item.value().copy_(onCpu->named_parameters()[item.key()]);
    }
    for (auto* network : {&onCpu, &onGpu}) (*network)->eval();
    ShotRunner cpu(onCpu, torch::kCPU, false), gpu(onGpu, torch::kCUDA, false);
    const auto ab = keyframeColors();
    for (auto* runner : {&cpu, &gpu}) runner->start(lightness(0), ab);
    for (int t = 1; t <= 3; ++t) {
        const auto one = cpu.step(lightness(t)).get(), other = gpu.step(lightness(t)).get();
        double worst = 0;
        for (std::size_t i = 0; i < one.ab.a.size(); ++i)
            worst = std::max(worst, static_cast<double>(std::fabs(one.ab.a.data[i] - other.ab.a.data[i])));
        EXPECT_LT(worst, 0.1) << t;
    }
}

}  // namespace
}  // namespace tintreel::nn
