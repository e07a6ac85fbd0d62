#include "dsp/graph/transition.h"
#include "dsp/graph/plan_passes.h"
#include "dsp/graph/same_chain.h"
#include <algorithm>
#include <map>
#include <tuple>

namespace fohd::dsp {
namespace {

/// What becomes of a strip, and on which side its old and its new form fade into each other.
enum class Fate { stays, fades_at_output, fades_at_input };

/// How a way begins.
enum class Start { as_is, opens, closes };

const Strip& at(const Description& description, int s) { return description.strips[static_cast<std::size_t>(s)]; }

bool has_ports(const Strip& strip)
{
    return std::ranges::any_of(strip.chain, [](const ProcessorNode& node) { return node.type->has_ports(); });
}

std::string label_of(const Description& description, const Path& path)
{
    return path.send < 0 ? "" : at(description, path.from).sends[static_cast<std::size_t>(path.send)].label;
}

/// Names a way in any description.
using WayName = std::tuple<std::string, std::string, Tap, std::string>;
WayName name_of(const Description& description, const Path& path)
{
    return {address_of(at(description, path.from)), address_of(at(description, path.to)), path.tap,
            label_of(description, path)};
}

/// By strip: when all that is aligned there has arrived, frames.
std::vector<int> arrivals(const Description& description, const Plan& plan)
{
    std::vector<int> frames(description.strips.size());
    for (const PathLatency& path : plan.paths) {
        const Strip& from = at(description, path.from);
        if (!from.align || (path.send >= 0 && !from.sends[static_cast<std::size_t>(path.send)].align)) continue;
        auto& arrival = frames[static_cast<std::size_t>(path.to)];
        arrival = std::max(arrival, path.late + path.added);
    }
    return frames;
}

class Builder {
public:
    Builder(const Description& next, const Running& now, bool ring)
        : next_(next), now_(now.description), out_{next, 0, 0, {}}, old_paths_(list_paths(now_)),
          new_paths_(list_paths(next)), heirs_(now_.strips.size(), -1), leavers_(now_.strips.size(), -1),
          fates_(now_.strips.size(), Fate::stays), fates_of_next_(next.strips.size(), Fate::stays),
          ancestors_(next.strips.size(), -1)
    {
        find_heirs();
        decide(now.plan);
        for (int s = 0; s < static_cast<int>(now_.strips.size()); ++s) leave(s, ring);
        for (const auto& into_one : old_paths_)
            for (const Path& path : into_one) follow(path);
        open_new_ways();
        out_.leaving = static_cast<int>(out_.description.strips.size() - next.strips.size());
    }

    Transition result() && { return std::move(out_); }

private:
    Strip& strip(int s) { return out_.description.strips[static_cast<std::size_t>(s)]; }
    Fate& fate(int s) { return fates_[static_cast<std::size_t>(s)]; }
    int heir(int s) const { return heirs_[static_cast<std::size_t>(s)]; }
    int leaver(int s) const { return leavers_[static_cast<std::size_t>(s)]; }

    void find_heirs()
    {
        std::map<std::string, int> by_address;
        for (std::size_t s = 0; s < next_.strips.size(); ++s)
            by_address[address_of(next_.strips[s])] = static_cast<int>(s);
        for (std::size_t s = 0; s < now_.strips.size(); ++s) {
            const auto found = by_address.find(address_of(now_.strips[s]));
            if (found == by_address.end() || at(next_, found->second).channels != now_.strips[s].channels) continue;
            heirs_[s] = found->second;
            ancestors_[static_cast<std::size_t>(found->second)] = static_cast<int>(s);
        }
    }

    /// What goes out by ports cannot ring on beside its new form: what comes back is the sound of both.
    Fate changed(const Strip* old, const Strip* strip) const
    {
        if ((old && has_ports(*old)) || (strip && has_ports(*strip))) return Fate::fades_at_output;
        return (old && rings(*old)) || (strip && rings(*strip)) ? Fate::fades_at_input : Fate::fades_at_output;
    }

