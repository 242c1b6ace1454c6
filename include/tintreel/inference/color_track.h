// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "tintreel/base/image.h"
#include "tintreel/base/media_time.h"
#include "tintreel/base/result.h"

namespace tintreel::inference {

/// What the networks made of one frame, at half the working size (the networks' own output grid).
struct ColoredFrame {
    AbImage ab;               ///< CIELAB a, b
    Plane<float> confidence;  ///< 0..1, same size; 1 = sure
};

/// Colours of a stretch of frames on disk: one fixed-size record a frame, so that memory does not grow with the
/// length of a scene. ab is kept in steps of 1/64, confidence in 1/255. One writer, any readers; an object is for one
/// thread.
class ColorTrack {
public:
    /// Makes `file`, empty, for planes of width × height; `first` is the lowest frame that it will hold. Error: Output.
    [[nodiscard]] static Result<ColorTrack> create(const std::filesystem::path& file, int width, int height,
                                                   FrameIndex first = 0);
    /// Opens a track for reading; also one that is still being written. Error: Input when it is none.
    [[nodiscard]] static Result<ColorTrack> open(const std::filesystem::path& file);

    /// Gives the room of all frames before `frame` back to the disk; they are no longer there then. For a track that is
    /// read once.
    static void releaseBefore(const std::filesystem::path& file, FrameIndex frame);

    ColorTrack(ColorTrack&&) noexcept;
    ColorTrack& operator=(ColorTrack&&) noexcept;
    ~ColorTrack();

    [[nodiscard]] int width() const noexcept;
    [[nodiscard]] int height() const noexcept;
    [[nodiscard]] bool has(FrameIndex frame) const;
    /// Mean of a frame's confidence without reading its planes; nothing where the frame is not there.
    [[nodiscard]] std::optional<float> meanConfidence(FrameIndex frame) const;
    [[nodiscard]] Result<ColoredFrame> read(FrameIndex frame) const;
    [[nodiscard]] Result<> write(FrameIndex frame, const ColoredFrame& colors);

private:
    struct Private;
    explicit ColorTrack(std::unique_ptr<Private> p);
    std::unique_ptr<Private> p_;
};

}  // namespace tintreel::inference
