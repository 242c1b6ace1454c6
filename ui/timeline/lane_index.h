// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "timeline/timeline_data.h"

namespace tintreel::ui {

// Answers "what is there in this stretch of frames?" without walking through it: a film of two million frames is drawn
// into a thousand pixel columns, and not one failed frame may get lost in them. Made anew when data change (O(n)); then
// read only.

/// States of frames. At most 2·256 runs and frames / 256 blocks are looked at for one question.
class StateIndex {
public:
    StateIndex() = default;
    /// Runs may come in any order; where they overlap the later one of the list is right.
    explicit StateIndex(std::vector<StateRun> runs);
    /// Sorted, without overlap, neighbours of the same state joined, without None.
    [[nodiscard]] const std::vector<StateRun>& runs() const noexcept { return runs_; }
    [[nodiscard]] FrameState at(FrameIndex frame) const;
    /// Bit 1 << state for each state in the range, None for what no run covers.
    [[nodiscard]] unsigned statesIn(FrameRange range) const;

private:
    [[nodiscard]] unsigned scan(FrameRange range) const;
    std::vector<StateRun> runs_;
    std::vector<std::uint8_t> blocks_;  // statesIn of each 256 frames
};

/// Confidence of frames.
class ConfidenceIndex {
public:
    struct Extent {
        float lowest = 1.0F;
        float highest = 0.0F;
        FrameIndex lowestFrame = -1;  ///< the first of them
    };

    ConfidenceIndex() = default;
    /// Runs in any order, without overlap; values are clamped to 0..1, NaN counts as unknown.
    explicit ConfidenceIndex(std::vector<ConfidenceRun> runs);
    /// Nothing where no value is known.
    [[nodiscard]] std::optional<Extent> in(FrameRange range) const;
    [[nodiscard]] std::optional<float> at(FrameIndex frame) const;
    /// The frame of the lowest value of all; -1 without any.
    [[nodiscard]] FrameIndex worst() const noexcept { return worst_; }

private:
    struct Run {
        ConfidenceRun data;
        std::vector<Extent> blocks;  // each 256 values
    };
    std::vector<Run> runs_;
    FrameIndex worst_ = -1;
};

}  // namespace tintreel::ui
