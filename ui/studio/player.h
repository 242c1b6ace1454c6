// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include "timeline/transport_clock.h"

namespace tintreel::ui {

/// Plays at the clip's rate by a TransportClock: asks for the frame that is due, and counts those that came too late.
/// GUI thread.
class Player : public QObject {
    Q_OBJECT
public:
    explicit Player(QObject* parent = nullptr);

    /// Another film stops; the same one again changes nothing.
    void setFilm(FrameIndex frames, Rational rate) {
        if (frames == frames_ && rate == rate_) return;
        stop();
        rate_ = rate;
        frames_ = frames;
        clock_.setFilm(frames, rate);
        zone_.reset();
    }
    void setLoop(std::optional<FrameRange> zone) {
        if (zone == zone_) return;
        zone_ = zone;
        clock_.setLoop(zone, now());
    }
    void seek(FrameIndex frame) { clock_.seek(frame, now()); }
    void toggle();
    void forward();
    void backward();
    void stop();
    /// A frame that was due came on the screen.
    void shown(FrameIndex frame);

    [[nodiscard]] bool isPlaying() const { return clock_.isPlaying(); }
    [[nodiscard]] int speed() const { return clock_.speed(); }
    [[nodiscard]] qint64 dropped() const { return clock_.dropped(); }

Q_SIGNALS:
    void frameDue(qlonglong frame);
    void stateChanged();

private:
    [[nodiscard]] TransportClock::Nanoseconds now() const { return since_.nsecsElapsed(); }
    void tick();
    void changed();

    TransportClock clock_;
    FrameIndex frames_ = 0;
    Rational rate_;
    std::optional<FrameRange> zone_;
    TransportClock::Slot due_;
    QElapsedTimer since_;
    QTimer timer_;
};

}  // namespace tintreel::ui
