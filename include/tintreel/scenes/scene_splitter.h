// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "tintreel/base/image.h"
#include "tintreel/base/media_time.h"
#include "tintreel/base/options.h"
#include "tintreel/scenes/dissolve_finder.h"

namespace tintreel::scenes {

struct SceneSplitOptions {
    /// "paper": the bare rule of Oleshchenko and Tarelkina, a cut where SSIM(t, t−1) falls below SSIM(t−1, t−2) by more
    /// than the margin. "robust": the same idea with a likeness that survives motion, exposure and dirt
    /// (docs/scenes.md).
    std::string rule = "robust";
    double margin = 0.4;        ///< of the bare rule, 0..2
    double robustMargin = 0.3;  ///< of the robust rule, 0..2: by how much a change must stand out from its neighbours
    int minLength = 8;          ///< frames of the shortest scene

    [[nodiscard]] OptionTable table();
};

/// Finds cuts in a stream of frames with a look-ahead of a few frames; memory does not grow. Not thread-safe.
class SceneSplitter {
public:
    explicit SceneSplitter(SceneSplitOptions options);

    /// Luma of the next frame at any size and 0..1.
    void push(const Plane<float>& grey);
    /// Ends the stream. The scenes cover [0, frames) without gaps; none for an empty stream.
    [[nodiscard]] std::vector<FrameRange> finish();

private:
    struct Change {
        double whole = 0;
        double steady = 0;  // no larger; blind to exposure
    };
    struct Look {
        Plane<float> picture;          // small luma, 0..255
        Plane<float> tiny;             // for matching with a shift
        std::vector<float> histogram;  // 32 bins, sums to 1
        std::vector<float> evened;     // of the picture at one mean and contrast
        Change change;                 // against the frame before
        double ssim = 1;               // against the frame before, bare rule only
        double contrast = 0;           // standard deviation
    };
    [[nodiscard]] static Change change(const Look& from, const Look& to);
    [[nodiscard]] Look look(const Plane<float>& grey) const;
    void decidePaper();
    void decideRobust(bool atEnd);
    void cut(FrameIndex frame);
    void addDissolves();

    SceneSplitOptions options_;
    std::deque<Look> window_;  // the last frames; window_.front() is frame first_
    FrameIndex first_ = 0;
    FrameIndex frames_ = 0;
    FrameIndex decided_ = 1;  // next frame to decide on
    bool blank_ = false;
    FrameIndex blankEnd_ = -1;  // first frame after a blank stretch, while it is not yet clear whether it is a cut
    Look beforeBlank_;
    DissolveFinder dissolves_;
    std::vector<FrameIndex> cuts_;
};

}  // namespace tintreel::scenes
