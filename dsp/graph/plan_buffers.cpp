#include "dsp/graph/plan_passes.h"
#include <algorithm>

namespace fohd::dsp {
namespace {

template <class... F> struct Overloaded : F... {
    using F::operator()...;
};
template <class... F> Overloaded(F...) -> Overloaded<F...>; // clang 14 does not deduce it of an aggregate.

/// Calls `use(buffer, writes, early)` for every buffer of an operation; early: it is read before anything is written.
template <class Plan_, class Op_, class Use> void visit_buffers(Plan_& plan, Op_& op, Use&& use)
{
    std::visit(Overloaded{
                   [&](auto& o) requires requires { o.endpoint; o.buffer;
}
{
    use(o.buffer, std::is_same_v<std::remove_cvref_t<decltype(o)>, InputOp>, false);
}
, [&](auto& o) requires std::is_same_v<std::remove_cvref_t<decltype(o)>, ClearOp> { use(o.buffer, true, false); }
, [&](auto& o) requires std::is_same_v<std::remove_cvref_t<decltype(o)>, AddOp>
{
    use(o.from, false, false);
    use(o.to, true, false);
}
, [&](auto& o) requires std::is_same_v<std::remove_cvref_t<decltype(o)>, DelayOp>
{
    use(o.from, false, false);
    use(o.to, true, false);
}
, [&](auto& o) requires std::is_same_v<std::remove_cvref_t<decltype(o)>, LinkOp>
{
    for (auto& from : o.from) use(from, false, false);
    use(o.to, true, false);
}
, [&](auto& o) requires std::is_same_v<std::remove_cvref_t<decltype(o)>, PlanarOp>
{
    for (auto& from : o.from) use(from, false, false);
    for (auto& key : o.key) use(key, false, false);
    for (auto& back : o.back) use(back, false, false);
    for (auto& to : o.to) use(to, true, false);
    for (auto& send : o.send) use(send, true, false);
}
, [&](auto& o) requires std::is_same_v<std::remove_cvref_t<decltype(o)>, JointOp>
{
    for (auto& member : o.members)
        for (auto& from : member.from) use(from, false, false);
    for (auto& member : o.members)
        for (auto& to : member.to) use(to, true, false);
}
, [&](auto& o) requires std::is_same_v<std::remove_cvref_t<decltype(o)>, LoudnessOp>
{
    for (auto& buffer : o.buffers) use(buffer, false, false);
}
, [&](auto& o) requires std::is_same_v<std::remove_cvref_t<decltype(o)>, GroupOp>
{
    auto& group = plan.groups[static_cast<std::size_t>(o.group)];
    for (auto& seat : group.seats) {
        use(seat.in, false, true);
        std::size_t side = 0;
        for (auto& step : group.steps) {
            if (step.kind == Step::Kind::pack_key) use(seat.side[side++], false, false);
            if (step.kind == Step::Kind::tap) use(seat.side[side++], true, false);
        }
        use(seat.out, true, false);
    }
}
,
} // namespace
,
               op);
} // namespace fohd::dsp
}

void share_buffers(Plan& plan)
{
    constexpr int reserved = 2;
    std::vector<std::size_t> last_read(static_cast<std::size_t>(plan.buffer_count), 0);
    std::vector<bool> is_read(last_read.size());
    for (std::size_t i = 0; i < plan.ops.size(); ++i)
        visit_buffers(plan, plan.ops[i], [&](int buffer, bool writes, bool) {
            if (writes) return;
            last_read[static_cast<std::size_t>(buffer)] = i;
            is_read[static_cast<std::size_t>(buffer)] = true;
        });

    std::vector<int> place(last_read.size(), -1), free;
    place[0] = 0;
    place[1] = 1;
    int used = reserved;
    for (std::size_t i = 0; i < plan.ops.size(); ++i) {
        std::vector<int> after;
        const auto release = [&](bool early_only) {
            visit_buffers(plan, plan.ops[i], [&](int buffer, bool writes, bool early) {
                const auto b = static_cast<std::size_t>(buffer);
                if (writes || buffer < reserved || last_read[b] != i || early != early_only) return;
                if (std::find(after.begin(), after.end(), buffer) != after.end()) return;
                after.push_back(buffer);
                free.push_back(place[b]);
            });
        };
        release(true);
        visit_buffers(plan, plan.ops[i], [&](int buffer, bool writes, bool) {
            const auto b = static_cast<std::size_t>(buffer);
            if (!writes || place[b] >= 0) return;
            if (!is_read[b]) {
                place[b] = 1;
            } else if (free.empty()) {
                place[b] = used++;
            } else {
                place[b] = free.back();
                free.pop_back();
            }
        });
        release(false);
    }
    for (Op& op : plan.ops)
        visit_buffers(plan, op, [&](int& buffer, bool, bool) { buffer = place[static_cast<std::size_t>(buffer)]; });
    plan.buffer_count = used;
}
}
