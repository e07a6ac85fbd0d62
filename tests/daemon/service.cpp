#include "daemon/service.h"

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <future>
#include <iterator>
#include <string>

#include "tests/support/temp_folder.h"

using namespace fohd::daemon;
using fohd::test::TempFolder;

namespace {

/// What is logged while stderr goes to a file; JOURNAL_STREAM names that file, or another.
std::string logged(bool journal, const std::string& level)
{
    const TempFolder folder;
    const std::string path = folder / "stderr";
    const int kept = dup(STDERR_FILENO), file = open(path.c_str(), O_CREAT | O_WRONLY, 0600);
    dup2(file, STDERR_FILENO);
    close(file);
    struct stat stream {};
    fstat(STDERR_FILENO, &stream);
    setenv("JOURNAL_STREAM",
           (std::to_string(stream.st_dev) + ':' + std::to_string(stream.st_ino + (journal ? 0 : 1))).c_str(), 1);
    const bool known = set_up_log(level);
    spdlog::debug("one");
    spdlog::info("two");
    spdlog::warn("three");
    spdlog::error("four");
    spdlog::default_logger()->flush();
    unsetenv("JOURNAL_STREAM");
    dup2(kept, STDERR_FILENO);
    close(kept);
    std::ifstream text(path);
    return std::string(std::istreambuf_iterator<char>(text), {}) + (known ? "" : "unknown");
}

/// A service manager's socket, named in the environment.
class Manager {
public:
    Manager()
    {
        const std::string path = folder_ / "notify";
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(bind(receiver_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        setenv("NOTIFY_SOCKET", path.c_str(), 1);
    }
    ~Manager()
    {
        unsetenv("NOTIFY_SOCKET");
        close(receiver_);
    }
    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;

    /// What it was told next, or nothing.
    std::string told() const
    {
        char text[256]{};
        const auto size = recv(receiver_, text, sizeof text, 0);
        return std::string(text, size > 0 ? static_cast<std::size_t>(size) : 0);
    }

private:
    TempFolder folder_;
    int receiver_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
};

} // namespace

TEST_CASE("journald gets its levels, people get time and names")
{
    CHECK(logged(true, "debug") == "<7>one\n<6>two\n<4>three\n<3>four\n");
    CHECK(logged(true, "warning") == "<4>three\n<3>four\n");
    CHECK(logged(true, "loud") == "<6>two\n<4>three\n<3>four\nunknown");
    const std::string plain = logged(false, "info");
    CHECK_THAT(plain, Catch::Contains("info two") && Catch::Contains("warning three") && !Catch::Contains("<6>"));
    set_up_log();
}

TEST_CASE("the service manager is told")
{
    const Manager manager;
    notify_ready();
    CHECK(manager.told() == "READY=1");
    notify_status("jack, 48000 Hz");
    CHECK(manager.told() == "STATUS=jack, 48000 Hz");
    feed_watchdog();
    CHECK(manager.told() == "WATCHDOG=1");
    notify_stopping();
    CHECK(manager.told() == "STOPPING=1");
    unsetenv("NOTIFY_SOCKET");
    notify_ready(); // To nobody.
    CHECK(manager.told().empty());
}

// The queue of a socket holds some ten messages, or some hundred; who feeds the watchdog must not wait for its reader.
TEST_CASE("a service manager that does not read is not waited for")
{
    const Manager manager;
    auto telling = std::async(std::launch::async, [] {
        for (int n = 0; n < 2000; ++n) {
            notify_status("as before");
            feed_watchdog();
        }
        notify_stopping();
    });
    CHECK(telling.wait_for(std::chrono::seconds(30)) == std::future_status::ready);
    while (telling.wait_for(std::chrono::seconds(0)) != std::future_status::ready) manager.told();
    CHECK(manager.told() == "STATUS=as before");
}

TEST_CASE("the watchdog is fed twice as often as it asks")
{
    CHECK_FALSE(watchdog_interval());
    setenv("WATCHDOG_USEC", "3000000", 1);
    setenv("WATCHDOG_PID", std::to_string(getpid()).c_str(), 1);
    CHECK(watchdog_interval() == std::chrono::microseconds(1500000));
    setenv("WATCHDOG_PID", "1", 1); // Another's.
    CHECK_FALSE(watchdog_interval());
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
}