    void decide(const Plan& plan)
    {
        const Layout layout(next_);
        const Plan next_plan = make_plan(next_, layout, plan.options);
        const auto old_arrivals = arrivals(now_, plan), new_arrivals = arrivals(next_, next_plan);
        for (std::size_t s = 0; s < now_.strips.size(); ++s) {
            const Strip& old = now_.strips[s];
            if (old.kind == StripKind::output || !old.continues.empty()) continue;
            const int h = heirs_[s];
            if (h < 0 || !same_chain(now_, old, next_, at(next_, h), plan.options.rate) ||
                old_arrivals[s] != new_arrivals[static_cast<std::size_t>(h)])
                fates_[s] = changed(&old, h < 0 ? nullptr : &at(next_, h));
        }
        for (std::size_t t = 0; t < next_.strips.size(); ++t) {
            const Strip& strip = next_.strips[t];
            if (ancestors_[t] >= 0)
                fates_of_next_[t] = fates_[static_cast<std::size_t>(ancestors_[t])];
            else if (strip.kind != StripKind::output)
                fates_of_next_[t] = changed(nullptr, &strip);
        }
    }

    /// Edits that come faster than echoes end do not pile up.
    static constexpr int most_ringing = 16;

    void leave(int s, bool ring)
    {
        const Strip& old = at(now_, s);
        if (!old.continues.empty()) {
            if (!old.rings_on || !ring || out_.ringing >= most_ringing) return;
            heirs_[static_cast<std::size_t>(s)] = append(old, s); // goes on as it is
            ++out_.ringing;
            return;
        }
        if (fate(s) == Fate::stays) return;
        Strip left = old;
        left.kind = StripKind::bus;
        left.name = free_name(old.name);
        left.continues = address_of(old);
        left.rings_on = fate(s) == Fate::fades_at_input;
        const int l = append(left, s);
        leavers_[static_cast<std::size_t>(s)] = l;
        out_.ringing += left.rings_on;
        if (old.kind != StripKind::input) return;
        // An input's new form opens at its port; the old one hears the port besides.
        const bool at_input = fate(s) == Fate::fades_at_input;
        const int port = at_input || heir(s) < 0 ? bare_input(s) : heir(s);
        add(port, {.to = l, .tap = Tap::in}, at_input ? Start::closes : Start::as_is);
        if (at_input && heir(s) >= 0) strip(heir(s)).opens = true;
    }

    /// `origin`: the strip of the old description.
    int append(Strip strip, int origin)
    {
        out_.origins.push_back(origin);
        strip.loudness = false;
        strip.from = -1;
        strip.sends.clear();
        strip.opens = false;
        for (ProcessorNode& node : strip.chain)
            if (node.key >= 0) node.key = heir(node.key);
        out_.description.strips.push_back(std::move(strip));
        return static_cast<int>(out_.description.strips.size()) - 1;
    }

    int bare_input(int s)
    {
        Strip bare;
        bare.name = free_name(at(now_, s).name);
        bare.channels = at(now_, s).channels;
        bare.continues = address_of(at(now_, s));
        return append(std::move(bare), s);
    }

    std::string free_name(const std::string& name) const
    {
        for (int n = 1;; ++n) {
            std::string made = name + "~" + std::to_string(n);
            const auto taken = [&](const Strip& strip) { return strip.name == made; };
            if (std::ranges::none_of(now_.strips, taken) && std::ranges::none_of(out_.description.strips, taken))
                return made;
        }
    }

    /// A way that no description has.
    void add(int from, Send way, Start start)
    {
        constexpr float silence = -90;
        if (start == Start::closes) way.level = silence;
        way.fade = start == Start::opens    ? Send::Fade::opens
                   : start == Start::closes ? Send::Fade::closes
                                            : Send::Fade::none;
        strip(from).sends.push_back(way);
    }

    /// Whether a way of the old graph has closed by now.
    bool is_closed(const Path& path) const
    {
        return path.send >= 0 &&
               at(now_, path.from).sends[static_cast<std::size_t>(path.send)].fade == Send::Fade::closes;
    }

