// SPDX-License-Identifier: Apache-2.0
#include "studio/player.h"

namespace tintreel::ui {

Player::Player(QObject* parent) : QObject(parent) {
    since_.start();
    timer_.setTimerType(Qt::PreciseTimer);
    timer_.setSingleShot(true);
    connect(&timer_, &QTimer::timeout, this, &Player::tick);
}

void Player::toggle() {
    clock_.toggle(now());
    changed();
}
void Player::forward() {
    clock_.forward(now());
    changed();
}
void Player::backward() {
    clock_.backward(now());
    changed();
}
void Player::stop() {
    clock_.stop(now());
    changed();
}

void Player::changed() {
    due_ = {-1, -1};
    if (clock_.isPlaying()) tick();
    else timer_.stop();
    Q_EMIT stateChanged();
}

void Player::tick() {
    const auto slot = clock_.slotAt(now());
    if (slot.number != due_.number) {
        due_ = slot;
        Q_EMIT frameDue(slot.frame);
    }
    const auto wait = clock_.untilNext(now());
    if (wait < 0) return;
    timer_.start(static_cast<int>(std::max<std::int64_t>(1, (wait + 999'999) / 1'000'000)));
}

void Player::shown(FrameIndex frame) {
    if (!clock_.isPlaying() || frame != due_.frame) return;
    clock_.shown(due_);
    if (!zone_ && frame == (clock_.speed() > 0 ? frames_ - 1 : 0)) stop();
}

}  // namespace tintreel::ui
