#include "control/dumps.h"

#include "control/osc/packet.h"

namespace fohd::control {

std::string Dumps::begin(const Peer& to, std::vector<int> entries, std::size_t others_asking)
{
    for (const auto& dump : dumps_)
        if (dump.to == to) return "a dump for you is still running; wait for its /dump/done";
    if (dumps_.size() + others_asking >= Subscribers::max_asking)
        return "too many clients ask for much at once; ask again in a moment";
    dumps_.push_back({to, std::move(entries)});
    return {};
}

void Dumps::rebind(const AddressSpace& space, const std::function<int(int entry)>& number)
{
    space_ = &space;
    for (Dump& dump : dumps_) {
        std::vector<int> entries;
        std::size_t next = 0;
        for (std::size_t e = 0; e < dump.entries.size(); ++e) {
            if (e == dump.next) next = entries.size();
            if (const int now = number(dump.entries[e]); now >= 0) entries.push_back(now);
        }
        dump.next = dump.next < dump.entries.size() ? next : entries.size();
        dump.entries = std::move(entries);
    }
}

void Dumps::forget(const Peer& to)
{
    std::erase_if(dumps_, [&](const Dump& dump) { return dump.to == to; });
}

std::vector<std::byte> Dumps::next_packet(Dump& dump) const
{
    BundleWriter writer(packet_bytes);
    while (dump.next < dump.entries.size() && writer.add(encode(space_->message(dump.entries[dump.next])))) ++dump.next;
    return writer.take();
}

void Dumps::flush(Clock::time_point now)
{
    std::erase_if(dumps_, [&](Dump& dump) {
        while (wire_.queued_bytes(dump.to) <= wire_full_bytes && dump.budget.allows(now)) {
            const bool done = dump.next == dump.entries.size();
            const auto packet =
                done ? encode({"/dump/done", {static_cast<std::int32_t>(dump.entries.size())}}) : next_packet(dump);
            wire_.send(dump.to, packet);
            if (done) return true;
            dump.budget.spend(packet.size());
        }
        return false;
    });
}

} // namespace fohd::control
