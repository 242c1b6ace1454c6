// SPDX-License-Identifier: Apache-2.0
#include "cli/rank_launcher.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

extern char** environ;

namespace tintreel::cli {
namespace {

/// A port that is free now on the loopback; 0 where there is none.
int freePort() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    const bool found = fd >= 0 && ::bind(fd, generic, size) == 0 && ::getsockname(fd, generic, &size) == 0;
    if (fd >= 0) ::close(fd);
    return found ? ntohs(address.sin_port) : 0;
}

}  // namespace

Result<RankLauncher> RankLauncher::start(int ranks, const std::vector<std::string>& arguments) {
    const int port = freePort();
    if (port == 0)
        return fail(ErrorCode::Failed, "There is no free port for the ranks to meet at.", std::strerror(errno));
    ::setenv("WORLD_SIZE", std::to_string(ranks).c_str(), 1);
    ::setenv("MASTER_ADDR", "127.0.0.1", 1);
    ::setenv("MASTER_PORT", std::to_string(port).c_str(), 1);
    std::vector<std::string> words{"/proc/self/exe"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    // What the others say would mix with rank 0's; their errors still show.
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    RankLauncher launcher;
    int error = 0;
    for (int rank = 1; rank < ranks && error == 0; ++rank) {
        ::setenv("RANK", std::to_string(rank).c_str(), 1);
        ::setenv("LOCAL_RANK", std::to_string(rank).c_str(), 1);
        pid_t child = 0;
        error = ::posix_spawn(&child, argv[0], &files, nullptr, argv.data(), environ);
        if (error == 0) launcher.children_.push_back(child);
    }
    ::posix_spawn_file_actions_destroy(&files);
    ::setenv("RANK", "0", 1);
    ::setenv("LOCAL_RANK", "0", 1);
    if (error == 0) return launcher;
    for (const pid_t child : launcher.children_) ::kill(child, SIGTERM);
    return fail(ErrorCode::Failed, "Another rank could not be started.", std::strerror(error));
}

RankLauncher::~RankLauncher() {
    for (const pid_t child : children_) ::waitpid(child, nullptr, 0);
}

}  // namespace tintreel::cli
