// SPDX-License-Identifier: Apache-2.0
#include "timeline/timeline_layout.h"

#include <algorithm>

#include <QCoreApplication>

namespace tintreel::ui {
namespace {

constexpr int kGap = 1;
constexpr int kMinThumbnail = 18;
constexpr int kThumbnail = 54;

struct Heights {
    int ruler, keys, result, confidence;
    explicit Heights(int line) : ruler(line + 8), keys(line + 2), result(line + 4), confidence(2 * line) {}
    [[nodiscard]] int sum() const { return ruler + keys + result + confidence + 4 * kGap; }
};

int badgeHeight(int line) { return line + 2; }

}  // namespace

QString laneName(Lane lane) {
    const auto text = [](const char* word) { return QCoreApplication::translate("tintreel::ui::Lane", word); };
    switch (lane) {
        case Lane::Ruler: return {};
        case Lane::Scenes: return text(QT_TRANSLATE_NOOP("tintreel::ui::Lane", "Scenes"));
        case Lane::Keys: return text(QT_TRANSLATE_NOOP("tintreel::ui::Lane", "Keys"));
        case Lane::Result: return text(QT_TRANSLATE_NOOP("tintreel::ui::Lane", "Result"));
        case Lane::Confidence: return text(QT_TRANSLATE_NOOP("tintreel::ui::Lane", "Confidence"));
    }
    return {};
}

TimelineLayout::TimelineLayout(QSize size, int nameWidth, int lineHeight)
    : nameWidth_(nameWidth), lineHeight_(lineHeight) {
    const Heights heights(lineHeight);
    const int scenes = std::max(size.height() - heights.sum(), badgeHeight(lineHeight) + kMinThumbnail);
    int y = 0;
    const auto place = [&](Lane lane, int height) {
        rects_[static_cast<std::size_t>(lane)] = QRect(nameWidth, y, std::max(size.width() - nameWidth, 1), height);
        y += height + kGap;
    };
    place(Lane::Ruler, heights.ruler);
    place(Lane::Scenes, scenes);
    place(Lane::Keys, heights.keys);
    place(Lane::Result, heights.result);
    place(Lane::Confidence, heights.confidence);
}

QRect TimelineLayout::nameRect(Lane lane) const {
    const QRect rect = laneRect(lane);
    return {0, rect.top(), nameWidth_, rect.height()};
}

QRect TimelineLayout::frames() const { return laneRect(Lane::Ruler).united(laneRect(Lane::Confidence)); }

QRect TimelineLayout::thumbnailStrip() const {
    return laneRect(Lane::Scenes).adjusted(0, 0, 0, -badgeHeight(lineHeight_));
}

QRect TimelineLayout::badgeStrip() const {
    QRect strip = laneRect(Lane::Scenes);
    strip.setTop(thumbnailStrip().bottom() + 1);
    return strip;
}

std::optional<Lane> TimelineLayout::laneAt(QPoint position) const {
    const auto lane =
        std::find_if(kLanes.begin(), kLanes.end(), [&](Lane l) { return laneRect(l).contains(position); });
    return lane == kLanes.end() ? std::nullopt : std::optional(*lane);
}

int TimelineLayout::minimumHeight(int lineHeight) {
    return Heights(lineHeight).sum() + badgeHeight(lineHeight) + kMinThumbnail;
}

int TimelineLayout::preferredHeight(int lineHeight) {
    return Heights(lineHeight).sum() + badgeHeight(lineHeight) + kThumbnail;
}

}  // namespace tintreel::ui
