#include "config/yaml_tree.h"
#include "config/config.h"
#include "config/utf8.h"
#include <algorithm>
#include <cstdint>
#include <istream>
#include <map>
#include <streambuf>
#include <unordered_map>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace fohd::config {
namespace {

constexpr std::size_t max_depth = 16, max_scalar = 512;

/// Ends the reading: the one error that stops everything.
struct Refused {
    Position at;
    std::string text;
};

/// Builds the tree from the parser's events, which come with their places, before any of it can grow beyond the limits.
class Builder : public YAML::EventHandler {
public:
    Builder(std::string_view text, std::size_t max_nodes, Problems& problems)
        : text_(text), max_nodes_(max_nodes), problems_(problems)
    {
        if (text.starts_with("\xef\xbb\xbf"))
            text_.remove_prefix(3); // the parser's places leave the byte order mark out
        continuations_.reserve(text_.size() + 1);
        std::uint32_t count = 0;
        for (const char c : text_) {
            continuations_.push_back(count);
            count += (static_cast<unsigned char>(c) & 0xc0) == 0x80;
        }
        continuations_.push_back(count);
    }

    Node take() { return std::move(root_); }

    Position position(const YAML::Mark& mark) const
    {
        if (mark.is_null()) return {};
        const auto byte = std::min(static_cast<std::size_t>(mark.pos), text_.size());
        const auto line_begin = byte - std::min(byte, static_cast<std::size_t>(mark.column));
        return {mark.line + 1, mark.column + 1 - static_cast<int>(continuations_[byte] - continuations_[line_begin])};
    }

private:
    struct Open {
        Node node;
        YAML::anchor_t anchor;
        std::optional<Entry> entry; ///< Of a map: the key that waits for its value.
        std::unordered_map<std::string, Position> keys;
    };

