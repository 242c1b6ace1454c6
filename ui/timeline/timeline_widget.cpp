// SPDX-License-Identifier: Apache-2.0
#include "timeline/timeline_widget.h"

#include <algorithm>
#include <cmath>

#include <QAccessible>
#include <QPaintEvent>
#include <QScrollBar>
#include <QSignalBlocker>

#include "timeline/timeline_accessible.h"

namespace tintreel::ui {
namespace {

constexpr double kZoomStep = 2.0;
constexpr int kNamePadding = 14;

}  // namespace

TimelineWidget::TimelineWidget(QWidget* parent) : QWidget(parent), scrollBar_(new QScrollBar(Qt::Horizontal, this)) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    // The painter covers every pixel.
    setAttribute(Qt::WA_OpaquePaintEvent);
    installTimelineAccessible();
    setAccessibleName(tr("Timeline"));
    scrollBar_->setFocusPolicy(Qt::NoFocus);
    scrollBar_->setAccessibleName(tr("Visible part of the film"));
    connect(scrollBar_, &QScrollBar::valueChanged, this, [this](int frame) {
        view_.mapping.scrollTo(frame);
        update();
    });
    relayout();
    describe();
}

TimelineWidget::~TimelineWidget() = default;

void TimelineWidget::setFilm(FrameIndex frames, Rational rate, bool dropFrame) {
    frames = std::max<FrameIndex>(frames, 0);
    content_.format = {rate.num > 0 && rate.den > 0 ? rate : Rational{24, 1}, dropFrame};
    if (frames != content_.frames) {
        endGesture();
        content_.frames = frames;
        view_.selectedCut = -1;
        view_.mapping.setFrames(frames);
    }
    content_.playhead = content_.clamped(content_.playhead);
    viewChanged();
    describe();
}

void TimelineWidget::setModel(SceneModel* model) {
    if (model_ != nullptr) model_->disconnect(this);
    model_ = model;
    content_.model = model;
    if (model != nullptr) {
        for (const auto signal : {&SceneModel::rowsInserted, &SceneModel::rowsRemoved})
            connect(model, signal, this, &TimelineWidget::scenesChanged);
        connect(model, &SceneModel::modelReset, this, &TimelineWidget::scenesChanged);
        connect(model, &SceneModel::dataChanged, this, &TimelineWidget::scenesChanged);
        connect(model, &QObject::destroyed, this, [this] { setModel(nullptr); });
    }
    scenesChanged();
}

void TimelineWidget::scenesChanged() {
    // A scene may have been moved or merged away from under the pointer.
    if (!content_.isCut(view_.selectedCut)) view_.selectedCut = -1;
    if (!content_.isCut(view_.hoveredCut)) view_.hoveredCut = -1;
    if (gesture_ == Gesture::Cut && !content_.isCut(view_.draggedCut)) endGesture();
    describe();
    update(laneRect(Lane::Scenes));
}

void TimelineWidget::setKeys(std::vector<TimelineKey> keys) {
    content_.setKeys(std::move(keys));
    update(laneRect(Lane::Keys));
}

void TimelineWidget::setMarkers(std::vector<TimelineMarker> markers) {
    content_.setMarkers(std::move(markers));
    update();
}

void TimelineWidget::setStates(std::vector<StateRun> states) {
    content_.states = StateIndex(std::move(states));
    update(laneRect(Lane::Result));
}

void TimelineWidget::setConfidence(std::vector<ConfidenceRun> confidence) {
    content_.confidence = ConfidenceIndex(std::move(confidence));
    update(laneRect(Lane::Confidence));
}

void TimelineWidget::setInOut(std::optional<FrameIndex> in, std::optional<FrameIndex> out) {
    content_.in = in;
    content_.out = out;
    update();
}

void TimelineWidget::setPlayhead(FrameIndex frame) {
    if (content_.clamped(frame) == content_.playhead) return;
    showPlayhead(frame);
    // While the user scrubs, the view is the user's.
    if (gesture_ != Gesture::Scrub && view_.mapping.reveal(content_.playhead)) viewChanged();
}

