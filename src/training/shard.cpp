// SPDX-License-Identifier: Apache-2.0
#include "tintreel/training/shard.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <optional>

#include <turbojpeg.h>
#include <nlohmann/json.hpp>

#include "tintreel/base/atomic_file.h"

namespace tintreel::training {
namespace {

// Header: magic, then zero bytes up to 16. Trailer: manifest offset and size, then the magic again.
constexpr std::string_view kMagic = "TINTSHARD1";  // the last letter is the version
constexpr std::size_t kHeaderSize = 16;
constexpr std::size_t kTrailerSize = 32;

struct JpegFree {
    void operator()(void* handle) const noexcept { tjDestroy(handle); }
};
using JpegHandle = std::unique_ptr<void, JpegFree>;

void appendU64(std::string& bytes, std::uint64_t value) {
    for (int i = 0; i < 8; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
}

std::uint64_t readU64(const char* bytes) {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    return value;
}

Unexpected noShard(const std::filesystem::path& path, const std::string& why) {
    return fail(ErrorCode::Input, "'" + path.string() + "' cannot be used as a shard: " + why +
                                      ". Make it anew with 'tintreel dataset pack'.");
}

}  // namespace

struct ShardWriter::Private {
    std::optional<PartFile> part;
    std::ofstream out;
    std::uint64_t offset = 0;
    nlohmann::json manifest = nlohmann::json::array();
};

ShardWriter::ShardWriter(std::unique_ptr<Private> p) : p_(std::move(p)) {}
ShardWriter::ShardWriter(ShardWriter&&) noexcept = default;
ShardWriter& ShardWriter::operator=(ShardWriter&&) noexcept = default;
ShardWriter::~ShardWriter() = default;

Result<ShardWriter> ShardWriter::create(const std::filesystem::path& path, bool overwrite) {
    TT_ASSIGN(PartFile part, PartFile::create(path, overwrite));
    auto p = std::make_unique<Private>();
    p->out.open(part.partPath(), std::ios::binary | std::ios::trunc);
    if (!p->out)
        return fail(ErrorCode::Output, "'" + path.string() + "' cannot be written; check the folder's permissions.");
    p->part = std::move(part);
    std::string header(kMagic);
    header.resize(kHeaderSize, '\0');
    p->out.write(header.data(), static_cast<std::streamsize>(header.size()));
    p->offset = kHeaderSize;
    return ShardWriter(std::move(p));
}

Result<> ShardWriter::add(ShardItem item, const std::vector<std::string>& jpegs) {
    nlohmann::json pictures = nlohmann::json::array();
    for (const auto& jpeg : jpegs) {
        p_->out.write(jpeg.data(), static_cast<std::streamsize>(jpeg.size()));
        pictures.push_back({p_->offset, jpeg.size()});
        p_->offset += jpeg.size();
    }
    p_->manifest.push_back({{"path", item.path},
                            {"set", item.set},
                            {"split", item.split},
                            {"licence", item.licence},
                            {"clip", item.clip},
                            {"pictures", std::move(pictures)}});
    if (!p_->out)
        return fail(ErrorCode::Output,
                    "'" + p_->part->target().string() + "' cannot be written on; is there room on the disk?");
    return {};
}

Result<> ShardWriter::finish() {
    const std::string manifest = p_->manifest.dump();
    std::string trailer;
    appendU64(trailer, p_->offset);
    appendU64(trailer, manifest.size());
    trailer += kMagic;
    trailer.resize(kTrailerSize, '\0');
    p_->out << manifest << trailer;
    p_->out.close();
    if (!p_->out)
        return fail(ErrorCode::Output,
                    "'" + p_->part->target().string() + "' cannot be finished; is there room on the disk?");
    return p_->part->commit();
}

Result<std::shared_ptr<const Shard>> Shard::open(const std::filesystem::path& path, std::size_t cacheBytes) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(ErrorCode::Input, "The shard '" + path.string() + "' cannot be opened; check the name.",
                    std::strerror(errno));
    struct stat info {};
    ::fstat(fd, &info);
    const auto size = static_cast<std::size_t>(info.st_size);
    if (size < kHeaderSize + kTrailerSize) {
        ::close(fd);
        return noShard(path, "it is too short");
    }
    void* map = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    ::close(fd);
    if (map == MAP_FAILED) return noShard(path, "it cannot be mapped into memory");
    std::shared_ptr<Shard> shard(new Shard);
    shard->path_ = path;
    shard->data_ = static_cast<const char*>(map);
    shard->size_ = size;
    shard->cacheBytes_ = cacheBytes;

