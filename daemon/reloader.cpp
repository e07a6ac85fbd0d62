#include "daemon/reloader.h"

#include "config/file_text.h"
#include "control/value_argument.h"
#include "daemon/endpoints.h"
#include "daemon/file_watch.h"
#include "daemon/files/load_impulse.h"
#include "daemon/state_folder.h"

#include <algorithm>
#include <filesystem>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace fohd::daemon {
namespace {

using namespace std::chrono_literals;

constexpr const char* copy_name = "config.yaml";
constexpr std::size_t most_lines = 10;
constexpr int most_attempts = 5;

/// The first line of a copy: whose it is.
std::string heading(const std::string& file)
{
    return "# As it ran well last: " + std::filesystem::absolute(file).string() + "\n";
}
} // namespace

/// Wakes the thread: when somebody asks, or when the file is saved.
class Reloader::Waker {
public:
    explicit Waker(const std::string& file) : asked_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), file_(file) {}
    ~Waker() { close(asked_); }
    Waker(const Waker&) = delete;
    Waker& operator=(const Waker&) = delete;

    void wake()
    {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = write(asked_, &one, sizeof one);
    }

    /// Waits until somebody asks or `time` is over; true when the file was saved.
    bool wait(std::chrono::milliseconds time)
    {
        pollfd both[] = {{asked_, POLLIN, 0}, {file_.descriptor(), POLLIN, 0}};
        poll(both, 2, static_cast<int>(time.count()));
        std::uint64_t count = 0;
        [[maybe_unused]] const auto size = ::read(asked_, &count, sizeof count);
        return file_.saved();
    }

private:
    int asked_;
    FileWatch file_;
};

Reloader::Reloader(ConfigSource source, const config::Config& running, House house)
    : source_(std::move(source)), house_(house), running_(running),
      condition_(source_.trouble.empty() ? "ok" : "last_that_ran"), waker_(std::make_unique<Waker>(source_.file))
{
    if (!source_.trouble.empty()) trouble_.push_back(source_.trouble);
    thread_ = std::jthread([this](const std::stop_token& stop) {
        stop_ = stop;
        run();
    });
}

Reloader::~Reloader() { stop(); }

void Reloader::stop()
{
    thread_.request_stop();
    waker_->wake();
    if (thread_.joinable()) thread_.join();
}

void Reloader::ask(std::vector<Answer> who)
{
    {
        const std::scoped_lock lock(mutex_);
        waiting_.insert(waiting_.end(), who.begin(), who.end());
        if (who.empty()) waiting_.emplace_back();
    }
    waker_->wake();
}

std::span<const control::Command> Reloader::commands() const
{
    static constexpr control::Command own[] = {{"/config/reload", control::press}};
    return own;
}

std::string Reloader::obey(const control::Message&, control::Writer, const Answer& answer)
{
    if (source_.file.empty()) return "the built-in example runs: there is no file to read again";
    ask({answer});
    return {};
}

void Reloader::describe(control::Status& status)
{
    const std::scoped_lock lock(mutex_);
    status.more.emplace_back("config", condition_);
}

std::vector<std::string> Reloader::notes()
{
    const std::scoped_lock lock(mutex_);
    return trouble_;
}

void Reloader::run()
{
    if (!source_.file.empty() && source_.trouble.empty()) keep_copy();
    while (!stops()) {
        const bool saved = waker_->wait(ports_left_ ? 50ms : again_ ? 200ms : 60s);
        if (stops()) return;
        std::vector<Answer> who;
        {
            const std::scoped_lock lock(mutex_);
            who.swap(waiting_);
        }
        const bool asked = !who.empty() || (saved && running_.watch);
        if (asked) attempts_ = 0;
        if (asked || (again_ && house_.link.status().state == AudioStatus::State::running)) {
            std::erase_if(who, [](const Answer& answer) { return !answer; });
            again_ = false;
            reload(who);
        }
        if (ports_left_) give_back_ports();
    }
}

void Reloader::reload(const std::vector<Answer>& who)
{
    if (source_.file.empty()) return;
    config::Loaded loaded = source_.load();
    std::vector<std::string> lines;
    for (const config::Error& problem : loaded.problems) {
        const std::string line = config::to_line(problem, source_.file);
        if (problem.warning)
            spdlog::warn("{}", line);
        else
            lines.push_back(line);
    }
    if (!loaded.config) return refuse(who, lines);
    const config::Difference difference = config::compare(running_, *loaded.config);
    const int restarts = house_.link.status().restarts;
    std::string done;
    try {
        if (!difference.nothing()) prepare_impulses(loaded.config->graph, house_.link.rate());
        done = take(*loaded.config, difference);
    } catch (const std::runtime_error& refused) { // AudioError, SourceError, ServerError
        if (stops()) return;
        again_ = dynamic_cast<const AudioError*>(&refused) && ++attempts_ < most_attempts &&
                 audio_is_lost(difference.device, restarts);
        return refuse(who, {source_.file + ": " + refused.what() + "; what ran before runs on" +
                            (again_ ? ", and the file is read again when the audio is back" : "")});
    }
    running_ = std::move(*loaded.config);
    keep_copy();
    spdlog::info("{} is in force: {}", source_.file, done);
    {
        const std::scoped_lock lock(mutex_);
        trouble_.clear();
        condition_ = "ok";
    }
    tell(who, {"/config/reload", {done}});
    if (difference.network) house_.control.settle().get(); // Now: the answer came from where it was expected.
}

