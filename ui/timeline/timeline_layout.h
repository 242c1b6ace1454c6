// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>

#include <QRect>
#include <QString>

namespace tintreel::ui {

/// From top to bottom.
enum class Lane { Ruler, Scenes, Keys, Result, Confidence };
inline constexpr std::array kLanes{Lane::Ruler, Lane::Scenes, Lane::Keys, Lane::Result, Lane::Confidence};

/// Name in the column at the left; translated, empty for the ruler.
[[nodiscard]] QString laneName(Lane lane);

/// Where the lanes are, in logical pixels of the widget. The scene lane takes what height is left; pure.
class TimelineLayout {
public:
    TimelineLayout() = default;
    /// `size` without the scroll bar; `nameWidth` is the column of lane names, `lineHeight` that of the font.
    TimelineLayout(QSize size, int nameWidth, int lineHeight);
    /// The part of a lane that shows frames (right of its name).
    [[nodiscard]] QRect laneRect(Lane lane) const { return rects_[static_cast<std::size_t>(lane)]; }
    [[nodiscard]] QRect nameRect(Lane lane) const;
    /// All lanes and the ruler.
    [[nodiscard]] QRect frames() const;
    /// Where thumbnails and badges of scenes go.
    [[nodiscard]] QRect thumbnailStrip() const;
    [[nodiscard]] QRect badgeStrip() const;
    [[nodiscard]] std::optional<Lane> laneAt(QPoint position) const;
    [[nodiscard]] static int minimumHeight(int lineHeight);
    [[nodiscard]] static int preferredHeight(int lineHeight);

private:
    std::array<QRect, kLanes.size()> rects_;
    int nameWidth_ = 0;
    int lineHeight_ = 1;
};

}  // namespace tintreel::ui
