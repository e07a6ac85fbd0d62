#include "daemon/render.h"

#include "config/automation_file.h"
#include "config/config.h"
#include "control/address_space.h"
#include "control/desk.h"
#include "control/player.h"
#include "daemon/engine.h"
#include "daemon/load_config.h"
#include "daemon/osc_script.h"
#include "daemon/progress.h"
#include "daemon/realtime.h"
#include "daemon/render_stats.h"
#include "daemon/report.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace fohd::daemon {
namespace {

/// Stops a render: said on stderr by render(), with the exit code.
struct Failure {
    int code;
    std::string text;
};

constexpr int input_wrong = 1, system_refused = 3;

class Render {
public:
    explicit Render(const RenderOptions& options) : options_(options)
    {
        load();
        refuse_shared_files();
        open_inputs();
        choose_outputs();
        if (!options.osc.empty()) {
            auto script = load_script(options.osc);
            if (!script) throw Failure{input_wrong, script.error()};
            script_ = std::move(*script);
        }
        desk_ = std::make_unique<control::Desk>(config_);
        engine_ = std::make_unique<Engine>(desk_->sound(), rate_);
        desk_->connect(*engine_, *engine_);
        store_ = std::make_unique<control::Store>(desk_->layout(), *desk_);
        space_ = std::make_unique<control::AddressSpace>(desk_->surface(), *store_, *desk_, desk_->additions());
        load_automation();
        create_outputs();
    }

    void run()
    {
        const DenormalGuard denormals;
        RenderStats stats(rate_, options_.block);
        run_blocks(stats);
        for (const Input& input : inputs_)
            if (input.reader.error()) throw Failure{input_wrong, *input.reader.error()};
        for (Output& output : outputs_)
            if (!output.writer->finish()) throw Failure{system_refused, *output.writer->error()};
        tell_bad();
        tell(stats);
    }

private:
    struct Input {
        SoundReader reader;
        int first_endpoint;
        bool ended = false;
    };
    struct Output {
        std::string name, path;
        int strip, first_endpoint = 0;
        std::unique_ptr<SoundWriter> writer;
    };

    void run_blocks(RenderStats& stats)
    {
        Progress progress(frames_);
        for (std::int64_t at = 0; at < frames_; at += options_.block) {
            const int count = static_cast<int>(std::min<std::int64_t>(options_.block, frames_ - at));
            play_script(at);
            player_.tend();
            if (store_->dirty()) store_->publish();
            desk_->tend(static_cast<std::uint64_t>(at), rate_);
            engine_->tend();
            read(count);
            stats.begin();
            engine_->process(in_pointers_, out_pointers_, count);
            stats.end(count);
            for (const auto& [strip, tap] : engine_->taps()) tap->measure();
            for (Output& output : outputs_)
                if (!output.writer->write(out_pointers_.data() + output.first_endpoint, count))
                    throw Failure{system_refused, *output.writer->error()};
            progress.at(at + count);
        }
    }

    void load()
    {
        config::Loaded loaded = load_config(options_.config);
        std::string errors;
        for (const config::Error& problem : loaded.problems)
            (problem.warning ? warnings_ : errors) += config::to_line(problem, options_.config) + "\n";
        std::fputs(warnings_.c_str(), stderr);
        if (!loaded.config) throw Failure{input_wrong, errors.substr(0, errors.size() - 1)};
        config_ = std::move(*loaded.config);
        for (const dsp::Strip& strip : config_.graph.strips)
            for (const dsp::ProcessorNode& node : strip.chain)
                if (node.type->has_ports())
                    std::fprintf(stderr, "%s/%s passes the sound by: it goes out by JACK, which a render has not\n",
                                 dsp::address_of(strip).c_str(), node.name.c_str());
    }

    static std::string names(const dsp::Description& graph, bool inputs_only)
    {
        std::string list;
        for (const dsp::Strip& strip : graph.strips)
            if (!inputs_only || strip.kind == dsp::StripKind::input) list += (list.empty() ? "" : ", ") + strip.name;
        return list;
    }

