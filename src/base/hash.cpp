// SPDX-License-Identifier: Apache-2.0
#include "tintreel/base/hash.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

#include <openssl/evp.h>

#include "tintreel/base/atomic_file.h"

namespace tintreel {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kBlock = 1 << 20;

EVP_MD_CTX* contextOf(void* p) { return static_cast<EVP_MD_CTX*>(p); }

}  // namespace

void Sha256::Free::operator()(void* context) const noexcept { EVP_MD_CTX_free(contextOf(context)); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) { EVP_DigestInit_ex(contextOf(context_.get()), EVP_sha256(), nullptr); }

void Sha256::add(std::string_view bytes) { EVP_DigestUpdate(contextOf(context_.get()), bytes.data(), bytes.size()); }

std::string Sha256::hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int length = 0;
    EVP_DigestFinal_ex(contextOf(context_.get()), bytes.data(), &length);
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (unsigned int i = 0; i < length; ++i) {
        text += kDigits[bytes[i] >> 4];
        text += kDigits[bytes[i] & 15];
    }
    return text;
}

Result<std::string> sha256OfFile(const fs::path& path, const HashProgress& goOn) {
    const auto reason = [] { return std::generic_category().message(errno); };
    std::ifstream in(path, std::ios::binary);
    if (!in)
        return fail(ErrorCode::Input, "'" + path.string() + "' cannot be opened; check the name and its permissions.",
                    reason());
    Sha256 sum;
    std::string block(kBlock, '\0');
    std::uintmax_t read = 0;
    while (in) {
        in.read(block.data(), static_cast<std::streamsize>(block.size()));
        const auto got = static_cast<std::size_t>(in.gcount());
        sum.add(std::string_view(block).substr(0, got));
        read += got;
        if (!goOn(read)) return cancelled();
    }
    if (in.bad()) return fail(ErrorCode::Input, "'" + path.string() + "' cannot be read to its end.", reason());
    return sum.hex();
}

Result<std::string> sha256OfFiles(std::vector<fs::path> files, const HashProgress& goOn) {
    std::sort(files.begin(), files.end(),
              [](const fs::path& a, const fs::path& b) { return a.filename().string() < b.filename().string(); });
    Sha256 sum;
    std::uintmax_t before = 0;
    for (const auto& file : files) {
        std::uintmax_t size = 0;
        TT_ASSIGN(const std::string hash,
                  sha256OfFile(file, [&](std::uintmax_t bytes) { return goOn(before + (size = bytes)); }));
        before += size;
        sum.add(hash + "  " + file.filename().string() + "\n");
    }
    return sum.hex();
}

Result<std::string> sha256OfFile(const fs::path& path) {
    return sha256OfFile(path, [](std::uintmax_t) { return true; });
}

std::string sha256OfBytes(std::string_view bytes) {
    Sha256 sum;
    sum.add(bytes);
    return sum.hex();
}

}  // namespace tintreel