    void OnDocumentStart(const YAML::Mark& mark) override
    {
        if (documents_++ > 0) throw Refused{position(mark), "a second document begins here; one file is one document"};
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        Node node;
        node.at = position(mark);
        add(std::move(node), anchor);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end()) throw Refused{position(mark), "this alias stands inside of what it stands for"};
        count(found->second.size, position(mark));
        attach(Node(found->second), position(mark));
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override
    {
        check_tag(mark, tag);
        if (tag == "!") check_quotes(mark);
        if (value.size() > max_scalar)
            throw Refused{position(mark), "this text is longer than " + std::to_string(max_scalar) + " bytes"};
        Node node;
        node.kind = Node::Kind::scalar;
        node.at = position(mark);
        node.text = value;
        add(std::move(node), anchor);
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override
    {
        check_tag(mark, tag);
        open(Node::Kind::list, mark, anchor);
    }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override
    {
        check_tag(mark, tag);
        open(Node::Kind::map, mark, anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapEnd() override { close(); }

    void open(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor)
    {
        const Position at = position(mark);
        if (open_.size() >= max_depth) throw Refused{at, "this is nested deeper than 16 levels"};
        if (waits_for_key()) throw Refused{at, "a key must be a plain name"};
        count(1, at);
        Open opened{};
        opened.node.kind = kind;
        opened.node.at = at;
        opened.anchor = anchor;
        open_.push_back(std::move(opened));
    }

    void close()
    {
        Open closed = std::move(open_.back());
        open_.pop_back();
        const Position at = closed.node.at;
        keep(closed.node, closed.anchor);
        attach(std::move(closed.node), at);
    }

    void add(Node node, YAML::anchor_t anchor)
    {
        count(1, node.at);
        keep(node, anchor);
        const Position at = node.at;
        attach(std::move(node), at);
    }

    /// For aliases: a copy, which counts too.
    void keep(const Node& node, YAML::anchor_t anchor)
    {
        if (anchor == YAML::NullAnchor) return;
        count(node.size, node.at);
        anchors_[anchor] = node;
    }

    bool waits_for_key() const
    {
        return !open_.empty() && open_.back().node.kind == Node::Kind::map && !open_.back().entry;
    }

    void attach(Node node, Position at)
    {
        if (open_.empty()) {
            root_ = std::move(node);
            return;
        }
        Open& parent = open_.back();
        parent.node.size += node.size;
        if (parent.node.kind == Node::Kind::list) {
            parent.node.items.push_back(std::move(node));
        } else if (!parent.entry) {
            if (node.kind != Node::Kind::scalar || node.text.empty()) throw Refused{at, "a key must be a plain name"};
            parent.entry = Entry{std::move(node.text), at, {}};
        } else {
            const auto [first, is_new] = parent.keys.try_emplace(parent.entry->key, parent.entry->at);
            parent.entry->value = std::move(node);
            if (is_new)
                parent.node.entries.push_back(std::move(*parent.entry));
            else
                problems_.error(parent.entry->at, "duplicate key " + quoted(parent.entry->key) + ", first in line " +
                                                      std::to_string(first->second.line));
            parent.entry.reset();
        }
    }

    void count(std::size_t nodes, Position at)
    {
        nodes_ += nodes;
        if (nodes_ > max_nodes_)
            throw Refused{at, "the file has more than " + std::to_string(max_nodes_) + " nodes, aliases included"};
    }

    void check_tag(const YAML::Mark& mark, const std::string& tag) const
    {
        if (!tag.empty() && tag != "?" && tag != "!")
            throw Refused{position(mark), "tags such as " + quoted(tag) + " are not used here"};
    }

    /// The parser takes the end of the file for the end of a quotation.
    void check_quotes(const YAML::Mark& mark) const
    {
        auto i = static_cast<std::size_t>(mark.pos);
        if (i >= text_.size() || (text_[i] != '"' && text_[i] != '\'')) return;
        for (const char quote = text_[i++]; i < text_.size(); ++i) {
            if (quote == '"' && text_[i] == '\\')
                ++i;
            else if (text_[i] == quote && quote == '\'' && text_.substr(i + 1, 1) == "'")
                ++i;
            else if (text_[i] == quote)
                return;
        }
        throw Refused{position(mark), "this quotation is never closed"};
    }

    std::string_view text_;
    std::size_t max_nodes_;
    std::vector<std::uint32_t>
        continuations_; ///< Bytes before this one that continue a character: columns count characters.
    Problems& problems_;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, Node> anchors_;
    Node root_;
    std::size_t nodes_ = 0;
    int documents_ = 0;
};

/// A stream over text that is not ours, without a copy.
struct View : std::streambuf {
    explicit View(std::string_view text)
    {
        char* begin = const_cast<char*>(text.data()); // never written: no putback of another character, no output
        setg(begin, begin, begin + text.size());
    }
};
} // namespace

std::optional<Node> read_yaml(std::string_view text, Problems& problems, const YamlLimits& limits)
{
    if (text.size() > limits.bytes) {
        problems.error({}, "the file is larger than " + std::to_string(limits.bytes / 1'000'000) +
                               " MB; a file of fohd is text of a few kilobytes");
        return std::nullopt;
    }
    if (const auto bad = find_bad_character(text)) {
        problems.error({bad->line, bad->column}, bad->text);
        return std::nullopt;
    }
    Builder builder(text, limits.nodes, problems);
    try {
        View view(text);
        std::istream stream(&view);
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
        }
        return builder.take();
    } catch (const Refused& refused) {
        problems.error(refused.at, refused.text);
    } catch (const YAML::Exception& error) {
        const bool in_quotes = error.msg == YAML::ErrorMsg::EOF_IN_SCALAR;
        problems.error(builder.position(error.mark), in_quotes
                                                         ? "the file ends inside of a quotation that is never closed"
                                                         : "not valid YAML: " + error.msg);
    }
    return std::nullopt;
}
} // namespace fohd::config
