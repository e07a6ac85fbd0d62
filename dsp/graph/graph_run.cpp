// The audio thread's half of Graph.
#include "dsp/graph/graph.h"
#include "dsp/kernels/strip_design.h"
#include <algorithm>
#include <cmath>

namespace fohd::dsp {
namespace {

template <class V> auto& at(V& vector, int index) { return vector[static_cast<std::size_t>(index)]; }

void raise(std::atomic<float>& reading, float value)
{
    if (value > reading.load(std::memory_order_relaxed)) reading.store(value, std::memory_order_relaxed);
}
} // namespace

void Graph::process(const float* const* inputs, float* const* outputs, int frames, bool heard)
{
    for (const TapWatch& watch : watches_)
        watch.group->wake_tap(watch.step,
                              std::ranges::any_of(watch.paths, [&](int path) { return at(sounding_, path) != 0; }));
    for (std::size_t i = 0; i < plan_.ops.size(); ++i) run(plan_.ops[i], i, inputs, outputs, frames, heard);
    clock_ += static_cast<std::uint64_t>(frames);
    until_readings_ -= frames;
    if (until_readings_ > 0) return;
    look_after(heard);
    until_readings_ = reading_interval_;
}

void Graph::run(const Op& op, std::size_t index, const float* const* inputs, float* const* outputs, int frames,
                bool heard)
{
    if (const auto* add = std::get_if<AddOp>(&op)) {
        if (!at(sounding_, add->part)) return;
        auto& gains = at(gains_, add->part);
        PathGain& gain = at(gains, add->route);
        gain.add(*planar_kernels_, buffers_[add->to], buffers_[add->from], frames);
        if (gain.silent()) at(sounding_, add->part) = !std::ranges::all_of(gains, &PathGain::silent);
    } else if (const auto* group = std::get_if<GroupOp>(&op)) {
        at(groups_, group->group)->run(frames, clock_);
    } else if (const auto* clear = std::get_if<ClearOp>(&op)) {
        std::fill_n(buffers_[clear->buffer], frames, 0.0f);
    } else if (const auto* input = std::get_if<InputOp>(&op)) {
        run_input(*input, at(openings_, input->endpoint), inputs[input->endpoint], frames, heard);
    } else if (const auto* output = std::get_if<OutputOp>(&op)) {
        std::copy_n(buffers_[output->buffer], frames, outputs[output->endpoint]);
    } else if (const auto* line = std::get_if<DelayOp>(&op)) {
        run_line(lines_[slots_[index]], buffers_[line->from], buffers_[line->to], frames);
    } else if (const auto* planar = std::get_if<PlanarOp>(&op)) {
        run_planar(planars_[slots_[index]], *planar, inputs, frames);
    } else if (const auto* send = std::get_if<SendOp>(&op)) {
        run_send(*send, send_gains_[slots_[index]], outputs[send->endpoint], frames);
    } else if (std::holds_alternative<JointOp>(op)) {
        Joint& joint = joints_[slots_[index]];
        joint.processor->run(joint.from.data(), joint.to.data(), frames, clock_);
    } else if (const auto* loudness = std::get_if<LoudnessOp>(&op)) {
        Measured& measured = measured_[slots_[index]];
        for (int c = 0; c < measured.channels; ++c)
            std::copy_n(buffers_[loudness->buffers[static_cast<std::size_t>(c)]], frames, measured.sound[c]);
    } else if (const auto* link = std::get_if<LinkOp>(&op)) {
        float* const to = buffers_[link->to];
        std::fill_n(to, frames, 0.0f);
        const float share = 1 / static_cast<float>(link->from.size());
        for (int from : link->from)
            for (int i = 0; i < frames; ++i)
                to[i] = link->mean ? to[i] + share * buffers_[from][i] : std::max(to[i], std::abs(buffers_[from][i]));
    }
}

void Graph::run_input(const InputOp& op, PathGain& opening, const float* input, int frames, bool heard)
{
    float* const sound = buffers_[op.buffer];
    if (!input) {
        std::fill_n(sound, frames, 0.0f);
        return;
    }
    const int bad = planar_kernels_->sanitize(input, sound, frames);
    if (bad && heard) readings_->bad_samples().fetch_add(static_cast<std::uint64_t>(bad), std::memory_order_relaxed);
    open(opening, sound, frames);
}

void Graph::open(PathGain& opening, float* sound, int frames) const
{
    if (opening.open()) return;
    alignas(64) float closed[max_block];
    std::copy_n(sound, frames, closed);
    std::fill_n(sound, frames, 0.0f);
    opening.add(*planar_kernels_, sound, closed, frames);
}

void Graph::run_send(const SendOp& op, PathGain& gain, float* output, int frames)
{
    alignas(64) float sum[max_block];
    if (op.first)
        std::fill_n(sum, frames, 0.0f);
    else
        std::copy_n(output, frames, sum);
    gain.add(*planar_kernels_, sum, buffers_[op.buffer], frames);
    std::copy_n(sum, frames, output);
}

/// Into the ring and, as late as that is long, out of it.
void Graph::run_line(Line& line, const float* from, float* to, int frames)
{
    const int length = static_cast<int>(line.size());
    int position = static_cast<int>(clock_ % static_cast<std::uint64_t>(length));
    for (int done = 0; done < frames;) {
        const int run = std::min(length - position, frames - done);
        std::copy_n(line.data() + position, run, to + done);
        std::copy_n(from + done, run, line.data() + position);
        done += run;
        position = 0;
    }
}

void Graph::run_planar(Planar& planar, const PlanarOp& op, const float* const* inputs, int frames)
{
    float *channels[max_lanes], *send[max_lanes];
    const float *key[max_lanes], *late[max_lanes], *back[max_lanes];
    for (std::size_t c = 0; c < op.to.size(); ++c) {
        channels[c] = buffers_[op.to[c]];
        late[c] = buffers_[op.from[c]];
        std::copy_n(late[c], frames, channels[c]);
        open(planar.openings[c], channels[c], frames);
        if (planar.latency == 0) continue;
        run_line(planar.dry[c], late[c], (*planar.late)[static_cast<int>(c)], frames);
        late[c] = (*planar.late)[static_cast<int>(c)];
    }
    for (std::size_t c = 0; c < op.key.size(); ++c) key[c] = buffers_[op.key[c]];
    if (!op.key.empty()) planar.processor->hear(key);
    for (std::size_t c = 0; c < op.send.size(); ++c) {
        const bool comes = op.first_return >= 0 && inputs[static_cast<std::size_t>(op.first_return) + c];
        back[c] = comes ? buffers_[op.back[c]] : nullptr;
        send[c] = buffers_[op.send[c]];
    }
    if (!op.send.empty()) planar.processor->exchange({back, late, send});
    planar.processor->run(channels, frames);
    const float from = planar.wet;
    planar.wet = planar.lead > frames
                     ? from + (planar.goal - from) * static_cast<float>(frames) / static_cast<float>(planar.lead)
                     : planar.goal;
    planar.lead = std::max(0, planar.lead - frames);
    if (from == 1 && planar.wet == 1) return;
    for (std::size_t c = 0; c < op.to.size(); ++c) {
        const float step = (planar.wet - from) / static_cast<float>(frames);
        for (int i = 0; i < frames; ++i) {
            const float wet = from + step * static_cast<float>(i + 1);
            channels[c][i] = wet == 0 ? late[c][i] : late[c][i] + wet * (channels[c][i] - late[c][i]);
        }
    }
}

void Graph::measure(int frames)
{
    for (const Measured& measured : measured_) {
        SoundTap* const tap = at(taps_, measured.strip);
        if (!tap) continue;
        const float* channels[max_lanes];
        for (int c = 0; c < measured.channels; ++c) channels[c] = measured.sound[c];
        tap->write(channels, frames);
    }
}

void Graph::publish_readings() { look_after(true); }

/// What is not heard is healed too: it will be.
void Graph::look_after(bool heard)
{
    for (const auto& group : groups_)
        for (int s = 0; s < static_cast<int>(group->plan().steps.size()); ++s) {
            const Step& step = at(group->plan().steps, s);
            if (step.role == Step::Role::meter) {
                if (heard) read_meters(*group, s);
                heal(*group, s, heard);
            }
            if (heard && step.kind == Step::Kind::end_bypass) read_reductions(*group, s);
        }
    if (heard) read_planar();
}

void Graph::read_planar()
{
    for (std::size_t i = 0; i < plan_.ops.size(); ++i) {
        if (const auto* planar = std::get_if<PlanarOp>(&plan_.ops[i])) {
            read_planar(*planar, planars_[slots_[i]]);
        } else if (const auto* joint = std::get_if<JointOp>(&plan_.ops[i])) {
            if (!joint->type->reduces()) continue;
            for (int m = 0; m < static_cast<int>(joint->members.size()); ++m) {
                const JointOp::Member& member = at(joint->members, m);
                const float reduction = joints_[slots_[i]].processor->reduction(m);
                for (int c = 0; c < static_cast<int>(member.to.size()); ++c)
                    read_reduction(member.strip, member.node, c, reduction);
            }
        }
    }
}

void Graph::read_planar(const PlanarOp& op, Planar& planar)
{
    const PlanarProcessor& processor = *planar.processor;
    const ProcessorType& type = *at(at(description_.strips, op.strip).chain, op.node).type;
    const int channels = static_cast<int>(op.to.size());
    if (type.reduces())
        for (int c = 0; c < channels; ++c) read_reduction(op.strip, op.node, c, processor.reduction(c));
    int told = 0;
    for (int r = 0; r < static_cast<int>(type.readings.size()); ++r)
        for (int v = 0; v < at(type.readings, r).count(channels); ++v)
            readings_->told(op.strip, op.node, told++).store(processor.reading(r, v), std::memory_order_relaxed);
    read_learned(op, planar);
}

void Graph::read_learned(const PlanarOp& op, Planar& planar)
{
    if (planar.learned.empty()) return;
    planar.processor->remember(planar.learned, false);
    if (planar.is_published && planar.learned == planar.published) return;
    auto& slot = *readings_->learned(op.strip, op.node);
    std::ranges::copy(planar.learned, slot.back().begin());
    slot.publish();
    std::ranges::copy(planar.learned, planar.published.begin());
    planar.is_published = true;
}

void Graph::read_reduction(int strip, int node, int channel, float reduction)
{
    readings_->reduction(strip, node, channel).store(reduction, std::memory_order_relaxed);
    raise(readings_->most_reduction(strip, node, channel), reduction);
}

void Graph::read_meters(LaneGroup& group, int step)
{
    LaneProcessor& meter = *group.processor(static_cast<std::size_t>(step));
    for (int lane = 0; lane < group.plan().width; ++lane) {
        const Seat& seat = at(group.plan().seats, lane);
        if (seat.strip < 0) continue;
        constexpr auto relaxed = std::memory_order_relaxed;
        readings_->peak(seat.strip, seat.channel).store(meter.state(MeterRow::peak, lane), relaxed);
        readings_->mean_square(seat.strip, seat.channel).store(meter.state(MeterRow::mean_square, lane), relaxed);
        raise(readings_->top(seat.strip, seat.channel), meter.state(MeterRow::top, lane));
        if (const float clips = meter.state(MeterRow::clips, lane); clips > 0) {
            auto& sum = readings_->clips(seat.strip, seat.channel);
            sum.store(sum.load(relaxed) + clips, relaxed);
            meter.set_state(MeterRow::clips, lane, 0);
        }
    }
}

/// What came out of a strip as no number has left its memory so.
void Graph::heal(LaneGroup& group, int step, bool heard)
{
    const LaneProcessor& meter = *group.processor(static_cast<std::size_t>(step));
    for (int lane = 0; lane < group.plan().width; ++lane) {
        const int strip = at(group.plan().seats, lane).strip;
        const float bad = meter.state(MeterRow::bad, lane);
        if (strip < 0 || bad <= 0) continue;
        if (heard) readings_->bad_samples().fetch_add(static_cast<std::uint64_t>(bad), std::memory_order_relaxed);
        clear_strip(strip);
    }
}

void Graph::read_reductions(LaneGroup& group, int end_step)
{
    constexpr float db_an_octave = 6.0205999f;
    for (int lane = 0; lane < group.plan().width; ++lane) {
        const Seat& seat = at(group.plan().seats, lane);
        if (seat.strip < 0) continue;
        const int node = at(seat.nodes, end_step);
        const ProcessorType& type = *at(at(description_.strips, seat.strip).chain, node).type;
        if (type.reduction_row < 0) continue;
        float most = 0;
        for (int core = end_step - 1; at(group.plan().steps, core).role == Step::Role::core; --core) {
            const float row = group.processor(static_cast<std::size_t>(core))->state(type.reduction_row, lane);
            most = std::max(most, type.reduction_is_gain ? -20 * std::log10(std::max(row, 1e-6f)) : row * db_an_octave);
        }
        read_reduction(seat.strip, node, seat.channel, most);
    }
}

void Graph::clear_strip(int strip)
{
    for (const auto& group : groups_)
        for (int lane = 0; lane < group->plan().width; ++lane) {
            if (at(group->plan().seats, lane).strip != strip) continue;
            for (std::size_t s = 0; s < group->plan().steps.size(); ++s)
                if (LaneProcessor* processor = group->processor(s)) processor->clear(lane);
        }
    for (std::size_t i = 0; i < plan_.ops.size(); ++i)
        if (const auto* planar = std::get_if<PlanarOp>(&plan_.ops[i]); planar && planar->strip == strip) {
            planars_[slots_[i]].processor->clear();
            for (auto& dry : planars_[slots_[i]].dry) std::ranges::fill(dry, 0.0f);
        } else if (const auto* joint = std::get_if<JointOp>(&plan_.ops[i]))
            for (std::size_t m = 0; m < joint->members.size(); ++m)
                if (joint->members[m].strip == strip) joints_[slots_[i]].processor->clear(static_cast<int>(m));
}
} // namespace fohd::dsp
