#pragma once
#include "config/config.h"
#include "daemon/endpoints.h"
#include "daemon/engine.h"
#include "tests/support/flushed_denormals.h"

#include <catch2/catch.hpp>
#include <map>

namespace fohd::test {

/// What a file says, on numbered channels that stay with the names of their ports.
class Show {
public:
    static constexpr int rate = 48000, block = 64;

    explicit Show(const std::string& text) : config_(read(text)), engine_(config_.graph, rate) { wire(); }

    /// What was set since stays as it is.
    void change(const std::string& text)
    {
        config_ = read(text);
        const dsp::Layout layout(config_.graph);
        auto values = layout.initial_values();
        for (const auto& [address, value] : set_)
            if (const int parameter = layout.find(address); parameter >= 0)
                values[static_cast<std::size_t>(parameter)] = value;
        engine_.change(config_.graph, values, wire());
    }

    /// As from a surface.
    void set(const std::string& address, float value)
    {
        set_[address] = value;
        const dsp::Layout& layout = engine_.layout();
        auto values = layout.initial_values();
        for (const auto& [known, other] : set_)
            if (const int parameter = layout.find(known); parameter >= 0)
                values[static_cast<std::size_t>(parameter)] = other;
        const int changed = layout.find(address);
        INFO(address);
        REQUIRE(changed >= 0);
        engine_.apply(values, {&changed, 1});
    }

    /// Runs `frames` of the inputs by the names of their ports, from where it stopped, and answers what the ports out gave.
    std::map<std::string, std::vector<float>> run(const std::map<std::string, std::vector<float>>& in,
                                                  std::size_t frames)
    {
        const FlushedDenormals flushed;
        std::map<std::string, std::vector<float>> out;
        for (const auto& port : outputs_) out[port].resize(frames);
        std::vector<float> silence(block), nowhere(block);
        for (std::size_t done = 0; done < frames; done += block) {
            engine_.tend();
            std::vector<const float*> from;
            std::vector<float*> to;
            for (const auto& port : inputs_) {
                const auto sound = in.find(port);
                from.push_back(sound == in.end() ? silence.data() : sound->second.data() + at_ + done);
            }
            for (const auto& port : outputs_) to.push_back(out[port].data() + done);
            engine_.process(from, to, block);
        }
        at_ += frames;
        return out;
    }

    daemon::Engine& engine() { return engine_; }

private:
    static config::Config read(const std::string& text)
    {
        auto loaded = config::load_text("fohd: 1\n" + text);
        for (const auto& problem : loaded.problems) UNSCOPED_INFO(config::to_line(problem, "text"));
        REQUIRE(loaded.config);
        return *loaded.config;
    }

    /// Ports that are new get the next channels; nobody's channel goes to another.
    dsp::Wiring wire()
    {
        const auto endpoints = daemon::endpoints_of(config_);
        const auto slots = [](const std::vector<daemon::Endpoint>& list, std::vector<std::string>& known) {
            std::vector<int> numbers;
            for (const auto& endpoint : list) {
                auto found = std::ranges::find(known, endpoint.port_name);
                if (found == known.end()) found = known.insert(known.end(), endpoint.port_name);
                numbers.push_back(static_cast<int>(found - known.begin()));
            }
            return numbers;
        };
        return {slots(endpoints.inputs, inputs_), slots(endpoints.outputs, outputs_)};
    }

    config::Config config_;
    daemon::Engine engine_;
    std::vector<std::string> inputs_, outputs_;
    std::map<std::string, float> set_; ///< By address.
    std::size_t at_ = 0;
};
} // namespace fohd::test
