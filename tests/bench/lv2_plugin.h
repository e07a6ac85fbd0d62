#pragma once
#include <lilv/lilv.h>
#include <lv2/atom/atom.h>
#include <lv2/buf-size/buf-size.h>
#include <lv2/core/lv2.h>
#include <lv2/options/options.h>
#include <lv2/parameters/parameters.h>
#include <lv2/state/state.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace fohd::bench {

/// Numbers for URIs, as plugins ask for them.
class Urids {
public:
    LV2_URID map(const std::string& uri)
    {
        const auto [at, added] = ids_.try_emplace(uri, static_cast<LV2_URID>(names_.size() + 1));
        if (added) names_.push_back(uri);
        return at->second;
    }
    const char* unmap(LV2_URID id) const { return id >= 1 && id <= names_.size() ? names_[id - 1].c_str() : nullptr; }

private:
    std::map<std::string, LV2_URID> ids_;
    std::deque<std::string> names_; // never moves what it holds
};

/// One LV2 plugin without its window, with the features that Debian's effects ask for: urid:map, options, fixed blocks, a worker
/// whose work is done between blocks, and the paths of its state. Throws std::runtime_error where there is no such plugin.
class Lv2Plugin {
public:
    Lv2Plugin(const std::string& uri, double rate, int block)
        : uri_(uri), block_(block), rate_(static_cast<float>(rate)), nothing_(static_cast<std::size_t>(block) + 64)
    {
        world_ = lilv_world_new();
        lilv_world_load_all(world_);
        LilvNode* node = lilv_new_uri(world_, uri.c_str());
        plugin_ = lilv_plugins_get_by_uri(lilv_world_get_all_plugins(world_), node);
        lilv_node_free(node);
        if (!plugin_) throw std::runtime_error("there is no LV2 plugin " + uri);
        offer_features();
        instance_ = lilv_plugin_instantiate(plugin_, rate, features_.data());
        if (!instance_) throw std::runtime_error(uri + " does not start");
        worker_ = static_cast<const LV2_Worker_Interface*>(
            lilv_instance_get_extension_data(instance_, LV2_WORKER__interface));
        connect_ports();
    }
    Lv2Plugin(const Lv2Plugin&) = delete;
    Lv2Plugin& operator=(const Lv2Plugin&) = delete;
    ~Lv2Plugin()
    {
        if (active_) lilv_instance_deactivate(instance_);
        if (instance_) lilv_instance_free(instance_);
        lilv_world_free(world_);
    }

    /// An input by its symbol; what is outside of its range is an error.
    void set(const std::string& symbol, float value)
    {
        const auto at = controls_.find(symbol);
        if (at == controls_.end()) throw std::runtime_error(uri_ + " has no control " + symbol);
        const Range& range = ranges_[at->second];
        if (value < range.least || value > range.most)
            throw std::runtime_error(uri_ + ": " + symbol + " goes from " + std::to_string(range.least) + " to " +
                                     std::to_string(range.most) + ", not to " + std::to_string(value));
        values_[at->second] = value;
    }

    /// What the plugin keeps in its state: for each property the path of a file, such as an impulse, or a text. Before activate().
    struct Kept {
        std::string property, value;
        bool is_path;
    };
    void restore(const std::vector<Kept>& kept)
    {
        const auto* state =
            static_cast<const LV2_State_Interface*>(lilv_instance_get_extension_data(instance_, LV2_STATE__interface));
        if (!state) throw std::runtime_error(uri_ + " keeps no state");
        struct Asked {
            Urids& urids;
            const std::vector<Kept>& kept;
        } asked{urids_, kept};
        const auto retrieve = [](LV2_State_Handle handle, std::uint32_t key, std::size_t* size, std::uint32_t* type,
                                 std::uint32_t* flags) -> const void* {
            const auto& [urids, all] = *static_cast<Asked*>(handle);
            for (const Kept& each : all) {
                if (urids.map(each.property) != key) continue;
                *size = each.value.size() + 1;
                *type = urids.map(each.is_path ? LV2_ATOM__Path : LV2_ATOM__String);
                *flags = LV2_STATE_IS_POD;
                return each.value.c_str();
            }
            return nullptr;
        };
        state->restore(lilv_instance_get_handle(instance_), retrieve, &asked, 0, features_.data());
    }

