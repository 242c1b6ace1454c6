// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <QList>
#include <QPainter>
#include <QPixmap>

#include "canvas/hint_shape.h"

namespace tintreel::ui {

/// All hints, painted once and kept while nothing about them changes: the brush's ring and the stroke in the making go
/// over them at the pointer's pace. GUI thread.
class HintLayer {
public:
    struct Looks {
        QTransform canvasFromShape;
        qint64 selected = 0;
        qint64 hidden = 0;  ///< on the move, and painted elsewhere
        QList<qint64> doomed;
        bool operator==(const Looks&) const = default;
    };

    /// The shapes are others now.
    void forget() { cache_ = {}; }
    /// Size in logical pixels, ratio device pixels each.
    void paint(QPainter& painter, const std::vector<HintShape>& shapes, const std::vector<HintShape>& onion,
               const Looks& looks, QSizeF size, double ratio);

private:
    QPixmap cache_;
    QSizeF size_;
    Looks looks_;
};

}  // namespace tintreel::ui
