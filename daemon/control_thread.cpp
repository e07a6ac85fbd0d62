#include "daemon/control_thread.h"

#include "config/check.h"
#include "control/address_space.h"
#include "control/automations.h"
#include "control/osc_service.h"
#include "daemon/learned_keeper.h"
#include "daemon/loudness/keeper.h"
#include "daemon/program_input.h"
#include "daemon/realtime.h"
#include "daemon/transport_tempo.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <spdlog/spdlog.h>
#include <thread>

namespace fohd::daemon {
namespace {

control::OscOptions options_of(const config::Control& config, const std::string& name)
{
    control::OscOptions options;
    options.server = {config.bind, static_cast<std::uint16_t>(config.port), config.allow};
    for (const auto& target : config.targets)
        options.targets.emplace_back(target.host, static_cast<std::uint16_t>(target.port));
    options.name = name;
    options.version = FOHD_VERSION;
    return options;
}

/// The desk's layout, once the desk speaks with the engine.
const dsp::Layout& connected(control::Desk& desk, Engine& engine)
{
    desk.connect(engine, engine);
    return desk.layout();
}

/// The address space, once all have added to it who do.
control::AddressSpace& bound(control::Session& session, control::Automations& automations, control::Store& store,
                             control::AddressSpace& space, const control::Desk& desk, Engine& engine,
                             const Memory& memory)
{
    session.rebind(store, space, memory.restored.orphans);
    automations.rebind(store, space, desk, engine);
    return space;
}

void warn_of_open_port(const config::Control& config)
{
    const std::string open =
        control::open_port_warning({config.bind, static_cast<std::uint16_t>(config.port), config.allow});
    if (!open.empty()) spdlog::warn("{}", open);
}
} // namespace

void Noticeboard::post(const control::Status& status)
{
    const std::scoped_lock lock(mutex_);
    status_ = status;
}

void Noticeboard::post_latency(Latency latency)
{
    const std::scoped_lock lock(mutex_);
    latency_ = std::move(latency);
}

std::optional<Latency> Noticeboard::take_latency()
{
    const std::scoped_lock lock(mutex_);
    return std::exchange(latency_, {});
}

void Noticeboard::post_meters(Meters meters)
{
    const std::scoped_lock lock(mutex_);
    meters_ = std::move(meters);
}

Noticeboard::Meters Noticeboard::meters()
{
    const std::scoped_lock lock(mutex_);
    return meters_;
}

void Noticeboard::post_notes(std::vector<std::string> notes)
{
    const std::scoped_lock lock(mutex_);
    notes_ = std::move(notes);
}

void Noticeboard::post_findings(std::vector<std::string> findings)
{
    const std::scoped_lock lock(mutex_);
    findings_ = std::move(findings);
}

control::Status Noticeboard::status()
{
    const std::scoped_lock lock(mutex_);
    return status_;
}

std::vector<std::string> Noticeboard::notes()
{
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> all = notes_;
    all.insert(all.end(), findings_.begin(), findings_.end());
    return all;
}

struct ControlThread::Inside {
    Inside(const config::Config& config, control::Desk& first_desk, Engine& sound, Noticeboard& noticeboard,
           Memory& memory, std::shared_ptr<ProgramChanges> changes)
        : desk(&first_desk), engine(sound), board(noticeboard),
          store(std::make_unique<control::Store>(connected(*desk, sound), *desk, memory.restored.values)),
          space(std::make_unique<control::AddressSpace>(desk->surface(), *store, *desk, desk->additions())),
          session(context, memory.shelf(), scene_options(config.recall), memory.saved), scenes(memory.scenes()),
          automations(context, memory.shelf(), memory.archive()), keeper(memory.shelf(), std::move(memory.loudness)),
          learned_keeper(memory.shelf()),
          service(context, options_of(config.control, config.audio.client), *store,
                  bound(session, automations, *store, *space, *desk, engine, memory), board),
          programs(context, std::move(changes),
                   [this](int channel, int program) { session.program_change(channel, program); }),
          timer(context)
    {
        service.add(session);
        service.add(automations);
        configure_automation(config);
        show_meters(config);
        warn_of_open_port(config.control);
        tend();
        thread = std::thread([this] {
            name_thread("fohd-control");
            context.run();
        });
    }

