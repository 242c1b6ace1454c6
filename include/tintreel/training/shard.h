// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tintreel/base/image.h"
#include "tintreel/base/result.h"

namespace tintreel::training {

/// Where one JPEG lies in a shard.
struct ShardPicture {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};

/// A photo (one picture) or a clip (its frames in order).
struct ShardItem {
    std::string path;     ///< where it came from, relative to its data set: "set/name.jpg"
    std::string set;      ///< name for the sampling weights
    std::string split;    ///< "train" or "val"
    std::string licence;  ///< as stated by the source
    bool clip = false;
    std::vector<ShardPicture> pictures;
};

/// Training pictures in one file: the 16 bytes "TINTSHARD" + version, the JPEGs one after the other, and the manifest
/// as JSON at the end, found by a fixed trailer (docs/formats/shard.md). Files are written once and never changed.
class ShardWriter {
public:
    /// Error: ErrorCode::Output.
    [[nodiscard]] static Result<ShardWriter> create(const std::filesystem::path& path, bool overwrite);
    ShardWriter(ShardWriter&&) noexcept;
    ShardWriter& operator=(ShardWriter&&) noexcept;
    ~ShardWriter();

    /// Adds an item whose `pictures` are ignored; `jpegs` are its pictures.
    [[nodiscard]] Result<> add(ShardItem item, const std::vector<std::string>& jpegs);
    /// Writes the manifest, syncs, renames. Without it nothing is left behind.
    [[nodiscard]] Result<> finish();

private:
    struct Private;
    explicit ShardWriter(std::unique_ptr<Private> p);
    std::unique_ptr<Private> p_;
};

/// A shard opened for reading, mapped into memory. Pictures are decoded on demand and kept while there is room
/// in the cache. Safe to use from several threads.
class Shard {
public:
    /// Error: ErrorCode::Input, for a file that is no shard, is of another version, is cut short or whose manifest
    /// lies.
    [[nodiscard]] static Result<std::shared_ptr<const Shard>> open(const std::filesystem::path& path,
                                                                   std::size_t cacheBytes = std::size_t{6} << 30);
    ~Shard();

    [[nodiscard]] const std::vector<ShardItem>& items() const noexcept { return items_; }
    [[nodiscard]] Result<std::shared_ptr<const RgbImage>> picture(std::size_t item, std::size_t index) const;
    /// "path" or, of a clip, "path, frame n": what picture() was asked for and could not decode, each once.
    [[nodiscard]] std::vector<std::string> damaged() const;

private:
    Shard() = default;
    std::filesystem::path path_;
    const char* data_ = nullptr;
    std::size_t size_ = 0;
    std::vector<ShardItem> items_;
    std::size_t cacheBytes_ = 0;
    mutable std::mutex mutex_;
    mutable std::size_t cached_ = 0;
    mutable std::set<std::string> damaged_;
    mutable std::vector<std::vector<std::shared_ptr<const RgbImage>>> cache_;
};

/// JPEG in memory ↔ pixels (libjpeg-turbo). Greyscale JPEGs come out with three equal samples.
[[nodiscard]] Result<RgbImage> decodeJpeg(std::string_view bytes);
/// quality 1..100; `fullChroma` keeps 4:4:4, else 4:2:0.
[[nodiscard]] Result<std::string> encodeJpeg(const RgbImage& image, int quality, bool fullChroma);

}  // namespace tintreel::training
