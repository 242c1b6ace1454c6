// SPDX-License-Identifier: Apache-2.0
#include "tintreel/base/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <system_error>
#include <vector>

#include <openssl/evp.h>

namespace tintreel {
namespace fs = std::filesystem;

namespace {

std::string errnoText() { return std::generic_category().message(errno); }

Result<> syncPath(const fs::path& path, int flags) {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
    if (fd < 0) return fail(ErrorCode::Output, "Cannot open '" + path.string() + "' to write it out to the disk.", errnoText());
    const int rc = ::fsync(fd);
    const int saved = errno;
    ::close(fd);
    // Some network and FUSE file systems refuse fsync on folders; the rename is then as safe as they make it.
    if (rc != 0 && saved != EINVAL && saved != ENOTSUP) {
        errno = saved;
        return fail(ErrorCode::Output, "Cannot write '" + path.string() + "' out to the disk; is there room left?", errnoText());
    }
    return {};
}

struct DigestFree {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

std::string hexDigest(EVP_MD_CTX* context) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int length = 0;
    EVP_DigestFinal_ex(context, bytes.data(), &length);
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (unsigned int i = 0; i < length; ++i) {
        text += kDigits[bytes[i] >> 4];
        text += kDigits[bytes[i] & 15];
    }
    return text;
}

}  // namespace

Result<PartFile> PartFile::create(const fs::path& target, bool overwrite) {
    std::error_code ec;
    if (target.empty() || target.filename().empty())
        return fail(ErrorCode::Output, "'" + target.string() + "' names no output file; give a file name.");
    if (fs::is_directory(target, ec))
        return fail(ErrorCode::Output, "'" + target.string() + "' is a folder; give a file name in it.");
    // Renaming over a device or a pipe would put a plain file in its place.
    if (fs::exists(target, ec) && !fs::is_regular_file(target, ec))
        return fail(ErrorCode::Output, "'" + target.string() + "' is no plain file; give another name.");
    if (fs::exists(target, ec) && !overwrite)
        return fail(ErrorCode::Output, "'" + target.string() + "' exists already; choose another name, or pass -f to replace it.");
    const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
    if (!fs::is_directory(folder, ec))
        return fail(ErrorCode::Output, "The folder '" + folder.string() + "' of the output does not exist; make it first.");
    if (::access(folder.c_str(), W_OK) != 0)
        return fail(ErrorCode::Output, "The folder '" + folder.string() + "' cannot be written to; choose another, or change its permissions.", errnoText());
    PartFile file;
    file.target_ = target;
    file.part_ = target;
    file.part_ += ".part";
    return file;
}

PartFile::PartFile(PartFile&& other) noexcept : target_(std::move(other.target_)), part_(std::move(other.part_)) { other.part_.clear(); }

PartFile& PartFile::operator=(PartFile&& other) noexcept {
    std::swap(target_, other.target_);
    std::swap(part_, other.part_);
    return *this;
}

PartFile::~PartFile() {
    if (part_.empty()) return;
    std::error_code ec;
    fs::remove(part_, ec);
}

Result<> PartFile::commit() {
    TT_TRY(syncPath(part_, O_RDONLY));
    std::error_code ec;
    fs::rename(part_, target_, ec);
    if (ec) return fail(ErrorCode::Output, "Cannot give '" + part_.string() + "' its final name '" + target_.string() + "'.", ec.message());
    part_.clear();
    return syncPath(target_.has_parent_path() ? target_.parent_path() : fs::path("."), O_RDONLY | O_DIRECTORY);
}

Result<> writeFileAtomically(const fs::path& target, std::string_view bytes, bool overwrite) {
    TT_ASSIGN(PartFile file, PartFile::create(target, overwrite));
    {
        std::ofstream out(file.partPath(), std::ios::binary | std::ios::trunc);
        out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        out.close();
        if (!out)
            return fail(ErrorCode::Output, "Cannot write '" + target.string() + "'; is there room on the disk?", errnoText());
    }
    return file.commit();
}

Result<std::string> readFile(const fs::path& path, std::uintmax_t maxBytes) {
    std::error_code ec;
    if (!fs::exists(path, ec)) return fail(ErrorCode::Input, "There is no file '" + path.string() + "'; check the name.");
    if (fs::is_directory(path, ec)) return fail(ErrorCode::Input, "'" + path.string() + "' is a folder, a file is wanted here.");
    const auto size = fs::file_size(path, ec);
    if (!ec && size > maxBytes)
        return fail(ErrorCode::Input, "'" + path.string() + "' is larger than the " + std::to_string(maxBytes) + " bytes allowed for such a file.");
    std::ifstream in(path, std::ios::binary);
    if (!in) return fail(ErrorCode::Input, "'" + path.string() + "' cannot be opened; check its permissions.", errnoText());
    std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (in.bad()) return fail(ErrorCode::Input, "'" + path.string() + "' cannot be read to its end.", errnoText());
    return bytes;
}

Result<std::string> sha256OfFile(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return fail(ErrorCode::Input, "'" + path.string() + "' cannot be opened; check the name and its permissions.", errnoText());
    const std::unique_ptr<EVP_MD_CTX, DigestFree> context(EVP_MD_CTX_new());
    EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
    std::vector<char> block(1 << 20);
    while (in) {
        in.read(block.data(), static_cast<std::streamsize>(block.size()));
        EVP_DigestUpdate(context.get(), block.data(), static_cast<std::size_t>(in.gcount()));
    }
    if (in.bad()) return fail(ErrorCode::Input, "'" + path.string() + "' cannot be read to its end.", errnoText());
    return hexDigest(context.get());
}

std::string sha256OfBytes(std::string_view bytes) {
    const std::unique_ptr<EVP_MD_CTX, DigestFree> context(EVP_MD_CTX_new());
    EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
    EVP_DigestUpdate(context.get(), bytes.data(), bytes.size());
    return hexDigest(context.get());
}

}  // namespace tintreel
