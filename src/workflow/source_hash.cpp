// SPDX-License-Identifier: Apache-2.0
#include "workflow/source_hash.h"

#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tintreel/base/atomic_file.h"
#include "tintreel/base/hash.h"
#include "tintreel/media/media_info.h"
#include "tintreel/project/project.h"

namespace tintreel::workflow {
namespace fs = std::filesystem;

SourceHash::SourceHash(fs::path film, fs::path memory) : film_(std::move(film)), memory_(std::move(memory)) {
    files_ = media::listPictures(film_).files;
    std::error_code ec;
    pictures_ = !files_.empty() && !fs::is_regular_file(film_, ec);
    if (files_.empty()) files_ = {film_};
    for (const auto& file : files_) {
        const auto size = fs::file_size(file, ec);
        if (!ec) bytes_ += size;
    }
    identity_ = identity();
    if (auto kept = remembered()) {
        result_ = std::move(*kept);
        known_ = done_ = true;
        return;
    }
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

SourceHash::~SourceHash() = default;

std::string SourceHash::identity() const {
    std::string text = film_.string();
    std::error_code ec;
    for (const auto& file : files_)
        text += fmt::format("\n{} {} {}", file.filename().string(), fs::file_size(file, ec),
                            fs::last_write_time(file, ec).time_since_epoch().count());
    if (pictures_) return sha256OfBytes(text);
    const auto fingerprint = project::fingerprintOf(film_);
    return fingerprint ? sha256OfBytes(text + "\n" + fingerprint->sha256) : std::string();
}

std::optional<std::string> SourceHash::remembered() const {
    std::error_code ec;
    if (identity_.empty() || !fs::exists(memory_, ec)) return std::nullopt;
    const auto text = readFile(memory_, 1 << 16);
    const auto json = nlohmann::json::parse(text ? *text : std::string(), nullptr, false);
    const auto get = [&](const char* key) {
        return json.is_object() && json.contains(key) && json[key].is_string() ? json[key].get<std::string>()
                                                                               : std::string();
    };
    const auto hash = get("sha256");
    return get("film") == identity_ && hash.size() == 64 ? std::optional(hash) : std::nullopt;
}

void SourceHash::run(const std::stop_token& stop) {
    const auto goOn = [&](std::uintmax_t bytes) {
        read_ = bytes;
        return !stop.stop_requested();
    };
    result_ = pictures_ ? sha256OfFiles(files_, goOn) : sha256OfFile(files_.front(), goOn);
    done_ = true;
}

Result<std::string> SourceHash::wait(JobContext& context) {
    while (!done_) {
        if (context.stopRequested()) {
            thread_.request_stop();
            return cancelled();
        }
        context.report(
            {"source hash", 0, 1, static_cast<std::int64_t>(read_.load()), static_cast<std::int64_t>(bytes_)});
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    // A film that was changed meanwhile is not remembered.
    if (!known_ && result_ && !memory_.empty() && !identity_.empty() && identity() == identity_)
        (void)writeFileAtomically(memory_, nlohmann::json{{"film", identity_}, {"sha256", *result_}}.dump() + "\n",
                                  true);
    return result_;
}

}  // namespace tintreel::workflow
