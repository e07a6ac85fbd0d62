#include "daemon/reloader.h"

#include "daemon/endpoints.h"
#include "tests/support/fake_backend.h"
#include "tests/support/temp_folder.h"

#include <catch2/catch.hpp>
#include <fstream>

using namespace fohd;
using namespace fohd::daemon;
using namespace fohd::test;
using namespace std::chrono_literals;

namespace {

const std::string before =
    "fohd: 1\ninputs: {vox: {sends: {main: {}}}}\nbuses: {main: {}}\noutputs: {foh: {from: main}}\n";
const std::string after = "fohd: 1\ninputs: {vox: {sends: {main: {}}}, keys: {sends: {main: {}}}}\nbuses: {main: "
                          "{}}\noutputs: {foh: {from: main}}\n";

config::Loaded read(const std::string& text)
{
    config::Loaded loaded = config::load_text(text);
    if (loaded.config) loaded.config->control.port = 0; // Any.
    return loaded;
}

/// The daemon, but for its device.
class House {
public:
    explicit House(const std::string& text)
        : file_(folder_ / "fohd.yaml"), config_(*read(text).config),
          link_(BackendKind::jack, {.client = "fohd"}, endpoints_of(config_),
                [this](BackendKind, const BackendOptions& options, const Endpoints& all) {
                    return server.open(options, all);
                }),
          desk_(config_), memory_((setenv("STATE_DIRECTORY", (folder_ / "state").c_str(), 1), desk_.layout())),
          engine_(sound_with(desk_, memory_.restored.values), link_.rate()), board_({}),
          control_(config_, desk_, engine_, board_, memory_)
    {
        write(text);
        link_.start(engine_, [this](int) { return control_.run([] {}); });
        reloader_.emplace(
            ConfigSource{file_, [this] { return read(text_); }, ""}, config_,
            Reloader::House{link_, control_, engine_, memory_.shelf(),
                            [](const config::Config& next) { return BackendOptions{.client = next.audio.client}; },
                            [] {}});
    }
    ~House()
    {
        server.release();
        reloader_->stop();
        link_.stop(30s);
    }

    void write(const std::string& text)
    {
        text_ = text;
        std::ofstream(file_) << text;
    }
    Reloader& reloader() { return *reloader_; }
    AudioLink& link() { return link_; }
    std::string condition()
    {
        control::Status status;
        reloader_->describe(status);
        return status.more.at(0).second;
    }
    bool comes_true(const std::function<bool()>& condition) const
    {
        for (const auto end = std::chrono::steady_clock::now() + 30s; !condition(); std::this_thread::sleep_for(5ms))
            if (std::chrono::steady_clock::now() > end) return false;
        return true;
    }
    std::size_t strips()
    {
        std::size_t count = 0;
        control_.run([&] { count = engine_.description().strips.size(); }).get();
        return count;
    }

    FakeServer server;

private:
    TempFolder folder_;
    std::string file_, text_;
    config::Config config_;
    AudioLink link_;
    control::Desk desk_;
    Memory memory_;
    Engine engine_;
    Noticeboard board_;
    std::optional<Reloader> reloader_;
    ControlThread control_;
};
} // namespace

TEST_CASE("a file that the server could not take because it was dying is taken when there is one again")
{
    House house(before);
    const auto strips = house.strips();
    house.server.dies_at_ports = true;
    house.write(after);
    house.reloader().request();
    REQUIRE(house.comes_true([&] { return house.condition() == "waiting"; }));
    CHECK(house.strips() == strips);
    house.server.dies_at_ports = false;
    house.server.there = true;
    REQUIRE(house.comes_true([&] { return house.condition() == "ok"; }));
    CHECK(house.strips() == strips + 1);
}

TEST_CASE("a file that a server in good health does not take is refused")
{
    House house(before);
    house.server.refuses_ports = true;
    house.write(after);
    house.reloader().request();
    REQUIRE(house.comes_true([&] { return house.condition() == "refused"; }));
    house.server.refuses_ports = false;
    house.reloader().request();
    REQUIRE(house.comes_true([&] { return house.condition() == "ok"; }));
}

TEST_CASE("who is to stop does not wait for a device that hangs")
{
    House house(before);
    house.server.hold_doors();
    std::string other = after;
    house.write(other.insert(8, "audio: {client: another}\n"));
    house.reloader().request();
    REQUIRE(house.comes_true([&] { return house.server.closed == 1; })); // It waits for the new one.
    house.reloader().stop();
    CHECK(house.server.opened == 1);
}
