// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <QString>

#include "tintreel/base/media_time.h"

namespace tintreel::ui {

// What a timeline shows; plain data, filled by the studio.

enum class SceneStatus { Empty, Keyed, Done, Stale, Approved, Failed };
inline constexpr int kSceneStatusCount = 6;

/// What there is of a frame in colour.
enum class FrameState : quint8 { None, Preview, Full, Stale, Failed };
inline constexpr int kFrameStateCount = 5;

/// A key: painted on, made without hints, brought in as a colour picture, or only proposed.
enum class KeyKind { Hinted, Bare, Reference, Suggested };

/// Scenes follow each other: the cut between two is the first frame of the later one.
struct TimelineScene {
    FrameRange range;
    SceneStatus status = SceneStatus::Empty;
    bool cutByHand = false;  ///< its first frame was set by a person
    QString notes{};
    bool operator==(const TimelineScene&) const = default;
};

struct TimelineKey {
    FrameIndex frame = 0;
    KeyKind kind = KeyKind::Hinted;
    bool stale = false;
    bool operator==(const TimelineKey&) const = default;
};

struct TimelineMarker {
    FrameIndex frame = 0;
    QString label{};
    bool operator==(const TimelineMarker&) const = default;
};

/// Frames that no run covers are FrameState::None.
struct StateRun {
    FrameRange range;
    FrameState state = FrameState::None;
    bool operator==(const StateRun&) const = default;
};

/// 0 (drifts) .. 1 (sure), one value a frame from `first` on. Frames that no run covers are unknown.
struct ConfidenceRun {
    FrameIndex first = 0;
    std::vector<float> values{};
    bool operator==(const ConfidenceRun&) const = default;
};

}  // namespace tintreel::ui
