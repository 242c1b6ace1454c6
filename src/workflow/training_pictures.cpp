// SPDX-License-Identifier: Apache-2.0
#include "workflow/training_pictures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include "tintreel/base/atomic_file.h"
#include "tintreel/color/resize.h"

namespace tintreel::workflow {
namespace {

constexpr int kSignSide = 16;
// Mean ΔE of signs: two takes of one picture are below the first, frames of one shot mostly below the second.
constexpr double kSamePicture = 2.0, kSameShot = 9.0;
// Spread of a and b among pixels of like lightness; JPEG noise on grey stays below 1.5, pale photographs are above 4.
constexpr double kColorSpread = 2.5;
constexpr double kLaterPart = 0.25;  // of a clip, held back
constexpr FrameIndex kShortestCut = 32;
constexpr const char* kWithinShots =
    "There are few shots, so each of them is learnt from, and later frames of the same shots are held back. Figures on them flatter: they are much like those that were learnt from.";

/// Numbers the pieces by shot: those of one name, and those that look alike, have one number.
std::vector<std::size_t> shotsOf(const std::vector<Piece>& pieces) {
    std::vector<std::size_t> root(pieces.size());
    std::iota(root.begin(), root.end(), std::size_t{0});
    const auto find = [&](std::size_t i) {
        while (root[i] != i) i = root[i] = root[root[i]];
        return i;
    };
    for (std::size_t i = 0; i < pieces.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            if (find(i) == find(j)) continue;
            if (pieces[i].shot == pieces[j].shot || signDistance(pieces[i].sign, pieces[j].sign) < kSameShot)
                root[find(i)] = find(j);
        }
    for (std::size_t i = 0; i < root.size(); ++i) root[i] = find(i);
    return root;
}

/// Holds back about `share` of `shots`, at least one and never all; which ones follows from the hash of their names
/// alone.
void holdBack(std::vector<Piece>& pieces, const std::vector<std::size_t>& root, std::vector<std::size_t> shots,
              double share) {
    if (shots.size() < 2) return;
    std::sort(shots.begin(), shots.end(), [&](std::size_t a, std::size_t b) {
        return sha256OfBytes(pieces[a].shot) < sha256OfBytes(pieces[b].shot);
    });
    const auto count = std::clamp<std::size_t>(
        static_cast<std::size_t>(std::lround(share * static_cast<double>(shots.size()))), 1, shots.size() - 1);
    for (std::size_t i = 0; i < root.size(); ++i)
        if (std::find(shots.begin(), shots.begin() + static_cast<std::ptrdiff_t>(count), root[i]) !=
            shots.begin() + static_cast<std::ptrdiff_t>(count))
            pieces[i].split = "val";
}

/// Cuts every clip in two, the later part held back, unless it is too short for that. How many were cut.
int cutClips(std::vector<Piece>& pieces) {
    std::vector<Piece> laterParts;
    for (auto& piece : pieces) {
        if (!piece.clip || piece.frames.length() < kShortestCut) continue;
        Piece later = piece;
        later.frames.first =
            piece.frames.end -
            std::max<FrameIndex>(12, static_cast<FrameIndex>(kLaterPart * static_cast<double>(piece.frames.length())));
        piece.frames.end = later.frames.first;
        later.split = "val";
        laterParts.push_back(std::move(later));
    }
    // What a held-back part shows must not be learnt from a still of it.
    for (auto& piece : pieces)
        for (const auto& later : laterParts)
            if (!piece.clip && piece.shot == later.shot && piece.time >= static_cast<double>(later.frames.first))
                piece.split = "val";
    for (auto& later : laterParts) pieces.push_back(std::move(later));
    return static_cast<int>(laterParts.size());
}

/// The last stills in time.
void holdBackLast(std::vector<Piece>& pieces, double share) {
    std::vector<Piece*> open;
    for (auto& piece : pieces)
        if (!piece.clip) open.push_back(&piece);
    if (open.empty()) return;
    std::stable_sort(open.begin(), open.end(), [](const Piece* a, const Piece* b) { return a->time < b->time; });
    const auto back =
        std::clamp<std::size_t>(static_cast<std::size_t>(std::lround(share * static_cast<double>(open.size()))), 1,
                                std::max<std::size_t>(1, open.size() - 1));
    for (std::size_t i = open.size() - std::min(back, open.size()); i < open.size(); ++i) open[i]->split = "val";
    open.front()->split = "train";
}

bool anyHeldBack(const std::vector<Piece>& pieces, bool clips) {
    return std::any_of(pieces.begin(), pieces.end(),
                       [&](const Piece& piece) { return piece.clip == clips && piece.split == "val"; });
}

}  // namespace

PictureSign signOf(const RgbImage& picture) { return color::labFromRgb(color::resize(picture, kSignSide, kSignSide)); }

double signDistance(const PictureSign& one, const PictureSign& other) {
    double sum = 0;
    for (std::size_t i = 0; i < one.L.size(); ++i)
        sum += std::sqrt(std::pow(one.L.data[i] - other.L.data[i], 2) +
                         std::pow(one.ab.a.data[i] - other.ab.a.data[i], 2) +
                         std::pow(one.ab.b.data[i] - other.ab.b.data[i], 2));
    return sum / static_cast<double>(one.L.size());
}

bool isColorless(const RgbImage& picture) {
    const auto small = color::workingSize(picture.width, picture.height, 64);
    const auto lab = color::labFromRgb(color::resize(picture, small.width, small.height));
    struct Bin {
        double n = 0, a = 0, b = 0, squares = 0;
    };
    std::array<Bin, 10> bins{};
    for (std::size_t i = 0; i < lab.L.size(); ++i) {
        auto& bin = bins[static_cast<std::size_t>(std::clamp(lab.L.data[i] / 10.0F, 0.0F, 9.0F))];
        const double a = lab.ab.a.data[i], b = lab.ab.b.data[i];
        bin.n += 1;
        bin.a += a;
        bin.b += b;
        bin.squares += a * a + b * b;
    }
    double spread = 0;
    for (const auto& bin : bins)
        if (bin.n > 0) spread += bin.squares - (bin.a * bin.a + bin.b * bin.b) / bin.n;
    return std::sqrt(std::max(0.0, spread) / static_cast<double>(lab.L.size())) < kColorSpread;
}

int dropDuplicates(std::vector<Piece>& pieces) {
    std::vector<Piece> kept;
    int dropped = 0;
    for (auto& piece : pieces) {
        const bool known = !piece.clip && std::any_of(kept.begin(), kept.end(), [&](const Piece& other) {
            return !other.clip && signDistance(piece.sign, other.sign) < kSamePicture;
        });
        if (known) ++dropped;
        else kept.push_back(std::move(piece));
    }
    pieces = std::move(kept);
    return dropped;
}

std::string splitByShot(std::vector<Piece>& pieces, double share) {
    for (auto& piece : pieces) piece.split = "train";
    const auto root = shotsOf(pieces);
    std::map<std::size_t, bool> hasClip;
    for (std::size_t i = 0; i < pieces.size(); ++i) hasClip[root[i]] |= pieces[i].clip;
    std::vector<std::size_t> clips, stills;
    for (const auto& [shot, clip] : hasClip) (clip ? clips : stills).push_back(shot);
    if (hasClip.size() >= kFewShots && clips.size() != 1) {
        holdBack(pieces, root, clips, share);
        holdBack(pieces, root, stills, share);
        return {};
    }
    for (auto& piece : pieces)
        if (piece.measures) piece.split = "val";
    const bool withinShots = cutClips(pieces) > 0 || anyHeldBack(pieces, false);
    if (hasClip.size() == 1) {
        holdBackLast(pieces, share);
        return "All pictures are of one shot; the last of them in time are held back. Figures on them flatter: they are much like those that were learnt from.";
    }
    if (!anyHeldBack(pieces, true)) holdBack(pieces, root, clips, share);
    if (hasClip.size() >= kFewShots || !anyHeldBack(pieces, false)) holdBack(pieces, root, stills, share);
    if (!anyHeldBack(pieces, false) && stills.size() == 1)
        for (std::size_t i = 0; i < root.size(); ++i)
            if (root[i] == stills.front()) pieces[i].split = "val";
    if (!anyHeldBack(pieces, false)) {
        holdBackLast(pieces, share);
        return kWithinShots;
    }
    return withinShots ? kWithinShots : "";
}

}  // namespace tintreel::workflow
