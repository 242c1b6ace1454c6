// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tintreel/base/image.h"
#include "tintreel/base/job.h"
#include "tintreel/base/media_time.h"
#include "tintreel/base/result.h"
#include "tintreel/inference/color_track.h"

namespace tintreel::inference {

struct ColorizerOptions {
    std::filesystem::path modelsDir;  ///< folder with manifest.json and the weights
    std::string keyframeModel =
        "default";  ///< id or reference (ID@SHA256), or "default" for the one the manifest names
    std::string frameModel = "default";
    std::string device = "auto";  ///< "auto", "cpu" or "cuda:N"
    int threads = 0;              ///< CPU threads of the networks; 0 = all cores
};

/// Colours that a person gave on one keyframe, at working size.
struct KeyframeHints {
    AbImage ab;                        ///< hint colours where mask > 0
    Plane<float> mask;                 ///< 0..1 share of the pixel that hints cover
    std::optional<AbImage> reference;  ///< colours of a reference picture; the generator is then not asked
};

/// One colour that the generator holds possible at a place.
struct ColorSuggestion {
    float a = 0, b = 0;
    float weight = 0;  ///< 0..1; how much of the answer it makes up
};

/// The distance in ab that a confidence (0..1, ColoredFrame) stands for: confidence = e^(−distance/12).
[[nodiscard]] float statedError(float confidence);

/// One keyframe of a scene with its finished colours at working size.
using KeyframeColors = std::map<FrameIndex, AbImage>;

/// Lightness (0..100) at working size of any frame of the scene; asked in order, forwards and then backwards.
using LightnessOf = std::function<Result<LPlane>(FrameIndex)>;

struct ModelUse {
    std::string id;
    std::string sha256;
};

/// The two networks behind one plain interface; no torch type shows. Errors are ErrorCode::Model.
/// Not thread-safe; make one per thread.
class Colorizer {
public:
    [[nodiscard]] static Result<Colorizer> create(const ColorizerOptions& options);
    /// On a GPU, lets the networks run once on nothing, on a thread of its own: what their first run there sets up does
    /// not hold up the first picture. The next call waits for it.
    void warmUp(int width, int height);

    Colorizer(Colorizer&&) noexcept;
    Colorizer& operator=(Colorizer&&) noexcept;
    ~Colorizer();

    /// The generator: L and hints of one frame → ab at working size, any size ≥ 16×16. With an empty hint
    /// mask the network colours alone. Under hints the result is the hints' colour.
    [[nodiscard]] Result<AbImage> colorizeKeyframe(const LPlane& lightness, const KeyframeHints& hints);

    /// What could be the colour at pixel (x, y) of the frame: the generator's answers with these hints and without any,
    /// their parts ranked, like ones (ΔE in ab below 6) joined, at most `most`.
    [[nodiscard]] Result<std::vector<ColorSuggestion>> suggest(const LPlane& lightness, const KeyframeHints& hints,
                                                               int x, int y, int most = 6);

    /// Carries the colours of the keyframes through `scene`, in both directions between keyframes, blended by
    /// confidence, and writes every frame of the scene into `track` (half the working size, rounded up).
    /// Reports stage "propagate" with done/total in frames. Returns cancelled() within about a frame of a stop.
    [[nodiscard]] Result<> propagate(FrameRange scene, const LightnessOf& lightness, const KeyframeColors& keyframes,
                                     ColorTrack& track, JobContext& context);

    [[nodiscard]] std::vector<ModelUse> models() const;
    /// "CPU, 2 threads, bf16" or "cuda:0 NVIDIA …".
    [[nodiscard]] std::string deviceDescription() const;

private:
    struct Private;
    explicit Colorizer(std::unique_ptr<Private> p);
    std::unique_ptr<Private> p_;
};

}  // namespace tintreel::inference
