// What is kept of loudness, when it is saved, and with whom it goes on.
#include "daemon/loudness/keeper.h"
#include "daemon/state_folder.h"
#include "tests/support/temp_folder.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <numbers>

using namespace fohd;
using namespace fohd::daemon;
using namespace fohd::daemon::loudness;
using namespace std::chrono_literals;

namespace {

constexpr unsigned rate = 8000;
const std::string main_bus = "/bus/main", main_file = "loudness/bus-main.yaml";

/// A disk that takes everything, and counts.
class Disk final : public control::Shelf {
public:
    void write(const std::string& name, Text text, const std::string&) override
    {
        files[name] = text();
        ++writes;
    }
    void remove(const std::string& name) override { files.erase(name); }
    std::string condition() const override { return "ok"; }
    std::vector<std::string> notes() const override { return {}; }

    /// What the file has.
    config::Integration integration(const std::string& name = main_file) const
    {
        const auto read = config::read_loudness(files.at(name));
        INFO(read.error);
        REQUIRE(read.integration);
        return *read.integration;
    }

    std::map<std::string, std::string> files;
    int writes = 0;
};

std::shared_ptr<Tap> tap(unsigned channels = 1) { return std::make_shared<Tap>(channels, rate, 10.0); }

/// Writes seconds of a tone at `level` dBFS, which nobody has measured yet.
void play(Tap& tap, double seconds, double level = -20)
{
    std::vector<float> sound(static_cast<std::size_t>(seconds * rate));
    for (std::size_t i = 0; i < sound.size(); ++i)
        sound[i] = static_cast<float>(std::pow(10, level / 20) *
                                      std::sin(2 * std::numbers::pi * 1000 * static_cast<double>(i) / rate));
    const std::vector<const float*> channels(tap.channels(), sound.data());
    tap.write(channels.data(), sound.size());
}

std::uint64_t blocks(const config::Integration& integration)
{
    std::uint64_t sum = 0;
    for (const auto& each : integration.blocks) sum += each.count;
    return sum;
}
} // namespace

TEST_CASE("keeper: saves what has changed every 9 s, all of it at the end, and nothing in silence", "[loudness]")
{
    Disk disk;
    Keeper keeper(disk, {});
    const auto meter = tap();
    keeper.rebind({{main_bus, true, meter}, {"/bus/other", false, tap()}, {"/input/vox", false, {}}});
    auto now = Keeper::Clock::time_point{} + 1h;
    const auto after = [&](std::chrono::milliseconds time) {
        meter->measure();
        keeper.tend(now += time);
        return disk.writes;
    };
    CHECK(after(0ms) == 0);
    play(*meter, 2);
    CHECK(after(8900ms) == 0);
    CHECK(after(100ms) == 1);
    CHECK(blocks(disk.integration()) == 17); // of 400 ms, every 100 ms
    CHECK(disk.files.size() == 1);
    CHECK(after(9s) == 1);
    CHECK(after(9s) == 1);
    play(*meter, 1);
    CHECK(after(9s) == 2);
    CHECK(blocks(disk.integration()) == 27);
    play(*meter, 1); // not measured by anybody
    keeper.save_now();
    CHECK(disk.writes == 3);
    CHECK(blocks(disk.integration()) == 37);
}

TEST_CASE("keeper: a reset is saved at once, although nobody has measured it", "[loudness]")
{
    Disk disk;
    Keeper keeper(disk, {});
    const auto meter = tap();
    keeper.rebind({{main_bus, true, meter}});
    play(*meter, 1);
    keeper.save_now();
    REQUIRE(blocks(disk.integration()) > 0);
    meter->reset();
    const auto now = Keeper::Clock::time_point{} + 1h;
    keeper.tend(now);
    CHECK(disk.writes == 2);
    CHECK(disk.integration() == Meter(1, rate).integration());
    keeper.tend(now + 1s);
    CHECK(disk.writes == 2);
}

