#include "daemon/held_values.h"

#include <algorithm>
#include <string>

namespace fohd::daemon {
namespace {

template <class V> auto& at(V& vector, int index) { return vector[static_cast<std::size_t>(index)]; }

} // namespace

void HeldValues::follow(const dsp::Layout& told, const dsp::Graph& graph)
{
    const dsp::Layout& own = graph.layout();
    waiting_.clear();
    places_.clear();
    for (const dsp::Parameter& parameter : told.parameters) {
        const int place = own.find(parameter.address);
        places_.push_back(place >= 0 && at(own.parameters, place).spec == parameter.spec ? place : -1);
    }
    tails_.clear();
    for (const dsp::Slice& slice : own.slices) {
        if (slice.kind != dsp::Slice::Kind::fader) continue;
        const dsp::Strip& strip = at(graph.description().strips, slice.strip);
        if (strip.continues.empty()) continue;
        for (int place = slice.first_value; place < slice.first_value + slice.value_count; ++place) {
            const std::string_view id = at(own.parameters, place).spec->id;
            const int parameter = told.find(strip.continues + "/" + std::string(id));
            if (parameter >= 0) tails_.emplace(parameter, place);
        }
    }
}

template <class Visit> void HeldValues::each_place(int parameter, Visit visit) const
{
    if (const int place = at(places_, parameter); place >= 0) visit(place);
    for (auto [tail, end] = tails_.equal_range(parameter); tail != end; ++tail) visit(tail->second);
}

std::vector<int> HeldValues::set(const dsp::Graph& graph, std::span<const float> values, std::span<const int> changed)
{
    std::map<int, ByPlace> by_slice;
    for (const int parameter : changed)
        each_place(parameter, [&](int place) {
            by_slice[at(graph.layout().parameters, place).slice][place] = at(values, parameter);
        });
    std::vector<int> moved;
    for (const auto& [slice, fresh] : by_slice) {
        const dsp::Slice& of = at(graph.layout().slices, slice);
        ByPlace all = fresh;
        all.insert(waiting_.lower_bound(of.first_value), waiting_.lower_bound(of.first_value + of.value_count));
        if (try_to_set(graph, slice, all) || try_to_set(graph, slice, fresh))
            moved.push_back(slice);
        else
            for (const auto& [place, value] : fresh) waiting_[place] = value;
    }
    return moved;
}

/// Whether the graph can run with these; if so, it does.
bool HeldValues::try_to_set(const dsp::Graph& graph, int slice, ByPlace some)
{
    for (auto& [place, value] : some) std::swap(at(values_, place), value);
    if (graph.fits(values_, {&slice, 1})) {
        for (const auto& [place, before] : some) waiting_.erase(place);
        return true;
    }
    for (const auto& [place, before] : some) at(values_, place) = before;
    return false;
}

std::vector<int> HeldValues::slices_of(const dsp::Graph& graph, std::span<const int> parameters) const
{
    std::set<int> slices;
    for (const int parameter : parameters)
        each_place(parameter, [&](int place) { slices.insert(at(graph.layout().parameters, place).slice); });
    return {slices.begin(), slices.end()};
}

} // namespace fohd::daemon