    void activate()
    {
        lilv_instance_activate(instance_);
        active_ = true;
    }

    std::size_t inputs() const { return in_.size(); }
    std::size_t outputs() const { return out_.size(); }
    void hear(std::size_t channel, const float* from)
    {
        lilv_instance_connect_port(instance_, in_[channel], const_cast<float*>(from));
    }
    void say(std::size_t channel, float* to) { lilv_instance_connect_port(instance_, out_[channel], to); }

    /// One block. work() between blocks does what it left for a worker.
    void run()
    {
        for (auto& atoms : atoms_) atoms.clear(sequence_);
        lilv_instance_run(instance_, static_cast<std::uint32_t>(block_));
    }
    void work()
    {
        for (auto* handle = lilv_instance_get_handle(instance_); worker_ && !jobs_.empty(); jobs_.pop_front())
            worker_->work(handle, respond, this, static_cast<std::uint32_t>(jobs_.front().size()),
                          jobs_.front().data());
        for (auto* handle = lilv_instance_get_handle(instance_); worker_ && !answers_.empty(); answers_.pop_front())
            worker_->work_response(handle, static_cast<std::uint32_t>(answers_.front().size()),
                                   answers_.front().data());
    }

    /// Frames, as the plugin's port of that designation says; 0 where there is none. After the first run().
    int latency() const
    {
        return lilv_plugin_has_latency(plugin_)
                   ? static_cast<int>(std::lround(values_[lilv_plugin_get_latency_port_index(plugin_)]))
                   : 0;
    }

private:
    struct Range {
        float least = -INFINITY, most = INFINITY;
    };
    /// A port of events: nothing ever comes in, what goes out is forgotten.
    struct Atoms {
        bool in;
        std::vector<std::uint64_t> buffer;
        void clear(LV2_URID sequence)
        {
            LV2_Atom_Sequence head{};
            head.atom.type = in ? sequence : 0;
            head.atom.size =
                static_cast<std::uint32_t>(in ? sizeof(LV2_Atom_Sequence_Body) : buffer.size() * 8 - sizeof(LV2_Atom));
            std::memcpy(buffer.data(), &head, sizeof head);
        }
    };
    using Job = std::vector<std::uint8_t>;

    void offer_features()
    {
        sequence_ = urids_.map(LV2_ATOM__Sequence);
        const LV2_URID integer = urids_.map(LV2_ATOM__Int), real = urids_.map(LV2_ATOM__Float);
        for (const char* key :
             {LV2_BUF_SIZE__minBlockLength, LV2_BUF_SIZE__maxBlockLength, LV2_BUF_SIZE__nominalBlockLength})
            options_.push_back({LV2_OPTIONS_INSTANCE, 0, urids_.map(key), sizeof block_, integer, &block_});
        options_.push_back(
            {LV2_OPTIONS_INSTANCE, 0, urids_.map(LV2_BUF_SIZE__sequenceSize), sizeof room_, integer, &room_});
        options_.push_back(
            {LV2_OPTIONS_INSTANCE, 0, urids_.map(LV2_PARAMETERS__sampleRate), sizeof rate_, real, &rate_});
        options_.push_back({LV2_OPTIONS_INSTANCE, 0, 0, 0, 0, nullptr});
        map_ = {&urids_, [](void* u, const char* uri) { return static_cast<Urids*>(u)->map(uri); }};
        unmap_ = {&urids_, [](void* u, LV2_URID id) { return static_cast<Urids*>(u)->unmap(id); }};
        schedule_ = {this, schedule};
        make_path_ = {this, [](void*, const char* path) { return strdup(path); }};
        map_path_ = {this, [](void*, const char* path) { return strdup(path); },
                     [](void*, const char* path) { return strdup(path); }};
        free_path_ = {this, [](void*, char* path) { std::free(path); }};
        offered_ = {{LV2_URID__map, &map_},
                    {LV2_URID__unmap, &unmap_},
                    {LV2_OPTIONS__options, options_.data()},
                    {LV2_BUF_SIZE__boundedBlockLength, nullptr},
                    {LV2_BUF_SIZE__fixedBlockLength, nullptr},
                    {LV2_BUF_SIZE__powerOf2BlockLength, nullptr},
                    {LV2_WORKER__schedule, &schedule_},
                    {LV2_STATE__makePath, &make_path_},
                    {LV2_STATE__mapPath, &map_path_},
                    {LV2_STATE__freePath, &free_path_}};
        for (const auto& feature : offered_) features_.push_back(&feature);
        features_.push_back(nullptr);
    }

