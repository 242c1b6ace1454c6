// SPDX-License-Identifier: Apache-2.0
#include "nn/attention.h"

#include <cstring>

// The same source for every processor: the compiler lowers the vectors to what a clone's target has.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define TINTREEL_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define TINTREEL_CLONES
#endif
#define TINTREEL_INLINE inline __attribute__((always_inline))

namespace tintreel::nn {
namespace {

constexpr int kLanes = 16;
using Floats = float __attribute__((vector_size(kLanes * sizeof(float))));
using Ints = std::int32_t __attribute__((vector_size(kLanes * sizeof(float))));
using Halves = std::uint16_t __attribute__((vector_size(kLanes * sizeof(std::uint16_t))));

template <class T>
TINTREEL_INLINE void load(T& to, const void* from) {
    std::memcpy(&to, from, sizeof(T));
}

TINTREEL_INLINE void widen(Floats& to, const std::uint16_t* from) {
    Halves halves;
    load(halves, from);
    const Ints bits = __builtin_convertvector(halves, Ints) << 16;
    std::memcpy(&to, &bits, sizeof(to));
}

/// e^x for x ≤ 0: 2^n · 2^f with f in −½..½ by a polynomial (Taylor's, degree 5); n is read off the rounding's
/// mantissa.
TINTREEL_INLINE void expOf(Floats& x) {
    constexpr float kRound = 12582912.0F;  // 1.5 · 2^23: adding it rounds to an integer
    const Floats scaled = x * 1.44269504F;
    const Floats t = (scaled < -126.0F ? Floats{} - 126.0F : scaled) + kRound;
    const Floats n = t - kRound;
    const Floats f = (scaled < -126.0F ? Floats{} : scaled - n) * 0.69314718F;
    const Floats p = ((((f * (1.0F / 120) + 1.0F / 24) * f + 1.0F / 6) * f + 0.5F) * f + 1.0F) * f + 1.0F;
    Ints exponent, bits;
    std::memcpy(&exponent, &t, sizeof(t));
    std::memcpy(&bits, &p, sizeof(p));
    bits += exponent << 23;
    std::memcpy(&x, &bits, sizeof(x));
}

TINTREEL_INLINE float sumOf(const Floats& v) {
    float sum = 0;
    for (int i = 0; i < kLanes; ++i) sum += v[i];
    return sum;
}

}  // namespace

TINTREEL_CLONES
void readCell(const ReadCells& cells, const std::uint16_t* bf16Logits, const float* logits, const ReadPlace* place,
              float* scratch, float* out) {
    Floats highest = Floats{} - 1e30F;
    for (int i = 0; i < cells.count; i += kLanes) {
        Floats logit;
        if (bf16Logits != nullptr) widen(logit, bf16Logits + i);
        else load(logit, logits + i);
        if (place != nullptr) {
            Floats x, y;
            load(x, cells.x + i);
            load(y, cells.y + i);
            x -= place->x;
            y -= place->y;
            logit -= place->sharpness * (x * x + y * y);
        }
        std::memcpy(scratch + i, &logit, sizeof(logit));
        highest = logit > highest ? logit : highest;
    }
    float top = highest[0];
    for (int i = 1; i < kLanes; ++i) top = highest[i] > top ? highest[i] : top;

    Floats weights{}, a{}, b{}, L{}, squared{}, error{}, alike{};
    for (int i = 0; i < cells.count; i += kLanes) {
        Floats weight, plain, value;
        load(weight, scratch + i);
        weight -= top;
        expOf(weight);
        if (bf16Logits != nullptr) widen(plain, bf16Logits + i);
        else load(plain, logits + i);
        weights += weight;
        alike += weight * plain;
        load(value, cells.values[0] + i);
        a += weight * value;
        load(value, cells.values[1] + i);
        b += weight * value;
        load(value, cells.values[2] + i);
        L += weight * value;
        load(value, cells.values[3] + i);
        squared += weight * value;
        load(value, cells.values[4] + i);
        error += weight * value;
    }
    const float scale = 1.0F / sumOf(weights);
    const Floats* const sums[kReadOutputs] = {&a, &b, &L, &squared, &error, &alike};
    for (int k = 0; k < kReadOutputs; ++k) out[k] = sumOf(*sums[k]) * scale;
}

}  // namespace tintreel::nn
