#pragma once
// A real JACK server for one test, its period kept by a timer.

#include <fcntl.h>
#include <jack/jack.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace fohd::test {

/// Starts `jackd -S -d dummy` under a name that no other test has, makes it the default server of this process and of what it
/// starts ($JACK_DEFAULT_SERVER), and stops it by its pid; it also ends when the thread that made it does. One at a time in a
/// process, as libjack has it.
class JackServer {
public:
    enum class Cycle {
        waits,  ///< Synchronous (-S): every client runs in every cycle, so that samples can be compared.
        goes_on ///< As JACK is unless told: without a client that is late.
    };

    /// Periods of 10 ms unless told: a computer that others use too keeps shorter ones so badly that jackd, which tells every client of
    /// every late one, does little else for seconds.
    explicit JackServer(int rate = 48000, int period = 512, int channels = 2, Cycle cycle = Cycle::waits)
        : channels_(std::to_string(channels)), cycle_(cycle)
    {
        reserve_name();
        setenv("JACK_DEFAULT_SERVER", name_.c_str(), 1);
        try {
            start(rate, period);
        } catch (...) {
            close(name_lock_);
            throw;
        }
    }
    ~JackServer()
    {
        stop(SIGTERM);
        close(name_lock_);
    }
    JackServer(const JackServer&) = delete;
    JackServer& operator=(const JackServer&) = delete;

    const std::string& name() const { return name_; }
    pid_t pid() const { return pid_; }

    /// `name` with this server's number. Every client of a test is to be called so: JACK names the socket on which a client is
    /// told of ports, connections and latency by the client's name alone, and of two clients of one name on two servers the
    /// first hears nothing any more.
    std::string client(const std::string& name) const { return name + name_.substr(name_.rfind('-')); }

    /// Once more under the same name, after stop(). Back when it takes clients. Where a client went away in the middle of a cycle,
    /// JACK waits ten times as long as -t says if it is synchronous (DRIVER_TIMEOUT_FACTOR in jack2): five seconds.
    void start(int rate, int period)
    {
        const int watch =
            inotify_init1(IN_CLOEXEC); // Before it starts: its socket's appearance is the event to wait for.
        inotify_add_watch(watch, "/dev/shm", IN_CREATE | IN_ATTRIB | IN_CLOSE_WRITE);
        std::vector<std::string> words{"jackd", "-n", name_, "-r", "-t", "500"};
        if (cycle_ == Cycle::waits) words.emplace_back("-S");
        for (const std::string& word :
             {std::string("-d"), std::string("dummy"), std::string("-r"), std::to_string(rate), std::string("-p"),
              std::to_string(period), std::string("-C"), channels_, std::string("-P"), channels_})
            words.push_back(word);
        launch(words);
        const bool ready = await_readiness(watch);
        close(watch);
        if (ready) return;
        stop(SIGTERM);
        throw std::runtime_error("jackd does not start: is it installed, and are eight servers running already?");
    }

    /// Ends it with `signal` and waits for that: SIGKILL is a crash.
    void stop(int signal)
    {
        if (pid_ <= 0) return;
        kill(pid_, signal);
        if (!await_end(5000)) {
            kill(pid_, SIGKILL);
            await_end(5000);
        }
        waitpid(pid_, nullptr, 0);
        close(descriptor_);
        pid_ = 0;
        // What a server that was killed leaves behind, and what its clients could not take away.
        std::error_code ignored;
        for (const auto& file : std::filesystem::directory_iterator("/dev/shm", ignored))
            if (file.path().filename().string().find('_' + name_ + '_') != std::string::npos)
                std::filesystem::remove(file.path(), ignored);
    }

private:
    /// JACK has room for eight names of servers a user, and one whose server was killed is free only for a server of the same
    /// name: so the names are few and used again, each by who has the lock on its file.
    void reserve_name()
    {
        for (int n = 0; n < 8; ++n) {
            name_ = "fohd-test-" + std::to_string(n);
            const auto file =
                std::filesystem::temp_directory_path() / (name_ + "-" + std::to_string(getuid()) + ".lock");
            name_lock_ = open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
            if (name_lock_ >= 0 && flock(name_lock_, LOCK_EX | LOCK_NB) == 0) return;
            close(name_lock_);
        }
        throw std::runtime_error("eight tests have JACK servers already: JACK has room for no more");
    }

    void launch(const std::vector<std::string>& words)
    {
        std::vector<char*> arguments;
        for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        pid_ = fork();
        if (pid_ == 0) { // Only what is safe between fork and exec.
            prctl(PR_SET_PDEATHSIG, SIGTERM);
            sigset_t none; // libjack blocks signals in its threads; a server that inherits that cannot be ended.
            sigemptyset(&none);
            sigprocmask(SIG_SETMASK, &none, nullptr);
            const int nowhere = open("/dev/null", O_WRONLY);
            dup2(nowhere, STDOUT_FILENO);
            dup2(nowhere, STDERR_FILENO);
            execvp(arguments[0], arguments.data());
            _exit(127);
        }
        if (pid_ < 0) throw std::runtime_error("jackd cannot be started");
        descriptor_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
    }

    /// Its socket is made shortly before it listens, so each further event in the folder is a reason to ask again.
    bool await_readiness(int watch)
    {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (std::chrono::steady_clock::now() < end) {
            pollfd events[] = {{watch, POLLIN, 0}, {descriptor_, POLLIN, 0}};
            poll(events, 2, 50);
            if (events[1].revents != 0) return false;
            alignas(inotify_event) char buffer[4096];
            if (events[0].revents != 0 && read(watch, buffer, sizeof buffer) < 0) return false;
            if (access(("/dev/shm/jack_" + name_ + "_" + std::to_string(getuid()) + "_0").c_str(), F_OK) == 0 &&
                answers())
                return true;
        }
        return false;
    }

    bool answers() const
    {
        jack_set_error_function([](const char*) {});
        jack_set_info_function([](const char*) {});
        jack_client_t* probe = jack_client_open(client("ready").c_str(), JackNoStartServer, nullptr);
        if (probe) jack_client_close(probe);
        return probe != nullptr;
    }

    bool await_end(int milliseconds)
    {
        pollfd event{descriptor_, POLLIN, 0};
        return poll(&event, 1, milliseconds) > 0;
    }

    std::string name_, channels_;
    Cycle cycle_;
    pid_t pid_ = 0;
    int name_lock_ = -1;
    int descriptor_ = -1;
};

} // namespace fohd::test
