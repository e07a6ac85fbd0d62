#include "daemon/backends/jack_probe.h"

#include "daemon/backends/jack_client.h"
#include "daemon/finish_within.h"

#include <thread>
#include <utility>

namespace fohd::daemon {
namespace {

constexpr std::string_view probe_name = "fohd-probe"; // JACK appends -01 and so on.
constexpr int ask_every = 50;                         // Questions; the port may be another's of the same name by now.
constexpr auto close_deadline = std::chrono::seconds(1);
} // namespace

struct JackProbe::Inside {
    Inside(std::string heard_port, std::shared_ptr<const std::atomic<bool>> is_over)
        : port(std::move(heard_port)), over(std::move(is_over))
    {}

    void open()
    {
        jack_status_t status{};
        jack_client_t* const handle = client.open(probe_name.data(), *over, status);
        if (!handle) return;
        const auto count = [](jack_nframes_t, void* self) {
            static_cast<Inside*>(self)->cycles.fetch_add(1, std::memory_order_relaxed);
            return 0;
        };
        jack_set_process_callback(handle, count, this);
        const jack_port_t* source = jack_port_by_name(handle, port.c_str());
        if (!source) return;
        in = jack_port_register(handle, "in", jack_port_type(source), JackPortIsInput, 0);
        if (!in || jack_activate(handle) != 0) return;
        connect();
        ready = true;
    }
    void connect() const { jack_connect(client.handle(), port.c_str(), jack_port_name(in)); }

    const std::string port;
    const std::shared_ptr<const std::atomic<bool>> over;
    JackClient client; ///< Counted from now on: the thread that opens it may come late.
    jack_port_t* in = nullptr;
    std::atomic<bool> ready = false;
    std::atomic<std::uint64_t> cycles = 0;
};

JackProbe::JackProbe(std::string port, std::shared_ptr<const std::atomic<bool>> over)
    : inside_(std::make_shared<Inside>(std::move(port), std::move(over)))
{
    // A server takes seconds for a request where it waits for the answer of a client that hangs.
    std::thread([inside = inside_] { inside->open(); }).detach();
}

JackProbe::~JackProbe()
{
    finish_within(close_deadline, [inside = std::move(inside_)]() mutable { inside.reset(); });
}

bool JackProbe::was_called()
{
    if (!inside_->ready) return false;
    const std::uint64_t cycles = inside_->cycles;
    const bool moved = std::exchange(seen_, cycles) != cycles;
    // With a client that does not end its round, the server takes up to its timeout to have a connection in force; until then
    // it calls as if there were none. It shows a connection when that is in force.
    const bool hears = jack_port_connected_to(inside_->in, inside_->port.c_str()) != 0;
    asked_ = hears ? 0 : asked_ + 1;
    if (asked_ == ask_every) {
        asked_ = 0;
        std::thread([inside = inside_] { inside->connect(); }).detach();
    }
    return std::exchange(hears_, hears) && hears && moved;
}

bool JackProbe::is_port_of_one(std::string_view port) { return port.starts_with(probe_name); }

} // namespace fohd::daemon