    void open_inputs()
    {
        int endpoints = 0;
        std::vector<std::pair<const dsp::Strip*, int>> strips;
        for (const dsp::Strip& strip : config_.graph.strips) {
            if (strip.kind != dsp::StripKind::input) continue;
            strips.emplace_back(&strip, endpoints);
            endpoints += strip.channels;
        }
        std::set<std::string> seen;
        for (const auto& [name, path] : options_.inputs) {
            const auto found = std::ranges::find_if(strips, [&](const auto& each) { return each.first->name == name; });
            if (found == strips.end())
                throw Failure{input_wrong,
                              "--in " + name + ": there is no such input; inputs are " + names(config_.graph, true)};
            if (!seen.insert(name).second)
                throw Failure{input_wrong, "--in " + name + " is given twice; give one file an input"};
            auto reader = SoundReader::open(path);
            if (!reader) throw Failure{input_wrong, reader.error()};
            const SoundFormat& format = reader->format();
            if (format.channels != found->first->channels)
                throw Failure{input_wrong, path + " has " + std::to_string(format.channels) +
                                               " channels, but the input " + name + " has " +
                                               std::to_string(found->first->channels)};
            if (rate_ != 0 && format.rate != rate_)
                throw Failure{input_wrong, path + " has a rate of " + std::to_string(format.rate) + " Hz and " +
                                               options_.inputs.front().second + " one of " + std::to_string(rate_) +
                                               " Hz; all files in must have the same"};
            rate_ = format.rate;
            frames_ = std::max(frames_, format.frames);
            inputs_.push_back({std::move(*reader), found->second});
        }
        if (rate_ < 8000 || rate_ > 384000)
            throw Failure{input_wrong,
                          "the files in have a rate of " + std::to_string(rate_) + " Hz; allowed are 8000..384000 Hz"};
        frames_ += static_cast<std::int64_t>(options_.tail_seconds * rate_);
        const auto block = static_cast<std::size_t>(options_.block);
        in_memory_.assign(static_cast<std::size_t>(endpoints), std::vector<float>(block));
        for (auto& channel : in_memory_) in_pointers_.push_back(channel.data());
    }

    /// An output, else a bus, else an input, of that name.
    int find_strip(const std::string& name) const
    {
        for (const auto kind : {dsp::StripKind::output, dsp::StripKind::bus, dsp::StripKind::input})
            for (std::size_t s = 0; s < config_.graph.strips.size(); ++s)
                if (config_.graph.strips[s].kind == kind && config_.graph.strips[s].name == name)
                    return static_cast<int>(s);
        return -1;
    }

    /// What is no output becomes heard through one of its own, that changes nothing.
    void choose_outputs()
    {
        own_strips_ = config_.graph.strips.size();
        for (const auto& [name, path] : options_.outputs) {
            int strip = find_strip(name);
            if (strip < 0)
                throw Failure{input_wrong,
                              "--out " + name + ": there is no such strip; strips are " + names(config_.graph, false)};
            if (config_.graph.strips[static_cast<std::size_t>(strip)].kind != dsp::StripKind::output) {
                dsp::Strip tap;
                tap.kind = dsp::StripKind::output;
                tap.name = "render of " + name;
                tap.channels = config_.graph.strips[static_cast<std::size_t>(strip)].channels;
                tap.from = strip;
                strip = static_cast<int>(config_.graph.strips.size());
                config_.graph.strips.push_back(tap);
                config_.extras.emplace_back();
            }
            outputs_.push_back({name, path, strip, 0, nullptr});
        }
    }

    /// Every file is written once, and none that is read.
    void refuse_shared_files() const
    {
        std::vector<std::string> read, written;
        for (const auto& [name, path] : options_.inputs) read.push_back(path);
        read.push_back(options_.config);
        for (const std::string& path : {options_.osc, options_.automation})
            if (!path.empty()) read.push_back(path);
        for (const auto& [name, path] : options_.outputs) written.push_back(path);
        for (const std::string& path : {options_.stats, options_.report})
            if (!path.empty()) written.push_back(path);
        const auto same = [](const std::string& a, const std::string& b) {
            std::error_code unknown;
            if (std::filesystem::is_character_file(a, unknown)) return false; // /dev/null takes anything
            return std::filesystem::weakly_canonical(a, unknown) == std::filesystem::weakly_canonical(b, unknown);
        };
        for (std::size_t i = 0; i < written.size(); ++i) {
            for (const std::string& path : read)
                if (same(written[i], path))
                    throw Failure{input_wrong, written[i] + " is read and would be overwritten; name another file"};
            for (std::size_t j = 0; j < i; ++j)
                if (same(written[i], written[j]))
                    throw Failure{input_wrong, written[i] + " would be written twice; name a file for each"};
        }
    }

    void create_outputs()
    {
        std::vector<int> first;
        int endpoints = 0;
        for (const dsp::Strip& strip : config_.graph.strips) {
            first.push_back(endpoints);
            if (strip.kind == dsp::StripKind::output) endpoints += strip.channels;
        }
        out_memory_.assign(static_cast<std::size_t>(endpoints),
                           std::vector<float>(static_cast<std::size_t>(options_.block)));
        for (auto& channel : out_memory_) out_pointers_.push_back(channel.data());
        for (Output& output : outputs_) {
            const auto strip = static_cast<std::size_t>(output.strip);
            output.first_endpoint = first[strip];
            auto writer = SoundWriter::create(output.path, {config_.graph.strips[strip].channels, rate_, frames_},
                                              options_.samples);
            if (!writer) throw Failure{system_refused, writer.error()};
            output.writer = std::make_unique<SoundWriter>(std::move(*writer));
        }
    }