    void connect_ports()
    {
        const auto is_a = [this](const LilvPort* port, const char* what) {
            LilvNode* node = lilv_new_uri(world_, what);
            const bool is = lilv_port_is_a(plugin_, port, node);
            lilv_node_free(node);
            return is;
        };
        const std::uint32_t count = lilv_plugin_get_num_ports(plugin_);
        std::vector<float> least(count), most(count), usual(count);
        lilv_plugin_get_port_ranges_float(plugin_, least.data(), most.data(), usual.data());
        values_.resize(count);
        ranges_.resize(count);
        for (std::uint32_t p = 0; p < count; ++p) {
            const LilvPort* port = lilv_plugin_get_port_by_index(plugin_, p);
            const bool in = is_a(port, LILV_URI_INPUT_PORT);
            void* to = nothing_.data();
            if (is_a(port, LILV_URI_CONTROL_PORT)) {
                values_[p] = !std::isnan(usual[p]) ? usual[p] : std::isnan(least[p]) ? 0 : least[p];
                if (!std::isnan(least[p])) ranges_[p].least = least[p];
                if (!std::isnan(most[p])) ranges_[p].most = most[p];
                if (in) controls_[lilv_node_as_string(lilv_port_get_symbol(plugin_, port))] = p;
                to = &values_[p];
            } else if (is_a(port, LILV_URI_AUDIO_PORT)) {
                (in ? in_ : out_).push_back(p);
            } else if (is_a(port, LILV_URI_ATOM_PORT)) {
                atoms_.push_back({in, std::vector<std::uint64_t>(static_cast<std::size_t>(room_) / 8)});
                to = atoms_.back().buffer.data();
            }
            lilv_instance_connect_port(instance_, p, to);
        }
    }

    static LV2_Worker_Status schedule(void* handle, std::uint32_t size, const void* data)
    {
        const auto* bytes = static_cast<const std::uint8_t*>(data);
        static_cast<Lv2Plugin*>(handle)->jobs_.emplace_back(bytes, bytes + size);
        return LV2_WORKER_SUCCESS;
    }
    static LV2_Worker_Status respond(void* handle, std::uint32_t size, const void* data)
    {
        const auto* bytes = static_cast<const std::uint8_t*>(data);
        static_cast<Lv2Plugin*>(handle)->answers_.emplace_back(bytes, bytes + size);
        return LV2_WORKER_SUCCESS;
    }

    std::string uri_;
    std::int32_t block_, room_ = 65536; ///< `room_`: bytes for events.
    float rate_;
    std::vector<float> nothing_; ///< What nobody hears, and what says nothing.
    Urids urids_;
    LV2_URID sequence_ = 0;
    LilvWorld* world_ = nullptr;
    const LilvPlugin* plugin_ = nullptr;
    LilvInstance* instance_ = nullptr;
    const LV2_Worker_Interface* worker_ = nullptr;
    bool active_ = false;
    std::vector<float> values_;
    std::vector<Range> ranges_;
    std::map<std::string, std::uint32_t> controls_;
    std::vector<std::uint32_t> in_, out_;
    std::deque<Atoms> atoms_;
    std::deque<Job> jobs_, answers_;

    std::vector<LV2_Options_Option> options_;
    LV2_URID_Map map_{};
    LV2_URID_Unmap unmap_{};
    LV2_Worker_Schedule schedule_{};
    LV2_State_Make_Path make_path_{};
    LV2_State_Map_Path map_path_{};
    LV2_State_Free_Path free_path_{};
    std::vector<LV2_Feature> offered_;
    std::vector<const LV2_Feature*> features_;
};
} // namespace fohd::bench