TEST_CASE("keeper: a meter goes on from what was kept; one of another width begins anew", "[loudness]")
{
    Disk disk;
    const auto first = tap();
    play(*first, 3);
    first->measure();
    const config::Integration kept = first->integration();
    {
        Keeper keeper(disk, {{main_bus, kept}});
        const auto meter = tap();
        keeper.rebind({{main_bus, true, meter}});
        meter->measure();
        CHECK(meter->reading().integrated == first->reading().integrated);
        CHECK(meter->reading().max_shortterm == first->reading().max_shortterm);
        play(*meter, 3);
        keeper.save_now();
        CHECK(blocks(disk.integration()) == 2 * blocks(kept));
    }
    Keeper keeper(disk, {{main_bus, kept}});
    const auto wide = tap(2);
    keeper.rebind({{main_bus, true, wide}});
    wide->measure();
    CHECK(wide->reading().integrated == lowest);
    keeper.save_now();
    CHECK(disk.integration() == Meter(2, rate).integration());
}

TEST_CASE("keeper: through reloads a strip goes on, also when it was gone or is heard elsewhere", "[loudness]")
{
    Disk disk;
    Keeper keeper(disk, {});
    const auto first = tap(), second = tap(), third = tap();
    const auto integrated = [](Tap& meter) {
        meter.measure();
        return meter.reading().integrated;
    };
    keeper.rebind({{main_bus, false, first}}); // `loudness: true`
    play(*first, 2);
    const float level = integrated(*first);
    REQUIRE(level > lowest);
    CHECK(disk.files.empty());

    keeper.rebind({{main_bus, true, first}}); // now `keep`
    CHECK(integrated(*first) == level);
    keeper.save_now();
    CHECK(disk.files.contains(main_file));

    keeper.rebind({{main_bus, true, second}}); // compared by /master/ab: measured behind its switch
    CHECK(integrated(*second) == level);

    keeper.rebind({}); // gone
    CHECK(blocks(disk.integration()) == 17);
    keeper.rebind({{main_bus, true, third}}); // there again
    CHECK(integrated(*third) == level);

    keeper.rebind({{main_bus, false, third}}); // `true` again: nothing is kept, and nothing reset
    CHECK(integrated(*third) == level);
    CHECK(disk.files.empty());
    keeper.save_now();
    CHECK(disk.files.empty());
}

TEST_CASE("keeper: a strip's file has its kind and name, and leads back to it", "[loudness]")
{
    for (const std::string address : {"/input/a", "/bus/main-left_2", "/output/-", "/bus/input-a"}) {
        const std::string file = file_of(address), folder = "loudness/", ending = ".yaml";
        REQUIRE(file.starts_with(folder));
        CHECK(address_of_file(file.substr(folder.size(), file.size() - folder.size() - ending.size())) == address);
    }
    CHECK(file_of(main_bus) == main_file);
}

TEST_CASE("state folder: loudness is read by strip, and a damaged file is set aside and said", "[loudness]")
{
    const test::TempFolder temporary;
    config::Integration kept;
    kept.channels = 2;
    kept.max_truepeak = -1.5f;
    {
        FileThread thread;
        StateFolder folder(thread, temporary.path());
        CHECK(folder.read_loudness().empty());
        for (const char* address : {"/bus/main", "/input/vox"})
            folder.write(file_of(address), [kept] { return config::loudness_text(kept); });
        folder.write(file_of("/bus/cut"), [kept] { return config::loudness_text(kept).substr(0, 200); });
    }
    FileThread thread;
    StateFolder folder(thread, temporary.path());
    const KeptLoudness read = folder.read_loudness();
    CHECK(read == KeptLoudness{{"/bus/main", kept}, {"/input/vox", kept}});
    CHECK(folder.condition() == "damaged");
    REQUIRE(folder.notes().size() == 1);
    CHECK_THAT(folder.notes()[0], Catch::Contains("bus-cut.yaml is damaged") && Catch::Contains("begins anew"));
    CHECK(folder.read_loudness() == read); // what was set aside is no strip's
}
