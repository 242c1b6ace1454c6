// SPDX-License-Identifier: Apache-2.0
#include "tintreel/base/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

namespace tintreel {
namespace fs = std::filesystem;

namespace {

std::string errnoText() { return std::generic_category().message(errno); }

Result<> syncPath(const fs::path& path, int flags) {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
    if (fd < 0)
        return fail(ErrorCode::Output, "Cannot open '" + path.string() + "' to write it out to the disk.", errnoText());
    const int rc = ::fsync(fd);
    const int saved = errno;
    ::close(fd);
    // Some network and FUSE file systems refuse fsync on folders; the rename is then as safe as they make it.
    if (rc != 0 && saved != EINVAL && saved != ENOTSUP) {
        errno = saved;
        return fail(ErrorCode::Output, "Cannot write '" + path.string() + "' out to the disk; is there room left?",
                    errnoText());
    }
    return {};
}

fs::path folderOf(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

Result<> checkFolderAround(const fs::path& target) {
    std::error_code ec;
    const fs::path folder = folderOf(target);
    if (!fs::is_directory(folder, ec))
        return fail(ErrorCode::Output,
                    "The folder '" + folder.string() + "' of the output does not exist; make it first.");
    if (::access(folder.c_str(), W_OK) != 0)
        return fail(
            ErrorCode::Output,
            "The folder '" + folder.string() + "' cannot be written to; choose another, or change its permissions.",
            errnoText());
    return {};
}

/// Where an old folder stands while its successor takes its name.
fs::path asideOf(const fs::path& part) { return fs::path(part) += ".old"; }

/// "" where every entry of a folder is a plain file that `mine` knows, else the name of one that is not.
std::string strangerIn(const fs::path& folder, const PartFile::Replaceable& mine) {
    std::error_code ec;
    for (const auto& entry : fs::directory_iterator(folder, ec)) {
        const std::string name = entry.path().filename().string();
        if (!entry.is_regular_file(ec) || entry.is_symlink(ec) || !mine(name)) return name;
    }
    return {};
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
        return fail(ErrorCode::Output,
                    "'" + target.string() + "' exists already; choose another name, or pass -f to replace it.");
    TT_TRY(checkFolderAround(target));
    PartFile file;
    file.target_ = target;
    file.part_ = target;
    file.part_ += ".part";
    return file;
}

Result<PartFile> PartFile::createFolder(const fs::path& target, bool overwrite, Replaceable replaceable) {
    std::error_code ec;
    PartFile folder;
    folder.target_ = target.has_filename() ? target : target.parent_path();
    const std::string name = folder.target_.string(), last = folder.target_.filename().string();
    // A folder that somebody stands in, or the root, cannot change its name.
    if (last.empty() || last == "." || last == "..")
        return fail(ErrorCode::Output,
                    "'" + target.string() + "' is no name for a new folder; give the output a folder of its own.");
    if (fs::exists(fs::symlink_status(folder.target_, ec))) {
        if (!fs::is_directory(fs::symlink_status(folder.target_, ec)))
            return fail(ErrorCode::Output, "'" + name + "' is no folder; give another name.");
        if (!overwrite)
            return fail(ErrorCode::Output,
                        "The folder '" + name + "' exists already; choose another name, or pass -f to replace it.");
        if (const std::string stranger = strangerIn(folder.target_, replaceable); !stranger.empty())
            return fail(ErrorCode::Output,
                        "The folder '" + name + "' also holds '" + stranger +
                            "', which is not part of this output; choose another folder, or move it away.");
    }
    TT_TRY(checkFolderAround(folder.target_));
    fs::path part = folder.target_;
    part += ".part";
    // Left over by a program that was killed; anything but plain files in it is not ours.
    if (const std::string stranger = strangerIn(part, [](const std::string&) { return true; }); !stranger.empty())
        return fail(ErrorCode::Output, "'" + part.string() + "' is needed while the output is written, but holds '" +
                                           stranger + "'; move it away.");
    const fs::path old = asideOf(part);
    if (fs::exists(old, ec))
        return fail(ErrorCode::Output,
                    "'" + old.string() + "' was '" + name +
                        "' when a run was killed that replaced it; give it its name back, or move it away.");
    fs::remove_all(part, ec);
    if (!fs::create_directory(part, ec))
        return fail(ErrorCode::Output, "The folder '" + part.string() + "' cannot be made.", ec.message());
    folder.part_ = part;
    folder.isFolder_ = true;
    if (overwrite) folder.replaceable_ = std::move(replaceable);
    return folder;
}

PartFile::PartFile(PartFile&& other) noexcept
    : target_(std::move(other.target_)),
      part_(std::move(other.part_)),
      isFolder_(other.isFolder_),
      replaceable_(std::move(other.replaceable_)) {
    other.part_.clear();
}

PartFile& PartFile::operator=(PartFile&& other) noexcept {
    std::swap(target_, other.target_);
    std::swap(part_, other.part_);
    std::swap(isFolder_, other.isFolder_);
    std::swap(replaceable_, other.replaceable_);
    return *this;
}

PartFile::~PartFile() {
    if (part_.empty()) return;
    std::error_code ec;
    if (isFolder_) fs::remove_all(part_, ec);
    else fs::remove(part_, ec);
}

Result<> PartFile::commitFolder() {
    std::error_code ec;
    for (const auto& entry : fs::directory_iterator(part_, ec)) TT_TRY(syncPath(entry.path(), O_RDONLY));
    TT_TRY(syncPath(part_, O_RDONLY | O_DIRECTORY));
    const bool replace = replaceable_ && fs::is_directory(target_, ec);
    ec.clear();  // that there is no folder yet is no error
    // A full folder cannot be renamed over: the old one steps aside, and comes back where the new one cannot take its
    // place.
    const fs::path old = asideOf(part_);
    if (replace) fs::rename(target_, old, ec);
    if (!ec) {
        fs::rename(part_, target_, ec);
        if (ec && replace) {
            std::error_code ignored;
            fs::rename(old, target_, ignored);
        }
    }
    if (ec)
        return fail(ErrorCode::Output,
                    "Cannot give '" + part_.string() + "' its final name '" + target_.string() + "'.", ec.message());
    part_.clear();
    if (replace) {
        for (const auto& entry : fs::directory_iterator(old, ec)) {
            const std::string name = entry.path().filename().string();
            // What others put there meanwhile moves along.
            if (!replaceable_(name)) fs::rename(entry.path(), target_ / name, ec);
        }
        if (strangerIn(old, replaceable_).empty()) fs::remove_all(old, ec);
    }
    return syncPath(folderOf(target_), O_RDONLY | O_DIRECTORY);
}

Result<> PartFile::commit() {
    if (isFolder_) return commitFolder();
    TT_TRY(syncPath(part_, O_RDONLY));
    std::error_code ec;
    fs::rename(part_, target_, ec);
    if (ec)
        return fail(ErrorCode::Output,
                    "Cannot give '" + part_.string() + "' its final name '" + target_.string() + "'.", ec.message());
    part_.clear();
    return syncPath(folderOf(target_), O_RDONLY | O_DIRECTORY);
}

Result<> writeFileAtomically(const fs::path& target, std::string_view bytes, bool overwrite) {
    TT_ASSIGN(PartFile file, PartFile::create(target, overwrite));
    {
        std::ofstream out(file.partPath(), std::ios::binary | std::ios::trunc);
        out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        out.close();
        if (!out)
            return fail(ErrorCode::Output, "Cannot write '" + target.string() + "'; is there room on the disk?",
                        errnoText());
    }
    return file.commit();
}

Result<std::string> readFile(const fs::path& path, std::uintmax_t maxBytes) {
    std::error_code ec;
    if (!fs::exists(path, ec))
        return fail(ErrorCode::Input, "There is no file '" + path.string() + "'; check the name.");
    if (fs::is_directory(path, ec))
        return fail(ErrorCode::Input, "'" + path.string() + "' is a folder, a file is wanted here.");
    const auto size = fs::file_size(path, ec);
    if (!ec && size > maxBytes)
        return fail(ErrorCode::Input, "'" + path.string() + "' is larger than the " + std::to_string(maxBytes) +
                                          " bytes allowed for such a file.");
    std::ifstream in(path, std::ios::binary);
    if (!in)
        return fail(ErrorCode::Input, "'" + path.string() + "' cannot be opened; check its permissions.", errnoText());
    std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (in.bad()) return fail(ErrorCode::Input, "'" + path.string() + "' cannot be read to its end.", errnoText());
    return bytes;
}

}  // namespace tintreel
