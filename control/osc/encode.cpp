#include "config/utf8.h"
#include "control/osc/packet.h"

#include <lo/lo.h>
#include <memory>

namespace fohd::control {
namespace {

void add(lo_message to, std::int32_t value) { lo_message_add_int32(to, value); }
void add(lo_message to, std::int64_t value) { lo_message_add_int64(to, value); }
void add(lo_message to, float value) { lo_message_add_float(to, value); }
void add(lo_message to, double value) { lo_message_add_double(to, value); }
/// Names of files and what is in them may be any bytes; surfaces may stop at what is no text.
void add(lo_message to, const std::string& value) { lo_message_add_string(to, config::as_utf8(value).c_str()); }
void add(lo_message to, bool value) { value ? lo_message_add_true(to) : lo_message_add_false(to); }
void add(lo_message to, Nil) { lo_message_add_nil(to); }
void add(lo_message to, Impulse) { lo_message_add_infinitum(to); }
void add(lo_message, const Blob&) {}
void add(lo_message, const Opaque&) {}

void add(lo_message to, TimeTag value)
{
    lo_message_add_timetag(to, {static_cast<std::uint32_t>(value.ntp >> 32), static_cast<std::uint32_t>(value.ntp)});
}

} // namespace

std::vector<std::byte> encode(const Message& message)
{
    const std::unique_ptr<void, decltype(&lo_message_free)> built(lo_message_new(), lo_message_free);
    for (const auto& argument : message.arguments)
        std::visit([&](const auto& value) { add(built.get(), value); }, argument);
    std::vector<std::byte> bytes(lo_message_length(built.get(), message.address.c_str()));
    lo_message_serialise(built.get(), message.address.c_str(), bytes.data(), nullptr);
    return bytes;
}

} // namespace fohd::control
