#include "control/osc/packet.h"
#include "control/osc/pattern.h"

#include <cstdlib>

namespace {

using namespace fohd::control;

/// Whatever was accepted as a message without blobs and opaque arguments is accepted again after encoding, unchanged.
void check(const Element& element)
{
    if (const auto* bundle = std::get_if<Bundle>(&element.content))
        for (const auto& inner : bundle->elements) check(inner);
    const auto* message = std::get_if<Message>(&element.content);
    if (!message) return;
    for (const auto& argument : message->arguments)
        if (std::holds_alternative<Blob>(argument) || std::holds_alternative<Opaque>(argument)) return;
    const auto again = decode(encode(*message));
    const auto* same = std::get_if<Message>(&again.content);
    if (!same || !(*same == *message)) std::abort();
    const auto pattern = Pattern::compile(message->address);
    if (const auto* compiled = std::get_if<Pattern>(&pattern))
        if (compiled->literal() && !compiled->matches(message->address)) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    check(decode(std::as_bytes(std::span(data, size))));
    return 0;
}
