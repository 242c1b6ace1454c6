// SPDX-License-Identifier: Apache-2.0
#include "tintreel/nn/propagator.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>

#include "nn/attention.h"

namespace tintreel::nn {
namespace F = torch::nn::functional;

namespace {

constexpr std::array<int, 4> kWidths{48, 96, 160, 192};  // features at 1/4, 1/8, 1/16, 1/32
constexpr std::array<int, 4> kBlocks{2, 2, 3, 2};
constexpr std::array<int, 4> kMixWidths{40, 72, 112, 144};  // mix at 1/2, 1/4, 1/8, 1/16
constexpr std::array<int, 4> kMixBlocks{1, 2, 2, 3};
constexpr int kKeyDim = 64;
constexpr int kCandidates = 8;
constexpr double kAbScale = 30.0;
constexpr double kKnownLogError = -1.0;      // that a person's colours are given
constexpr int64_t kCellsAtOnce = 1024;       // weights of so many cells stay in the cache
constexpr int64_t kCellsAtOnceOnGpu = 8192;  // the start of each product counts there
constexpr int64_t kCellsATask = 128;         // the same for one thread
// Wide: at 3, 6, 10 and 16 cells the prototype had 28.7, 29.9, 30.3 and 30.4 dB.
constexpr double kLocalSigma = 12.0;
constexpr double kNear = 1.0 / (2.0 * kLocalSigma * kLocalSigma);

/// Positions (pixel indices) x, y [N,K,h,w] as grid_sample takes them for a picture of w×h: −1..1 inside. [N,K,h,w,2]
torch::Tensor gridOf(const torch::Tensor& x, const torch::Tensor& y, int64_t w, int64_t h) {
    const auto along = [](const torch::Tensor& t, int64_t size) {
        return t * (2.0 / static_cast<double>(size)) + (1.0 / static_cast<double>(size) - 1.0);
    };
    return torch::stack({along(x, w), along(y, h)}, 4);
}

/// `source` at the positions of a grid, [N,h,w,2].
torch::Tensor sampleAt(const torch::Tensor& source, const torch::Tensor& grid, bool bicubic = false) {
    auto options = F::GridSampleFuncOptions().padding_mode(torch::kBorder).align_corners(false);
    options = bicubic ? options.mode(torch::kBicubic) : options.mode(torch::kBilinear);
    return F::grid_sample(source, grid, options);
}

/// What a read tells the mix: a, b, L difference, spread, similarity, log error, from planes a, b, L, |ab|², log error,
/// …
torch::Tensor evidenceFrom(const torch::Tensor& read, const torch::Tensor& alike, const torch::Tensor& lightness) {
    const auto ab = read.narrow(1, 0, 2);
    const auto spread = torch::sqrt(torch::relu(read.narrow(1, 3, 1) - ab.square().sum(1, true)) + 1e-3);
    return torch::cat({ab, read.narrow(1, 2, 1) - lightness, spread, alike, read.narrow(1, 4, 1)}, 1);
}

torch::Tensor quarterOf(const torch::Tensor& half) { return torch::avg_pool2d(half, 2); }

template <class List, class Make>
void fill(List& list, int count, Make make) {
    for (int i = 0; i < count; ++i) list->push_back(make(i));
}

torch::nn::Sequential residualStack(int channels, int count) {
    torch::nn::Sequential stack;
    for (int i = 0; i < count; ++i) stack->push_back(ResidualBlock(channels, Norm::None));
    return stack;
}

constexpr double kAb = 1.0 / kAbScale;
// What the mix is given, by channel: the value is multiplied by the first and the second is added.
using Affine = std::pair<double, double>;
constexpr Affine kL{1.0 / 25.0, -2.0}, kColor{kAb, 0}, kDifference{0.1, 0}, kLog{0.5, 0}, kChainError{0.5, 0},
    kMove{0.25, 0}, kSame{1, 0};
// clang-format off
const std::vector<Affine> kMixScales{kL, kL, kL, kL,                                              // lightness of four pixels
                                     kColor, kColor, kDifference, kChainError, kLog,              // result before
                                     kColor, kColor, kDifference, kMove, kSame,                   // keyframe
                                     kColor, kColor, kDifference, kMove, kSame, kLog,             // anchor
                                     kColor, kColor, kColor, kColor,                              // their differences
                                     kColor, kColor, kDifference, kMove, kSame, kColor, kColor};  // keyframe by flow alone
const std::vector<Affine> kQuarterScales{kColor, kColor, kDifference, kDifference, kSame,        // read anywhere
                                         kColor, kColor, kDifference, kDifference, kSame,        // near the keyframe's track
                                         kColor, kColor, kDifference, kDifference, kSame, kLog,  // near the anchor's
                                         kColor, kColor, kColor, kColor,                         // their differences
                                         kColor, kColor, kColor, kColor, kColor, kColor, kL, kLog, kLog, kColor, kColor,  // candidates by motion
                                         kSame, kSame, kSame, kSame};                            // similarity at the ends of the tracks
// clang-format on

/// A convolution of a list is followed by ReLU, always.
torch::Tensor call(torch::nn::ModuleList& list, std::size_t i, const torch::Tensor& x) {
    if (auto* conv = list[i]->as<torch::nn::Conv2d>()) return convRelu(*conv, x);
    if (auto* block = list[i]->as<ResidualBlock>()) return block->forward(x);
    if (auto* attention = list[i]->as<DualAttention>()) return attention->forward(x);
    return list[i]->as<torch::nn::Sequential>()->forward(x);
}

}  // namespace

Memory concatenated(const std::vector<Memory>& parts) {
    const auto gather = [&](torch::Tensor Memory::*member) {
        std::vector<torch::Tensor> tensors;
        for (const auto& part : parts) tensors.push_back(part.*member);
        return torch::cat(tensors, 1);
    };
    return {gather(&Memory::keys), gather(&Memory::values), gather(&Memory::positions)};
}

torch::Tensor halfSize(const torch::Tensor& x) { return torch::avg_pool2d(x, 2); }

torch::Tensor geometryTensor(const StepGeometry& g) {
    const std::array planes{&g.chain.x,  &g.chain.y,  &g.chainError, &g.key.x,     &g.key.y,     &g.keyMove,
                            &g.anchor.x, &g.anchor.y, &g.anchorMove, &g.carried.x, &g.carried.y, &g.carriedError};
    auto t = torch::empty({1, static_cast<int64_t>(planes.size()), g.chainError.height, g.chainError.width});
    float* data = t.data_ptr<float>();
    for (const auto* plane : planes) {
        std::memcpy(data, plane->data.data(), plane->size() * sizeof(float));
        data += plane->size();
    }
    return t;
}

PropagatorImpl::ChannelScale::ChannelScale(const std::vector<std::pair<double, double>>& channels) {
    std::vector<double> factors, offsets;
    for (const auto& [factor, offset] : channels) {
        factors.push_back(factor);
        offsets.push_back(offset);
    }
    const auto planes = [](const std::vector<double>& values) {
        return torch::tensor(values, torch::kFloat32).view({1, -1, 1, 1});
    };
    factor_ = planes(factors);
    offset_ = planes(offsets);
}

torch::Tensor PropagatorImpl::ChannelScale::operator()(const torch::Tensor& x) {
    if (factor_.device() != x.device()) {
        const torch::InferenceMode off(false);  // training may come after a validation
        factor_ = factor_.to(x.device());
        offset_ = offset_.to(x.device());
    }
    return torch::addcmul(offset_, x, factor_);
}

PropagatorImpl::PropagatorImpl() : toMix_(kMixScales), toMixQuarter_(kQuarterScales) {
    stem1 = register_module("stem1", makeConv(1, 32, 3, 2));
    stem2 = register_module("stem2", makeConv(32, kWidths[0], 3, 2));
    const auto at = [](const auto& table, int i) { return table[static_cast<std::size_t>(i)]; };
    fill(levels, 4, [&](int i) { return residualStack(at(kWidths, i), at(kBlocks, i)); });
    fill(downs, 3, [&](int i) { return makeConv(at(kWidths, i), at(kWidths, i + 1), 3, 2); });
    fill(merges, 3, [&](int i) { return makeConv(at(kWidths, i) + at(kWidths, i + 1), at(kWidths, i), 1); });
    fill(decoders, 3, [&](int i) { return ResidualBlock(at(kWidths, i), Norm::None); });
    register_module("levels", levels);
    register_module("downs", downs);
    register_module("merges", merges);
    register_module("decoders", decoders);
    head = register_module("head", makeConv(kWidths[0], kKeyDim, 1));
    temperature = register_parameter("temperature", torch::full({1}, std::log(20.0)));

    mixIn = register_module("mix_in", makeConv(static_cast<int>(kMixScales.size()), kMixWidths[0]));
    mixQuarter = register_module(
        "mix_quarter", makeConv(static_cast<int>(kQuarterScales.size()) + kWidths[0] + kMixWidths[1], kMixWidths[1]));
    mixEighth = register_module("mix_eighth", makeConv(kWidths[1] + kMixWidths[2], kMixWidths[2], 1));
    fill(mixLevels, 4, [&](int i) { return residualStack(at(kMixWidths, i), at(kMixBlocks, i)); });
    fill(mixAttention, 4, [&](int i) { return DualAttention(at(kMixWidths, i)); });
    fill(mixDowns, 3, [&](int i) { return makeConv(at(kMixWidths, i), at(kMixWidths, i + 1), 3, 2); });
    fill(mixMerges, 3,
         [&](int i) { return makeConv(at(kMixWidths, i) + at(kMixWidths, i + 1), at(kMixWidths, i), 1); });
    fill(mixDecoders, 3, [&](int i) { return ResidualBlock(at(kMixWidths, i), Norm::None); });
    register_module("mix_levels", mixLevels);
    register_module("mix_attention", mixAttention);
    register_module("mix_downs", mixDowns);
    register_module("mix_merges", mixMerges);
    register_module("mix_decoders", mixDecoders);
    mixOut = register_module("mix_out", makeConv(kMixWidths[0], kCandidates + 2 + 2 + 1, 3, 1, 0.1));
}

FrameFeatures PropagatorImpl::features(const torch::Tensor& lightness) {
    auto x = convRelu(*stem2, convRelu(*stem1, (lightness - 50.0) / 25.0));
    std::vector<torch::Tensor> skips;
    for (std::size_t i = 0; i < kWidths.size(); ++i) {
        x = call(levels, i, x);
        skips.push_back(x);
        if (i + 1 < kWidths.size()) x = call(downs, i, x);
    }
    FrameFeatures result;
    for (std::size_t i = kWidths.size() - 1; i-- > 0;) {
        const auto up = resizeTo(x, skips[i].size(2), skips[i].size(3));
        x = call(decoders, i, call(merges, i, torch::cat({up, skips[i]}, 1)));
        if (i == 1) result.eighth = x;
    }
    result.quarter = x;
    const auto key = head(x).to(torch::kFloat32);
    result.unit = unitVectors(key, 1);
    return result;
}

Reference PropagatorImpl::makeReference(const FrameFeatures& f, const torch::Tensor& lightness, const torch::Tensor& ab,
                                        const torch::Tensor& logError) const {
    Reference reference{ab, logError, halfSize(lightness), {}};
    const auto pooled = torch::avg_pool2d(f.unit, 2);
    const auto keys = unitVectors(pooled, 1).flatten(2).transpose(1, 2);
    const auto squared = ab.square().sum(1, true);
    const auto values =
        torch::avg_pool2d(torch::cat({ab, reference.lightness, squared, logError}, 1), 4).flatten(2).transpose(1, 2);
    const auto n = keys.size(0), h = pooled.size(2), w = pooled.size(3);
    const auto options = keys.options().requires_grad(false);
    const auto ys = (torch::arange(h, options) * 2.0 + 0.5).view({h, 1}).expand({h, w});
    const auto xs = (torch::arange(w, options) * 2.0 + 0.5).view({1, w}).expand({h, w});
    reference.memory = {keys, torch::cat({values, keys}, 2),
                        torch::stack({xs.reshape({h * w}), ys.reshape({h * w})}, 1).unsqueeze(0).expand({n, h * w, 2})};
    return reference;
}

Reference PropagatorImpl::makeKeyframe(const torch::Tensor& lightness, const torch::Tensor& ab) {
    const auto half = halfSize(ab);
    return makeReference(features(lightness), lightness, half, torch::full_like(half.narrow(1, 0, 1), kKnownLogError));
}

torch::Tensor PropagatorImpl::similarity(const FrameFeatures& f, const Memory& memory, int64_t first,
                                         int64_t count) const {
    const auto queries = f.unit.flatten(2).narrow(2, first, count).transpose(1, 2);  // [N,count,64]
    return torch::matmul(queries * torch::exp(temperature), memory.keys.transpose(1, 2));
}

torch::Tensor PropagatorImpl::weighted(const torch::Tensor& logits, const Memory& memory) {
    return torch::matmul(torch::softmax(logits.to(torch::kFloat32), 2), memory.values).to(torch::kFloat32);
}

void PropagatorImpl::freezeFeatures() {
    for (const auto& item : named_parameters())
        if (!item.key().starts_with("mix")) torch::Tensor(item.value()).requires_grad_(false);
}

std::vector<torch::Tensor> PropagatorImpl::fusedReads(const FrameFeatures& f, const Memory& memory,
                                                      const std::vector<ReadRange>& ranges,
                                                      const torch::Tensor& lightness) const {
    const auto h = f.unit.size(2), w = f.unit.size(3);
    const float scale = std::exp(temperature.item<float>());
    std::vector<std::vector<torch::Tensor>> pictures(ranges.size());
    for (int64_t n = 0; n < f.unit.size(0); ++n) {
        auto reads = fusedReadsOf(n, f, memory, ranges, scale);
        for (std::size_t r = 0; r < reads.size(); ++r) pictures[r].push_back(reads[r].view({1, kReadOutputs, h, w}));
    }
    std::vector<torch::Tensor> all;
    for (const auto& parts : pictures) {
        const auto out = torch::cat(parts, 0);
        all.push_back(
            evidenceFrom(out, out.narrow(1, 5, 1) / scale + 1.0, lightness));  // a logit is scale · (similarity − 1)
    }
    return all;
}

std::vector<torch::Tensor> PropagatorImpl::fusedReadsOf(int64_t n, const FrameFeatures& f, const Memory& memory,
                                                        const std::vector<ReadRange>& ranges, float scale) {
    const bool bf16 = at::autocast::is_autocast_enabled(torch::kCPU) &&
                      at::autocast::get_autocast_dtype(torch::kCPU) == torch::kBFloat16;
    const Bf16Scope plain(false, torch::kCPU);
    const auto type = bf16 ? torch::kBFloat16 : torch::kFloat32;
    // Two columns take the temperature off every logit, so that a perfect match has 0 and bf16 is finest where weights
    // are large.
    const float coarse = bf16 ? static_cast<float>(c10::BFloat16(scale)) : scale;
    const auto columns = [](const torch::Tensor& t, float first, float second) {
        return torch::cat({t, torch::full({t.size(0), 1}, first), torch::full({t.size(0), 1}, second)}, 1);
    };
    const auto queries = columns(f.unit[n].flatten(1).t() * scale, -coarse, coarse - scale).to(type).contiguous();
    const auto keys = columns(memory.keys[n], 1, 1).to(type).contiguous().t();
    const auto values = memory.values[n].narrow(1, 0, 5).t().contiguous();
    const auto places = memory.positions[n].t().to(torch::kFloat32).contiguous();
    const auto cells = queries.size(0), count = keys.size(1);

    std::vector<torch::Tensor> reads, positions;
    std::vector<ReadCells> known;
    for (const auto& range : ranges) {
        reads.push_back(torch::empty({kReadOutputs, cells}));
        positions.push_back(range.tracked == nullptr ? torch::Tensor() : (*range.tracked)[n].contiguous());
        auto& part = known.emplace_back(ReadCells{static_cast<int>(range.count),
                                                  {},
                                                  places.data_ptr<float>() + range.first,
                                                  places.data_ptr<float>() + count + range.first});
        for (int i = 0; i < 5; ++i) part.values[i] = values.data_ptr<float>() + i * count + range.first;
    }
    at::parallel_for(0, (cells + kCellsATask - 1) / kCellsATask, 1, [&](int64_t firstTask, int64_t endTask) {
        const torch::InferenceMode guard;
        std::vector<float> scratch(static_cast<std::size_t>(count));
        std::array<float, kReadOutputs> out;
        for (int64_t task = firstTask; task < endTask; ++task) {
            const auto first = task * kCellsATask, size = std::min(kCellsATask, cells - first);
            const auto logits = torch::matmul(queries.narrow(0, first, size), keys);
            for (std::size_t r = 0; r < reads.size(); ++r) {
                float* const target = reads[r].data_ptr<float>();
                for (int64_t i = 0; i < size; ++i) {
                    ReadPlace place;
                    if (positions[r].defined()) {
                        const float* at = positions[r].data_ptr<float>() + 2 * (first + i);
                        place = {at[0], at[1], static_cast<float>(kNear)};
                    }
                    const auto row = i * count + ranges[r].first;
                    const auto* halves =
                        bf16 ? reinterpret_cast<const std::uint16_t*>(logits.data_ptr<at::BFloat16>()) + row : nullptr;
                    readCell(known[r], halves, bf16 ? nullptr : logits.data_ptr<float>() + row,
                             positions[r].defined() ? &place : nullptr, scratch.data(), out.data());
                    for (int64_t k = 0; k < kReadOutputs; ++k)
                        target[k * cells + first + i] = out[static_cast<std::size_t>(k)];
                }
            }
        }
    });
    return reads;
}

torch::Tensor PropagatorImpl::evidenceOf(const torch::Tensor& read, const torch::Tensor& unit,
                                         const torch::Tensor& lightness) {
    const auto out = read.transpose(1, 2).reshape({read.size(0), read.size(2), lightness.size(2), lightness.size(3)});
    return evidenceFrom(out, (out.narrow(1, 5, kKeyDim) * unit).sum(1, true), lightness);
}

PropagatorImpl::Read PropagatorImpl::readColors(const FrameFeatures& f, const Memory& memory,
                                                const torch::Tensor& truthQuarter, int64_t turn) const {
    const auto sparse = [turn](const torch::Tensor& t) {
        return t.slice(2, (turn / 2) % 2, c10::nullopt, 2).slice(3, turn % 2, c10::nullopt, 2);
    };
    const FrameFeatures some{sparse(f.unit), {}, {}};
    const auto weights =
        torch::softmax(similarity(some, memory, 0, some.unit.size(2) * some.unit.size(3)).to(torch::kFloat32), 2);
    const auto values = memory.values.narrow(2, 0, 2);
    const auto truth = sparse(truthQuarter).flatten(2).transpose(1, 2);
    const auto distance = torch::cdist(truth, values.detach()).square();
    const auto planes = [&](const torch::Tensor& t) {
        return t.transpose(1, 2).reshape({t.size(0), t.size(2), some.unit.size(2), some.unit.size(3)});
    };
    return {planes(torch::matmul(weights, values).to(torch::kFloat32)),
            planes((weights * torch::exp(-distance / 32.0)).sum(2, true)), sparse(truthQuarter)};
}

PropagatorImpl::Output PropagatorImpl::forward(const torch::Tensor& lightness, const FrameFeatures& f,
                                               const torch::Tensor& geometry, const Reference& previous,
                                               const Reference& key, const Reference& anchor, const Memory* others) {
    const auto plane = [&](int64_t i) { return geometry.narrow(1, i, 1); };
    // x, y of the tracks: into the frame before, the keyframe, the anchor, and the keyframe by flow alone.
    const auto xs = geometry.slice(1, 0, c10::nullopt, 3), ys = geometry.slice(1, 1, c10::nullopt, 3);
    const auto half = halfSize(lightness);
    const auto quarter = quarterOf(half);

    // Candidates by motion, at half size.
    const auto grid = gridOf(xs, ys, half.size(3), half.size(2));
    const auto outside = (grid.abs().amax(4) > 1.0).to(torch::kFloat32);
    const auto fromPrevious = torch::cat({previous.ab, previous.logError, previous.lightness}, 1);
    const auto chain = sampleAt(fromPrevious, grid.select(1, 0), true);
    const auto ofKey = torch::cat({key.ab, key.lightness}, 1);
    const auto keySample = sampleAt(ofKey, grid.select(1, 1)), carried = sampleAt(ofKey, grid.select(1, 3));
    const auto anchorSample =
        sampleAt(torch::cat({anchor.ab, anchor.lightness, anchor.logError}, 1), grid.select(1, 2));
    const auto chainAb = chain.narrow(1, 0, 2), keyAb = keySample.narrow(1, 0, 2),
               anchorAb = anchorSample.narrow(1, 0, 2), carriedAb = carried.narrow(1, 0, 2);

    // Candidates by attention, at a quarter of the size.
    const auto pooled = torch::avg_pool2d(geometry, 2);
    const auto position = [&](int64_t first) {  // tracked position in quarter-size indices, [N,cells,2]
        return (pooled.narrow(1, first, 2) / 2.0 - 0.25).flatten(2).transpose(1, 2);
    };
    // Adds −|place − tracked|²/(2σ²) to logits as one product of short vectors; the part that depends on the query
    // alone is left out, softmax does not see it.
    const auto nearby = [&](const torch::Tensor& logits, const torch::Tensor& tracked, const Memory& memory) {
        const auto query = torch::cat({tracked * (2.0 * kNear), torch::ones_like(tracked.narrow(2, 0, 1))}, 2);
        const auto place = torch::cat({memory.positions, -kNear * memory.positions.square().sum(2, true)}, 2);
        return torch::baddbmm(logits, query, place.transpose(1, 2));
    };
    std::vector<Memory> parts{key.memory, anchor.memory};
    if (others != nullptr) parts.push_back(*others);
    const Memory all = concatenated(parts);
    const auto keyPosition = position(3), anchorPosition = position(6);
    torch::Tensor wide, keyLocal, anchorLocal;
    if (lightness.device().is_cpu() && !(torch::GradMode::is_enabled() && temperature.requires_grad())) {
        const auto keyCells = key.memory.keys.size(1);
        const auto reads = fusedReads(f, all,
                                      {{0, all.keys.size(1), nullptr},
                                       {0, keyCells, &keyPosition},
                                       {keyCells, anchor.memory.keys.size(1), &anchorPosition}},
                                      quarter);
        wide = reads[0];
        keyLocal = reads[1];
        anchorLocal = reads[2];
    } else {
        // Attention over thousands of cells loses too much in bf16.
        const Bf16Scope fp32(false, lightness.device().type());
        const auto cells = keyPosition.size(1);
        // The cells are read in parts: a part's weights stay in the cache, all at once they do not.
        const auto part = std::min<int64_t>(cells, lightness.device().is_cpu() ? kCellsAtOnce : kCellsAtOnceOnGpu);
        std::vector<torch::Tensor> wideParts, keyParts, anchorParts;
        for (int64_t first = 0; first < cells; first += part) {
            const auto count = std::min(part, cells - first);
            std::vector<torch::Tensor> logits;
            for (const auto& memory : parts) logits.push_back(similarity(f, memory, first, count));
            wideParts.push_back(weighted(torch::cat(logits, 2), all));
            keyParts.push_back(
                weighted(nearby(logits[0], keyPosition.narrow(1, first, count), key.memory), key.memory));
            anchorParts.push_back(
                weighted(nearby(logits[1], anchorPosition.narrow(1, first, count), anchor.memory), anchor.memory));
        }
        const auto read =
            evidenceOf(torch::cat({torch::cat(wideParts, 1), torch::cat(keyParts, 1), torch::cat(anchorParts, 1)}, 0),
                       f.unit.repeat({3, 1, 1, 1}), quarter.repeat({3, 1, 1, 1}))
                .chunk(3, 0);
        wide = read[0];
        keyLocal = read[1];
        anchorLocal = read[2];
    }

    // clang-format off
    const auto inputs = toMix_(torch::cat({torch::pixel_unshuffle(lightness, 2),
                                           chainAb, chain.narrow(1, 3, 1) - half, plane(2), chain.narrow(1, 2, 1),
                                           keyAb, keySample.narrow(1, 2, 1) - half, plane(5), outside.narrow(1, 1, 1),
                                           anchorAb, anchorSample.narrow(1, 2, 1) - half, plane(8), outside.narrow(1, 2, 1), anchorSample.narrow(1, 3, 1),
                                           chainAb - keyAb, keyAb - anchorAb,
                                           carriedAb, carried.narrow(1, 2, 1) - half, plane(11), outside.narrow(1, 3, 1), chainAb - carriedAb}, 1));
    // clang-format on
    // Do the tracks lead to the same thing? The features of the two ends compared. [N,4,h,w]
    const auto same = [&] {
        const auto h = f.unit.size(2) / 2, w = f.unit.size(3) / 2;
        const auto mapOf = [&](const Reference& reference) {
            return reference.memory.keys.transpose(1, 2).reshape({f.unit.size(0), kKeyDim, h, w});
        };
        const auto ofPrevious = mapOf(previous), keyMap = mapOf(key), ofAnchor = mapOf(anchor);
        const auto eighth = [](const torch::Tensor& p) { return p.slice(1, 0, c10::nullopt, 3) / 4.0 - 0.375; };
        const auto ends = gridOf(eighth(pooled), eighth(pooled.narrow(1, 1, pooled.size(1) - 1)), w, h);
        const auto end = [&](const torch::Tensor& map, int64_t track) { return sampleAt(map, ends.select(1, track)); };
        return (torch::stack({end(ofPrevious, 0), end(keyMap, 1), end(ofAnchor, 2), end(keyMap, 3)}, 1) *
                f.unit.unsqueeze(1))
            .sum(2);
    }();
    const auto quarters = quarterOf(torch::cat({chainAb, keyAb, anchorAb, half, chain.narrow(1, 2, 1), carriedAb}, 1));
    const auto abOf = [](const torch::Tensor& read) { return read.narrow(1, 0, 2); };
    const auto quarterInputs =
        toMixQuarter_(torch::cat({wide.narrow(1, 0, 5), keyLocal.narrow(1, 0, 5), anchorLocal,
                                  abOf(wide) - abOf(keyLocal), abOf(keyLocal) - abOf(anchorLocal),
                                  quarters.narrow(1, 0, 8), wide.narrow(1, 5, 1), quarters.narrow(1, 8, 2), same},
                                 1));

    auto x = convRelu(*mixIn, inputs.contiguous(torch::MemoryFormat::ChannelsLast));
    std::vector<torch::Tensor> skips;
    for (std::size_t i = 0; i < kMixWidths.size(); ++i) {
        if (i == 1) x = convRelu(*mixQuarter, torch::cat({x, quarterInputs, f.quarter}, 1));
        if (i == 2) x = convRelu(*mixEighth, torch::cat({x, f.eighth}, 1));
        x = call(mixAttention, i, call(mixLevels, i, x));
        skips.push_back(x);
        if (i + 1 < kMixWidths.size()) x = call(mixDowns, i, x);
    }
    for (std::size_t i = kMixWidths.size() - 1; i-- > 0;) {
        const auto up = resizeTo(x, skips[i].size(2), skips[i].size(3));
        x = call(mixDecoders, i, call(mixMerges, i, torch::cat({up, skips[i]}, 1)));
    }
    const auto out = mixOut(x).to(torch::kFloat32);

    const auto gates = torch::softmax(out.narrow(1, 0, kCandidates), 1);
    const auto own = out.narrow(1, kCandidates, 2) * kAbScale;
    const auto up =
        resizeTo(torch::cat({abOf(wide), abOf(keyLocal), abOf(anchorLocal)}, 1), half.size(2), half.size(3));
    const auto candidates =
        torch::cat({chainAb, keyAb, anchorAb, up, own, carriedAb}, 1).unflatten(1, {kCandidates, 2});
    const auto mixed = out.narrow(1, kCandidates + 2, 2) * 3.0 + (gates.unsqueeze(2) * candidates).sum(1);
    return {mixed, out.narrow(1, kCandidates + 4, 1) + 1.0, own};
}

}  // namespace tintreel::nn
