#include "control/fohctl_commands.h"

#include "tests/control/service_fixture.h"

#include <catch2/catch.hpp>
#include <future>

using namespace fohd::control;
using namespace fohd::control::test;
using namespace std::string_literals;

namespace {

std::string problem(std::vector<std::string> words)
{
    CtlOptions options;
    return read_ctl_options(words, options);
}

struct Ran {
    ExitCode code;
    std::string out, err;
};

/// What a stream of text holds, for code that prints to a FILE.
class Text {
public:
    ~Text()
    {
        std::fclose(file);
        std::free(text_);
    }
    std::string str()
    {
        std::fflush(file);
        return {text_, size_};
    }

private:
    char* text_ = nullptr;
    std::size_t size_ = 0;

public:
    std::FILE* file = open_memstream(&text_, &size_);
};

Ran run_program(std::uint16_t port, std::vector<std::string> words)
{
    CtlOptions options;
    options.port = port;
    REQUIRE(read_ctl_options(words, options).empty());
    Text out, err;
    const auto code = run_ctl(options, out.file, err.file);
    return {code, out.str(), err.str()};
}

/// fohctl in a thread of its own, the desk in this one.
Ran run(Desk& desk, std::vector<std::string> words)
{
    auto running = std::async(std::launch::async, run_program, desk.service.port(), std::move(words));
    REQUIRE(desk.until([&] { return running.wait_for(std::chrono::seconds(0)) == std::future_status::ready; }));
    return running.get();
}

} // namespace

TEST_CASE("fohctl: options stand before the command, everything behind it is the command's")
{
    CtlOptions options;
    const std::vector<std::string> words{"--host", "desk", "--port", "9001", "--tcp", "set", "/bus/main/fader", "-6"};
    REQUIRE(read_ctl_options(words, options).empty());
    CHECK(options.host == "desk");
    CHECK(options.port == 9001);
    CHECK(options.tcp);
    CHECK(options.command == "set");
    CHECK(options.arguments == std::vector<std::string>{"/bus/main/fader", "-6"});
}

TEST_CASE("fohctl: a wrong command line gets one sentence")
{
    CHECK_FALSE(problem({}).empty());
    CHECK_FALSE(problem({"fly"}).empty());
    CHECK_FALSE(problem({"get"}).empty());
    CHECK_FALSE(problem({"set", "/bus/main/fader"}).empty());
    CHECK_FALSE(problem({"set", "/bus/main/fader", "-6", "dB"}).empty());
    CHECK_FALSE(problem({"get", "bus/main/fader"}).empty());
    CHECK_FALSE(problem({"--port", "0", "status"}).empty());
    CHECK_FALSE(problem({"--port", "70000", "status"}).empty());
    CHECK_FALSE(problem({"--port"}).empty());
    CHECK_FALSE(problem({"--colour", "status"}).empty());
    CHECK_FALSE(problem({"scene"}).empty());
    CHECK_FALSE(problem({"scene", "fly"}).empty());
    CHECK_FALSE(problem({"automation"}).empty());
    CHECK_FALSE(problem({"automation", "fly"}).empty());
    CHECK_FALSE(problem({"automation", "load"}).empty());
    CHECK_FALSE(problem({"automation", "stop", "now"}).empty());
    CHECK(problem({"automation", "play"}).empty());
    CHECK(problem({"automation", "locate", "1:02.5"}).empty());
    CHECK_FALSE(problem({"scene", "recall"}).empty());
    CHECK_FALSE(problem({"scene", "rename", "One"}).empty());
    CHECK_FALSE(problem({"scene", "delete", "One", "Two"}).empty());
    CHECK_FALSE(problem({"undo", "bus"}).empty());
    CHECK(problem({"undo"}).empty());
    CHECK(problem({"scene", "recall", "One", "2.5"}).empty());
    CHECK(problem({"--help"}).empty());
    CHECK(problem({"watch"}).empty());
}

TEST_CASE("fohctl: numbers go as floats, truths as truths, everything else as text")
{
    CHECK(ctl_set_message("/a", "-6") == Message{"/a", {-6.0f}});
    CHECK(ctl_set_message("/a", "2.5e3") == Message{"/a", {2500.0f}});
    CHECK(ctl_set_message("/a", "-6 dB") == Message{"/a", {"-6 dB"s}});
    CHECK(ctl_set_message("/a", "-inf") == Message{"/a", {"-inf"s}});
    CHECK(ctl_set_message("/a", "true") == Message{"/a", {true}});
    CHECK(ctl_set_message("/a", "bell") == Message{"/a", {"bell"s}});
}

