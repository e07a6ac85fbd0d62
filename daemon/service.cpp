#include "daemon/service.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>

#if __has_include(<systemd/sd-daemon.h>)
#include <systemd/sd-daemon.h>
#else
static int sd_notify(int, const char*) { return 0; }
static int sd_watchdog_enabled(int, std::uint64_t*) { return 0; }
#endif

namespace fohd::daemon {

namespace {

/// `%N`: the level as syslog counts it (RFC 5424), 7 debug to 2 critical.
class SyslogLevel : public spdlog::custom_flag_formatter {
public:
    void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& into) override
    {
        static constexpr std::array levels{'7', '7', '6', '4', '3', '2', '2'};
        into.push_back(levels[static_cast<std::size_t>(message.level)]);
    }
    std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<SyslogLevel>(); }
};

/// systemd.exec(5): $JOURNAL_STREAM is DEVICE:INODE of the stream that journald reads. It is inherited by what has its
/// stderr redirected elsewhere, so the numbers decide.
bool stderr_is_journal()
{
    const char* stream = std::getenv("JOURNAL_STREAM");
    struct stat file {};
    return stream && fstat(STDERR_FILENO, &file) == 0 &&
           std::to_string(file.st_dev) + ':' + std::to_string(file.st_ino) == stream;
}

/// As sd_notify(3), which waits where the manager does not read, and with it the thread that feeds the watchdog. What finds no room
/// is not sent.
void notify_now(const std::string& text)
{
    const char* path = std::getenv("NOTIFY_SOCKET");
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (!path || (path[0] != '/' && path[0] != '@') || std::strlen(path) >= sizeof address.sun_path) return;
    std::strcpy(address.sun_path, path);
    if (path[0] == '@') address.sun_path[0] = 0; // an abstract name
    const int handle = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (handle < 0) return;
    sendto(handle, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address),
           static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + std::strlen(path)));
    close(handle);
}

} // namespace

void notify_ready() { sd_notify(0, "READY=1"); }

void notify_status(const std::string& text) { notify_now("STATUS=" + text); }

void notify_stopping() { notify_now("STOPPING=1"); }

void feed_watchdog() { notify_now("WATCHDOG=1"); }

std::optional<std::chrono::microseconds> watchdog_interval()
{
    std::uint64_t microseconds = 0;
    if (sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
    return std::chrono::microseconds(microseconds / 2);
}

bool set_up_log(std::string_view level)
{
    if (stderr_is_journal()) {
        auto logger = std::make_shared<spdlog::logger>("fohd", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        auto formatter = std::make_unique<spdlog::pattern_formatter>();
        formatter->add_flag<SyslogLevel>('N').set_pattern("<%N>%v");
        logger->set_formatter(std::move(formatter));
        spdlog::set_default_logger(std::move(logger));
    } else {
        auto logger = std::make_shared<spdlog::logger>("fohd", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
        logger->set_pattern("%H:%M:%S.%e %^%l%$ %v");
        spdlog::set_default_logger(std::move(logger));
    }
    const auto chosen = spdlog::level::from_str(std::string(level)); // `off` for what it does not know.
    const bool known = chosen != spdlog::level::off || level == "off";
    spdlog::set_level(known ? chosen : spdlog::level::info);
    return known;
}

} // namespace fohd::daemon
