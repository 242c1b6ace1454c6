// SPDX-License-Identifier: Apache-2.0
// What the user does to a TimelineWidget; what it shows is in timeline_widget.cpp.
#include <algorithm>
#include <cmath>

#include <QApplication>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>

#include "timeline/timeline_tips.h"
#include "timeline/timeline_widget.h"

namespace tintreel::ui {
namespace {

constexpr double kCutReach = 5.0;      ///< px
constexpr double kCutRoom = 6.0;       ///< px that both scenes of a cut must have for it to be taken
constexpr double kKeyReach = 7.0;      ///< px
constexpr int kDragStart = 3;          ///< px; less is a click
constexpr double kWheelPixels = 80.0;  ///< a notch scrolls by
constexpr double kWheelZoom = 1.25;    ///< a notch zooms by
constexpr double kEdgeScroll = 40.0;   ///< px a move beyond an end of the view scrolls by at most

}  // namespace

bool TimelineWidget::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        QToolTip::showText(help->globalPos(), tipAt(help->pos()), this);
        return true;
    }
    if (event->type() == QEvent::ShortcutOverride) {
        // With the focus here, these keys are the timeline's and not those of a menu.
        const auto* key = static_cast<QKeyEvent*>(event);
        if (targetOf(*key) || (key->key() == Qt::Key_Delete && view_.selectedCut >= 0)) {
            event->accept();
            return true;
        }
    }
    return QWidget::event(event);
}

QString TimelineWidget::tipAt(QPoint position) const {
    const auto lane = view_.layout.laneAt(position);
    if (!lane || content_.frames == 0) return {};
    if (const auto* key = keyAt(position)) return keyTip(*key, content_.format);
    return timelineTip(content_, *lane, view_.mapping.frameFromX(position.x()));
}

void TimelineWidget::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void TimelineWidget::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

void TimelineWidget::leaveEvent(QEvent* event) {
    QWidget::leaveEvent(event);
    if (gesture_ != Gesture::None || view_.hoveredCut < 0) return;
    view_.hoveredCut = -1;
    update(laneRect(Lane::Scenes));
}

FrameIndex TimelineWidget::cutAt(QPoint position) const {
    if (!laneRect(Lane::Scenes).contains(position)) return -1;
    const auto& mapping = view_.mapping;
    FrameIndex edge = mapping.frameFromX(position.x());
    if (position.x() - mapping.xFromFrame(edge) > mapping.pixelsPerFrame() / 2) ++edge;
    const FrameIndex cut = content_.nearestCut(edge);
    if (cut < 0 || std::abs(mapping.xFromFrame(cut) - position.x()) > kCutReach) return -1;
    const auto room = content_.roomOfCut(cut);
    const auto pixels = [&](FrameIndex frames) { return static_cast<double>(frames) * mapping.pixelsPerFrame(); };
    return pixels(cut - room.first + 1) >= kCutRoom && pixels(room.end - cut) >= kCutRoom ? cut : -1;
}

const TimelineKey* TimelineWidget::keyAt(QPoint position) const {
    if (!laneRect(Lane::Keys).contains(position)) return nullptr;
    const TimelineKey* nearest = nullptr;
    double best = kKeyReach;
    const auto& keys = content_.keys();
    const FrameIndex from = view_.mapping.frameFromX(position.x() - kKeyReach - view_.mapping.pixelsPerFrame());
    auto key = std::lower_bound(keys.begin(), keys.end(), from,
                                [](const TimelineKey& k, FrameIndex f) { return k.frame < f; });
    for (; key != keys.end(); ++key) {
        const double distance =
            view_.mapping.xFromFrame(key->frame) + view_.mapping.pixelsPerFrame() / 2 - position.x();
        if (distance > kKeyReach) break;
        if (std::abs(distance) > best) continue;
        best = std::abs(distance);
        nearest = &*key;
    }
    return nearest;
}

void TimelineWidget::goTo(FrameIndex frame) {
    setPlayhead(frame);
    Q_EMIT playheadMoved(content_.playhead);
}

