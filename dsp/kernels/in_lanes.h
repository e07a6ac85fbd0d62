#pragma once
#include "dsp/kernels/lane_processor.h"
#include "dsp/kernels/lanes.h"
#include <new>

// A kernel is a struct of static functions with `Coeffs` and `State`, both of V alone, and one of
//   V frame(V sound, const Coeffs&, State&)
//   V frame(V sound, V key, const Coeffs&, State&)
//   template <bool glides> void block(const Block&, Coeffs now, const Coeffs& step, State&)   // FIR-like work
//   void own_glide(const Block&, const Coeffs& goal, V lead, State&)                          // glides by itself
// and, where it needs them, `int history_rows(int size)` and `void reset(State&, V* history, int size)`. State and
// history are zero before reset.

namespace fohd::dsp::inline FOHD_ISA {

/// What a kernel that takes whole blocks works on.
struct Block {
    V* frames;
    const V* key;
    int count;
    V* history;
    int size; ///< of the Stage
    std::uint64_t clock;
};

struct NoCoeffs {};
template <class C> inline constexpr int rows_of = __is_empty(C) ? 0 : static_cast<int>(sizeof(C) / sizeof(V));
template <class C> V* rows(C& c) { return reinterpret_cast<V*>(&c); }
template <class C> const V* rows(const C& c) { return reinterpret_cast<const V*>(&c); }

/// The block loop of every kernel.
template <class P> class InLanes final : public LaneProcessor {
    using Coeffs = typename P::Coeffs;
    using State = typename P::State;
    static constexpr int coeff_rows = rows_of<Coeffs>, state_rows = rows_of<State>;
    struct Memory {
        Coeffs now, goal;
        V lead; ///< Frames left to glide.
        State state;
    };

public:
    explicit InLanes(int size) : size_(size)
    {
        int history_rows = 0;
        if constexpr (requires { P::history_rows(size); }) history_rows = P::history_rows(size);
        const auto bytes = sizeof(Memory) + sizeof(V) * static_cast<unsigned long>(history_rows);
        m_ = static_cast<Memory*>(::operator new (bytes, std::align_val_t{alignment}));
        __builtin_memset(static_cast<void*>(m_), 0, bytes);
        if constexpr (requires { P::reset(m_->state, history(), size); }) P::reset(m_->state, history(), size);
        V* const state = history() - state_rows; // not &m_->state: without members it would take a row of its own
        adopt({reinterpret_cast<float*>(&m_->now), reinterpret_cast<float*>(&m_->goal),
               reinterpret_cast<float*>(&m_->lead), reinterpret_cast<float*>(state), coeff_rows,
               state_rows + history_rows},
              lanes);
    }
    ~InLanes() override { ::operator delete (m_, std::align_val_t{alignment}); }

    void run(float* frames, const float* key, int count, std::uint64_t clock) override
    {
        const Block block{
            reinterpret_cast<V*>(frames), reinterpret_cast<const V*>(key), count, history(), size_, clock};
        if constexpr (requires { P::own_glide(block, m_->goal, m_->lead, m_->state); }) {
            P::own_glide(block, m_->goal, m_->lead, m_->state);
            if (gliding_) end_glide(count);
        } else if (coeff_rows > 0 && gliding_) {
            const Coeffs target = glide_target(count);
            Coeffs step;
            for (int r = 0; r < coeff_rows; ++r)
                rows(step)[r] = (rows(target)[r] - rows(m_->now)[r]) * (1.0f / static_cast<float>(count));
            pass<true>(block, step);
            m_->now = target; // exactly: rounding does not add up over the blocks
            end_glide(count);
        } else {
            pass<false>(block, Coeffs{});
        }
    }

private:
    V* history() { return reinterpret_cast<V*>(m_ + 1); }

    /// Where each lane's coefficients are at the end of this block, on a line to its goal.
    Coeffs glide_target(int count) const
    {
        Coeffs target;
        const V frames = all(static_cast<float>(count));
        const V part = frames / max(m_->lead, frames);
        for (int r = 0; r < coeff_rows; ++r) {
            const V now = rows(m_->now)[r], goal = rows(m_->goal)[r];
            rows(target)[r] = m_->lead > frames ? fma(goal - now, part, now) : goal;
        }
        return target;
    }

    void end_glide(int count)
    {
        m_->lead = max(m_->lead - static_cast<float>(count), all(0));
        const I left = m_->lead > 0.0f;
        gliding_ = false;
        for (int l = 0; l < lanes; ++l) gliding_ |= left[l] != 0;
    }

    template <bool glides> void pass(const Block& block, const Coeffs& step)
    {
        if constexpr (requires { P::template block<glides>(block, m_->now, step, m_->state); }) {
            P::template block<glides>(block, m_->now, step, m_->state);
        } else {
            auto c = m_->now; // copies, so that they may live in registers
            auto s = m_->state;
            V* const frames = block.frames;
            for (int i = 0; i < block.count; ++i) {
                if constexpr (glides)
                    for (int r = 0; r < coeff_rows; ++r) rows(c)[r] += rows(step)[r];
                if constexpr (requires { P::frame(frames[i], block.key[i], c, s); })
                    frames[i] = P::frame(frames[i], block.key[i], c, s);
                else
                    frames[i] = P::frame(frames[i], c, s);
            }
            m_->state = s;
        }
    }

    int size_;
    Memory* m_;
};

template <class P> LaneProcessor* create(int size) { return new InLanes<P>(size); }
} // namespace fohd::dsp::inline FOHD_ISA
