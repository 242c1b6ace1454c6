// SPDX-License-Identifier: Apache-2.0
#include "timeline/timeline_tips.h"

#include <QCoreApplication>

#include "timeline/scene_badge.h"

namespace tintreel::ui {
namespace {

QString translated(const char* text) { return QCoreApplication::translate("tintreel::ui::TimelineTips", text); }

QString keyKindText(KeyKind kind) {
    switch (kind) {
        case KeyKind::Hinted: return translated(QT_TRANSLATE_NOOP("tintreel::ui::TimelineTips", "key with hints"));
        case KeyKind::Bare: return translated(QT_TRANSLATE_NOOP("tintreel::ui::TimelineTips", "key without hints"));
        case KeyKind::Reference:
            return translated(QT_TRANSLATE_NOOP("tintreel::ui::TimelineTips", "key from a reference picture"));
        case KeyKind::Suggested: return translated(QT_TRANSLATE_NOOP("tintreel::ui::TimelineTips", "suggested key"));
    }
    return {};
}

QString sceneTip(const TimelineContent& content, FrameIndex frame) {
    const int row = content.model != nullptr ? content.model->rowAt(frame) : -1;
    return row < 0 ? QString() : content.model->index(row).data(Qt::ToolTipRole).toString();
}

QString markerTip(const TimelineContent& content, FrameIndex frame) {
    const FrameIndex before = content.previousMarker(frame + 1);
    for (const auto& marker : content.markers()) {
        if (marker.frame == before && before <= frame && frame - before < content.format.base())
            return u'\n' + marker.label;
    }
    return {};
}

}  // namespace

QString frameStateText(FrameState state) {
    switch (state) {
        case FrameState::None: return translated(QT_TRANSLATE_NOOP("tintreel::ui::TimelineTips", "no colour yet"));
        case FrameState::Preview: return translated(QT_TRANSLATE_NOOP("tintreel::ui::TimelineTips", "preview"));
        case FrameState::Full: return translated(QT_TRANSLATE_NOOP("tintreel::ui::TimelineTips", "coloured in full"));
        case FrameState::Stale:
            return translated(QT_TRANSLATE_NOOP("tintreel::ui::TimelineTips", "stale: hints have changed since"));
        case FrameState::Failed: return translated(QT_TRANSLATE_NOOP("tintreel::ui::TimelineTips", "failed"));
    }
    return {};
}

QString keyTip(const TimelineKey& key, const TimecodeFormat& format) {
    const auto text = QStringLiteral("%1 · %2").arg(timecode(key.frame, format), keyKindText(key.kind));
    return key.stale ? translated(QT_TRANSLATE_NOOP("tintreel::ui::TimelineTips", "%1, stale")).arg(text) : text;
}

QString timelineTip(const TimelineContent& content, Lane lane, FrameIndex frame) {
    const auto at = QStringLiteral("%1 · %2").arg(timecode(frame, content.format)).arg(frame);
    switch (lane) {
        case Lane::Ruler: return at + markerTip(content, frame);
        case Lane::Scenes: return sceneTip(content, frame);
        case Lane::Keys: return at;
        case Lane::Result: return at + QStringLiteral(" · ") + frameStateText(content.states.at(frame));
        case Lane::Confidence: {
            const auto value = content.confidence.at(frame);
            return at + QStringLiteral(" · ") +
                   (value ? translated(QT_TRANSLATE_NOOP("tintreel::ui::TimelineTips", "confidence %1 %"))
                                .arg(qRound(*value * 100.0F))
                          : translated(QT_TRANSLATE_NOOP("tintreel::ui::TimelineTips", "confidence unknown")));
        }
    }
    return {};
}

}  // namespace tintreel::ui
