// SPDX-License-Identifier: Apache-2.0
#include "tintreel/color/lab.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tintreel::color {
namespace {

constexpr double kWhiteX = 0.95047, kWhiteZ = 1.08883;
constexpr float kEpsilon = 216.0F / 24389.0F;  // CIE's exact fractions
constexpr float kKappa = 24389.0F / 27.0F;

float f(float t) noexcept { return t > kEpsilon ? std::cbrt(t) : (kKappa * t + 16.0F) / 116.0F; }
float fInverse(float t) noexcept {
    const float cube = t * t * t;
    return cube > kEpsilon ? cube : (116.0F * t - 16.0F) / kKappa;
}

const std::array<float, 256>& linearTable() {
    static const std::array<float, 256> table = [] {
        std::array<float, 256> t{};
        for (std::size_t i = 0; i < t.size(); ++i) t[i] = linearFromSrgb(static_cast<float>(i) / 255.0F);
        return t;
    }();
    return table;
}

/// f() over 0..1 by linear interpolation: steps of 1/8192 keep the error in L below 0.001 above the linear part,
/// where the curve bends most.
class CubeRootTable {
public:
    static constexpr int kSteps = 8192;
    CubeRootTable() {
        for (int i = 0; i <= kSteps; ++i) values_[static_cast<std::size_t>(i)] = f(static_cast<float>(i) / kSteps);
        values_[kSteps + 1] = values_[kSteps];
    }
    float operator()(float t) const noexcept {
        if (!(t > 0.0F && t < 1.0F)) return f(t);
        const float at = t * kSteps;
        const auto i = static_cast<std::size_t>(at);
        return values_[i] + (values_[i + 1] - values_[i]) * (at - static_cast<float>(i));
    }

private:
    std::array<float, kSteps + 2> values_{};
};

const CubeRootTable& cubeRoot() {
    static const CubeRootTable table;
    return table;
}

struct Xyz {
    float x, y, z;  // relative to the white point
};

Xyz xyzFromLinear(float r, float g, float b) noexcept {
    return {static_cast<float>((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / kWhiteX),
            0.2126729F * r + 0.7151522F * g + 0.0721750F * b,
            static_cast<float>((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / kWhiteZ)};
}

}  // namespace

float linearFromSrgb(float code) noexcept {
    const float c = std::fabs(code);
    const float linear = c <= 0.04045F ? c / 12.92F : std::pow((c + 0.055F) / 1.055F, 2.4F);
    return std::copysign(linear, code);
}

float srgbFromLinear(float linear) noexcept {
    const float l = std::fabs(linear);
    const float code = l <= 0.0031308F ? 12.92F * l : 1.055F * std::pow(l, 1.0F / 2.4F) - 0.055F;
    return std::copysign(code, linear);
}

Lab labFromRgb(float r, float g, float b) noexcept {
    const Xyz xyz = xyzFromLinear(linearFromSrgb(r), linearFromSrgb(g), linearFromSrgb(b));
    const float fx = f(xyz.x), fy = f(xyz.y), fz = f(xyz.z);
    return {116.0F * fy - 16.0F, 500.0F * (fx - fy), 200.0F * (fy - fz)};
}

std::array<float, 3> rgbFromLab(const Lab& lab) noexcept {
    const float fy = (lab.L + 16.0F) / 116.0F;
    const auto x = static_cast<float>(kWhiteX) * fInverse(fy + lab.a / 500.0F);
    const float y = fInverse(fy);
    const auto z = static_cast<float>(kWhiteZ) * fInverse(fy - lab.b / 200.0F);
    return {srgbFromLinear(3.2404542F * x - 1.5371385F * y - 0.4985314F * z),
            srgbFromLinear(-0.9692660F * x + 1.8760108F * y + 0.0415560F * z),
            srgbFromLinear(0.0556434F * x - 0.2040259F * y + 1.0572252F * z)};
}

LabImage labFromRgb(const RgbImage& rgb) {
    LabImage result{LPlane(rgb.width, rgb.height), AbImage(rgb.width, rgb.height)};
    const auto& linear = linearTable();
    const auto& root = cubeRoot();
    for (std::size_t i = 0; i < result.L.size(); ++i) {
        const std::uint8_t* p = rgb.data.data() + i * 3;
        const Xyz xyz = xyzFromLinear(linear[p[0]], linear[p[1]], linear[p[2]]);
        const float fx = root(xyz.x), fy = root(xyz.y), fz = root(xyz.z);
        result.L.data[i] = 116.0F * fy - 16.0F;
        result.ab.a.data[i] = 500.0F * (fx - fy);
        result.ab.b.data[i] = 200.0F * (fy - fz);
    }
    return result;
}

RgbImageF rgbFromLab(const LPlane& L, const AbImage& ab) {
    RgbImageF rgb(L.width, L.height);
    for (std::size_t i = 0; i < L.size(); ++i) {
        const auto pixel = rgbFromLab({L.data[i], ab.a.data[i], ab.b.data[i]});
        std::copy(pixel.begin(), pixel.end(), rgb.data.begin() + static_cast<std::ptrdiff_t>(i * 3));
    }
    return rgb;
}

RgbImage toRgb8(const RgbImageF& rgb) {
    RgbImage result(rgb.width, rgb.height);
    for (std::size_t i = 0; i < rgb.data.size(); ++i)
        result.data[i] = static_cast<std::uint8_t>(std::clamp(rgb.data[i], 0.0F, 1.0F) * 255.0F + 0.5F);
    return result;
}

float lightnessFromGrey(float grey) noexcept {
    return 116.0F * f(linearFromSrgb(std::clamp(grey, 0.0F, 1.0F))) - 16.0F;
}

LPlane lightnessFromGrey(const Plane<float>& grey) {
    // 4096 steps of grey are finer than any 12-bit source; between them the curve is as good as straight.
    constexpr int kSteps = 4096;
    static const std::vector<float> table = [] {
        std::vector<float> t(kSteps + 2);
        for (int i = 0; i <= kSteps; ++i)
            t[static_cast<std::size_t>(i)] = lightnessFromGrey(static_cast<float>(i) / kSteps);
        t[kSteps + 1] = t[kSteps];
        return t;
    }();
    LPlane L(grey.width, grey.height);
    for (std::size_t i = 0; i < grey.size(); ++i) {
        const float at = std::clamp(grey.data[i], 0.0F, 1.0F) * kSteps;
        const auto k = static_cast<std::size_t>(at);
        L.data[i] = table[k] + (table[k + 1] - table[k]) * (at - static_cast<float>(k));
    }
    return L;
}

}  // namespace tintreel::color
