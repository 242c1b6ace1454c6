// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "timeline/lane_index.h"

namespace tintreel::ui {
namespace {

using Extent = ConfidenceIndex::Extent;

constexpr std::size_t kBlock = 256;

void add(Extent& extent, const Extent& other) {
    if (other.lowestFrame < 0) return;
    if (extent.lowestFrame < 0 || other.lowest < extent.lowest) {
        extent.lowest = other.lowest;
        extent.lowestFrame = other.lowestFrame;
    }
    extent.highest = std::max(extent.highest, other.highest);
}

Extent scan(const ConfidenceRun& run, std::size_t from, std::size_t to) {
    Extent extent;
    for (std::size_t i = from; i < to; ++i) {
        const float value = run.values[i];
        if (!std::isnan(value)) add(extent, {value, value, run.first + static_cast<FrameIndex>(i)});
    }
    return extent;
}

}  // namespace

ConfidenceIndex::ConfidenceIndex(std::vector<ConfidenceRun> runs) {
    std::erase_if(runs, [](const ConfidenceRun& run) { return run.values.empty(); });
    std::sort(runs.begin(), runs.end(),
              [](const ConfidenceRun& a, const ConfidenceRun& b) { return a.first < b.first; });
    for (auto& data : runs) {
        for (float& value : data.values) value = std::isnan(value) ? value : std::clamp(value, 0.0F, 1.0F);
        Run run{std::move(data), {}};
        for (std::size_t from = 0; from < run.data.values.size(); from += kBlock) {
            run.blocks.push_back(scan(run.data, from, std::min(from + kBlock, run.data.values.size())));
        }
        runs_.push_back(std::move(run));
    }
    Extent all;
    for (const auto& run : runs_) {
        for (const auto& block : run.blocks) add(all, block);
    }
    worst_ = all.lowestFrame;
}

std::optional<Extent> ConfidenceIndex::in(FrameRange range) const {
    Extent extent;
    auto run = std::upper_bound(runs_.begin(), runs_.end(), range.first, [](FrameIndex f, const Run& r) {
        return f < r.data.first + static_cast<FrameIndex>(r.data.values.size());
    });
    for (; run != runs_.end() && run->data.first < range.end; ++run) {
        const auto size = static_cast<FrameIndex>(run->data.values.size());
        const auto from = static_cast<std::size_t>(std::max<FrameIndex>(range.first - run->data.first, 0));
        const auto to = static_cast<std::size_t>(std::min(range.end - run->data.first, size));
        const std::size_t firstBlock = (from + kBlock - 1) / kBlock;
        const std::size_t endBlock = to / kBlock;
        if (firstBlock >= endBlock) {
            add(extent, scan(run->data, from, to));
            continue;
        }
        add(extent, scan(run->data, from, firstBlock * kBlock));
        for (std::size_t block = firstBlock; block < endBlock; ++block) add(extent, run->blocks[block]);
        add(extent, scan(run->data, endBlock * kBlock, to));
    }
    return extent.lowestFrame < 0 ? std::nullopt : std::optional(extent);
}

std::optional<float> ConfidenceIndex::at(FrameIndex frame) const {
    const auto extent = in({frame, frame + 1});
    return extent ? std::optional(extent->lowest) : std::nullopt;
}

}  // namespace tintreel::ui
