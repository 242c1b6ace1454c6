// SPDX-License-Identifier: Apache-2.0
#include "cli/console.h"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include <fmt/format.h>

#include "tintreel/base/log.h"

namespace tintreel::cli {
namespace {

// A signal handler may touch nothing but these.
constexpr std::int64_t kOneWish = 500;  // ms
std::atomic<JobContext*> gContext{nullptr};
std::atomic<std::int64_t> gFirstAt{0};  // milliseconds of the monotonic clock
std::atomic<int> gFirstSignal{0};

void onSignal(int signal) {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const std::int64_t at = std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
    // The first asks the job to end in order, the second leaves at once. timeout(1) and batch systems send one wish
    // twice, to the process and to its group.
    std::int64_t first = 0;
    if (!gFirstAt.compare_exchange_strong(first, at)) {
        if (at - first > kOneWish) std::_Exit(128 + signal);
        return;
    }
    gFirstSignal = signal;
    if (auto* context = gContext.load()) context->requestStop();
}

/// To the log file alone: the console has its own way of saying things.
void log(spdlog::level::level_enum level, const std::string& text) {
    if (const auto file = spdlog::get(kFileLog)) file->log(level, text);
}

std::string clock(double seconds) {
    const auto s = static_cast<long>(seconds + 0.5);
    return s >= 3600 ? fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
                     : fmt::format("{}:{:02}", s / 60, s % 60);
}

}  // namespace

Console::Console(const Globals& globals)
    : globals_(globals), terminal_(::isatty(STDERR_FILENO) == 1 && !globals.json && !globals.quiet) {
    gContext = this;
    std::signal(SIGINT, onSignal);
    std::signal(SIGTERM, onSignal);
}

Console::~Console() {
    clearLine();
    gContext = nullptr;
}

void Console::clearLine() {
    if (lineShown_) std::fputs("\r\033[K", stderr);
    lineShown_ = false;
}

void Console::report(const Progress& progress) {
    JobContext::report(progress);
    const std::lock_guard lock(output_);
    const auto eta = eta_.update(progress);
    const auto now = std::chrono::steady_clock::now();
    const bool last = progress.total > 0 && progress.done >= progress.total;
    if (std::chrono::duration<double>(now - lastShown_).count() < 0.25 && !last) return;
    lastShown_ = now;
    if (globals_.json) {
        nlohmann::json line{{"v", 1}, {"type", "progress"}, {"stage", progress.stage}};
        // A training counts steps, all else frames.
        if (progress.stage == "train")
            line.update(
                {{"done", progress.done}, {"total", progress.total}, {"rate", std::round(eta_.rate() * 100) / 100}});
        else
            line.update(
                {{"frame", progress.done}, {"frames", progress.total}, {"fps", std::round(eta_.rate() * 100) / 100}});
        if (eta) line["eta_s"] = std::round(*eta);
        std::printf("%s\n", line.dump().c_str());
        std::fflush(stdout);
    } else if (terminal_) {
        clearLine();
        const std::string total =
            progress.total > 0
                ? fmt::format("/{} ({:.0f} %)", progress.total,
                              100.0 * static_cast<double>(progress.done) / static_cast<double>(progress.total))
                : "";
        std::fprintf(stderr, "%s %lld%s  %.1f/s%s", progress.stage.c_str(), static_cast<long long>(progress.done),
                     total.c_str(), eta_.rate(), eta ? (", " + clock(*eta) + " left").c_str() : "");
        lineShown_ = true;
    }
}

void Console::warn(const Warning& warning) {
    const std::lock_guard lock(output_);
    log(spdlog::level::warn, warning.message);
    if (globals_.json) {
        nlohmann::json line{{"v", 1}, {"type", "warning"}, {"code", warning.code}, {"message", warning.message}};
        if (warning.frame >= 0) line["frame"] = warning.frame;
        std::printf("%s\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
        std::fflush(stdout);
        return;
    }
    clearLine();
    if (!globals_.quiet) std::fprintf(stderr, "warning: %s\n", warning.message.c_str());
}

void Console::result(nlohmann::json fields, const std::string& status, int exit) {
    nlohmann::json all{{"type", "result"}, {"status", status}, {"exit", exit}};
    all.update(fields);
    line(std::move(all));
}

void Console::line(nlohmann::json fields) {
    if (!globals_.json) return;
    fields["v"] = 1;
    const std::lock_guard lock(output_);
    std::printf("%s\n", fields.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
    std::fflush(stdout);
}

void Console::print(const std::string& text) {
    const std::lock_guard lock(output_);
    clearLine();
    log(spdlog::level::info, text);
    if (!globals_.json && !globals_.quiet) std::printf("%s\n", text.c_str());
}

int Console::failure(const Error& error) {
    const int signal = gFirstSignal.load();
    const int code = error.code != ErrorCode::Cancelled ? exitCode(error.code) : signal == 0 ? 1 : 128 + signal;
    clearLine();
    log(spdlog::level::err, describe(error));
    std::fprintf(stderr, "%s%s\n", error.code == ErrorCode::Cancelled ? "" : "error: ", describe(error).c_str());
    result({{"message", describe(error)}}, error.code == ErrorCode::Cancelled ? "cancelled" : "failed", code);
    return code;
}

void addOptions(CLI::App& app, const OptionTable& table) {
    for (const auto& field : table) {
        std::visit(
            [&](auto* target) {
                if constexpr (std::is_same_v<decltype(target), bool*>) {
                    app.add_flag((field.name == "dry-run" ? "-n,--" : "--") + field.name, *target, field.help);
                } else {
                    auto* option = app.add_option("--" + field.name, *target, field.help)->capture_default_str();
                    if (!field.choices.empty()) option->check(CLI::IsMember(field.choices));
                }
            },
            field.target);
    }
}

}  // namespace tintreel::cli