    /// It plays from the first frame on.
    void load_automation()
    {
        player_.rebind(*store_, *desk_, *engine_);
        if (options_.automation.empty() && config_.automation.file.empty()) return;
        auto read = options_.automation.empty() ? config::ReadAutomation{std::move(config_.automation.content), {}}
                                                : config::load_automation(options_.automation, desk_->layout());
        std::string errors;
        for (const config::Error& problem : read.problems)
            errors += (errors.empty() ? "" : "\n") + config::to_line(problem, options_.automation);
        if (!errors.empty()) throw Failure{input_wrong, errors};
        player_.load(std::make_shared<const config::Automation>(std::move(read.automation)));
        player_.set_endless(true);
        player_.play();
    }

    void play_script(std::int64_t frame)
    {
        for (; next_line_ < script_.size() && script_[next_line_].frame <= frame; ++next_line_) {
            const ScriptLine& line = script_[next_line_];
            const std::string error = space_->set_text(line.address, line.value);
            if (!error.empty())
                throw Failure{input_wrong, options_.osc + ":" + std::to_string(line.line) + ":1: error: " + error};
        }
        if (store_->dirty()) store_->publish();
    }

    void read(int count)
    {
        for (Input& input : inputs_) {
            if (input.ended) continue;
            const auto first = static_cast<std::size_t>(input.first_endpoint);
            const auto channels = static_cast<std::size_t>(input.reader.format().channels);
            const int got = input.reader.read(in_pointers_.data() + first, count);
            for (std::size_t c = first; c < first + channels; ++c)
                std::fill(in_memory_[c].begin() + got, in_memory_[c].end(), 0.0f);
            input.ended = got == 0;
        }
    }

    /// What the engine silenced of the files in.
    void tell_bad() const
    {
        for (const Input& input : inputs_)
            if (const auto bad = input.reader.not_numbers(); bad.count > 0)
                std::fprintf(stderr,
                             "%s: warning: samples that are no numbers were silenced: %lld, the first in channel %d "
                             "at %.3f s (frame %lld)\n",
                             input.reader.path().c_str(), static_cast<long long>(bad.count), bad.channel + 1,
                             static_cast<double>(bad.frame) / rate_, static_cast<long long>(bad.frame));
    }

    void tell(const RenderStats& stats)
    {
        engine_->performer().publish_readings();
        if (!options_.stats.empty()) {
            std::map<std::string, int> latency;
            const auto& graph = engine_->performer().graph();
            for (std::size_t s = 0; s < own_strips_; ++s)
                if (graph.description().strips[s].kind == dsp::StripKind::output)
                    latency[graph.description().strips[s].name] = graph.plan().latency[s];
            for (const Output& output : outputs_)
                latency[output.name] = graph.plan().latency[static_cast<std::size_t>(output.strip)];
            write_text(options_.stats, stats.json(latency));
        }
        if (!options_.report.empty())
            write_text(options_.report, options_.report.ends_with(".html")
                                            ? report_html(*engine_, *desk_, options_.config)
                                            : report_json(*engine_, *desk_));
    }

    static void write_text(const std::string& path, const std::string& text)
    {
        std::ofstream file(path, std::ios::trunc);
        file << text;
        file.close();
        if (!file) throw Failure{system_refused, path + " cannot be written; check the folder and its permissions"};
    }

    const RenderOptions& options_;
    std::string warnings_;
    config::Config config_;
    std::vector<Input> inputs_;
    std::vector<Output> outputs_;
    std::vector<ScriptLine> script_;
    std::size_t next_line_ = 0, own_strips_ = 0;
    int rate_ = 0;
    std::int64_t frames_ = 0;
    std::vector<std::vector<float>> in_memory_, out_memory_; ///< One an endpoint, a block each.
    std::vector<float*> in_pointers_, out_pointers_;
    std::unique_ptr<control::Desk> desk_;
    std::unique_ptr<Engine> engine_;
    std::unique_ptr<control::Store> store_;
    std::unique_ptr<control::AddressSpace> space_;
    control::Player player_;
};
} // namespace

int render(const RenderOptions& options)
{
    try {
        Render(options).run();
        return 0;
    } catch (const Failure& failure) {
        std::fprintf(stderr, "%s\n", failure.text.c_str());
        return failure.code;
    }
}

} // namespace fohd::daemon
