// SPDX-License-Identifier: Apache-2.0
#include "timeline/transport_bar.h"

#include <algorithm>
#include <cmath>

#include <QApplication>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QStatusTipEvent>
#include <QToolButton>
#include <QToolTip>

namespace tintreel::ui {

TransportBar::TransportBar(QWidget* parent) : QWidget(parent) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(6, 2, 6, 2);
    row->setSpacing(2);
    in_ = addButton("goToIn", TransportIcon::GoToIn, tr("Go to the in mark (Shift+I)"));
    back_ = addButton("stepBack", TransportIcon::StepBack, tr("One frame back (Left)"));
    play_ = addButton("play", TransportIcon::Play, tr("Play (Space)"));
    on_ = addButton("stepOn", TransportIcon::StepOn, tr("One frame on (Right)"));
    out_ = addButton("goToOut", TransportIcon::GoToOut, tr("Go to the out mark (Shift+O)"));
    loop_ = addButton("loop", TransportIcon::Loop, tr("Loop from in to out (Ctrl+Shift+Space)"));
    loop_->setCheckable(true);
    timecode_ = new QLineEdit(this);
    timecode_->setObjectName(QStringLiteral("timecode"));
    timecode_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    timecode_->setAlignment(Qt::AlignCenter);
    timecode_->setAccessibleName(tr("Timecode of the present frame"));
    timecode_->installEventFilter(this);
    length_ = new QLabel(this);
    length_->setObjectName(QStringLiteral("length"));
    length_->setFont(timecode_->font());
    length_->setForegroundRole(QPalette::PlaceholderText);
    speed_ = new QLabel(this);
    speed_->setObjectName(QStringLiteral("speed"));
    speed_->setAccessibleName(tr("Speed and dropped frames"));
    speed_->setToolTip(tr("Playback keeps its speed; frames that come too late are left out and counted here."));
    row->addSpacing(8);
    row->addWidget(timecode_);
    row->addWidget(length_);
    row->addSpacing(12);
    row->addWidget(speed_);
    row->addStretch(1);

    connect(in_, &QToolButton::clicked, this, &TransportBar::inRequested);
    connect(back_, &QToolButton::clicked, this, [this] { Q_EMIT stepRequested(-1); });
    connect(play_, &QToolButton::clicked, this, &TransportBar::playToggled);
    connect(on_, &QToolButton::clicked, this, [this] { Q_EMIT stepRequested(1); });
    connect(out_, &QToolButton::clicked, this, &TransportBar::outRequested);
    connect(loop_, &QToolButton::clicked, this, &TransportBar::loopToggled);
    connect(timecode_, &QLineEdit::returnPressed, this, &TransportBar::accept);
    setFilm(0, {24, 1});
}

QToolButton* TransportBar::addButton(const char* name, TransportIcon icon, const QString& text) {
    auto* button = new QToolButton(this);
    button->setObjectName(QString::fromLatin1(name));
    button->setIcon(transportIcon(icon, palette()));
    button->setAutoRaise(true);
    button->setToolTip(text);
    button->setAccessibleName(text);
    button->setFocusPolicy(Qt::TabFocus);
    layout()->addWidget(button);
    return button;
}

void TransportBar::setIcons() {
    in_->setIcon(transportIcon(TransportIcon::GoToIn, palette()));
    back_->setIcon(transportIcon(TransportIcon::StepBack, palette()));
    play_->setIcon(transportIcon(rate_ == 0.0 ? TransportIcon::Play : TransportIcon::Stop, palette()));
    on_->setIcon(transportIcon(TransportIcon::StepOn, palette()));
    out_->setIcon(transportIcon(TransportIcon::GoToOut, palette()));
    loop_->setIcon(transportIcon(TransportIcon::Loop, palette()));
}

