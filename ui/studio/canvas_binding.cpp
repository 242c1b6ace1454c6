// SPDX-License-Identifier: Apache-2.0
#include "studio/canvas_binding.h"

#include <algorithm>

#include "tintreel/color/lab.h"
#include "tintreel/workflow/screen.h"

namespace tintreel::ui {
namespace {

constexpr int kRestMilliseconds = 250;

QColor pixelAt(const QImage& image, QPointF point) {
    if (image.isNull()) return {};
    return image.pixelColor(std::clamp(static_cast<int>(point.x() * image.width()), 0, image.width() - 1),
                            std::clamp(static_cast<int>(point.y() * image.height()), 0, image.height() - 1));
}

color::Lab labOf(const QColor& shown) {
    return color::labFromRgb(static_cast<float>(shown.redF()), static_cast<float>(shown.greenF()),
                             static_cast<float>(shown.blueF()));
}

/// From luma as the picture on the screen has it: 8 bits are enough to say what is possible at this lightness.
float lightnessOf(const QColor& source) {
    return color::lightnessFromGrey(static_cast<float>(qGray(source.rgb())) / 255.0F);
}

}  // namespace

CanvasBinding::CanvasBinding(Studio& studio, Canvas& canvas, ColorPanel& colors, HintInspector& hints, QObject* parent)
    : QObject(parent), studio_(studio), canvas_(canvas), colors_(colors), hints_(hints) {
    auto& document = studio.document();
    connect(&studio, &Studio::viewChanged, this, &CanvasBinding::showView);
    connect(&studio, &Studio::frameChanged, this, &CanvasBinding::showFrame);
    connect(&studio, &Studio::busyChanged, &canvas, &Canvas::setBusy);
    connect(&document, &Document::changed, this, [this] {
        const auto& open = studio_.document();
        colors_.setPalette(open.palette());
        hints_.setPalette(open.palette());
        hints_.setFrameCount(open.frames());
        const auto size = open.isOpen() && open.hasFilm() ? workflow::shownSize(open.info()) : color::Size{};
        canvas_.setShownSize(QSizeF(size.width, size.height));
        showFrame();
    });

    connect(&canvas, &Canvas::hintDrawing, this, [this](const hints::Hint& hint) {
        if (canvas_.selectedHint() == 0 || canvas_.tool() != Tool::Select) studio_.preview(withRange(hint), 0);
    });
    connect(&canvas, &Canvas::hintDrawn, this, [this](const hints::Hint& hint) {
        studio_.endPreview();
        studio_.document().addHint(withRange(hint));
    });
    connect(&canvas, &Canvas::drawingCancelled, &studio, &Studio::endPreview);
    connect(&canvas, &Canvas::hintMoving, this,
            [this](qint64 id, const hints::Hint& hint) { studio_.preview(hint, id); });
    connect(&canvas, &Canvas::hintMoved, this, [this](qint64 id, const hints::Hint& hint) {
        studio_.endPreview();
        studio_.document().changeHint(tr("Move hint"), id, hint);
    });
    connect(&canvas, &Canvas::hintsErased, &document, &Document::removeHints);
    connect(&canvas, &Canvas::hintSelected, &hints, [this](qint64 id) { hints_.selectHint(id == 0 ? -1 : id); });
    connect(&canvas, &Canvas::pointerMoved, this, &CanvasBinding::pointAt);
    connect(&canvas, &Canvas::colorPicked, this, &CanvasBinding::pick);
    connect(&canvas, &Canvas::viewChanged, this, [this] {
        const auto size = canvas_.pictureRect().size() * canvas_.devicePixelRatioF();
        studio_.setPictureSide(static_cast<int>(std::max(size.width(), size.height())));
    });

    connect(&colors, &ColorPanel::colorChosen, this, &CanvasBinding::setColor);
    connect(&colors, &ColorPanel::slotEdited, &document, &Document::setPaletteSlot);
    connect(&colors, &ColorPanel::slotAdded, this, [this](const hints::PaletteSlot& slot) {
        auto& open = studio_.document();
        if (open.isOpen()) open.setPaletteSlot(static_cast<int>(open.palette().size()), slot);
    });
    connect(&hints, &HintInspector::hintChanged, this,
            [this](qint64 id, const hints::Hint& hint) { studio_.document().changeHint(tr("Change hint"), id, hint); });
    connect(&hints, &HintInspector::hintsRemoved, &document, &Document::removeHints);

    rest_.setSingleShot(true);
    rest_.setInterval(kRestMilliseconds);
    connect(&rest_, &QTimer::timeout, this, [this] { studio_.askSuggestions(pointer_); });
    connect(&studio, &Studio::suggested, this,
            [this](QPointF, const std::vector<inference::ColorSuggestion>& suggestions) {
                std::vector<ColorSuggestion> shown;
                for (const auto& s : suggestions) shown.push_back({{s.a, s.b}, s.weight, tr("generator")});
                colors_.setSuggestions(std::move(shown));
            });
    setColor(colors.color());
}

void CanvasBinding::setColor(const hints::HintColor& color) {
    colors_.setColor(color);
    hints_.setCurrentColor(color);
    canvas_.setBrush(color, colors_.shown(color));
}

void CanvasBinding::setSpan(hints::HintSpan span) {
    span_ = span;
    canvas_.setSpan(span);
    Q_EMIT spanChanged();
}

void CanvasBinding::setOnionSkin(bool on) {
    onionSkin_ = on;
    showFrame();
}

hints::Hint CanvasBinding::withRange(hints::Hint hint) const {
    if (hint.span != hints::HintSpan::Range) return hint;
    const auto scene = studio_.document().plan()->sceneOf(hint.frame);
    hint.range = {std::max(scene.first, studio_.in().value_or(scene.first)),
                  std::min(scene.end, studio_.out() ? *studio_.out() + 1 : scene.end)};
    // Marks that leave the frame out say nothing of this hint.
    if (!hint.range.contains(hint.frame)) hint.range = scene;
    return hint;
}

std::vector<CanvasHint> CanvasBinding::shown(const std::vector<project::StoredHint>& stored) const {
    std::vector<CanvasHint> hints;
    for (const auto& s : stored) hints.push_back({s.id, s.hint, colors_.shown(s.hint.color)});
    return hints;
}

void CanvasBinding::showFrame() {
    const auto& document = studio_.document();
    const FrameIndex frame = studio_.frame();
    canvas_.setFrame(frame);
    const auto own = document.hintsOn(frame);
    canvas_.setHints(shown(own));
    std::vector<HintRow> rows;
    for (const auto& stored : own) rows.push_back({stored.id, stored.hint});
    hints_.setHints(std::move(rows));
    std::vector<CanvasHint> onion;
    if (onionSkin_ && document.isOpen()) {
        const auto scene = document.plan()->sceneOf(frame);
        const auto& keys = document.keyframes();
        const auto after = std::upper_bound(keys.begin(), keys.end(), frame),
                   at = std::lower_bound(keys.begin(), keys.end(), frame);
        if (at != keys.begin() && scene.contains(*std::prev(at))) onion = shown(document.hintsOn(*std::prev(at)));
        if (after != keys.end() && scene.contains(*after))
            for (auto& hint : shown(document.hintsOn(*after))) onion.push_back(std::move(hint));
    }
    canvas_.setOnionHints(std::move(onion));
    if (studio_.view().frame != frame) canvas_.setHud(tr("frame %1").arg(frame));
}

void CanvasBinding::showView() {
    const auto& view = studio_.view();
    canvas_.setSource(view.source);
    canvas_.setResult(view.colored);
    if (view.frame < 0) return canvas_.setHud({});
    const int scene = studio_.document().sceneAt(view.frame);
    const QString state = view.colored.isNull() ? tr("no colours yet: paint, then Return or Shift+Return")
                          : view.stale          ? tr("STALE")
                          : view.unfinished     ? tr("in work")
                          : view.keyframe       ? tr("keyframe")
                                          : tr("confidence %1 %").arg(static_cast<int>(view.confidence * 100 + 0.5));
    canvas_.setHud(tr("scene %1 · frame %2 · %3").arg(scene + 1).arg(view.frame).arg(state));
    showPointer();
}

void CanvasBinding::pointAt(QPointF frame, bool inside) {
    pointer_ = frame;
    inside_ = inside && !studio_.view().source.isNull();
    if (!inside_) {
        rest_.stop();
        return showPointer();
    }
    rest_.start();
    colors_.setLightness(lightnessOf(pixelAt(studio_.view().source, frame)));
    canvas_.setBrush(colors_.color(), colors_.shown(colors_.color()));
    showPointer();
}

void CanvasBinding::showPointer() {
    const auto source = pixelAt(studio_.view().source, pointer_);
    if (!inside_ || !source.isValid()) return Q_EMIT pointerText({});
    QString text = tr("Y %1  L %2").arg(qGray(source.rgb())).arg(lightnessOf(source), 0, 'f', 1);
    if (const auto now = pixelAt(studio_.view().colored, pointer_); now.isValid()) {
        const auto lab = labOf(now);
        text += tr("  a %1  b %2  RGB %3 %4 %5")
                    .arg(lab.a, 0, 'f', 1)
                    .arg(lab.b, 0, 'f', 1)
                    .arg(now.red())
                    .arg(now.green())
                    .arg(now.blue());
    }
    Q_EMIT pointerText(text);
}

void CanvasBinding::pick(QPointF frame) {
    const auto& view = studio_.view();
    const auto now = pixelAt(view.colored.isNull() ? view.source : view.colored, frame);
    if (!now.isValid()) return;
    const auto lab = labOf(now);
    setColor(hints::AbColor{lab.a, lab.b});
}

}  // namespace tintreel::ui
