// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edit_script.h"
#include "studio/document.h"
#include "studio_support.h"

namespace tintreel::ui {
namespace {

namespace fs = std::filesystem;
using testing::contentOf;
using testing::historyOf;
using testing::makeEdit;

/// studio_edit_helper at work, killed at the latest when this goes.
class Editor {
public:
    Editor(const fs::path& path, int first) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) return;
        const std::string program = std::string(TINTREEL_BINARY_DIR) + "/studio_edit_helper",
                          number = std::to_string(first), file = path.string();
        child_ = ::fork();
        if (child_ == 0) {
            ::dup2(ends[1], STDOUT_FILENO);
            ::execl(program.c_str(), program.c_str(), file.c_str(), number.c_str(), nullptr);
            ::_exit(127);
        }
        ::close(ends[1]);
        out_ = ends[0];
    }
    ~Editor() {
        if (child_ > 0) kill();
        if (out_ >= 0) ::close(out_);
    }
    Editor(const Editor&) = delete;
    Editor& operator=(const Editor&) = delete;

    /// The number of the next edit that it made; nothing when it ended, or is silent for too long.
    std::optional<int> next() {
        pollfd ready{out_, POLLIN, 0};
        int n = 0;
        if (::poll(&ready, 1, 60000) != 1 || ::read(out_, &n, sizeof n) != sizeof n) return std::nullopt;
        return n;
    }
    /// Whether the signal was what ended it.
    bool kill() {
        ::kill(child_, SIGKILL);
        int status = 0;
        ::waitpid(std::exchange(child_, -1), &status, 0);
        return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    }

private:
    pid_t child_ = -1;
    int out_ = -1;
};

TEST(Recovery, TwentyKillsDuringEditsLoseNothingThatWasMade) {
    const testing::TempDir dir;
    fs::create_directories(dir / "twin");
    const auto film = dir / "film.mkv", project = dir / "film.tintreel";
    fs::copy_file(testing::oneShot(), film);
    fs::copy_file(testing::oneShot(), dir / "twin/film.mkv");
    // What the project must hold after so many edits: another one that goes through the same without a kill.
    Document twin;
    ASSERT_TRUE(twin.open(dir / "twin/film.mkv", {}));
    int twinHas = 0;
    {
        Document made;
        ASSERT_TRUE(made.open(film, {}));
    }
    std::mt19937 random(20);
    const auto upTo = [&](int most) { return std::uniform_int_distribution<int>(0, most)(random); };
    int made = 0, unheard = 0;
    for (int kill = 0; kill < 20; ++kill) {
        SCOPED_TRACE("kill " + std::to_string(kill) + ", after " + std::to_string(made) + " edits");
        const int before = made;
        {
            Editor editor(project, made);
            for (int edits = upTo(9); edits >= 0; --edits) {
                const auto n = editor.next();
                ASSERT_TRUE(n) << "the editor has ended by itself";
                ASSERT_EQ(*n, made);
                ++made;
            }
            if (kill == 0) {
                Document second;
                ASSERT_TRUE(second.open(project, {}));
                EXPECT_TRUE(second.project().readOnly()) << "the editor holds the project";
            }
            std::this_thread::sleep_for(std::chrono::microseconds(upTo(8000)));
            ASSERT_TRUE(editor.kill()) << "the editor has ended by itself";
            while (const auto n = editor.next()) {
                ASSERT_EQ(*n, made);
                ++made;
            }
        }
        ASSERT_GT(made, before);
        Document document;
        const auto opened = document.open(project, {});
        ASSERT_TRUE(opened) << describe(opened.error());
        ASSERT_FALSE(document.project().readOnly()) << "the lock is stuck";
        ASSERT_TRUE(document.project().verify().empty()) << document.project().verify().front();
        while (twinHas < made) ASSERT_TRUE(makeEdit(twin, twinHas++));
        if (contentOf(document) != contentOf(twin) || historyOf(document) != historyOf(twin)) {
            // The one that was under way may have been made without our hearing of it.
            ASSERT_TRUE(makeEdit(twin, twinHas++));
            made = twinHas;
            ++unheard;
        }
        ASSERT_EQ(contentOf(document), contentOf(twin));
        ASSERT_EQ(historyOf(document), historyOf(twin));
        // The history works, not only is it there.
        const auto undo = document.undoText();
        ASSERT_FALSE(undo.isEmpty());
        ASSERT_TRUE(document.undo());
        EXPECT_EQ(document.redoText(), undo);
        EXPECT_NE(contentOf(document), contentOf(twin));
        ASSERT_TRUE(document.redo());
        ASSERT_EQ(contentOf(document), contentOf(twin));
    }
    std::printf("%d edits, %d of them made without being heard of\n", made, unheard);
    // Back to the beginning and forth again through all that was made in twenty-one lives.
    Document document;
    ASSERT_TRUE(document.open(project, {}));
    const auto content = contentOf(document);
    int steps = 0;
    while (!document.undoText().isEmpty()) {
        ASSERT_TRUE(document.undo());
        ++steps;
    }
    EXPECT_GT(steps, 40);
    Document empty;
    fs::create_directories(dir / "empty");
    fs::copy_file(film, dir / "empty/film.mkv");
    ASSERT_TRUE(empty.open(dir / "empty/film.mkv", {}));
    EXPECT_EQ(contentOf(document), contentOf(empty));
    for (; steps > 0; --steps) ASSERT_TRUE(document.redo());
    EXPECT_EQ(contentOf(document), content);
    EXPECT_TRUE(document.project().verify().empty());
}

TEST(Recovery, AKillWhileAProjectIsMadeOrOpenedDoesNotStandInTheWay) {
    const testing::TempDir dir;
    const auto film = dir / "film.mkv";
    fs::copy_file(testing::oneShot(), film);
    std::mt19937 random(7);
    int wasMade = 0;
    for (int kill = 0; kill < 6; ++kill) {
        SCOPED_TRACE(kill);
        for (const char* name : {"film.tintreel", "film.tintreel-wal", "film.tintreel-shm", "film.tintreel.lock"})
            fs::remove(dir / name);
        Editor editor(film, 0);
        // Its begin takes a time that depends on the machine; what counts is that the file comes or does not.
        const auto longest = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (kill % 2 == 0 && !fs::exists(dir / "film.tintreel.part") && !fs::exists(dir / "film.tintreel") &&
               std::chrono::steady_clock::now() < longest) {
        }
        while (kill % 2 == 1 && !fs::exists(dir / "film.tintreel") && std::chrono::steady_clock::now() < longest) {
        }
        std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution<int>(0, 3000)(random)));
        ASSERT_TRUE(editor.kill());
        int made = 0;
        while (editor.next()) ++made;
        wasMade += fs::exists(dir / "film.tintreel") ? 1 : 0;
        Document document;
        const auto opened = document.open(film, {});
        ASSERT_TRUE(opened) << describe(opened.error());
        EXPECT_FALSE(document.project().readOnly());
        EXPECT_TRUE(document.hasFilm());
        EXPECT_GE(document.history().size(), static_cast<std::size_t>(std::min(made, 1)));
        EXPECT_TRUE(document.project().verify().empty());
        EXPECT_GT(document.addHint(testing::dot(1)), 0);
    }
    std::printf("the project was there after %d of 6 kills\n", wasMade);
}

}  // namespace
}  // namespace tintreel::ui
