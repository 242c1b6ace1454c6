// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <Eigen/SparseCholesky>

#include "tintreel/workflow/evaluate.h"

namespace tintreel::workflow {

AbImage levinSpread(const LPlane& lightness, const AbImage& hintAb, const Plane<float>& hintMask) {
    using Matrix = Eigen::SparseMatrix<double>;
    const int width = lightness.width, height = lightness.height, n = width * height;
    AbImage result(width, height);
    if (std::none_of(hintMask.data.begin(), hintMask.data.end(), [](float m) { return m > 0; })) return result;

    // Row r: U(r) − Σ w_rs U(s) over the 3×3 neighbours, w falling with the squared difference of luma over the
    // window's variance (the paper's equation 2); a hinted pixel's row is U(r) = colour.
    std::vector<Eigen::Triplet<double>> entries;
    Eigen::MatrixXd right = Eigen::MatrixXd::Zero(n, 2);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const int r = y * width + x;
            entries.emplace_back(r, r, 1.0);
            if (hintMask.at(x, y) > 0.5F) {
                right(r, 0) = hintAb.a.at(x, y);
                right(r, 1) = hintAb.b.at(x, y);
                continue;
            }
            double values[9], sum = 0, squares = 0;
            int places[9], count = 0;
            for (int dy = -1; dy <= 1; ++dy)
                for (int dx = -1; dx <= 1; ++dx) {
                    const int sx = x + dx, sy = y + dy;
                    if (sx < 0 || sy < 0 || sx >= width || sy >= height) continue;
                    values[count] = lightness.at(sx, sy) / 100.0;
                    places[count] = sy * width + sx;
                    sum += values[count];
                    squares += values[count] * values[count];
                    ++count;
                }
            const double own = lightness.at(x, y) / 100.0;
            const double variance = std::max(squares / count - sum / count * sum / count, 0.0) * 0.6;
            double least = 1e9;
            for (int i = 0; i < count; ++i)
                if (places[i] != r) least = std::min(least, (values[i] - own) * (values[i] - own));
            // Keeps the weights from vanishing altogether, as the authors' own code does.
            const double spread = std::max({variance, least / -std::log(0.01), 2e-6});
            double total = 0;
            for (int i = 0; i < count; ++i) {
                if (places[i] == r) continue;
                values[i] = std::exp(-(values[i] - own) * (values[i] - own) / spread);
                total += values[i];
            }
            for (int i = 0; i < count; ++i)
                if (places[i] != r) entries.emplace_back(r, places[i], -values[i] / total);
        }
    Matrix A(n, n);
    A.setFromTriplets(entries.begin(), entries.end());
    const Matrix normal = Matrix(A.transpose()) * A;
    const Eigen::SimplicialLDLT<Matrix> solver(normal);
    const Eigen::MatrixXd solution = solver.solve(A.transpose() * right);
    for (int i = 0; i < n; ++i) {
        result.a.data[static_cast<std::size_t>(i)] = static_cast<float>(solution(i, 0));
        result.b.data[static_cast<std::size_t>(i)] = static_cast<float>(solution(i, 1));
    }
    return result;
}

}  // namespace tintreel::workflow
