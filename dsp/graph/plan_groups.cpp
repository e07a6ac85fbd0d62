#include "dsp/graph/plan_passes.h"
#include <algorithm>
#include <map>
#include <tuple>

namespace fohd::dsp {
namespace {

/// The steps without whose they are: what must be alike in a group.
std::vector<Step> signature(const Piece& piece)
{
    std::vector<Step> steps = piece.steps;
    for (Step& step : steps) step.node = -1;
    return steps;
}

std::string sort_key(const std::vector<Step>& steps)
{
    std::string key;
    for (const Step& step : steps) {
        key += static_cast<char>('a' + static_cast<int>(step.kind));
        key += step.stage.kernel;
        key += "/" + std::to_string(step.stage.size) + (step.on_key ? "k" : "") + (step.hears_key ? "h" : "") +
               std::to_string(static_cast<int>(step.role)) + " ";
    }
    return key;
}

struct Rider {
    int strip, piece;
};

/// Fills groups from the left: a pair rides in an even lane and the next, and who fits in one group is not split.
class Seating {
public:
    Seating(Plan& plan, int rank, std::vector<Step> steps, int lanes_wanted)
        : plan_(plan), rank_(rank), steps_(std::move(steps)), left_(lanes_wanted)
    {}

    void seat(const Description& description, const Piece& piece, Rider rider)
    {
        const int channels = description.strips[static_cast<std::size_t>(rider.strip)].channels;
        if (channels > 1 && at_ % 2) ++at_;
        if (group_ && at_ + channels > group().width && (at_ > 0 && channels <= group().width)) group_ = false;
        for (int c = 0; c < channels; ++c) {
            if (!group_ || at_ == group().width) open();
            Seat& seat = group().seats[static_cast<std::size_t>(at_++)];
            seat.strip = rider.strip;
            seat.channel = c;
            seat.piece = rider.piece;
            for (const Step& step : piece.steps) seat.nodes.push_back(step.node);
            --left_;
        }
    }

private:
    GroupPlan& group() { return plan_.groups.back(); }

    /// The narrowest register that holds all who are left, else the widest.
    void open()
    {
        const auto& widths = plan_.options.lane_widths;
        const auto fits = std::ranges::find_if(widths, [&](int width) { return width >= left_; });
        const int width = fits == widths.end() ? widths.back() : *fits;
        plan_.groups.push_back({rank_, width, steps_, std::vector<Seat>(static_cast<std::size_t>(width))});
        group_ = true;
        at_ = 0;
    }

    Plan& plan_;
    int rank_;
    std::vector<Step> steps_;
    int left_, at_ = 0;
    bool group_ = false;
};
} // namespace

void seat_groups(const Description& description, std::span<const StripPlan> strips, Plan& plan)
{
    std::map<std::pair<int, std::string>, std::vector<Rider>> alike; // by rank, then by what they do
    for (int s = 0; s < static_cast<int>(strips.size()); ++s)
        for (int p = 0; p < static_cast<int>(strips[static_cast<std::size_t>(s)].pieces.size()); ++p) {
            const Piece& piece = strips[static_cast<std::size_t>(s)].pieces[static_cast<std::size_t>(p)];
            if (!piece.planar) alike[{piece.rank, sort_key(signature(piece))}].push_back({s, p});
        }
    for (const auto& [key, riders] : alike) {
        const auto piece_of = [&](Rider r) -> const Piece& {
            return strips[static_cast<std::size_t>(r.strip)].pieces[static_cast<std::size_t>(r.piece)];
        };
        int lanes = 0;
        for (const Rider& rider : riders) {
            const int channels = description.strips[static_cast<std::size_t>(rider.strip)].channels;
            lanes += channels > 1 ? lanes % 2 + channels : 1;
        }
        Seating seating(plan, key.first, signature(piece_of(riders.front())), lanes);
        for (const Rider& rider : riders) seating.seat(description, piece_of(rider), rider);
    }
}
} // namespace fohd::dsp
