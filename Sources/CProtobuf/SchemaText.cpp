#include "SchemaText.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <climits>

using google::protobuf::DescriptorPool;
using google::protobuf::DescriptorProto;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptorProto;
using google::protobuf::Message;
using google::protobuf::MessageOptions;
using google::protobuf::UninterpretedOption;

const char *const own_file_name = "\1schema";

namespace {

// An option's name, and what it is called while the source is parsed; of the same length, so that columns stay right.
const std::string map_entry = "map_entry", hidden_map_entry = "map0entry";

class ParserErrors : public google::protobuf::io::ErrorCollector {
  public:
    explicit ParserErrors(SchemaText &text) : text(text) {}
    void AddError(int line, int column, const std::string &message) override { text.note(line, column, message); }

  private:
    SchemaText &text;
};

// The bytes of base64 text, or nothing when it is none.
std::string decoded(const std::string &text) {
    static const char white[] = " \t\r\n";
    const size_t first = text.find_first_not_of(white);
    if (first == std::string::npos) { return {}; }
    size_t last = text.find_last_not_of(white);
    size_t padding = 0;
    while (last > first && padding < 2 && text[last] == '=') { last--, padding++; }
    std::string bytes;
    unsigned group = 0, digits = 0;
    for (size_t i = first; i <= last; i++) {
        const char digit = text[i];
        unsigned value;
        if (digit >= 'A' && digit <= 'Z') {
            value = unsigned(digit - 'A');
        } else if (digit >= 'a' && digit <= 'z') {
            value = unsigned(digit - 'a') + 26;
        } else if (digit >= '0' && digit <= '9') {
            value = unsigned(digit - '0') + 52;
        } else if (digit == '+') {
            value = 62;
        } else if (digit == '/') {
            value = 63;
        } else {
            return {};
        }
        group = group << 6 | value;
        if (++digits % 4 == 0) {
            bytes.push_back(char(group >> 16));
            bytes.push_back(char(group >> 8));
            bytes.push_back(char(group));
            group = 0;
        }
    }
    switch (digits % 4) {
        case 1: return {};
        case 2: bytes.push_back(char(group >> 4)); break;
        case 3:
            bytes.push_back(char(group >> 10));
            bytes.push_back(char(group >> 2));
    }
    return bytes;
}

bool is_space(char byte) { return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n'; }

// Whether `option map_entry =` is written around a place of its name.
bool sets_map_entry(const std::string &text, size_t place) {
    static const std::string word = "option";
    size_t before = place;
    while (before > 0 && is_space(text[before - 1])) { before--; }
    if (before == place || before < word.size() || text.compare(before - word.size(), word.size(), word) != 0) {
        return false;
    }
    size_t after = place + map_entry.size();
    while (after < text.size() && is_space(text[after])) { after++; }
    return after < text.size() && text[after] == '=';
}

// Registries write a map as the message that it is on the wire, which the library's parser takes for a mistake of
// whoever wrote the file. So the option gets another name, and `settle_options` sets what it says.
std::string with_hidden_map_entries(std::string text) {
    for (size_t place = 0; (place = text.find(map_entry, place)) != std::string::npos; place += map_entry.size()) {
        if (sets_map_entry(text, place)) { text.replace(place, map_entry.size(), hidden_map_entry); }
    }
    return text;
}

bool is_hidden_map_entry(const UninterpretedOption &option) {
    return option.name_size() == 1 && option.name(0).name_part() == hidden_map_entry
        && option.identifier_value() == "true";
}

// Options do not change how a payload is read, but for those that the library knows. All others are left out, whether
// their definitions are at hand or not.
void settle_options(Message &message) {
    const auto *descriptor = message.GetDescriptor();
    const auto *reflection = message.GetReflection();
    const FieldDescriptor *uninterpreted = descriptor->FindFieldByName("uninterpreted_option");
    if (uninterpreted) {
        int kept = 0;
        const int count = reflection->FieldSize(message, uninterpreted);
        for (int i = 0; i < count; i++) {
            const auto &option = static_cast<const UninterpretedOption &>(
                reflection->GetRepeatedMessage(message, uninterpreted, i));
            if (is_hidden_map_entry(option) && descriptor == MessageOptions::descriptor()) {
                static_cast<MessageOptions &>(message).set_map_entry(true);
            }
            const bool is_known = option.name_size() == 1 && !option.name(0).is_extension()
                && descriptor->FindFieldByName(option.name(0).name_part());
            if (!is_known) { continue; }
            reflection->SwapElements(&message, uninterpreted, kept++, i);
        }
        for (int i = kept; i < count; i++) { reflection->RemoveLast(&message, uninterpreted); }
    }
    for (int i = 0; i < descriptor->field_count(); i++) {
        const FieldDescriptor *field = descriptor->field(i);
        if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field == uninterpreted) { continue; }
        if (field->is_repeated()) {
            for (int j = 0; j < reflection->FieldSize(message, field); j++) {
                settle_options(*reflection->MutableRepeatedMessage(&message, field, j));
            }
        } else if (reflection->HasField(message, field)) {
            settle_options(*reflection->MutableMessage(&message, field));
        }
    }
}

// Whether the first word after comments is `edition`.
bool begins_with_edition(const std::string &text) {
    class Ignored : public google::protobuf::io::ErrorCollector {
        void AddError(int, int, const std::string &) override {}
    } ignored;
    google::protobuf::io::ArrayInputStream stream(text.data(), int(text.size()));
    google::protobuf::io::Tokenizer tokenizer(&stream, &ignored);
    return tokenizer.Next() && tokenizer.current().text == "edition";
}

// Finds the messages that the parser added for fields `map<…>`.
void find_implied(const DescriptorProto &message, const std::string &scope, std::set<std::string> &implied) {
    const std::string full_name = scope.empty() ? message.name() : scope + "." + message.name();
    if (message.options().map_entry()) { implied.insert(full_name); }
    for (const DescriptorProto &nested : message.nested_type()) { find_implied(nested, full_name, implied); }
}

}  // namespace

