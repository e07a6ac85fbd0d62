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
        : config_(load(yaml)), desk_(std::make_unique<control::Desk>(config_)), engine_(desk_->sound(), rate)
    {
        desk_->connect(engine_, engine_);
        store_ = std::make_unique<control::Store>(desk_->layout(), *desk_);
        player_.rebind(*store_, *desk_, engine_);
    }

    /// Another file, as fohd takes it over while the sound runs; values stay.
    void reload(const std::string& yaml)
    {
        store_->publish();
        config_ = load(yaml);
        auto desk = std::make_unique<control::Desk>(config_);
        desk->connect(engine_, engine_);
        auto values = desk->layout().initial_values();
        for (std::size_t p = 0; p < values.size(); ++p)
            if (const int before = desk_->layout().find(desk->layout().parameters[p].address); before >= 0)
                values[p] = store_->value(before);
        auto store = std::make_unique<control::Store>(desk->layout(), *desk, values);
        const auto channels = daemon::endpoints_of(config_);
        dsp::Wiring wiring;
        for (std::size_t n = 0; n < channels.inputs.size(); ++n) wiring.inputs.push_back(static_cast<int>(n));
        for (std::size_t n = 0; n < channels.outputs.size(); ++n) wiring.outputs.push_back(static_cast<int>(n));
        engine_.change(desk->sound(), desk->begin(store->values()), std::move(wiring));
        player_.rebind(*store, *desk, engine_);
        store_ = std::move(store);
        desk_ = std::move(desk);
    }

    void load_automation(const std::string& text)
    {
        auto read = config::read_automation(text, desk_->layout());
        for (const auto& problem : read.problems) FAIL(config::to_line(problem, "automation"));
        player_.load(std::make_shared<const config::Automation>(std::move(read.automation)));
    }

    void set(std::string_view address, float value, control::Writer by = 1)
    {
        store_->set(desk_->layout().find(address), value, by);
    }
    float value(std::string_view address) const { return store_->value(desk_->layout().find(address)); }

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
        store_->publish();
        player_.tend();
        store_->publish();
        desk_->tend(engine_.frames(), engine_.rate());
        engine_.tend();
    }

    control::Player& player() { return player_; }
    daemon::Engine& engine() { return engine_; }
    control::Store& store() { return *store_; }
    const control::Desk& desk() const { return *desk_; }

private:
    static config::Config load(const std::string& yaml)
    {
        auto loaded = config::load_text("fohd: 1\n" + yaml);
        for (const auto& problem : loaded.problems) INFO(config::to_line(problem, "yaml"));
        REQUIRE(loaded.config);
        return std::move(*loaded.config);
    }
    config::Config config_;
    std::unique_ptr<control::Desk> desk_;
    daemon::Engine engine_;
    std::unique_ptr<control::Store> store_;
    control::Player player_;
};
/// What goes in comes out.
inline constexpr const char* straight = "inputs: {vox: {sends: {main: {}}}}\n"
                                        "buses: {main: {channels: 1}}\n"
                                        "outputs: {foh: {from: main}}\n";

/// A line of an automation that is due at a frame.
inline std::string at(std::int64_t frame, int rate, const std::string& rest)
{
    char text[40];
    std::snprintf(text, sizeof text, "%.9f ", static_cast<double>(frame) / rate);
    return text + rest + "\n";
}

inline double decibels(float amplitude) { return 20 * std::log10(std::abs(static_cast<double>(amplitude))); }

} // namespace fohd::test