void TransportBar::setFilm(FrameIndex frames, Rational rate, bool dropFrame) {
    frames_ = std::max<FrameIndex>(frames, 0);
    format_ = {rate.num > 0 && rate.den > 0 ? rate : Rational{24, 1}, dropFrame};
    for (QWidget* widget : std::initializer_list<QWidget*>{in_, back_, play_, on_, out_, loop_, timecode_})
        widget->setEnabled(frames_ > 0);
    timecode_->setToolTip(timecodeHelp(format_));
    length_->setText(frames_ > 0 ? tr("/ %1").arg(timecode(frames_, format_)) : QString());
    timecode_->setModified(false);
    const QFontMetrics metrics(timecode_->font());
    timecode_->setFixedWidth(metrics.horizontalAdvance(timecode(std::max<FrameIndex>(frames_, 1), format_)) + 24);
    setState(0, 0.0);
}

void TransportBar::setState(FrameIndex frame, double rate, qint64 dropped) {
    frame_ = frame;
    const bool toggled = (rate == 0.0) != (rate_ == 0.0);
    rate_ = rate;
    dropped_ = dropped;
    showFrame();
    showSpeed();
    if (!toggled) return;
    const auto text = rate == 0.0 ? tr("Play (Space)") : tr("Stop (Space)");
    play_->setIcon(transportIcon(rate == 0.0 ? TransportIcon::Play : TransportIcon::Stop, palette()));
    play_->setToolTip(text);
    play_->setAccessibleName(text);
}

void TransportBar::setLoop(bool on) { loop_->setChecked(on); }

void TransportBar::showFrame() {
    // Somebody may be typing, or has all selected in order to type.
    if (timecode_->isModified()) return;
    const bool selected = timecode_->hasSelectedText();
    timecode_->setText(frames_ > 0 ? timecode(frame_, format_) : QString());
    if (selected) timecode_->selectAll();
}

void TransportBar::showSpeed() {
    QString text;
    if (rate_ != 0.0)
        text = tr("%1 ×%2").arg(rate_ > 0 ? QStringLiteral("▶") : QStringLiteral("◀")).arg(std::abs(rate_));
    // It stays to be read after the stop.
    if (dropped_ > 0)
        text = text.isEmpty() ? tr("%1 dropped").arg(dropped_) : tr("%1 · %2 dropped").arg(text).arg(dropped_);
    speed_->setText(text);
}

void TransportBar::focusTimecode() {
    if (!timecode_->hasFocus()) focusBefore_ = QApplication::focusWidget();
    timecode_->setFocus(Qt::ShortcutFocusReason);
    timecode_->selectAll();
}

void TransportBar::accept() {
    const auto typed = timecode_->text();
    const auto entry = parseTimecode(typed, frame_, format_);
    if (!entry) return refuse(typed, tr("is not a timecode."));
    // "+5:00" near the end means the end; an absolute one is taken at its word.
    const FrameIndex last = frames_ - 1;
    if (!entry->relative && entry->frame > last) {
        return refuse(
            typed, tr("is behind the end: the film's last frame is %1 (%2).").arg(timecode(last, format_)).arg(last));
    }
    leaveTimecode();
    Q_EMIT frameRequested(std::clamp<FrameIndex>(entry->frame, 0, last));
}

void TransportBar::refuse(const QString& typed, const QString& why) {
    timecode_->setModified(false);
    showFrame();
    timecode_->selectAll();
    const auto message = tr("“%1” %2 %3").arg(typed, why, timecodeHelp(format_));
    timecode_->setAccessibleDescription(message);
    QToolTip::showText(timecode_->mapToGlobal(QPoint(0, timecode_->height())), message, timecode_);
    QStatusTipEvent status(message);
    QApplication::sendEvent(this, &status);
}

void TransportBar::leaveTimecode() {
    timecode_->setModified(false);
    timecode_->setAccessibleDescription({});
    timecode_->deselect();
    showFrame();
    if (focusBefore_ != nullptr) focusBefore_->setFocus(Qt::OtherFocusReason);
    focusBefore_.clear();
}

bool TransportBar::eventFilter(QObject* object, QEvent* event) {
    if (object == timecode_) {
        if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
            leaveTimecode();
            return true;
        }
        // What was typed and not sent off must not stand there as if it were the present frame.
        if (event->type() == QEvent::FocusOut && timecode_->isModified()) {
            timecode_->setModified(false);
            showFrame();
        }
    }
    return QWidget::eventFilter(object, event);
}

void TransportBar::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && loop_ != nullptr) setIcons();
}

}  // namespace tintreel::ui
