// SPDX-License-Identifier: Apache-2.0
#include "training/episode.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <opencv2/imgproc.hpp>

namespace tintreel::training {
namespace {

/// A smooth path: drift plus a swing.
struct Path {
    double start, drift, swing, frequency, phase;
    static Path random(Rng& rng, double start, double drift, double swing) {
        return {start, uniform(rng, -drift, drift), uniform(rng, 0, swing), uniform(rng, 0.05, 0.35),
                uniform(rng, 0, 2 * std::numbers::pi)};
    }
    [[nodiscard]] double at(double t) const {
        return start + drift * t + swing * (std::sin(frequency * t + phase) - std::sin(phase));
    }
};

class ClipEpisode final : public Episode {
public:
    ClipEpisode(const Sampler::Ref& clip, int width, int height, Rng& rng, int stride, int first, int length,
                const CropPlan& plan)
        : Episode(length, rng),
          clip_(clip),
          plan_(plan),
          stride_(stride),
          first_(first),
          width_(width),
          height_(height) {}

private:
    Result<RgbImage> picture(int index) override {
        const auto at = [&](int i) { return clip_.picture(static_cast<std::size_t>(first_ + i * stride_)); };
        // A frame that does not decode is the one before it once more, as in a damaged film; or the first one after it
        // that does.
        for (int i = index; i >= 0; --i)
            if (const auto whole = at(i)) return takeCrop(**whole, plan_, width_, height_);
        for (int i = index + 1; i < length(); ++i)
            if (const auto whole = at(i)) return takeCrop(**whole, plan_, width_, height_);
        return fail(ErrorCode::Input, "No frame of '" + clip_.info().path + "' from frame " +
                                          std::to_string(std::min(first_, first_ + (length() - 1) * stride_)) +
                                          " on can be decoded; pack the clip anew.");
    }
    Sampler::Ref clip_;
    CropPlan plan_;
    int stride_, first_, width_, height_;
};

/// One photo and its motion: seen through a window that pans, zooms and turns.
struct Layer {
    std::shared_ptr<const RgbImage> photo;
    Path x, y, zoom, angle;
    bool cutOut = false;
    double centreX = 0, centreY = 0, radiusX = 0, radiusY = 0;  // of the ellipse, in photo pixels
};

class SyntheticEpisode final : public Episode {
public:
    SyntheticEpisode(std::vector<Layer> layers, int length, int width, int height, Rng& rng)
        : Episode(length, rng),
          layers_(std::move(layers)),
          width_(width),
          height_(height),
          blur_(chance(rng, 0.3) ? uniform(rng, 0.3, 1.2) : 0.0) {
        for (const auto& layer : layers_) {
            if (!layer.cutOut) {
                masks_.emplace_back();
                continue;
            }
            cv::Mat mask(layer.photo->height, layer.photo->width, CV_32F, cv::Scalar(0));
            cv::ellipse(mask, cv::Point2d(layer.centreX, layer.centreY), cv::Size2d(layer.radiusX, layer.radiusY), 0, 0,
                        360, cv::Scalar(1), cv::FILLED, cv::LINE_8);
            cv::GaussianBlur(mask, mask, cv::Size(3, 3), 0.8);
            masks_.push_back(mask);
        }
    }

private:
    Result<RgbImage> picture(int index) override {
        cv::Mat canvas(height_, width_, CV_8UC3);
        for (std::size_t i = 0; i < layers_.size(); ++i) {
            const auto& layer = layers_[i];
            const cv::Mat photo(layer.photo->height, layer.photo->width, CV_8UC3,
                                const_cast<std::uint8_t*>(layer.photo->data.data()));
            const double c = std::cos(layer.angle.at(index)) * layer.zoom.at(index),
                         s = std::sin(layer.angle.at(index)) * layer.zoom.at(index);
            // Canvas pixel → photo pixel, about the canvas centre.
            const cv::Matx23d map(c, -s, layer.x.at(index) - c * width_ / 2 + s * height_ / 2, s, c,
                                  layer.y.at(index) - s * width_ / 2 - c * height_ / 2);
            const int flags = cv::INTER_LINEAR | cv::WARP_INVERSE_MAP;
            if (!layer.cutOut) {
                cv::warpAffine(photo, canvas, map, canvas.size(), flags, cv::BORDER_REFLECT);
                continue;
            }
            cv::Mat picture, mask;
            cv::warpAffine(photo, picture, map, canvas.size(), flags, cv::BORDER_REFLECT);
            cv::warpAffine(masks_[i], mask, map, canvas.size(), flags, cv::BORDER_CONSTANT);
            for (int y = 0; y < height_; ++y)
                for (int x = 0; x < width_; ++x) {
                    const float share = mask.at<float>(y, x);
                    if (share <= 0) continue;
                    auto& to = canvas.at<cv::Vec3b>(y, x);
                    const auto& from = picture.at<cv::Vec3b>(y, x);
                    for (int k = 0; k < 3; ++k)
                        to[k] = static_cast<std::uint8_t>(to[k] + share * static_cast<float>(from[k] - to[k]) + 0.5F);
                }
        }
        if (blur_ > 0) cv::GaussianBlur(canvas, canvas, cv::Size(5, 5), blur_);
        RgbImage out(width_, height_);
        std::copy(canvas.datastart, canvas.dataend, out.data.begin());
        return out;
    }

