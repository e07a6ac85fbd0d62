#pragma once
// A desk, an engine and an automation, run block by block as `render` does.
#include "config/config.h"
#include "control/player.h"
#include "daemon/endpoints.h"
#include "daemon/engine.h"
#include "tests/support/flushed_denormals.h"

#include <catch2/catch.hpp>

namespace fohd::test {

class AutomatedDesk {
public:
    AutomatedDesk(const std::string& yaml, int rate)
        : config_(load(yaml)), desk_(config_), engine_(desk_.sound(), rate), store_(connected(), desk_)
    {
        player_.rebind(store_, desk_, engine_);
    }

    void load_automation(const std::string& text)
    {
        auto read = config::read_automation(text, desk_.layout());
        for (const auto& problem : read.problems) FAIL(config::to_line(problem, "automation"));
        player_.load(std::make_shared<const config::Automation>(std::move(read.automation)));
    }

    void set(std::string_view address, float value, control::Writer by = 1)
    {
        store_.set(desk_.layout().find(address), value, by);
    }
    float value(std::string_view address) const { return store_.value(desk_.layout().find(address)); }

    /// All channels out of so many frames, every channel in being `in`. The control side comes before each of so many blocks; 0: never.
    std::vector<std::vector<float>> run(const std::vector<float>& in, int block, std::size_t tend_every = 1)
    {
        const FlushedDenormals flushed;
        const auto channels = daemon::endpoints_of(config_);
        std::vector<std::vector<float>> out(channels.outputs.size(), std::vector<float>(in.size()));
        for (std::size_t done = 0; done < in.size(); done += static_cast<std::size_t>(block)) {
            if (tend_every > 0 && done / static_cast<std::size_t>(block) % tend_every == 0) tend();
            const int count = std::min(block, static_cast<int>(in.size() - done));
            const std::vector<const float*> from(channels.inputs.size(), in.data() + done);
            std::vector<float*> to;
            for (auto& channel : out) to.push_back(channel.data() + done);
            engine_.process(from, to, count);
        }
        return out;
    }
    void tend()
    {
        store_.publish();
        player_.tend();
        store_.publish();
        desk_.tend(engine_.frames(), engine_.rate());
        engine_.tend();
    }

    control::Player& player() { return player_; }
    daemon::Engine& engine() { return engine_; }
    control::Store& store() { return store_; }
    const control::Desk& desk() const { return desk_; }

private:
    static config::Config load(const std::string& yaml)
    {
        auto loaded = config::load_text("fohd: 1\n" + yaml);
        for (const auto& problem : loaded.problems) INFO(config::to_line(problem, "yaml"));
        REQUIRE(loaded.config);
        return std::move(*loaded.config);
    }
    const dsp::Layout& connected()
    {
        desk_.connect(engine_, engine_);
        return desk_.layout();
    }

    config::Config config_;
    control::Desk desk_;
    daemon::Engine engine_;
    control::Store store_;
    control::Player player_;
};
} // namespace fohd::test