TEST_CASE("fohctl: a message is printed as its address and values")
{
    CHECK(ctl_line({"/bus/main/fader", {-6.0f}}) == "/bus/main/fader -6");
    CHECK(ctl_line({"/bus/main/meter/peak", {-20.5f, -120.0f}}) == "/bus/main/meter/peak -20.5 -120");
    CHECK(ctl_line({"/a", {true, 3, "soft"s}}) == "/a true 3 soft");
}

TEST_CASE("fohctl: get, set, dump and status of a running desk, by UDP and TCP")
{
    Desk desk;
    // Something must wake the desk's loop while fohctl only waits.
    boost::asio::steady_timer heartbeat(desk.context);
    std::function<void()> beat = [&] {
        heartbeat.expires_after(std::chrono::milliseconds(5));
        heartbeat.async_wait([&](auto failure) {
            if (!failure) beat();
        });
    };
    beat();
    const auto with = GENERATE(values<std::vector<std::string>>({{}, {"--tcp"}}));
    const auto ctl = [&](std::vector<std::string> words) {
        words.insert(words.begin(), with.begin(), with.end());
        return run(desk, words);
    };

    auto ran = ctl({"set", "/bus/main/fader", "-6 dB"});
    CHECK(ran.code == exit_done);
    CHECK(ran.out.empty());
    CHECK(desk.value("/bus/main/fader") == -6);

    ran = ctl({"set", "/bus/main/fader", "99"});
    CHECK(ran.code == exit_done);
    CHECK(ran.out == "/bus/main/fader 10\n"); // clamped

    ran = ctl({"set", "/bus/main/fader", "loud"});
    CHECK(ran.code == exit_refused);
    CHECK_THAT(ran.err, Catch::Contains("/bus/main/fader") && Catch::Contains("dB"));

    ran = ctl({"get", "/bus/main/fader", "/bus/main/mute"});
    CHECK(ran.code == exit_done);
    CHECK(ran.out == "/bus/main/fader 10\n/bus/main/mute false\n");

    ran = ctl({"get", "/input/*/fader"});
    CHECK(ran.code == exit_done);
    CHECK(ran.out == "/input/vox/fader 0\n/input/in2/fader 0\n");

    ran = ctl({"get", "/bus/main/fadr"});
    CHECK(ran.code == exit_refused);
    CHECK_THAT(ran.err, Catch::Contains("/bus/main/fader"));

    // Asking presses nothing.
    for (const std::string address : {"/bus/main/loudness/reset", "/tempo/tap", "/bus/main/tone/learn"}) {
        for (int n = 0; n < 2; ++n) ran = ctl({"get", address});
        CHECK(ran.code == exit_refused);
        CHECK(ran.err == "fohctl: " + address + ": is a command: it acts, and there is nothing to ask\n");
    }
    CHECK(ctl({"get", "/bus/*/loudness/reset"}).code == exit_refused);
    CHECK(desk.readings.resets.empty());
    CHECK(desk.readings.acts.empty());
    CHECK(desk.value("/tempo") == 120);
    CHECK_THAT(ctl({"get", "/status"}).out, Catch::Contains("backend=dummy"));

    ran = ctl({"dump"});
    CHECK(ran.code == exit_done);
    CHECK(static_cast<std::size_t>(std::count(ran.out.begin(), ran.out.end(), '\n')) ==
          desk.layout.parameters.size() + 1);

    ran = ctl({"watch", "/nothing/*"});
    CHECK(ran.code == exit_refused);

    ran = ctl({"status"});
    CHECK(ran.code == exit_done);
    CHECK_THAT(ran.out, Catch::Contains("backend=dummy\nrate=48000\n"));
}

TEST_CASE("fohctl: nobody there is exit code 3")
{
    boost::asio::io_context context;
    boost::asio::ip::udp::socket silent(context, {boost::asio::ip::make_address("127.0.0.1"), 0});
    const auto port = silent.local_endpoint().port();
    auto ran = run_program(port, {"get", "/bus/main/fader"});
    CHECK(ran.code == exit_no_answer);
    CHECK_THAT(ran.err, Catch::Contains("no answer") && Catch::Contains(std::to_string(port)));
    silent.close();
    CHECK(run_program(port, {"status"}).code == exit_no_answer);
    CHECK(run_program(port, {"--tcp", "status"}).code == exit_no_answer);
}
