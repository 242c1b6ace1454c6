// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tintreel {

/// One plane of samples, row after row without padding. Value semantics, cheap to move.
template <class T>
struct Plane {
    int width = 0;
    int height = 0;
    std::vector<T> data;

    Plane() = default;
    Plane(int w, int h, T fill = T{})
        : width(w), height(h), data(static_cast<std::size_t>(w) * static_cast<std::size_t>(h), fill) {}

    [[nodiscard]] bool empty() const noexcept { return data.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return data.size(); }
    [[nodiscard]] T* row(int y) noexcept {
        return data.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
    }
    [[nodiscard]] const T* row(int y) const noexcept {
        return data.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
    }
    [[nodiscard]] T& at(int x, int y) noexcept { return row(y)[x]; }
    [[nodiscard]] const T& at(int x, int y) const noexcept { return row(y)[x]; }
    [[nodiscard]] bool sameSize(int w, int h) const noexcept { return width == w && height == h; }
    bool operator==(const Plane&) const = default;
};

/// CIELAB lightness, 0..100 (D65).
using LPlane = Plane<float>;

/// CIELAB a and b planes of one size, each about -128..127.
struct AbImage {
    Plane<float> a;
    Plane<float> b;

    AbImage() = default;
    AbImage(int w, int h) : a(w, h), b(w, h) {}
    [[nodiscard]] int width() const noexcept { return a.width; }
    [[nodiscard]] int height() const noexcept { return a.height; }
    [[nodiscard]] bool empty() const noexcept { return a.empty(); }
};

/// Interleaved 8-bit sRGB, 3 samples a pixel.
struct RgbImage {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> data;

    RgbImage() = default;
    RgbImage(int w, int h) : width(w), height(h), data(static_cast<std::size_t>(w) * static_cast<std::size_t>(h) * 3) {}
    [[nodiscard]] bool empty() const noexcept { return data.empty(); }
    [[nodiscard]] std::uint8_t* pixel(int x, int y) noexcept {
        return data.data() +
               (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)) * 3;
    }
    [[nodiscard]] const std::uint8_t* pixel(int x, int y) const noexcept {
        return data.data() +
               (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)) * 3;
    }
};

/// Interleaved float sRGB, 3 samples a pixel, nominally 0..1 (may lie outside where out of gamut).
struct RgbImageF {
    int width = 0;
    int height = 0;
    std::vector<float> data;

    RgbImageF() = default;
    RgbImageF(int w, int h)
        : width(w), height(h), data(static_cast<std::size_t>(w) * static_cast<std::size_t>(h) * 3) {}
    [[nodiscard]] bool empty() const noexcept { return data.empty(); }
};

}  // namespace tintreel