bool SchemaText::parse(const std::string &text) {
    if (text.size() > INT_MAX) {
        note(-1, -1, "the text has more than 2 GiB");
        return false;
    }
    const std::string bytes = decoded(text);
    if (bytes.empty() || !file.ParsePartialFromString(bytes) || !file.IsInitialized()) {
        file.Clear();
        if (!parse_source(text)) { return false; }
    }
    file.set_name(name);
    settle_options(file);
    return true;
}

bool SchemaText::parse_source(const std::string &text) {
    const std::string source = with_hidden_map_entries(text);
    ParserErrors errors(*this);
    if (begins_with_edition(source)) {
        note(-1, -1, "the text is written in an edition of Protobuf, but only proto2 and proto3 are supported");
        return false;
    }
    google::protobuf::io::ArrayInputStream stream(source.data(), int(source.size()));
    google::protobuf::io::Tokenizer tokenizer(&stream, &errors);
    google::protobuf::compiler::Parser parser;
    parser.RecordErrorsTo(&errors);
    parser.RecordSourceLocationsTo(&locations);
    if (!parser.Parse(&tokenizer, &file) && first_problem.empty()) { note(-1, -1, "the text is no .proto file"); }
    for (const auto &message : file.message_type()) { find_implied(message, file.package(), implied); }
    return first_problem.empty();
}

void SchemaText::AddError(
    const std::string &, const std::string &element, const Message *descriptor, ErrorLocation location,
    const std::string &message) {
    int line = -1, column = -1;
    if (descriptor) { locations.Find(descriptor, location, &line, &column); }
    note(line, column, line < 0 && !element.empty() ? "\"" + element + "\": " + message : message);
}

void SchemaText::note(int line, int column, const std::string &message) {
    if (!first_problem.empty()) { return; }
    if (name != own_file_name) { first_problem = "file \"" + name + "\": "; }
    if (line >= 0) {
        first_problem += "line " + std::to_string(line + 1) + ", column " + std::to_string(column + 1) + ": ";
    }
    first_problem += message;
    while (!first_problem.empty() && first_problem.back() == '.') { first_problem.pop_back(); }
}
