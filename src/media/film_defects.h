// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tintreel/media/frame_reader.h"

namespace tintreel::media {

/// What is wrong with a film, as it is found while its frames are read in order.
class FilmDefects {
public:
    [[nodiscard]] const std::vector<Defect>& list() const noexcept { return list_; }
    /// Once a frame and code: after a seek the same damage is met again.
    void add(FrameIndex frame, std::string code, std::string message);
    /// Takes the size of every frame met, in order; a change is told of once.
    void size(FrameIndex frame, int width, int height);
    /// Of the first frame met.
    [[nodiscard]] int width() const noexcept { return width_; }
    [[nodiscard]] int height() const noexcept { return height_; }
    /// The frame `frame` comes so many frames after the one before it, by their times.
    void interval(FrameIndex frame, double frames);

    /// What is known at the end of a film.
    struct End {
        FrameIndex frames = 0;          ///< decoded, one after the other
        double seconds = 0;             ///< from the first frame to the last one
        std::int64_t hidden = 0;        ///< packets met that an edit list hides
        bool constantClock = false;     ///< MPEG streams: made at constant rate, their clocks may start again
        bool timesTell = false;         ///< every frame has a time of its own
        bool showsEveryPacket = false;  ///< the codec shows one frame for a packet
    };
    /// Looks for what is missing: the film's end, or frames within it.
    void finish(const MediaInfo& info, const End& end);

private:
    void findGaps(const MediaInfo& info, const End& end);

    std::vector<Defect> list_;
    int width_ = 0, height_ = 0;
    bool sizeTold_ = false;
    std::vector<std::pair<FrameIndex, std::int64_t>> gaps_;  // frame after the gap, frames missing
    std::int64_t gapCount_ = 0, missing_ = 0;
};

}  // namespace tintreel::media
