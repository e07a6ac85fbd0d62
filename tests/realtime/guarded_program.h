#pragma once
// A program under the guard, and what the guard says of it.

#include <csignal>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace fohd::test {

class GuardedProgram {
public:
    /// `report`: the file that the guard writes. The program is killed with the thread that made it.
    GuardedProgram(std::vector<std::string> words, std::string report) : report_(std::move(report))
    {
        std::vector<char*> arguments;
        for (std::string& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        pid_ = fork();
        if (pid_ == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            sigset_t none; // libjack blocks signals in its threads
            sigemptyset(&none);
            sigprocmask(SIG_SETMASK, &none, nullptr);
            setenv("LD_PRELOAD", RT_GUARD, 1);
            setenv("RT_GUARD_OUT", report_.c_str(), 1);
            execv(arguments[0], arguments.data());
            _exit(127);
        }
        if (pid_ < 0) throw std::runtime_error("no program can be started");
    }
    GuardedProgram(const GuardedProgram&) = delete;
    GuardedProgram& operator=(const GuardedProgram&) = delete;
    ~GuardedProgram()
    {
        if (pid_ <= 0) return;
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }

    void stop() const { kill(pid_, SIGTERM); }
    bool runs() const
    {
        siginfo_t ended = {};
        return waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid == 0;
    }

    /// Waits for its end. The guard's report, or nothing where it wrote none.
    std::string report()
    {
        int status = 0;
        waitpid(pid_, &status, 0);
        pid_ = 0;
        exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        std::ifstream file(report_);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    int exit_code() const { return exit_code_; }

private:
    std::string report_;
    pid_t pid_ = 0;
    int exit_code_ = -1;
};

/// A number of the report by its name, or -1.
inline long number_in(const std::string& report, const std::string& name)
{
    const auto at = report.find('"' + name + "\": ");
    return at == std::string::npos ? -1 : std::strtol(report.c_str() + at + name.size() + 4, nullptr, 10);
}
} // namespace fohd::test