template <class T> T Reloader::await(std::future<T> answer) const
{
    while (answer.wait_for(50ms) != std::future_status::ready)
        if (stops()) throw AudioError("fohd ends");
    return answer.get();
}

/// Whether what was refused a moment ago was so because the server is going away, which it takes a second to notice. Where it
/// was a device that was refused, the one before is opened again meanwhile, unless there is no server for that either.
bool Reloader::audio_is_lost(bool device, int restarts) const
{
    constexpr std::uint64_t enough_looks = 10;
    const auto begin = house_.link.status().looks;
    for (const auto end = std::chrono::steady_clock::now() + 10s; !stops(); std::this_thread::sleep_for(20ms)) {
        const AudioStatus audio = house_.link.status();
        const bool lost = audio.state != AudioStatus::State::running;
        if (!device && (lost || audio.restarts != restarts)) return true;
        if (audio.looks >= begin + enough_looks) return lost;
        if (std::chrono::steady_clock::now() >= end) return true; // Nobody has looked: the audio system hangs.
    }
    return false;
}

SlotMap Reloader::take_ports(const config::Config& next, bool device)
{
    const Endpoints endpoints = endpoints_of(next);
    if (!device) return house_.link.add(endpoints);
    spdlog::warn("the audio is closed and opened again, which is heard: {} asks for another device", source_.file);
    return await(house_.link.restart(*backend_kind(next.audio.backend), house_.options(next), endpoints));
}

std::string Reloader::take(const config::Config& next, const config::Difference& difference)
{
    if (difference.nothing()) return "nothing is different";
    if (difference.network) house_.control.move(next).get(); // First: it changes nothing where it is refused.
    SlotMap slots;
    try {
        slots = take_ports(next, difference.device);
    } catch (...) {
        if (difference.network) house_.control.stay().get();
        throw;
    }
    house_.control.change(next, {slots.inputs, slots.outputs}).get();
    ports_left_ = true;
    house_.changed();
    std::string done;
    for (std::size_t s = 0; s < std::min(difference.strips.size(), most_lines); ++s)
        done += (s ? ", " : "") + difference.strips[s];
    if (difference.strips.size() > most_lines)
        done += " and " + std::to_string(difference.strips.size() - most_lines) + " more";
    if (difference.device) done += (done.empty() ? "" : ", ") + std::string("the audio was opened anew");
    if (difference.network)
        done += (done.empty() ? "" : ", ") + std::string("OSC listens on ") + next.control.bind + " port " +
                std::to_string(next.control.port);
    return done.empty() ? "done" : done;
}

/// Ports that are in no graph any more go when no sound needs them.
void Reloader::give_back_ports()
{
    bool free = false;
    house_.control.run([&] { free = house_.engine.is_wired(); }).get();
    if (!free) return;
    house_.link.retain(endpoints_of(running_));
    ports_left_ = false;
}

void Reloader::refuse(const std::vector<Answer>& who, const std::vector<std::string>& lines)
{
    for (const std::string& line : lines) spdlog::error("{}", line);
    spdlog::error("{} is not in force: what ran before runs on", source_.file);
    {
        const std::scoped_lock lock(mutex_);
        trouble_.assign(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(std::min(lines.size(), most_lines)));
        if (condition_ != "last_that_ran") condition_ = again_ ? "waiting" : "refused";
    }
    for (std::size_t l = 0; l < std::min(lines.size(), most_lines); ++l)
        tell(who, {"/error", {std::string("/config/reload"), lines[l]}});
}

void Reloader::tell(const std::vector<Answer>& who, const control::Message& message)
{
    if (who.empty()) return;
    house_.control
        .run([&] {
            for (const Answer& answer : who) answer(message);
        })
        .get();
}

void Reloader::keep_copy()
{
    const auto text = config::read_text(source_.file, config::max_file_bytes).text;
    if (!text) return;
    house_.control
        .run([&] { house_.shelf.write(copy_name, [whole = heading(source_.file) + *text] { return whole; }); })
        .get();
}

std::optional<config::Config> last_that_ran(const std::string& file)
{
    const std::string folder = state_path();
    const auto text =
        folder.empty() ? std::nullopt : config::read_text(folder + "/" + copy_name, 2 * config::max_file_bytes).text;
    if (!text || !text->starts_with(heading(file))) return {};
    config::Loaded loaded = config::load_text(
        text->substr(heading(file).size()),
        {.folder = std::filesystem::path(file).parent_path().string(), .read = load_impulse, .may_fail = true});
    for (const config::Error& problem : loaded.problems)
        if (problem.warning) spdlog::warn("as it ran well last: {}", problem.text);
    if (loaded.config) loaded.config->automation = {}; // its file is not kept
    return std::move(loaded.config);
}

} // namespace fohd::daemon