    ~Inside()
    {
        context.stop();
        thread.join();
        automations.save_now();
        session.save_now();
        keeper.save_now();
        learned_keeper.tend(engine.take_learners(), engine.learned());
        learned_keeper.save_now(engine.learned());
    }

    /// To whom shows and to whom keeps what they read.
    void show_meters(const config::Config& config)
    {
        Noticeboard::Meters meters;
        std::vector<loudness::Keeper::Strip> all;
        const auto& strips = desk->surface().strips;
        for (std::size_t s = 0; s < strips.size(); ++s) {
            all.push_back({dsp::address_of(strips[s]), config.extras[s].keeps_loudness, {}});
            if (!strips[s].loudness) continue;
            all.back().tap = engine.taps().at(desk->heard(static_cast<int>(s)));
            meters.emplace_back(strips[s].name, all.back().tap);
        }
        board.post_meters(std::move(meters));
        keeper.rebind(all);
    }

    void change(const config::Config& config, dsp::Wiring wiring)
    {
        store->publish();
        auto next_desk = std::make_unique<control::Desk>(config);
        control::Restored restored = control::restore(next_desk->layout(), session.kept());
        for (const std::string& warning : restored.warnings) spdlog::warn("reload: {}", warning);
        auto next_store = std::make_unique<control::Store>(connected(*next_desk, engine), *next_desk, restored.values);
        auto next_space = std::make_unique<control::AddressSpace>(next_desk->surface(), *next_store, *next_desk,
                                                                  next_desk->additions());
        next_desk->go_on_from(*desk);
        engine.change(next_desk->sound(), next_desk->begin(next_store->values()), std::move(wiring));
        session.set_options(scene_options(config.recall));
        session.rebind(*next_store, *next_space, std::move(restored.orphans));
        automations.rebind(*next_store, *next_space, *next_desk, engine);
        service.rebind(*next_store, *next_space);
        space = std::move(next_space);
        store = std::move(next_store);
        own_desk = std::move(next_desk);
        desk = own_desk.get();
        show_meters(config);
        configure_automation(config);
        warn_of_open_port(config.control);
        post_notes();
    }

    /// Where the file says something else than before, it counts.
    void configure_automation(const config::Config& config)
    {
        if (configured && *configured == config.automation) return;
        configured = config.automation;
        automations.configure(config.automation.name(),
                              config.automation.file.empty()
                                  ? nullptr
                                  : std::make_shared<const config::Automation>(config.automation.content),
                              config.automation.follows);
    }

    void tend()
    {
        if (scenes.valid() && scenes.wait_for(std::chrono::seconds(0)) == std::future_status::ready)
            session.load(scenes.get());
        watch_sound();
        follow_transport();
        desk->tend(engine.frames(), engine.rate());
        keeper.tend();
        learned_keeper.tend(engine.take_learners(), engine.learned());
        store_findings();
        const bool other_graph = engine.tend();
        if (other_graph) board.post_latency(engine.latency());
        if (other_graph || noted_rate != engine.rate()) post_notes();
        timer.expires_after(std::chrono::milliseconds(20));
        timer.async_wait([this](const boost::system::error_code& failure) {
            if (!failure) tend();
        });
    }

    /// What each path adds in latency, as it now is. The desk's own values are behind those of the strips.
    void post_notes()
    {
        dsp::Description now = desk->surface();
        dsp::store_values(dsp::Layout(now), store->values(), now);
        noted_rate = engine.rate();
        board.post_notes(config::latency_notes(now, noted_rate));
    }

    void follow_transport()
    {
        const bool follows = store->value(store->layout().find("/tempo/follow")) >= 0.5f;
        if (const auto bpm = transport_tempo.news(engine.transport(), follows))
            store->set(store->layout().tempo, *bpm, 0);
    }

    /// Of who asked a processor to find something out: fohd writes it, and it can be undone.
    static constexpr control::Writer finder = ~control::Writer{0};

    void store_findings()
    {
        for (const auto& [address, finding] : engine.take_findings()) {
            spdlog::log(finding.values.empty() ? spdlog::level::warn : spdlog::level::info, "{}: {}", address,
                        finding.text);
            found[address] = address + ": " + finding.text;
            const control::Store::Batch batch(*store);
            for (const auto& [id, value] : finding.values)
                if (const int parameter = store->layout().find(address + "/" + std::string(id)); parameter >= 0)
                    store->set(parameter, value, finder);
            store->publish();
            service.tell_askers(address, finding.text, !finding.values.empty());
        }
        say_doubts();
    }

