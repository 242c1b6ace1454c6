// SPDX-License-Identifier: Apache-2.0
#include "canvas/hint_layer.h"

#include <cmath>

#include "canvas/hint_painter.h"

namespace tintreel::ui {

void HintLayer::paint(QPainter& painter, const std::vector<HintShape>& shapes, const std::vector<HintShape>& onion,
                      const Looks& looks, QSizeF size, double ratio) {
    if (shapes.empty() && onion.empty()) return;
    if (cache_.isNull() || size != size_ || cache_.devicePixelRatio() != ratio || !(looks == looks_)) {
        size_ = size;
        looks_ = looks;
        cache_ = QPixmap(static_cast<int>(std::ceil(size.width() * ratio)),
                         static_cast<int>(std::ceil(size.height() * ratio)));
        cache_.setDevicePixelRatio(ratio);
        cache_.fill(Qt::transparent);
        QPainter layer(&cache_);
        layer.setRenderHint(QPainter::Antialiasing);
        for (const auto& shape : onion) paintHint(layer, shape, looks.canvasFromShape, HintLook::Onion);
        for (const auto& shape : shapes) {
            if (shape.id == looks.hidden) continue;
            const auto kept = shape.id == looks.selected ? HintLook::Selected : HintLook::Normal;
            paintHint(layer, shape, looks.canvasFromShape, looks.doomed.contains(shape.id) ? HintLook::Doomed : kept);
        }
    }
    painter.drawPixmap(QPointF(), cache_);
}

}  // namespace tintreel::ui