    std::vector<Layer> layers_;
    std::vector<cv::Mat> masks_;
    int width_, height_;
    double blur_;
};

}  // namespace

Episode::Episode(int length, Rng& rng)
    : length_(length),
      gamma_(std::exp(uniform(rng, -0.25, 0.25))),
      gammaSlope_(chance(rng, 0.3) ? uniform(rng, -0.005, 0.005) : 0.0),
      grain_(chance(rng, 0.4) ? uniform(rng, 0.0, 2.5) : 0.0),
      turn_(chance(rng, 0.25) ? uniform(rng, -std::numbers::pi, std::numbers::pi) : 0.0),
      gain_(uniform(rng, 0.8, 1.3)),
      grainSeed_(rng()) {}

Result<GreyAndTruth> Episode::frame(int index) {
    TT_ASSIGN(RgbImage rgb, picture(index));
    if (view_) rgb = view_->seen(rgb);
    auto result = greyAndTruth(rgb);
    if (age_.look) result.lightness = filmLightness(rgb, *age_.look);
    if (view_) view_->light(result.lightness);
    turnColors(result.ab, turn_, gain_);
    // However long the rollout, the picture stays one.
    const auto gamma = static_cast<float>(std::max(0.3, gamma_ + gammaSlope_ * index)),
               grain = static_cast<float>(grain_);
    Rng rng = rngFor(grainSeed_, static_cast<std::uint64_t>(index), 0);
    std::normal_distribution<float> normal(0.0F, 1.0F);
    for (std::size_t i = 0; i < result.lightness.size(); ++i) {
        float& L = result.lightness.data[i];
        L = 100.0F * std::pow(std::max(L, 0.0F) / 100.0F, gamma);
        if (grain > 0) L += grain * normal(rng);
        L = std::clamp(L, 0.0F, 100.0F);
    }
    if (age_.look) addGrain(result.lightness, *age_.look, rng);
    if (age_.wear) addWear(result.lightness, *age_.wear, index);
    return result;
}

Age randomAge(double lookShare, double wearShare, int width, Rng& rng) {
    Age age;
    if (lookShare > 0 && chance(rng, lookShare)) age.look = FilmLook::random(rng, width);
    if (wearShare > 0 && chance(rng, wearShare)) age.wear = FilmWear::random(rng);
    return age;
}

bool drawOwnViews(double share, Age& age, Rng& rng) {
    if (share <= 0 || !chance(rng, share)) return false;
    if (!age.look) {
        age.look.emplace();
        age.look->response = anyResponse(rng);
    }
    return true;
}

std::unique_ptr<Episode> clipEpisode(const Sampler::Ref& clip, int width, int height, int longest, Rng& rng) {
    const int frames = static_cast<int>(clip.info().pictures.size());
    int stride = std::min(uniformInt(rng, 1, 3), std::max(1, (frames - 1) / 12));
    const int length = std::min(uniformInt(rng, longest / 2, longest), 1 + (frames - 1) / stride);
    int first = uniformInt(rng, 0, frames - 1 - (length - 1) * stride);
    if (chance(rng, 0.4)) {
        first += (length - 1) * stride;
        stride = -stride;
    }
    const auto picture = clip.picture(0);
    const int w = picture ? (*picture)->width : width, h = picture ? (*picture)->height : height;
    const auto plan = randomCrop(w, h, width, height, 0.8, 1.6, rng);
    return std::make_unique<ClipEpisode>(clip, width, height, rng, stride, first, length, plan);
}

Result<std::unique_ptr<Episode>> syntheticEpisode(const Sampler& photos, int width, int height, Rng& rng) {
    const int length = uniformInt(rng, 12, 32);
    std::vector<Layer> layers;
    const int cutOuts = uniformInt(rng, 0, 2);
    for (int i = 0; i <= cutOuts; ++i) {
        Layer layer;
        TT_ASSIGN(layer.photo, photos.drawPicture(rng));
        const double w = layer.photo->width, h = layer.photo->height;
        const double fit = std::min(w / width, h / height);
        layer.cutOut = i > 0;
        layer.zoom =
            Path::random(rng, layer.cutOut ? fit * uniform(rng, 0.8, 1.6) : fit * uniform(rng, 0.5, 0.9), 0.006, 0.04);
        layer.angle = Path::random(rng, uniform(rng, -0.1, 0.1), 0.008, 0.05);
        const double speed = layer.cutOut ? 4.0 : 2.0;
        layer.x = Path::random(rng, w * uniform(rng, 0.35, 0.65), speed, 8);
        layer.y = Path::random(rng, h * uniform(rng, 0.35, 0.65), speed * 0.6, 5);
        layer.centreX = w * uniform(rng, 0.35, 0.65);
        layer.centreY = h * uniform(rng, 0.35, 0.65);
        layer.radiusX = w * uniform(rng, 0.1, 0.3);
        layer.radiusY = h * uniform(rng, 0.1, 0.3);
        layers.push_back(std::move(layer));
    }
    return std::unique_ptr<Episode>(std::make_unique<SyntheticEpisode>(std::move(layers), length, width, height, rng));
}

}  // namespace tintreel::training
