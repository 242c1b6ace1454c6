// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "studio/document.h"

namespace tintreel::testing {

/// Edit number `n` of an endless row that goes through every kind of edit, undo and redo among them. It depends on `n`
/// and on what the document holds alone, so that two documents that went through the same numbers hold the same. False
/// where the document refused it.
inline bool makeEdit(ui::Document& document, int n) {
    const FrameIndex frame = n * 7 % document.frames();
    const auto slots = static_cast<int>(document.palette().size());
    const auto& hints = document.hints();
    const auto dot = [&] {
        hints::Hint hint{frame,
                         hints::HintSpan::Scene,
                         {},
                         hints::HintKind::Dot,
                         {{n % 97 / 97.0, n % 89 / 89.0}},
                         0.05,
                         hints::AbColor{static_cast<float>(n % 60), -20}};
        if (slots > 0 && n % 3 == 0)
            hint.color = hints::PaletteColor{document.palette()[static_cast<std::size_t>(n % slots)].name};
        return hint;
    };
    switch (n % 12) {
        case 1:
            return document.setPaletteSlot(
                std::min(slots, 3), {"slot " + std::to_string(n), hints::AbColor{static_cast<float>(n % 50), 10}});
        case 2: return document.setMarker(frame, QString::number(n));
        case 4:
            return hints.empty() ? document.addHint(dot()) > 0
                                 : document.changeHint(QStringLiteral("Change hint"), hints.front().id, dot());
        case 5: return document.setCut(1 + frame % (document.frames() - 1), n % 24 < 12);
        case 6: return document.undo();
        case 7: return document.redo();
        case 8: return document.setKeyframe(frame, n % 24 < 12);
        case 9: return document.setSceneNote(0, {n % 24 < 12, std::to_string(n)});
        case 10:
            return hints.size() < 6 ? document.addHint(dot()) > 0
                                    : document.removeHints({hints.front().id, hints.back().id});
        case 11: return document.undo();
        default: return document.addHint(dot()) > 0;
    }
}

}  // namespace tintreel::testing
