// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tintreel/base/image.h"
#include "tintreel/base/media_time.h"
#include "tintreel/base/result.h"

namespace tintreel::hints {

/// A colour in CIELAB's a, b (D65), |a|, |b| ≤ 128. Lightness always comes from the film.
struct AbColor {
    float a = 0, b = 0;
    bool operator==(const AbColor&) const = default;
};
/// sRGB, 8 bits a sample; kept as given so that files survive a round trip.
struct RgbColor {
    int r = 0, g = 0, b = 0;
    bool operator==(const RgbColor&) const = default;
};
/// A slot of the document's palette.
struct PaletteColor {
    std::string name;
    bool operator==(const PaletteColor&) const = default;
};
/// "Keep grey here."
struct NeutralColor {
    bool operator==(const NeutralColor&) const = default;
};
using PlainColor = std::variant<AbColor, RgbColor>;
using HintColor = std::variant<AbColor, RgbColor, PaletteColor, NeutralColor>;

enum class HintKind { Dot, Stroke, Region };
enum class HintSpan { Scene, Frame, Range };

/// A point in 0..1 of the picture as shown, x to the right, y down.
struct Point {
    double x = 0, y = 0;
    bool operator==(const Point&) const = default;
};

struct Hint {
    FrameIndex frame = 0;
    HintSpan span = HintSpan::Scene;
    FrameRange range;  ///< where span is Range
    HintKind kind = HintKind::Dot;
    std::vector<Point> points;
    double radius = 0;  ///< half the brush width as a share of the picture's shorter side; none for regions
    HintColor color = NeutralColor{};
    bool operator==(const Hint&) const = default;
};

struct PaletteSlot {
    std::string name;
    PlainColor color;
    bool operator==(const PaletteSlot&) const = default;
};

/// What a hints file holds (docs/formats/hints.md, version 1).
struct HintDocument {
    std::vector<PaletteSlot> palette;
    std::vector<Hint> hints;
    bool operator==(const HintDocument&) const = default;

    /// a, b of a hint's colour; (0, 0) for neutral. Palette names are known to exist after parsing.
    [[nodiscard]] AbColor colorOf(const Hint& hint) const;
    /// The frames that carry hints, in order.
    [[nodiscard]] std::vector<FrameIndex> frames() const;
};

/// Strict: every unknown key, wrong type, number out of range is an error (ErrorCode::Input) that names `source`, the
/// place
/// ("hints[3].colour") and, where one is near, the right key.
[[nodiscard]] Result<HintDocument> parseHints(const std::string& text, const std::string& source);
[[nodiscard]] Result<HintDocument> readHints(const std::filesystem::path& path);
[[nodiscard]] std::string writeHints(const HintDocument& document);

/// Error where a hint lies on a frame that the clip does not have, or its range is outside.
[[nodiscard]] Result<> checkFrames(const HintDocument& document, FrameIndex frameCount, const std::string& source);

/// Colours of hints at working size.
struct HintRaster {
    AbImage ab;         ///< where mask > 0
    Plane<float> mask;  ///< 0..1 share of the pixel that is covered
};

/// Paints the hints of one frame in order, later ones on top. Edges are smoothed over one pixel; even the smallest dot
/// covers the pixel it lies in. Regions fill by the even-odd rule.
[[nodiscard]] HintRaster rasterize(const HintDocument& document, const std::vector<const Hint*>& hints, int width,
                                   int height);

/// Pictures named ref_nnnnnn.png, .jpg, .jpeg, .tif or .tiff in a folder; nnnnnn is the frame. Error: Input when there
/// is none.
struct ReferencePicture {
    FrameIndex frame = 0;
    std::filesystem::path path;
};
[[nodiscard]] Result<std::vector<ReferencePicture>> listReferences(const std::filesystem::path& folder);

/// Error, naming both sizes, unless the aspect ratios agree within 2 %.
[[nodiscard]] Result<> checkAspect(const std::filesystem::path& reference, int width, int height, int filmWidth,
                                   int filmHeight);

}  // namespace tintreel::hints
