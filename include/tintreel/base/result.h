// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace tintreel {

/// What kind of thing went wrong. The command line turns it into its exit code (exitCode()).
enum class ErrorCode {
    Failed,     ///< anything not named below, including a fault of our own
    Usage,      ///< the options contradict each other or have no meaning
    Input,      ///< film, hints or references cannot be used
    Output,     ///< the result cannot be written: exists, no permission, no room
    Model,      ///< model or device: wrong hash, missing tensor, no such GPU, out of memory
    Mismatch,   ///< a verification found a difference
    Cancelled,  ///< the user asked to stop; an outcome of its own, never shown as a failure
};

/// An error as a person reads it. `userMessage` is one or two whole sentences that name the file, the place
/// and the remedy; `detail` is what a library said; `context` says what was being done.
struct Error {
    ErrorCode code = ErrorCode::Failed;
    std::string userMessage;
    std::string detail;
    std::string context;
};

/// A value or an Error. Exceptions stay for bugs and third-party throws.
template <class T = void>
using Result = tl::expected<T, Error>;

using Unexpected = tl::unexpected<Error>;

[[nodiscard]] inline Unexpected fail(ErrorCode code, std::string userMessage, std::string detail = {}) {
    return Unexpected(Error{code, std::move(userMessage), std::move(detail), {}});
}

[[nodiscard]] inline Unexpected cancelled() {
    return Unexpected(Error{ErrorCode::Cancelled, "Stopped at your request.", {}, {}});
}

/// 0 ok · 1 failed · 2 usage · 3 input · 4 output · 6 model or device · 7 mismatch · 130 interrupted.
/// (5, "finished with defects", is a success with a list and has no ErrorCode.)
[[nodiscard]] int exitCode(ErrorCode code) noexcept;

/// "userMessage (detail)" on one line, for logs and the terminal.
[[nodiscard]] std::string describe(const Error& error);

}  // namespace tintreel

/// Evaluates a Result; on error returns it from the enclosing function, else goes on.
#define TT_TRY(expr)                                                \
    do {                                                            \
        auto tt_result_ = (expr);                                   \
        if (!tt_result_) return tl::unexpected(tt_result_.error()); \
    } while (false)

#define TT_CONCAT_INNER(a, b) a##b
#define TT_CONCAT(a, b) TT_CONCAT_INNER(a, b)
#define TT_ASSIGN_IMPL(tmp, lhs, expr)            \
    auto tmp = (expr);                            \
    if (!tmp) return tl::unexpected(tmp.error()); \
    lhs = std::move(*tmp)

/// TT_ASSIGN(auto x, f()): declares or assigns x from a Result, or returns its error.
#define TT_ASSIGN(lhs, expr) TT_ASSIGN_IMPL(TT_CONCAT(tt_tmp_, __LINE__), lhs, expr)
