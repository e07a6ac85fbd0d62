#pragma once
#include "tests/support/temp_folder.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace fohd::test {

/// Another program, as a shell would start it, with what it says on a file each. Killed at the end of the scope, and with the
/// thread that made it.
class Program {
public:
    using Clock = std::chrono::steady_clock;

    /// `settings`: NAME=VALUE, before the environment of this process. A folder for state is its own where they name none.
    explicit Program(std::vector<std::string> words, std::vector<std::string> settings = {})
    {
        settings.push_back("STATE_DIRECTORY=" + (folder_ / "state"));
        for (char** setting = environ; *setting; ++setting) settings.emplace_back(*setting);
        const auto pointers = [](std::vector<std::string>& texts) {
            std::vector<char*> all;
            for (std::string& text : texts) all.push_back(text.data());
            all.push_back(nullptr);
            return all;
        };
        const auto arguments = pointers(words), environment = pointers(settings);
        const auto sink = [](const std::string& path) {
            return ::open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
        };
        const int out = sink(out_path_), err = sink(err_path_), nowhere = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        pid_ = fork();
        if (pid_ == 0) { // Only what is safe between fork and exec.
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            sigset_t none; // libjack blocks signals in its threads.
            sigemptyset(&none);
            sigprocmask(SIG_SETMASK, &none, nullptr);
            dup2(nowhere, STDIN_FILENO);
            dup2(out, STDOUT_FILENO);
            dup2(err, STDERR_FILENO);
            execvpe(arguments[0], arguments.data(), environment.data());
            _exit(127);
        }
        for (const int file : {out, err, nowhere}) ::close(file);
        if (pid_ < 0) throw std::runtime_error("no program can be started");
        descriptor_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
    }
    ~Program()
    {
        if (code_ < 0) kill(pid_, SIGKILL);
        exit_code();
        ::close(descriptor_);
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    pid_t pid() const { return pid_; }
    int descriptor() const { return descriptor_; } ///< Readable once it has ended.
    void signal(int number) const { kill(pid_, number); }

    /// Waits for its end: its exit code, 128 and the signal where one ended it, −1 where it runs on.
    int exit_code(std::chrono::milliseconds limit = std::chrono::seconds(30))
    {
        if (code_ >= 0) return code_;
        pollfd event{descriptor_, POLLIN, 0};
        if (poll(&event, 1, static_cast<int>(limit.count())) <= 0) return -1;
        int status = 0;
        waitpid(pid_, &status, 0);
        return code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

    std::string out() const { return content(out_path_); }
    std::string err() const { return content(err_path_); }

    /// Waits until it has said `text` on its standard output.
    bool says(const std::string& text, std::chrono::milliseconds limit = std::chrono::seconds(20)) const
    {
        const int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
        inotify_add_watch(watch, out_path_.c_str(), IN_MODIFY);
        const auto end = Clock::now() + limit;
        bool said = false;
        while (!(said = out().find(text) != std::string::npos) && Clock::now() < end) {
            pollfd event{watch, POLLIN, 0};
            poll(&event, 1, 1000);
            alignas(inotify_event) char buffer[4096];
            while (read(watch, buffer, sizeof buffer) > 0) {
            }
        }
        ::close(watch);
        return said;
    }

private:
    static std::string content(const std::string& path)
    {
        std::ifstream file(path);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    TempFolder folder_;
    std::string out_path_ = folder_ / "out", err_path_ = folder_ / "err";
    pid_t pid_ = 0;
    int descriptor_ = -1, code_ = -1;
};

} // namespace fohd::test
