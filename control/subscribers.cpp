#include "control/subscribers.h"

#include "control/osc/packet.h"

#include <algorithm>

namespace fohd::control {
namespace {

/// What a subscription to changes alone is called; no pattern is.
constexpr const char* changes_only = "changes";

/// A number for an address and port; two clients have the same one about once in four thousand million.
Writer number_of(const Peer& peer)
{
    const auto hash = std::hash<std::string>{}(to_string(peer));
    return std::max<Writer>(1, static_cast<Writer>(hash ^ hash >> 32));
}

} // namespace

Subscribers::Client* Subscribers::find(const Peer& from)
{
    const auto found =
        std::find_if(clients_.begin(), clients_.end(), [&](const Client& c) { return c.from == from || c.to == from; });
    return found == clients_.end() ? nullptr : &*found;
}

Subscribers::Client& Subscribers::client(const Peer& from)
{
    if (auto* known = find(from)) return *known;
    return clients_.emplace_back(Client{from, from, number_of(from), {}, {}});
}

Writer Subscribers::writer_of(const Peer& from) const
{
    for (const auto& client : clients_)
        if (client.to == from) return client.writer;
    return number_of(from);
}

std::string Subscribers::add(const Peer& from, std::string text, auto match, float rate, bool for_ever, bool all_now,
                             Clock::time_point now)
{
    const auto* known = find(from);
    if ((!known || known->subscriptions.empty()) && !for_ever && count() >= max_subscribers)
        return "there are " + std::to_string(max_subscribers) + " subscribers already; try again when one has left";
    auto& client = this->client(from);
    auto& list = client.subscriptions;
    auto found = std::find_if(list.begin(), list.end(), [&](const Subscription& s) { return s.text() == text; });
    const bool is_new = found == list.end();
    if (is_new) {
        if (list.size() >= max_patterns)
            return "a client subscribes to " + std::to_string(max_patterns) + " patterns at most; unsubscribe from one";
        list.emplace_back(std::move(text), match(), *space_);
        found = std::prev(list.end());
    }
    found->renew(now, rate, for_ever);
    if (!all_now) return {};
    auto entries = found->entries();
    // Readings come with the next tick, as they do from then on.
    std::erase_if(entries, [&](int entry) {
        return space_->entry(entry).is_reading() || (!is_new && space_->writer(entry) == client.writer);
    });
    client.outbox.ask(entries);
    return {};
}

std::string Subscribers::subscribe(const Peer& from, const Pattern& pattern, float rate,
                                   std::optional<std::uint16_t> port, Clock::time_point now)
{
    auto problem = add(
        from, pattern.text(), [&] { return matched_by(pattern); }, rate, false, true, now);
    if (problem.empty() && port) client(from).to.port = *port;
    return problem;
}

std::string Subscribers::follow_changes(const Peer& from, Clock::time_point now)
{
    return add(
        from, changes_only, [&] { return state(); }, Subscription::default_rate, false, false, now);
}

void Subscribers::set_targets(std::span<const Peer> targets, Clock::time_point now)
{
    for (Client& client : clients_)
        if (std::ranges::find(targets, client.from) == targets.end())
            std::erase_if(client.subscriptions, [](const Subscription& each) { return each.for_ever(); });
    for (const Peer& to : targets)
        add(
            to, "//", [&] { return everything(); }, Subscription::default_rate, true, true, now);
}

std::vector<int> Subscribers::everything() const
{
    std::vector<int> entries;
    for (std::size_t e = 0; e < space_->entries().size(); ++e) {
        const auto& entry = space_->entries()[e];
        if (entry.is_state() || entry.is_reading() || entry.kind == Entry::Kind::text)
            entries.push_back(static_cast<int>(e));
    }
    return entries;
}

std::vector<int> Subscribers::matched_by(const Pattern& pattern) const
{
    auto entries = space_->match(pattern);
    std::erase_if(entries, [&](int entry) { return !space_->entry(entry).has_value(); });
    return entries;
}

std::vector<int> Subscribers::state() const
{
    auto entries = everything();
    std::erase_if(entries, [&](int entry) { return !space_->entry(entry).is_state(); });
    return entries;
}

void Subscribers::rebind(const AddressSpace& space, const std::function<int(int entry)>& number)
{
    space_ = &space;
    for (auto& client : clients_) {
        client.outbox.renumber(number);
        for (auto& subscription : client.subscriptions) {
            if (subscription.for_ever())
                subscription.rebind(everything(), space);
            else if (subscription.text() == changes_only)
                subscription.rebind(state(), space);
            else
                subscription.rebind(matched_by(std::get<Pattern>(Pattern::compile(subscription.text()))), space);
        }
    }
}

void Subscribers::unsubscribe(const Peer& from, const std::optional<std::string>& pattern)
{
    auto* client = find(from);
    if (!client) return;
    std::erase_if(client->subscriptions, [&](const Subscription& s) { return !pattern || s.text() == *pattern; });
    if (client->subscriptions.empty()) forget(from);
}

std::string Subscribers::ask(const Peer& from, std::span<const int> entries, std::size_t dumps_running)
{
    const auto* known = find(from);
    if ((!known || !known->outbox.asking()) && asking() + dumps_running >= max_asking)
        return "too many clients ask for much at once; ask again in a moment";
    client(from).outbox.ask(entries);
    return {};
}

void Subscribers::forget(const Peer& from)
{
    std::erase_if(clients_, [&](const Client& c) { return c.from == from || c.to == from; });
}

void Subscribers::changed(int entry, Writer by)
{
    for (auto& client : clients_) {
        if (client.writer == by) continue;
        const auto& list = client.subscriptions;
        if (std::any_of(list.begin(), list.end(), [&](const Subscription& s) { return s.wants(entry); }))
            client.outbox.mark(entry);
    }
}

void Subscribers::tick(Clock::time_point now)
{
    for (auto& client : clients_) {
        std::erase_if(client.subscriptions, [&](const Subscription& s) { return s.expired(now); });
        for (auto& subscription : client.subscriptions)
            subscription.due(now, *space_, [&](int entry) { client.outbox.mark(entry); });
    }
    std::erase_if(clients_, [](const Client& c) { return c.subscriptions.empty() && !c.outbox.asking(); });
}

void Subscribers::flush(Clock::time_point now)
{
    for (auto& client : clients_) {
        if (client.outbox.empty() || wire_.queued_bytes(client.to) > wire_full_bytes) continue;
        const auto answer = [&](int entry) {
            const auto packet = encode(space_->message(entry));
            wire_.send(client.to, packet);
            return packet.size();
        };
        // Written by somebody else and then by the client itself: it knows.
        const auto change = [&](int entry) {
            return space_->writer(entry) == client.writer ? std::size_t{0} : answer(entry);
        };
        client.outbox.flush(now, change, answer);
    }
}

std::size_t Subscribers::count() const
{
    return static_cast<std::size_t>(
        std::count_if(clients_.begin(), clients_.end(), [](const Client& c) { return !c.subscriptions.empty(); }));
}

std::size_t Subscribers::asking() const
{
    return static_cast<std::size_t>(std::count_if(clients_.begin(), clients_.end(), [](const Client& c) {
        return c.subscriptions.empty() && c.outbox.asking();
    }));
}

bool Subscribers::busy() const
{
    return std::any_of(clients_.begin(), clients_.end(), [](const Client& c) {
        return !c.outbox.empty() || std::any_of(c.subscriptions.begin(), c.subscriptions.end(),
                                                [](const Subscription& s) { return s.has_readings(); });
    });
}

} // namespace fohd::control
