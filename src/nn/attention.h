// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace tintreel::nn {

/// Cells with known colours as separate rows, so that 16 of them are read at once. count is a multiple of 16.
struct ReadCells {
    int count = 0;
    const float* values[5] = {};  ///< a, b, L, |ab|², log error
    const float* x = nullptr;     ///< position of each cell
    const float* y = nullptr;
};

/// A Gaussian prior on where to read: −sharpness · distance² is added to the logits.
struct ReadPlace {
    float x = 0, y = 0, sharpness = 0;
};

constexpr int kReadOutputs = 6;

/// One query: softmax over the logits (with the prior where `place` is given), then the weighted means of the five
/// values and of the logits without the prior. logits: `count` numbers, bf16 (upper halves of floats) or float; one of
/// the two is null. scratch: `count` floats. All arithmetic in float; exp has a relative error below 3e-6.
void readCell(const ReadCells& cells, const std::uint16_t* bf16Logits, const float* logits, const ReadPlace* place,
              float* scratch, float* out);

}  // namespace tintreel::nn
