// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "timeline/lane_index.h"

namespace tintreel::ui {
namespace {

constexpr FrameIndex kBlock = 256;
constexpr unsigned kNone = 1U << static_cast<unsigned>(FrameState::None);

unsigned bit(FrameState state) { return 1U << static_cast<unsigned>(state); }

void append(std::vector<StateRun>& runs, StateRun run) {
    if (run.range.length() <= 0 || run.state == FrameState::None) return;
    if (!runs.empty() && runs.back().range.end == run.range.first && runs.back().state == run.state) {
        runs.back().range.end = run.range.end;
    } else {
        runs.push_back(run);
    }
}

bool isPlain(const std::vector<StateRun>& runs) {
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (runs[i].range.first < 0 || (i > 0 && runs[i].range.first < runs[i - 1].range.end)) return false;
    }
    return true;
}

/// Sweeps over all ends; of the runs that are open at a place the last one of the list counts.
std::vector<StateRun> resolved(const std::vector<StateRun>& runs) {
    struct Edge {
        FrameIndex frame;
        std::size_t run;
        bool opens;
    };
    std::vector<Edge> edges;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const FrameIndex first = std::max<FrameIndex>(runs[i].range.first, 0);
        if (runs[i].range.end <= first) continue;
        edges.push_back({first, i, true});
        edges.push_back({runs[i].range.end, i, false});
    }
    std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) { return a.frame < b.frame; });
    std::vector<StateRun> result;
    std::vector<std::size_t> open;  // a heap of which closed runs are taken off only when they come to the top
    std::vector<bool> closed(runs.size(), false);
    FrameIndex from = 0;
    for (const auto& edge : edges) {
        while (!open.empty() && closed[open.front()]) {
            std::pop_heap(open.begin(), open.end());
            open.pop_back();
        }
        if (!open.empty()) append(result, {{from, edge.frame}, runs[open.front()].state});
        from = edge.frame;
        if (edge.opens) {
            open.push_back(edge.run);
            std::push_heap(open.begin(), open.end());
        } else {
            closed[edge.run] = true;
        }
    }
    return result;
}

}  // namespace

StateIndex::StateIndex(std::vector<StateRun> runs) {
    if (!isPlain(runs)) runs = resolved(runs);
    for (const auto& run : runs) append(runs_, run);
    if (runs_.empty()) return;
    const FrameIndex end = runs_.back().range.end;
    // A run goes once over the blocks it covers; gaps show as blocks that are not covered whole.
    std::vector<FrameIndex> covered(static_cast<std::size_t>((end + kBlock - 1) / kBlock), 0);
    blocks_.assign(covered.size(), 0);
    for (const auto& run : runs_) {
        for (FrameIndex block = run.range.first / kBlock; block * kBlock < run.range.end; ++block) {
            const auto i = static_cast<std::size_t>(block);
            covered[i] += std::min(run.range.end, (block + 1) * kBlock) - std::max(run.range.first, block * kBlock);
            blocks_[i] = static_cast<std::uint8_t>(blocks_[i] | bit(run.state));
        }
    }
    for (std::size_t i = 0; i < covered.size(); ++i) {
        if (covered[i] < kBlock) blocks_[i] = static_cast<std::uint8_t>(blocks_[i] | kNone);
    }
}

FrameState StateIndex::at(FrameIndex frame) const {
    const auto after = std::upper_bound(runs_.begin(), runs_.end(), frame,
                                        [](FrameIndex f, const StateRun& run) { return f < run.range.first; });
    return after != runs_.begin() && std::prev(after)->range.contains(frame) ? std::prev(after)->state
                                                                             : FrameState::None;
}

unsigned StateIndex::statesIn(FrameRange range) const {
    if (range.length() <= 0) return 0;
    const FrameIndex firstBlock = (std::max<FrameIndex>(range.first, 0) + kBlock - 1) / kBlock;
    const FrameIndex endBlock = std::min(range.end / kBlock, static_cast<FrameIndex>(blocks_.size()));
    if (endBlock <= firstBlock) return scan(range);
    unsigned states = scan({range.first, firstBlock * kBlock}) | scan({endBlock * kBlock, range.end});
    for (FrameIndex block = firstBlock; block < endBlock; ++block) states |= blocks_[static_cast<std::size_t>(block)];
    return states;
}

unsigned StateIndex::scan(FrameRange range) const {
    unsigned states = 0;
    FrameIndex next = range.first;  // first frame that is not accounted for
    auto run = std::upper_bound(runs_.begin(), runs_.end(), range.first,
                                [](FrameIndex f, const StateRun& r) { return f < r.range.end; });
    for (; run != runs_.end() && run->range.first < range.end; ++run) {
        states |= bit(run->state);
        if (run->range.first > next) states |= kNone;
        next = run->range.end;
    }
    if (next < range.end) states |= kNone;
    return states;
}

}  // namespace tintreel::ui