void TimelineWidget::mousePressEvent(QMouseEvent* event) {
    const QPoint at = event->position().toPoint();
    const auto lane = view_.layout.laneAt(at);
    if (event->button() != Qt::LeftButton || !lane || content_.frames == 0) return QWidget::mousePressEvent(event);
    pressed_ = at;
    const FrameIndex cut = cutAt(at);
    if (view_.selectedCut != cut) {
        view_.selectedCut = cut;
        update(laneRect(Lane::Scenes));
    }
    if (cut >= 0) {
        gesture_ = Gesture::Cut;
        view_.draggedCut = cut;
        return;
    }
    gesture_ = Gesture::Scrub;
    FrameIndex frame = view_.mapping.frameFromX(at.x());
    if (*lane == Lane::Confidence) {
        // One pixel may stand for thousands of frames; it is its dip that one clicks at.
        const FrameIndex next = view_.mapping.frameFromX(at.x() + 1);
        const auto extent = content_.confidence.in({frame, std::max(next, frame + 1)});
        if (extent) frame = extent->lowestFrame;
    }
    goTo(frame);
}

void TimelineWidget::mouseMoveEvent(QMouseEvent* event) {
    const QPoint at = event->position().toPoint();
    if (gesture_ == Gesture::Scrub) {
        if (at != pressed_) scrubTo(at.x());
        return;
    }
    if (gesture_ == Gesture::Cut) return dragCutTo(at.x());
    const FrameIndex cut = cutAt(at);
    if (cut == view_.hoveredCut) return;
    view_.hoveredCut = cut;
    if (cut >= 0) {
        setCursor(Qt::SplitHCursor);
    } else {
        unsetCursor();
    }
    update(laneRect(Lane::Scenes));
}

void TimelineWidget::scrubTo(double x) {
    const double left = view_.mapping.left();
    const double right = left + view_.mapping.width() - 1;
    const double beyond = x - std::clamp(x, left, right);
    if (beyond != 0) {
        view_.mapping.scrollByPixels(std::clamp(beyond, -kEdgeScroll, kEdgeScroll));
        viewChanged();
    }
    const FrameIndex frame = view_.mapping.frameFromX(std::clamp(x, left, right));
    if (frame != content_.playhead) goTo(frame);
}

void TimelineWidget::dragCutTo(double x) {
    if (view_.ghost < 0 && std::abs(x - pressed_.x()) < kDragStart) return;
    const auto& mapping = view_.mapping;
    // The cut keeps its distance to the pointer, so that taking it a few pixels beside does not move it.
    const double wanted = mapping.xFromFrame(view_.draggedCut) + x - pressed_.x();
    FrameIndex frame = mapping.frameFromX(wanted);
    if (wanted - mapping.xFromFrame(frame) > mapping.pixelsPerFrame() / 2) ++frame;
    const auto room = content_.roomOfCut(view_.draggedCut);
    view_.ghost = std::clamp(frame, room.first, room.end - 1);
    update(laneRect(Lane::Scenes));
}

void TimelineWidget::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return QWidget::mouseReleaseEvent(event);
    const FrameIndex from = view_.draggedCut;
    const FrameIndex to = view_.ghost;
    const bool moved = gesture_ == Gesture::Cut && to >= 0 && to != from;
    endGesture();
    if (!moved) return;
    Q_EMIT cutMoved(from, to);
    // It stays selected where the project followed.
    if (content_.isCut(to)) view_.selectedCut = to;
    update(laneRect(Lane::Scenes));
}

void TimelineWidget::endGesture() {
    gesture_ = Gesture::None;
    view_.draggedCut = view_.ghost = -1;
    update(laneRect(Lane::Scenes));
}

void TimelineWidget::mouseDoubleClickEvent(QMouseEvent* event) {
    const QPoint at = event->position().toPoint();
    const int row =
        model_ != nullptr && laneRect(Lane::Scenes).contains(at) ? model_->rowAt(view_.mapping.frameFromX(at.x())) : -1;
    if (event->button() != Qt::LeftButton || row < 0) return mousePressEvent(event);
    Q_EMIT sceneActivated(row);
}

void TimelineWidget::wheelEvent(QWheelEvent* event) {
    const QPoint angle = event->angleDelta();
    const double notches = (std::abs(angle.x()) > std::abs(angle.y()) ? angle.x() : angle.y()) / 120.0;
    if (event->modifiers().testFlag(Qt::ControlModifier)) {
        view_.mapping.zoomAtX(std::pow(kWheelZoom, notches), event->position().x());
    } else {
        const QPoint pixels = event->pixelDelta();
        const int exact = std::abs(pixels.x()) > std::abs(pixels.y()) ? pixels.x() : pixels.y();
        view_.mapping.scrollByPixels(exact != 0 ? -exact : -notches * kWheelPixels);
    }
    viewChanged();
    event->accept();
}

