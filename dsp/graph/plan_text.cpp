#include "dsp/graph/plan.h"

namespace fohd::dsp {
namespace {

class Writer {
public:
    Writer(const Plan& plan, const Description& description) : plan_(plan), description_(description) {}

    std::string text()
    {
        for (const Op& op : plan_.ops) {
            std::visit([&](const auto& o) { write(o); }, op);
            text_ += "\n";
        }
        for (const PathLatency& path : plan_.paths)
            if (path.added > 0)
                text_ += name(path.from) + " -> " + name(path.to) + ": " + std::to_string(path.late) +
                         " frames late, " + std::to_string(path.added) + " added\n";
        return text_ + std::to_string(plan_.buffer_count) + " buffers\n";
    }

private:
    std::string name(int strip) const { return description_.strips[static_cast<std::size_t>(strip)].name; }
    static std::string buffer(int b) { return "b" + std::to_string(b); }
    static std::string list(const std::vector<int>& buffers)
    {
        std::string text;
        for (int b : buffers) text += (text.empty() ? "" : ",") + buffer(b);
        return text;
    }

    void write(const ClearOp& op) { text_ += "clear " + buffer(op.buffer); }
    void write(const InputOp& op) { text_ += "input " + std::to_string(op.endpoint + 1) + " -> " + buffer(op.buffer); }
    void write(const OutputOp& op)
    {
        text_ += "output " + buffer(op.buffer) + " -> " + std::to_string(op.endpoint + 1);
    }
    void write(const SendOp& op) { text_ += "send " + buffer(op.buffer) + " -> " + std::to_string(op.endpoint + 1); }
    void write(const AddOp& op)
    {
        const Part& part = plan_.parts[static_cast<std::size_t>(op.part)];
        text_ +=
            "add " + buffer(op.from) + " -> " + buffer(op.to) + " (" + name(part.strip) + " to " + name(part.to) + ")";
    }
    void write(const DelayOp& op)
    {
        text_ += "delay " + buffer(op.from) + " -> " + buffer(op.to) + " by " + std::to_string(op.frames);
    }
    void write(const LinkOp& op) { text_ += (op.mean ? "mean " : "link ") + list(op.from) + " -> " + buffer(op.to); }
    void write(const PlanarOp& op)
    {
        const Strip& strip = description_.strips[static_cast<std::size_t>(op.strip)];
        text_ += strip.chain[static_cast<std::size_t>(op.node)].name + " of " + strip.name + " " + list(op.from) +
                 (op.key.empty() ? "" : " key " + list(op.key)) + " -> " + list(op.to);
        if (!op.send.empty()) text_ += " sends " + list(op.send) + " returns " + list(op.back);
    }
    void write(const JointOp& op)
    {
        text_ += std::string(op.type->id) + " [";
        for (const JointOp::Member& member : op.members)
            text_ += (text_.back() == '[' ? "" : " ") + name(member.strip) + (member.counts ? ":" : "*:") +
                     list(member.from) + ">" + list(member.to);
        text_ += "]";
    }
    void write(const LoudnessOp& op) { text_ += "loudness of " + name(op.strip) + " " + list(op.buffers); }
    void write(const GroupOp& op)
    {
        const GroupPlan& group = plan_.groups[static_cast<std::size_t>(op.group)];
        text_ += std::to_string(group.width) + " lanes [";
        for (const Step& step : group.steps) text_ += (text_.back() == '[' ? "" : " ") + word(step);
        text_ += "]";
        for (const Seat& seat : group.seats)
            if (seat.strip >= 0)
                text_ += " " + name(seat.strip) + "." + std::to_string(seat.channel + 1) + ":" + buffer(seat.in) + ">" +
                         buffer(seat.out);
    }
    static std::string word(const Step& step)
    {
        switch (step.kind) {
        case Step::Kind::copy_key: return "key=sound";
        case Step::Kind::pack_key: return "key=other";
        case Step::Kind::tap: return "tap";
        case Step::Kind::begin_bypass: return "(";
        case Step::Kind::end_bypass: return ")";
        case Step::Kind::run: break;
        }
        return std::string(step.on_key ? "key:" : "") + std::string(step.stage.kernel) +
               (step.stage.size ? "/" + std::to_string(step.stage.size) : "");
    }

    const Plan& plan_;
    const Description& description_;
    std::string text_;
};
} // namespace

std::string to_text(const Plan& plan, const Description& description) { return Writer(plan, description).text(); }
} // namespace fohd::dsp