    const char* trailer = shard->data_ + size - kTrailerSize;
    const std::string_view begin(shard->data_, kMagic.size());
    if (begin.substr(0, begin.size() - 1) != kMagic.substr(0, kMagic.size() - 1))
        return noShard(path, "it does not begin as one");
    if (begin != kMagic)
        return noShard(
            path, std::string("it is of version ") + begin.back() + ", this program reads version " + kMagic.back());
    if (std::string_view(trailer + 16, kMagic.size()) != kMagic) return noShard(path, "it is cut short");
    const std::uint64_t offset = readU64(trailer), length = readU64(trailer + 8);
    if (offset > size || length > size - offset) return noShard(path, "its manifest lies outside the file");
    const auto manifest = nlohmann::json::parse(shard->data_ + offset, shard->data_ + offset + length, nullptr, false);
    if (!manifest.is_array()) return noShard(path, "its manifest cannot be read");
    try {
        for (const auto& entry : manifest) {
            ShardItem item{entry.at("path"),    entry.at("set"),  entry.at("split"),
                           entry.at("licence"), entry.at("clip"), {}};
            for (const auto& place : entry.at("pictures")) {
                const ShardPicture picture{place.at(0), place.at(1)};
                if (picture.offset > offset || picture.size > offset - picture.offset)
                    return noShard(path, "a picture of '" + item.path + "' lies outside the file");
                item.pictures.push_back(picture);
            }
            shard->items_.push_back(std::move(item));
        }
    } catch (const nlohmann::json::exception& error) {
        return noShard(path, std::string("its manifest cannot be read: ") + error.what());
    }
    shard->cache_.resize(shard->items_.size());
    for (std::size_t i = 0; i < shard->items_.size(); ++i) shard->cache_[i].resize(shard->items_[i].pictures.size());
    return std::shared_ptr<const Shard>(shard);
}

Shard::~Shard() {
    if (data_ != nullptr) ::munmap(const_cast<char*>(data_), size_);
}

Result<std::shared_ptr<const RgbImage>> Shard::picture(std::size_t item, std::size_t index) const {
    {
        const std::lock_guard lock(mutex_);
        if (cache_.at(item).at(index)) return cache_[item][index];
    }
    const auto& place = items_[item].pictures[index];
    auto decoded = decodeJpeg(std::string_view(data_ + place.offset, place.size));
    if (!decoded) {
        decoded.error().context = "'" + items_[item].path + "' in the shard '" + path_.string() + "'";
        const std::lock_guard lock(mutex_);
        damaged_.insert(items_[item].path + (items_[item].clip ? ", frame " + std::to_string(index) : ""));
        return tl::unexpected(decoded.error());
    }
    auto image = std::make_shared<const RgbImage>(std::move(*decoded));
    const std::lock_guard lock(mutex_);
    if (cached_ + image->data.size() <= cacheBytes_ && !cache_[item][index]) {
        cache_[item][index] = image;
        cached_ += image->data.size();
    }
    return image;
}

std::vector<std::string> Shard::damaged() const {
    const std::lock_guard lock(mutex_);
    return {damaged_.begin(), damaged_.end()};
}

Result<RgbImage> decodeJpeg(std::string_view bytes) {
    const JpegHandle handle(tjInitDecompress());
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    int width = 0, height = 0, subsampling = 0, colorspace = 0;
    if (tjDecompressHeader3(handle.get(), data, bytes.size(), &width, &height, &subsampling, &colorspace) != 0)
        return fail(ErrorCode::Input, "This is no JPEG picture that can be read.", tjGetErrorStr2(handle.get()));
    RgbImage image(width, height);
    if (tjDecompress2(handle.get(), data, bytes.size(), image.data.data(), width, 0, height, TJPF_RGB,
                      TJFLAG_ACCURATEDCT) != 0) {
        // Of a picture that is cut short the decoder warns alone, and fills the rest with grey.
        const std::string complaint = tjGetErrorStr2(handle.get());
        if (tjGetErrorCode(handle.get()) == TJERR_FATAL || complaint.find("remature end") != std::string::npos)
            return fail(ErrorCode::Input, "This JPEG picture is damaged.", complaint);
    }
    return image;
}

Result<std::string> encodeJpeg(const RgbImage& image, int quality, bool fullChroma) {
    const JpegHandle handle(tjInitCompress());
    unsigned char* buffer = nullptr;
    unsigned long size = 0;
    const int rc = tjCompress2(handle.get(), image.data.data(), image.width, 0, image.height, TJPF_RGB, &buffer, &size,
                               fullChroma ? TJSAMP_444 : TJSAMP_420, quality, TJFLAG_ACCURATEDCT);
    if (rc != 0)
        return fail(ErrorCode::Failed, "A picture could not be compressed as JPEG.", tjGetErrorStr2(handle.get()));
    std::string bytes(reinterpret_cast<const char*>(buffer), size);
    tjFree(buffer);
    return bytes;
}

}  // namespace tintreel::training