void TimelineWidget::showPlayhead(FrameIndex frame) {
    updatePlayheadStrip(content_.playhead);
    content_.playhead = content_.clamped(frame);
    updatePlayheadStrip(content_.playhead);
    describe();
}

void TimelineWidget::updatePlayheadStrip(FrameIndex frame) {
    const double x = view_.mapping.xFromFrame(frame);
    const double width = view_.mapping.pixelsPerFrame();
    if (x < -2 * width - 10 || x > this->width() + 10) return;
    update(QRect(static_cast<int>(std::floor(x)) - 8, 0, static_cast<int>(std::ceil(width)) + 17,
                 laneRect(Lane::Confidence).bottom() + 1));
}

void TimelineWidget::moveTo(FrameIndex frame) {
    if (content_.frames > 0 && content_.clamped(frame) != content_.playhead) goTo(frame);
}

QString TimelineWidget::valueText() const {
    return content_.frames == 0 ? QString() : timecode(content_.playhead, content_.format);
}

void TimelineWidget::describe() {
    if (content_.frames == 0) return setAccessibleDescription(tr("No film is open"));
    const int row = model_ != nullptr ? model_->rowAt(content_.playhead) : -1;
    setAccessibleDescription(row < 0 ? valueText() : tr("%1, scene %2").arg(valueText()).arg(row + 1));
    if (QAccessible::isActive()) {
        QAccessibleValueChangeEvent event(this, static_cast<qlonglong>(content_.playhead));
        QAccessible::updateAccessibility(&event);
    }
}

void TimelineWidget::zoomIn() {
    view_.mapping.zoomAtFrame(kZoomStep, content_.playhead);
    viewChanged();
}

void TimelineWidget::zoomOut() {
    view_.mapping.zoomAtFrame(1 / kZoomStep, content_.playhead);
    viewChanged();
}

void TimelineWidget::fitFilm() {
    view_.mapping.fit();
    viewChanged();
}

void TimelineWidget::zoomToScene() {
    const int row = model_ != nullptr ? model_->rowAt(content_.playhead) : -1;
    if (row < 0) return fitFilm();
    view_.mapping.show(model_->scenes()[static_cast<std::size_t>(row)].range);
    viewChanged();
}

void TimelineWidget::viewChanged() {
    const QSignalBlocker quiet(scrollBar_);
    const auto& mapping = view_.mapping;
    scrollBar_->setRange(0, static_cast<int>(std::ceil(static_cast<double>(mapping.frames()) - mapping.span())));
    scrollBar_->setPageStep(std::max(static_cast<int>(mapping.span()), 1));
    scrollBar_->setSingleStep(std::max(static_cast<int>(mapping.span() / 20), 1));
    scrollBar_->setValue(static_cast<int>(std::lround(mapping.scroll())));
    scrollBar_->setEnabled(scrollBar_->maximum() > 0);
    update();
}

void TimelineWidget::relayout() {
    const QFontMetrics metrics(font());
    int names = 0;
    for (const auto lane : kLanes) names = std::max(names, metrics.horizontalAdvance(laneName(lane)));
    const int bar = scrollBar_->sizeHint().height();
    view_.layout = TimelineLayout({width(), height() - bar}, names + kNamePadding, metrics.height());
    const QRect ruler = laneRect(Lane::Ruler);
    scrollBar_->setGeometry(ruler.left(), height() - bar, ruler.width(), bar);
    view_.mapping.setViewport(ruler.left(), ruler.width());
    viewChanged();
}

QSize TimelineWidget::sizeHint() const {
    return {900, TimelineLayout::preferredHeight(fontMetrics().height()) + scrollBar_->sizeHint().height()};
}

QSize TimelineWidget::minimumSizeHint() const {
    return {240, TimelineLayout::minimumHeight(fontMetrics().height()) + scrollBar_->sizeHint().height()};
}

void TimelineWidget::paintEvent(QPaintEvent* event) {
    QPainter painter(this);
    view_.focused = hasFocus();
    paintTimeline({painter, content_, view_, palette(), event->rect()});
}

void TimelineWidget::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    relayout();
}

void TimelineWidget::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange ||
        event->type() == QEvent::LanguageChange)
        relayout();
    if (event->type() == QEvent::PaletteChange) update();
}

}  // namespace tintreel::ui
