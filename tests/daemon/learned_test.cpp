// What processors learn: who begins with it, when it is saved, and what becomes of it.
#include "config/config.h"
#include "daemon/engine.h"
#include "daemon/learned_keeper.h"
#include "daemon/state_folder.h"
#include "tests/support/flushed_denormals.h"
#include "tests/support/temp_folder.h"

#include <catch2/catch.hpp>
#include <fstream>

using namespace fohd;
using namespace fohd::daemon;
using namespace fohd::test;
using namespace std::chrono_literals;

namespace {

const std::string address = "/input/vox/feedback_suppressor", file = "learned/input.vox.feedback_suppressor.yaml";

config::Learned filters(std::vector<float> numbers)
{
    const auto* type = dsp::find_processor_type("feedback_suppressor");
    numbers.resize(type->learned.size());
    return {type, std::move(numbers)};
}
const config::Learned two = filters({1000, 12, 1, 3100, 6, 2});

std::string show(const std::string& chain, int channels = 1)
{
    return "inputs: {vox: {channels: " + std::to_string(channels) + ", chain: [" + chain +
           "], sends: {main: {}}}}\nbuses: {main: {}}\noutputs: {foh: {from: main}}\n";
}

config::Config read(const std::string& text)
{
    auto loaded = config::load_text("fohd: 1\n" + text);
    for (const auto& problem : loaded.problems) UNSCOPED_INFO(config::to_line(problem, "text"));
    REQUIRE(loaded.config);
    return *loaded.config;
}

/// An engine, and what it says of the first filters of `vox`.
struct Rig {
    explicit Rig(const std::string& text, config::LearnedMap learned = {})
        : config(read(text)), engine(config.graph, 48000, nullptr, std::move(learned))
    {
        engine.tend(); // as the control thread does before there is sound
        run();
    }
    void run(double seconds = 0.1)
    {
        const FlushedDenormals flushed;
        std::vector<float> sound(64), out(64);
        std::vector<const float*> in(16, sound.data());
        std::vector<float*> to(16, out.data());
        for (int i = 0; i < seconds * 48000 / 64; ++i) {
            engine.process(in, to, 64);
            engine.tend();
        }
    }
    void change(const std::string& text)
    {
        config = read(text);
        engine.change(
            config.graph, dsp::Layout(config.graph).initial_values(),
            dsp::Wiring::straight(dsp::Graph(config.graph, 48000, dsp::Layout(config.graph).initial_values()).plan()));
        run(0.5);
    }
    std::vector<float> frequencies()
    {
        std::vector<float> all;
        for (std::size_t n = 0; n < config.graph.strips[0].chain.size(); ++n)
            if (config.graph.strips[0].chain[n].type->id == "feedback_suppressor")
                for (int i = 0; i < 24; ++i)
                    if (const float hz = engine.readings().told(0, static_cast<int>(n), i).load(); hz > 0)
                        all.push_back(hz);
        return all;
    }

    config::Config config;
    Engine engine;
};
const std::vector<float> both{1000, 3100};

/// A disk that takes everything, and counts.
struct Disk final : control::Shelf {
    void write(const std::string& name, Text text, const std::string&) override { files[name] = text(), ++changes; }
    void remove(const std::string& name) override { files.erase(name), ++changes; }
    std::string condition() const override { return "ok"; }
    std::vector<std::string> notes() const override { return {}; }
    std::map<std::string, std::string> files;
    int changes = 0;
};
} // namespace

TEST_CASE("learned: a processor begins with it, and keeps it moved in its chain, with other channels, at another rate")
{
    Rig rig(show("eq: {}, feedback_suppressor: {}"), {{address, two}});
    CHECK(rig.frequencies() == both);
    rig.change(show("feedback_suppressor: {}, eq: {}"));
    CHECK(rig.frequencies() == both);
    rig.change(show("feedback_suppressor: {}, eq: {}", 2));
    CHECK(rig.frequencies() == both);
    rig.engine.set_rate(44100);
    rig.run();
    CHECK(rig.frequencies() == both);
    CHECK(rig.engine.take_learners().empty()); // nothing has changed
    CHECK(rig.engine.learned().at(address) == two);
}

TEST_CASE("learned: it waits for a processor that is gone, and is nobody else's")
{
    Rig rig(show("feedback_suppressor: {}"), {{address, two}});
    rig.change(show("feedback_suppressor: {name: other}"));
    CHECK(rig.frequencies().empty());
    rig.change(show("eq: {name: feedback_suppressor}"));
    rig.change(show("feedback_suppressor: {}"));
    CHECK(rig.frequencies() == both);
    CHECK(rig.engine.take_learners().empty());
}

TEST_CASE("learned: clear forgets it for good, also when another graph comes meanwhile")
{
    Rig rig(show("feedback_suppressor: {}"), {{address, two}});
    rig.engine.act(0, 0, 0);
    if (GENERATE(false, true)) rig.change(show("feedback_suppressor: {}, eq: {}"));
    rig.run();
    CHECK(rig.frequencies().empty());
    CHECK(rig.engine.take_learners() == std::set{address});
    CHECK(rig.engine.learned().at(address).is_empty());
    CHECK(rig.engine.take_learners().empty());
    rig.engine.set_rate(44100);
    rig.run();
    CHECK(rig.frequencies().empty());
}

TEST_CASE("learned: what changes is saved at once and then twice a second, what is forgotten leaves no file")
{
    Disk disk;
    LearnedKeeper keeper(disk);
    config::LearnedMap all{{address, two}};
    auto now = LearnedKeeper::Clock::time_point{} + 1h;
    keeper.tend({}, all, now);
    CHECK(disk.changes == 0);
    keeper.tend({address}, all, now);
    REQUIRE(disk.changes == 1);
    CHECK(config::read_learned(disk.files.at(file)).learned == two);
    all[address] = filters({500, 6, 1});
    keeper.tend({address}, all, now += 400ms);
    CHECK(disk.changes == 1);
    keeper.tend({}, all, now += 100ms);
    CHECK(disk.changes == 2);
    all[address] = filters({});
    keeper.tend({address}, all, now += 100ms);
    keeper.save_now(all);
    CHECK(disk.changes == 3);
    CHECK(disk.files.empty());
    keeper.save_now(all);
    CHECK(disk.changes == 3);
}

TEST_CASE("learned: the state folder reads its files by address, and sets damaged ones aside")
{
    const TempFolder temporary;
    FileThread thread;
    StateFolder folder(thread, temporary.path());
    folder.write(file, [] { return config::learned_text(two); });
    folder.write("learned/bus.a-b_c.fb-2.yaml", [] { return config::learned_text(two); });
    folder.write("learned/bus.main.fb.yaml", [] { return "fohd-learned: 1\nprocessor: feedback_"; });
    folder.read("", 1).get(); // all before it is written
    const auto learned = folder.read_learned();
    CHECK(learned.size() == 2);
    CHECK(learned.at(address) == two);
    CHECK(learned.at("/bus/a-b_c/fb-2") == two);
    CHECK(learned_file_of("/bus/a-b_c/fb-2") == "learned/bus.a-b_c.fb-2.yaml");
    CHECK(folder.condition() == "damaged");
    REQUIRE(folder.notes().size() == 1);
    CHECK_THAT(folder.notes()[0], Catch::Contains("bus.main.fb.yaml is damaged") && Catch::Contains("set aside as") &&
                                      Catch::Contains("/bus/main/fb begins with nothing learned"));
}
