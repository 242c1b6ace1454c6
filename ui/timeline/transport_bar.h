// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPointer>
#include <QWidget>

#include "timeline/timecode.h"
#include "timeline/transport_icons.h"

class QLabel;
class QLineEdit;
class QToolButton;

namespace tintreel::ui {

/// Buttons and numbers of playback: in, step, play, step, out, loop, the timecode (which can be typed), speed and
/// dropped frames. It asks by signals and shows what setState() says. GUI thread.
class TransportBar : public QWidget {
    Q_OBJECT
public:
    explicit TransportBar(QWidget* parent = nullptr);

    /// 0 frames = none: everything is disabled.
    void setFilm(FrameIndex frames, Rational rate, bool dropFrame = false);
    /// `rate`: 0 = stopped, else times the film's rate, negative backwards (−8 .. 8); `dropped` frames since playing
    /// began. A timecode that is being typed stays.
    void setState(FrameIndex frame, double rate, qint64 dropped = 0);
    /// Does not emit loopToggled.
    void setLoop(bool on);

    /// For the `=` key: selects the timecode for typing. Enter and Esc give the focus back to where it was.
    void focusTimecode();

Q_SIGNALS:
    void playToggled();
    void stepRequested(int frames);         ///< −1 or 1
    void frameRequested(FrameIndex frame);  ///< typed; always within the film
    void loopToggled(bool on);
    void inRequested();  ///< go to the in mark
    void outRequested();

protected:
    bool eventFilter(QObject* object, QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QToolButton* addButton(const char* name, TransportIcon icon, const QString& text);
    void setIcons();
    void showFrame();
    void showSpeed();
    void accept();
    void refuse(const QString& typed, const QString& why);
    void leaveTimecode();

    TimecodeFormat format_;
    FrameIndex frames_ = 0;
    FrameIndex frame_ = 0;
    double rate_ = 0.0;
    qint64 dropped_ = 0;
    QToolButton* in_ = nullptr;
    QToolButton* back_ = nullptr;
    QToolButton* play_ = nullptr;
    QToolButton* on_ = nullptr;
    QToolButton* out_ = nullptr;
    QToolButton* loop_ = nullptr;
    QLineEdit* timecode_;
    QLabel* length_;
    QLabel* speed_;
    QPointer<QWidget> focusBefore_;
};

}  // namespace tintreel::ui