    /// A way of the old graph, between all forms of both its ends.
    void follow(const Path& path)
    {
        if (is_closed(path)) return;
        enum class Side { both, old, renewed };
        struct Form {
            int strip;
            Side side;
        };
        const auto forms = [&](int s, bool source) {
            std::vector<Form> list;
            const bool apart = fate(s) == Fate::fades_at_output || (!source && fate(s) == Fate::fades_at_input);
            if (leaver(s) >= 0) list.push_back({leaver(s), apart ? Side::old : Side::both});
            if (heir(s) >= 0) list.push_back({heir(s), apart ? Side::renewed : Side::both});
            return list;
        };
        for (const Form& from : forms(path.from, true))
            for (const Form& to : forms(path.to, false)) {
                if (from.side != Side::both && to.side != Side::both && from.side != to.side) continue;
                Start start = Start::as_is;
                if (fate(path.to) == Fate::fades_at_input)
                    start = to.side == Side::old ? Start::closes : Start::opens;
                else if (fate(path.to) == Fate::stays && from.side != Side::both)
                    start = from.side == Side::old ? Start::closes : Start::opens;
                connect(path, from.strip, to.strip, start);
            }
    }

    void connect(const Path& path, int from, int to, Start start)
    {
        const auto own = static_cast<int>(next_.strips.size());
        const Strip& old = at(now_, path.from);
        Send way = path.send < 0 ? Send{} : old.sends[static_cast<std::size_t>(path.send)];
        way.to = to;
        if (from >= own || to >= own) {
            way.align =
                to >= own && to != heir(path.to) && (from >= own || fate(path.from) == Fate::stays) && way.align;
            way.waits = way.waits && (to >= own || !strip(from).rings_on);
            add(from, way, start);
            return;
        }
        if (Path* const same = find(path, from, to)) {
            if (start == Start::opens) open(*same);
            return;
        }
        way.align = false;
        if (start == Start::as_is) add(from, way, Start::closes);
    }

    Path* find(const Path& path, int from, int to)
    {
        for (Path& each : new_paths_[static_cast<std::size_t>(to)])
            if (each.from == from && each.tap == path.tap && label_of(next_, each) == label_of(now_, path))
                return &each;
        return nullptr;
    }

    void open(const Path& path)
    {
        if (path.send < 0)
            strip(path.to).opens = true;
        else
            strip(path.from).sends[static_cast<std::size_t>(path.send)].fade = Send::Fade::opens;
    }

    /// Ways of the next description that were not there before.
    void open_new_ways()
    {
        std::map<WayName, bool> known;
        for (const auto& into_one : old_paths_)
            for (const Path& path : into_one) known[name_of(now_, path)] |= !is_closed(path);
        for (const auto& into_one : new_paths_)
            for (const Path& path : into_one) {
                const auto f = static_cast<std::size_t>(path.from), t = static_cast<std::size_t>(path.to);
                const bool was_there = known[name_of(next_, path)] && ancestors_[f] >= 0 && ancestors_[t] >= 0;
                const bool fades_before = ancestors_[f] < 0 && fates_of_next_[f] == Fate::fades_at_input;
                if (!was_there && fates_of_next_[t] != Fate::fades_at_output &&
                    (!fades_before || fates_of_next_[t] == Fate::fades_at_input))
                    open(path);
            }
        for (std::size_t t = 0; t < next_.strips.size(); ++t)
            if (next_.strips[t].kind == StripKind::input && ancestors_[t] < 0 &&
                fates_of_next_[t] == Fate::fades_at_input)
                strip(static_cast<int>(t)).opens = true;
    }

    const Description &next_, &now_;
    Transition out_;
    Paths old_paths_, new_paths_;
    std::vector<int> heirs_;          ///< By strip of the old description: of the new one, or -1.
    std::vector<int> leavers_;        ///< By strip of the old description: what leaves of it, or -1.
    std::vector<Fate> fates_;         ///< By strip of the old description.
    std::vector<Fate> fates_of_next_; ///< By strip of the next one: of what is new there, how it comes.
    std::vector<int> ancestors_;      ///< By strip of the next one, or -1.
};
} // namespace

Transition make_transition(const Description& next, const Running& now, bool ring)
{
    Transition transition = Builder(next, now, ring).result();
    if (find_loop(transition.description).empty()) return transition;
    return {next, 0, 0, {}}; // old and new ways together would close a loop: the performer's crossfade alone
}
} // namespace fohd::dsp