    /// What does not hold any more with the block and the rate of now, once in the log and as long as it is so in `/info`.
    void say_doubts()
    {
        std::vector<std::string> notes, doubts;
        const auto& strips = desk->surface().strips;
        for (const dsp::Strip& strip : strips)
            for (const dsp::ProcessorNode& node : strip.chain) {
                if (!node.type->doubt || engine.block() == 0) continue;
                const std::string address = dsp::address_of(strip) + "/" + node.name;
                std::vector<float> values;
                for (const dsp::ParamSpec& spec : node.type->params)
                    values.push_back(store->value(store->layout().find(address + "/" + std::string(spec.id))));
                if (std::string doubt = node.type->doubt(values, engine.rate(), engine.block()); !doubt.empty())
                    doubts.push_back(address + " " + doubt);
                if (const auto last = found.find(address); last != found.end()) notes.push_back(last->second);
            }
        for (const std::string& doubt : doubts)
            if (std::ranges::find(told, doubt) == told.end()) spdlog::warn("{}", doubt);
        told = doubts;
        notes.insert(notes.end(), doubts.begin(), doubts.end());
        board.post_findings(std::move(notes));
    }

    /// Whether anybody calls for sound: longer than any block lasts, shorter than a glance at a meter.
    void watch_sound()
    {
        constexpr auto patience = std::chrono::milliseconds(500);
        const auto now = std::chrono::steady_clock::now();
        if (const auto frames = engine.frames(); std::exchange(frames_seen, frames) != frames) moved = now;
        engine.stand_still(now - moved > patience);
    }

    std::unique_ptr<control::Desk> own_desk; ///< None until a file was read again.
    control::Desk* desk;
    Engine& engine;
    Noticeboard& board;
    boost::asio::io_context context{1};
    std::unique_ptr<control::Store> store;
    std::unique_ptr<control::AddressSpace> space;
    control::Session session;
    std::future<control::SceneMap> scenes; ///< Until they are read.
    control::Automations automations;
    std::optional<config::Played> configured; ///< What the file said of it last.
    loudness::Keeper keeper;
    LearnedKeeper learned_keeper;
    control::OscService service;
    ProgramInput programs;
    boost::asio::steady_timer timer;
    TransportTempo transport_tempo;
    std::map<std::string, std::string> found; ///< By processor: what its last action came to.
    std::vector<std::string> told;            ///< Doubts that the log has.
    int noted_rate = 0;                       ///< Of the notes in `/info`.
    std::uint64_t frames_seen = 0;
    std::chrono::steady_clock::time_point moved = std::chrono::steady_clock::now();
    std::thread thread;
};

ControlThread::ControlThread(const config::Config& config, control::Desk& desk, Engine& engine, Noticeboard& board,
                             Memory& memory, std::shared_ptr<ProgramChanges> programs)
    : inside_(std::make_unique<Inside>(config, desk, engine, board, memory, std::move(programs)))
{}

ControlThread::~ControlThread() = default;

int ControlThread::port() const { return inside_->service.port(); }

std::future<void> ControlThread::move(const config::Config& config)
{
    return run([this, options = options_of(config.control, config.audio.client)] { inside_->service.move(options); });
}

std::future<void> ControlThread::settle()
{
    return run([this] { inside_->service.settle(); });
}

std::future<void> ControlThread::stay()
{
    return run([this] { inside_->service.stay(); });
}

std::future<void> ControlThread::change(config::Config config, dsp::Wiring wiring)
{
    return run([this, config = std::move(config), wiring = std::move(wiring)]() mutable {
        inside_->change(config, std::move(wiring));
    });
}

void ControlThread::add(control::CommandSet& commands)
{
    run([this, &commands] { inside_->service.add(commands); }).get();
}

std::future<void> ControlThread::run(std::function<void()> work)
{
    std::packaged_task<void()> task(std::move(work));
    auto done = task.get_future();
    boost::asio::post(inside_->context, std::move(task));
    return done;
}

} // namespace fohd::daemon
