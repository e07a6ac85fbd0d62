#include "control/osc/arguments.h"

#include <algorithm>
#include <cmath>

namespace fohd::control {
namespace {

constexpr int max_array_depth = 8;

template <class T> bool keep(const std::optional<T>& value, std::vector<Argument>& arguments, auto convert)
{
    if (value) arguments.emplace_back(convert(*value));
    return value.has_value();
}

/// False where the packet ends before the argument does, or an argument is badly padded.
bool read_one(char tag, Reader& reader, std::vector<Argument>& out)
{
    switch (tag) {
    case 'i': return keep(reader.word(), out, [](auto w) { return std::bit_cast<std::int32_t>(w); });
    case 'f': return keep(reader.word(), out, [](auto w) { return std::bit_cast<float>(w); });
    case 'h': return keep(reader.double_word(), out, [](auto w) { return std::bit_cast<std::int64_t>(w); });
    case 'd': return keep(reader.double_word(), out, [](auto w) { return std::bit_cast<double>(w); });
    case 't': return keep(reader.double_word(), out, [](auto w) { return TimeTag{w}; });
    case 's':
    case 'S': return keep(reader.string(), out, [](auto s) { return std::string(s); });
    case 'b': return keep(reader.blob(), out, [](auto b) { return Blob(b.begin(), b.end()); });
    case 'T':
    case 'F': out.emplace_back(tag == 'T'); return true;
    case 'N': out.emplace_back(Nil{}); return true;
    case 'I': out.emplace_back(Impulse{}); return true;
    default:
        return keep(reader.bytes(4), out, [tag](auto four) {
            Opaque argument{tag, {}};
            std::copy(four.begin(), four.end(), argument.bytes.begin());
            return argument;
        });
    }
}

bool finite(const Argument& argument)
{
    if (const auto* f = std::get_if<float>(&argument)) return std::isfinite(*f);
    if (const auto* d = std::get_if<double>(&argument)) return std::isfinite(*d);
    return true;
}

std::string place(std::size_t position) { return "argument " + std::to_string(position); }

} // namespace

std::string read_arguments(std::string_view tags, Reader& reader, std::vector<Argument>& arguments)
{
    int depth = 0;
    for (const char tag : tags) {
        if (tag == '[' || tag == ']') {
            depth += tag == '[' ? 1 : -1;
            if (depth < 0 || depth > max_array_depth) return "the brackets of the type tags do not match";
            continue;
        }
        const auto position = arguments.size() + 1;
        if (std::string_view("ifsbhtdScTFNIrm").find(tag) == std::string_view::npos)
            return place(position) + " has a type tag that OSC does not know";
        if (!read_one(tag, reader, arguments)) return place(position) + " does not end where the packet says it does";
        if (!finite(arguments.back())) return place(position) + " is not a finite number: NaN and infinity are refused";
    }
    if (depth != 0) return "the brackets of the type tags do not match";
    if (!reader.done()) return "bytes are left over after the last argument";
    return {};
}

} // namespace fohd::control
