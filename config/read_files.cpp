#include "config/read_files.h"
#include "dsp/processors/convolution.h"
#include <filesystem>
#include <map>

namespace fohd::config {
namespace {

std::string channels_text(int count) { return std::to_string(count) + (count == 1 ? " channel" : " channels"); }

/// Empty where it fits.
std::string misfit(const std::string& file, const dsp::Impulse& impulse, const dsp::Strip& strip)
{
    if (dsp::Convolution::fits(impulse.channels(), strip.channels)) return {};
    std::string allowed = "1 for all of them";
    if (strip.channels > 1) allowed += ", " + std::to_string(strip.channels) + " for one each";
    if (strip.channels == 2) allowed += ", 4 for left to left, left to right, right to left and right to right";
    return config::quoted(file) + " has " + channels_text(impulse.channels()) + " and " + config::quoted(strip.name) +
           " has " + std::to_string(strip.channels) + "; allowed: " + allowed;
}
} // namespace

void read_files(const std::vector<StripDraft>& drafts, dsp::Description& graph, const Files& files, Problems& problems)
{
    if (!files.read) return;
    std::map<std::string, ReadImpulse> known;
    for (std::size_t s = 0; s < drafts.size(); ++s)
        for (const auto& [processor, mention] : drafts[s].files) {
            const std::string path = (std::filesystem::path(files.folder) / mention.name).string();
            const auto [found, is_new] = known.try_emplace(path);
            if (is_new) found->second = files.read(path);
            const ReadImpulse& read = found->second;
            const dsp::Strip& strip = graph.strips[s];
            const std::string wrong = read.impulse ? misfit(mention.name, *read.impulse, strip) : read.problem;
            if (read.impulse && !read.problem.empty()) problems.warning(mention.at, "file: " + read.problem);
            dsp::ProcessorNode& node = graph.strips[s].chain[processor];
            if (wrong.empty())
                node.impulse.impulse = read.impulse;
            else if (files.may_fail)
                problems.warning(mention.at,
                                 "file: " + wrong + "; " + config::quoted(node.name) + " passes sound unchanged");
            else
                problems.error(mention.at, "file: " + wrong);
        }
}
} // namespace fohd::config
