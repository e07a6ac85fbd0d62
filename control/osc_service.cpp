#include "control/osc_service.h"

#include "control/osc/packet.h"

#include <boost/asio/io_context.hpp>
#include <utility>

namespace fohd::control {
namespace {

/// What messages cost their sender's allowance, in plain messages: about what they cost us.
constexpr int pattern_cost = 20, unknown_cost = 10;

constexpr std::chrono::milliseconds fast_tick{5}, slow_tick{100};

} // namespace

std::string open_port_warning(const ServerOptions& options)
{
    boost::system::error_code failure;
    const auto address = boost::asio::ip::make_address(options.bind, failure);
    if (failure || address.is_loopback() || !options.allow.empty()) return {};
    return "anybody who reaches " + options.bind + ":" + std::to_string(options.port) +
           " may change everything: name the networks that may in control.osc.allow";
}

OscService::OscService(boost::asio::io_context& context, const OscOptions& options, Store& store, AddressSpace& space,
                       Host& host)
    : options_(options), next_options_(options), store_(&store), space_(&space), host_(host),
      server_(context, options.server, *this), subscribers_(space, *this), dumps_(space, *this),
      bundles_(context,
               [this](const Peer& from, const Bundle& bundle) {
                   act(from, bundle);
                   drained();
               }),
      publish_timer_(context), tick_timer_(context)
{
    listen();
    tell_targets();
}

void OscService::tell_targets()
{
    std::vector<Peer> targets;
    for (const auto& [address, port] : options_.targets)
        targets.push_back({Transport::udp, boost::asio::ip::make_address(address), port});
    subscribers_.set_targets(targets, Clock::now());
    arm_tick();
}

void OscService::move(const OscOptions& options)
{
    server_.move(options.server);
    next_options_ = options;
}

void OscService::settle()
{
    server_.settle();
    const bool others = options_.targets != next_options_.targets;
    options_ = next_options_;
    if (others) tell_targets();
}

void OscService::stay() { server_.stay(); }

void OscService::rebind(Store& store, AddressSpace& space)
{
    const AddressSpace& old = *space_;
    std::vector<int> differ;
    for (std::size_t e = 0; e < space.entries().size(); ++e) {
        const Entry& entry = space.entries()[e];
        if (!entry.has_value() || entry.is_reading()) continue;
        const int before = old.find(entry.address);
        if (before < 0 || encode(old.message(before)) != encode(space.message(static_cast<int>(e))))
            differ.push_back(static_cast<int>(e));
    }
    const auto number = [&](int entry) { return space.find(old.entry(entry).address); };
    subscribers_.rebind(space, number);
    dumps_.rebind(space, number);
    store_ = &store;
    space_ = &space;
    listen();
    for (const int entry : differ) subscribers_.changed(entry, 0);
    arm_tick();
}

void OscService::listen()
{
    changes_ = store_->on_change([this](const Change& change) {
        subscribers_.changed(space_->parameter_entry(change.parameter), change.by);
        subscribers_.changed(space_->norm_entry(change.parameter), change.by);
        if (change.by == 0) publish_later();
    });
    switches_ = space_->on_switch([this](int entry, Writer by) { subscribers_.changed(entry, by); });
}

int OscService::received(const Peer& from, std::span<const std::byte> packet) { return process(from, decode(packet)); }

int OscService::process(const Peer& from, const Element& element)
{
    if (const auto* bundle = std::get_if<Bundle>(&element.content)) return process(from, *bundle);
    if (const auto* message = std::get_if<Message>(&element.content)) return obey(from, *message);
    const auto& refused = std::get<Refused>(element.content);
    error(from, refused.address, refused.text);
    return 1;
}

int OscService::process(const Peer& from, const Bundle& bundle)
{
    switch (bundles_.add(from, bundle)) {
    case BundleQueue::Due::now: return act(from, bundle);
    case BundleQueue::Due::later: return 1 + static_cast<int>(bundle.elements.size());
    case BundleQueue::Due::too_far: return refuse(from, bundle, "the time tag is more than 10 s ahead");
    case BundleQueue::Due::full: break;
    }
    return refuse(from, bundle, "too many bundles wait for their time");
}

int OscService::act(const Peer& from, const Bundle& bundle)
{
    const Store::Batch one_deed(*store_);
    const auto outer = std::exchange(tag_, bundle.time.ntp > 1 ? std::optional(bundle.time) : std::nullopt);
    int cost = 1;
    for (const auto& element : bundle.elements) cost += process(from, element);
    tag_ = outer;
    return cost;
}

int OscService::refuse(const Peer& from, const Bundle& bundle, const std::string& text)
{
    int cost = 1;
    for (const auto& element : bundle.elements) {
        if (const auto* message = std::get_if<Message>(&element.content)) error(from, message->address, text);
        if (const auto* inner = std::get_if<Bundle>(&element.content)) cost += refuse(from, *inner, text);
        ++cost;
    }
    return cost;
}

int OscService::obey(const Peer& from, const Message& message)
{
    // Answers of another fohd: to answer them would go on for ever.
    if (message.address == "/error" || message.address == "/pong") return 1;
    if (has_wildcards(message.address)) return obey_pattern(from, message);
    const int entry = space_->find(message.address);
    // What others have to say is asked of them, where they have to look first.
    if (entry >= 0 && (space_->entry(entry).kind != Entry::Kind::text || !command(from, message))) {
        obey_entry(from, entry, message);
        return 1;
    }
    if (entry >= 0 || command(from, message)) return 1;
    error(from, message.address, space_->unknown(message.address, addresses_of_commands()));
    return unknown_cost;
}

void OscService::obey_entry(const Peer& from, int entry, const Message& message)
{
    if (message.arguments.empty() && space_->entry(entry).has_value()) return answer(from, space_->message(entry));
    const auto outcome = set(from, entry, message);
    if (!outcome.error.empty())
        error(from, message.address, outcome.error);
    else if (outcome.echo)
        answer(from, space_->message(entry));
}

Outcome OscService::set(const Peer& from, int entry, const Message& message)
{
    auto outcome = space_->set(entry, message.arguments, subscribers_.writer_of(from));
    if (outcome.later) askers_.add(space_->entry(entry).address, from);
    return outcome;
}

void OscService::tell_askers(const std::string& processor, const std::string& text, bool done)
{
    for (const auto& [address, peer] : askers_.take(processor))
        if (done)
            answer(peer, {address, {text}});
        else
            error(peer, address, text);
}

int OscService::obey_pattern(const Peer& from, const Message& message)
{
    const auto compiled = Pattern::compile(message.address);
    if (const auto* bad = std::get_if<BadPattern>(&compiled)) {
        error(from, message.address, bad->text);
        return unknown_cost;
    }
    const auto matched = space_->match(std::get<Pattern>(compiled));
    const Store::Batch one_deed(*store_);
    std::vector<int> asked;
    std::string problem = matched.empty() ? "no address matches this pattern" : "";
    std::size_t done = 0;
    for (const int entry : matched) {
        if (message.arguments.empty() && space_->entry(entry).has_value()) {
            asked.push_back(entry);
            continue;
        }
        const auto outcome = set(from, entry, message);
        if (outcome.echo) answer(from, space_->message(entry));
        if (outcome.error.empty())
            ++done;
        else
            problem = outcome.error;
    }
    if (!asked.empty()) {
        problem = subscribers_.ask(from, asked, dumps_.running());
        arm_tick();
    }
    if (done == 0 && !problem.empty()) error(from, message.address, problem);
    return pattern_cost;
}

void OscService::answer(const Peer& to, const Message& message) { server_.answer(to, encode(message)); }

void OscService::error(const Peer& to, const std::string& address, const std::string& text)
{
    answer(to, {"/error", {address, text}});
}

void OscService::closed(const Peer& peer)
{
    subscribers_.forget(peer);
    askers_.forget(peer);
    dumps_.forget(peer);
}

void OscService::drained()
{
    if (!publish_waits_ && Clock::now() - published_ >= publish_interval) return publish();
    publish_later();
}

void OscService::publish_later()
{
    if (std::exchange(publish_waits_, true)) return;
    publish_timer_.expires_at(published_ + publish_interval);
    publish_timer_.async_wait([this](boost::system::error_code failure) {
        if (failure) return;
        publish_waits_ = false;
        publish();
    });
}

void OscService::publish()
{
    published_ = Clock::now();
    store_->publish();
    subscribers_.flush(published_);
    dumps_.flush(published_);
    arm_tick();
}

void OscService::tick()
{
    const auto now = Clock::now();
    subscribers_.tick(now);
    subscribers_.flush(now);
    dumps_.flush(now);
    arm_tick();
}

void OscService::arm_tick()
{
    const bool fast = subscribers_.busy() || dumps_.running() > 0;
    if (!fast && subscribers_.empty()) return;
    if (tick_waits_ && (!fast || !tick_is_slow_)) return;
    tick_waits_ = true;
    tick_is_slow_ = !fast;
    tick_timer_.expires_after(fast ? fast_tick : slow_tick);
    tick_timer_.async_wait([this](boost::system::error_code failure) {
        if (failure) return;
        tick_waits_ = false;
        tick();
    });
}

} // namespace fohd::control
