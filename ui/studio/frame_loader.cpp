// SPDX-License-Identifier: Apache-2.0
#include "studio/frame_loader.h"

#include <cstring>

#include "tintreel/color/ycbcr.h"

namespace tintreel::ui {

FrameLoader::FrameLoader(media::FrameReader reader, QObject* parent)
    : QObject(parent), reader_(std::move(reader)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

FrameLoader::~FrameLoader() {
    thread_.request_stop();
    wake_.notify_all();
}

void FrameLoader::request(FrameIndex frame) {
    const std::lock_guard lock(mutex_);
    wanted_ = frame;
    wake_.notify_all();
}

void FrameLoader::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        FrameIndex frame = 0;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, stop, [&] { return wanted_.has_value(); });
            if (!wanted_) return;
            frame = *wanted_;
            wanted_.reset();
        }
        if (frame != next_) {
            if (const auto sought = reader_.seek(frame); !sought) {
                Q_EMIT failed(QString::fromStdString(describe(sought.error())));
                continue;
            }
        }
        const auto read = reader_.next();
        if (!read) {
            Q_EMIT failed(QString::fromStdString(describe(read.error())));
            continue;
        }
        if (!*read) continue;
        next_ = frame + 1;
        const auto& f = **read;
        const auto& tags = reader_.info().assumed;
        const auto rgb = color::rgbFromYuv(f.y, f.cb, f.cr, {color::matrixFromCode(tags.matrix), tags.fullRange, f.depth, f.chromaShiftX, f.chromaShiftY, tags.chromaLocation != 2});
        QImage image(rgb.width, rgb.height, QImage::Format_RGB888);
        for (int y = 0; y < rgb.height; ++y) std::memcpy(image.scanLine(y), rgb.pixel(0, y), static_cast<std::size_t>(rgb.width) * 3);
        Q_EMIT loaded(frame, image);
    }
}

}  // namespace tintreel::ui