std::optional<FrameIndex> TimelineWidget::targetOf(const QKeyEvent& event) const {
    if (content_.frames == 0) return std::nullopt;
    const auto modifiers = event.modifiers() & ~Qt::KeypadModifier;
    const FrameIndex now = content_.playhead;
    const FrameIndex second = content_.format.base();
    if (event.key() == Qt::Key_Left || event.key() == Qt::Key_Right) {
        const bool back = event.key() == Qt::Key_Left;
        if (modifiers == Qt::NoModifier) return now + (back ? -1 : 1);
        if (modifiers == Qt::ShiftModifier) return now + (back ? -second : second);
        if (modifiers == Qt::AltModifier) return back ? content_.previousKey(now) : content_.nextKey(now);
        if (modifiers == Qt::ControlModifier) return back ? content_.previousMarker(now) : content_.nextMarker(now);
    }
    if (modifiers != Qt::NoModifier) return std::nullopt;
    switch (event.key()) {
        case Qt::Key_Up: return content_.previousCut(now);
        case Qt::Key_Down: return content_.nextCut(now);
        case Qt::Key_Home: return 0;
        case Qt::Key_End: return content_.frames - 1;
        default: return std::nullopt;
    }
}

void TimelineWidget::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && (gesture_ == Gesture::Cut || view_.selectedCut >= 0)) {
        if (gesture_ != Gesture::Cut) view_.selectedCut = -1;
        return endGesture();
    }
    if (event->key() == Qt::Key_Delete && view_.selectedCut >= 0) return removeSelectedCut();
    const auto target = targetOf(*event);
    if (!target) return QWidget::keyPressEvent(event);
    if (content_.clamped(*target) != content_.playhead) goTo(*target);
}

void TimelineWidget::removeSelectedCut() {
    endGesture();
    // A second press must not remove what has gone already.
    Q_EMIT cutRemoved(std::exchange(view_.selectedCut, -1));
}

void TimelineWidget::contextMenuEvent(QContextMenuEvent* event) {
    if (content_.frames == 0) return;
    if (event->reason() == QContextMenuEvent::Keyboard) {
        const int x = static_cast<int>(view_.mapping.xFromFrame(content_.playhead));
        const QPoint at(std::clamp(x, laneRect(Lane::Keys).left(), laneRect(Lane::Keys).right()),
                        laneRect(Lane::Keys).center().y());
        return showMenu(content_.playhead, view_.selectedCut, mapToGlobal(at));
    }
    if (!view_.layout.laneAt(event->pos())) return;
    if (const auto* key = keyAt(event->pos())) {
        Q_EMIT keyMenuRequested(key->frame, event->globalPos());
        return;
    }
    showMenu(view_.mapping.frameFromX(event->pos().x()), cutAt(event->pos()), event->globalPos());
}

void TimelineWidget::showMenu(FrameIndex frame, FrameIndex cut, QPoint globalPosition) {
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("timelineMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    auto* suggest =
        menu->addAction(tr("Suggest a &keyframe here"), this, [this, frame] { Q_EMIT suggestKeyRequested(frame); });
    suggest->setObjectName(QStringLiteral("suggestKey"));
    if (cut >= 0) {
        menu->addAction(tr("&Remove the cut (merge the scenes)"), this,
                        [this, cut] {
                            view_.selectedCut = cut;
                            if (content_.isCut(cut)) removeSelectedCut();
                        })
            ->setObjectName(QStringLiteral("removeCut"));
    }
    menu->addSeparator();
    menu->addAction(tr("&Fit the film"), this, &TimelineWidget::fitFilm);
    menu->addAction(tr("&Zoom to the scene"), this, &TimelineWidget::zoomToScene);
    if (worstConfidence() >= 0)
        menu->addAction(tr("Go to the &lowest confidence"), this, [this] { goTo(worstConfidence()); });
    menu->popup(globalPosition);
}

}  // namespace tintreel::ui
