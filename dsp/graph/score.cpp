#include "dsp/graph/score.h"
#include "dsp/graph/design.h"
#include "dsp/graph/graph.h"
#include <algorithm>

namespace fohd::dsp {
namespace {

template <class V> auto& at(V& vector, int index) { return vector[static_cast<std::size_t>(index)]; }

/// One of a passage's two lists, compiled.
class Writer {
public:
    Writer(const Graph& graph, std::span<const float> values, bool gains, Score::Staff& staff)
        : graph_(graph), gains_(gains), staff_(staff), values_(values.begin(), values.end()),
          designed_(static_cast<std::size_t>(graph.plan().coeff_count)), written_(graph.plan().parts.size()),
          glides_(graph.layout().slices.size(), -1)
    {}

    void move(int parameter, float value, int glide)
    {
        at(values_, parameter) = value;
        const int slice = at(graph_.layout().parameters, parameter).slice;
        if (slice < 0) return;
        if (at(glides_, slice) < 0) slices_.push_back(slice);
        at(glides_, slice) = std::max(at(glides_, slice), glide);
    }

    /// What was moved since the last call is heard from here on.
    void write(std::int64_t frame)
    {
        for (const int slice : slices_) {
            if (graph_.fits(values_, {&slice, 1}))
                for (const int part : at(graph_.plan().parts_of_slice, slice))
                    if ((at(graph_.plan().parts, part).kind != Part::Kind::processor) == gains_)
                        write(frame, part, at(glides_, slice));
            at(glides_, slice) = -1;
        }
        slices_.clear();
    }

private:
    void write(std::int64_t frame, int index, int glide)
    {
        const Part& part = at(graph_.plan().parts, index);
        const auto own = std::span(designed_).subspan(static_cast<std::size_t>(part.first_coeff),
                                                      static_cast<std::size_t>(part.coeff_count));
        before_.assign(own.begin(), own.end());
        design_part(graph_.description(), graph_.layout(), graph_.plan(), index, values_, designed_);
        if (std::exchange(at(written_, index), true) && std::ranges::equal(before_, own)) return;
        staff_.events.push_back({frame, index, static_cast<std::uint32_t>(staff_.coeffs.size()), glide});
        staff_.coeffs.insert(staff_.coeffs.end(), own.begin(), own.end());
    }

    const Graph& graph_;
    const bool gains_;
    Score::Staff& staff_;
    std::vector<float> values_, designed_, before_;
    std::vector<char> written_; ///< By part.
    std::vector<int> slices_;   ///< Moved, not yet written.
    std::vector<int> glides_;   ///< By slice: of those; else -1.
};
} // namespace

Score::Staff make_staff(const Graph& graph, std::span<const float> values, const Passage& passage,
                        std::span<const int> parameters)
{
    Score::Staff staff;
    staff.graph = graph.serial();
    for (const bool gains : {true, false}) {
        Writer writer(graph, values, gains, staff);
        const auto& moves = gains ? passage.gains : passage.processors;
        for (std::size_t m = 0; m < moves.size(); ++m) {
            const int parameter = at(parameters, moves[m].parameter);
            if (parameter >= 0) writer.move(parameter, moves[m].value, moves[m].glide);
            if (m + 1 == moves.size() || moves[m + 1].frame != moves[m].frame) writer.write(moves[m].frame);
        }
    }
    for (const std::int64_t frame : passage.ends) staff.events.push_back({frame, -1, 0, 0});
    std::ranges::stable_sort(staff.events, {}, &Score::Event::frame);
    return staff;
}
} // namespace fohd::dsp
