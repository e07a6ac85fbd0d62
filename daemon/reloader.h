#pragma once
#include "config/compare.h"
#include "control/command_set.h"
#include "daemon/audio_link.h"
#include "daemon/control_thread.h"

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace fohd::daemon {

/// Where the config came from, and how it is read again. Waits for the disk.
struct ConfigSource {
    std::string file; ///< Empty: the built-in example, which is never read again.
    std::function<config::Loaded()> load;
    std::string trouble; ///< Why it is not the file that runs but the last one that ran well. Empty: all is well.
};

/// Reads the file again while the sound runs, when it is asked to, or when the file is saved where it says `watch: true`; on a
/// thread of its own, so that nobody waits for a disk or for ports. What is wrong with a file is told, and changes nothing.
class Reloader final : public control::CommandSet {
public:
    /// What is asked of the rest.
    struct House {
        AudioLink& link;
        ControlThread& control;
        Engine& engine;
        control::Shelf& shelf; ///< Keeps a copy of what ran well, as `config.yaml`.
        std::function<BackendOptions(const config::Config&)> options;
        std::function<void()> changed; ///< What `/status` says is another.
    };

    Reloader(ConfigSource source, const config::Config& running, House house);
    ~Reloader(); ///< As stop().
    /// Any thread: reads the file soon. Of several requests while one is carried out one is enough.
    void request() { ask({}); }
    /// Nothing is asked of the rest any more. Does not wait for an audio system that hangs.
    void stop();

    std::span<const control::Command> commands() const override;
    std::string obey(const control::Message& message, control::Writer by, const Answer& answer) override;
    void describe(control::Status& status) override;
    std::vector<std::string> notes() override;

private:
    class Waker;
    void ask(std::vector<Answer> who);
    void run();
    void reload(const std::vector<Answer>& who);
    bool stops() const { return stop_.stop_requested(); }
    /// Waits for the audio system; throws AudioError where this is to stop before.
    template <class T> T await(std::future<T> answer) const;
    bool audio_is_lost(bool device, int restarts) const;
    /// One sentence of what was done. Throws what the audio does not take.
    std::string take(const config::Config& next, const config::Difference& difference);
    SlotMap take_ports(const config::Config& next, bool device);
    void tell(const std::vector<Answer>& who, const control::Message& message);
    void refuse(const std::vector<Answer>& who, const std::vector<std::string>& lines);
    void give_back_ports();
    void keep_copy();

    const ConfigSource source_;
    House house_;
    std::stop_token stop_;
    // The reloader's thread's.
    config::Config running_;
    bool ports_left_ = false;
    bool again_ = false; ///< The audio was just being lost: the file is read again when it is back.
    int attempts_ = 0;   ///< Since somebody asked.
    std::mutex mutex_;
    std::vector<Answer> waiting_;
    std::vector<std::string> trouble_;
    std::string condition_;
    std::unique_ptr<Waker> waker_;
    std::jthread thread_; ///< The last member: it ends before the rest.
};

/// The file as it ran well last, if there is one: for a start with a file that is broken. Waits for the disk.
std::optional<config::Config> last_that_ran(const std::string& file);

} // namespace fohd::daemon
