#include "Schema.h"

#include <algorithm>

#include "BuiltInFiles.h"
#include "SchemaText.h"

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::DescriptorProto;
using google::protobuf::FieldDescriptorProto;

namespace {

// More files than any schema has that import each other in a row; each one is a level of recursion.
constexpr size_t most_open = 200;

// What proto3 holds against each other: names are not to differ in case and underscores alone.
std::string conflict_key(const std::string &name) {
    std::string key;
    for (const char byte : name) {
        if (byte != '_') { key.push_back(byte >= 'A' && byte <= 'Z' ? char(byte - 'A' + 'a') : byte); }
    }
    return key;
}

}  // namespace

bool cprotobuf_schema::build(const std::string &text, std::string &reason) {
    if (!link(own_file_name, text, reason)) { return false; }
    file = pool.FindFileByName(own_file_name);
    // Registries take a file that only passes another one on for that one.
    while (file->message_type_count() == 0 && file->dependency_count() == 1 && file->public_dependency_count() == 1) {
        file = file->public_dependency(0);
    }
    return true;
}

bool cprotobuf_schema::link(const std::string &name, const std::string &text, std::string &reason) {
    SchemaText source(name);
    if (!source.parse(text)) {
        reason = source.problem();
        return false;
    }
    open.insert(name);
    for (const std::string &dependency : source.file.dependency()) {
        if (!import(dependency, name, reason)) { return false; }
    }
    open.erase(name);
    implied.insert(source.implied.begin(), source.implied.end());
    if (source.file.syntax() == "proto3") {
        for (DescriptorProto &message : *source.file.mutable_message_type()) {
            avoid_conflicts(message, source.file.package());
        }
    }
    if (pool.BuildFileCollectingErrors(source.file, &source)) { return true; }
    reason = source.problem().empty() ? "the text declares something that cannot be" : source.problem();
    return false;
}

bool cprotobuf_schema::import(const std::string &name, const std::string &importer, std::string &reason) {
    // Those that are a part of the library are what its parser of payloads and its callers know by name.
    if (pool.FindFileByName(name)) { return true; }
    const std::string where = importer == own_file_name ? "" : "file \"" + importer + "\": ";
    if (open.count(name)) {
        reason = where + "the import of \"" + name + "\" goes round in a circle";
        return false;
    }
    if (open.size() > most_open) {
        reason = where + "more than " + std::to_string(most_open) + " files import each other in a row";
        return false;
    }
    const auto reference = references.find(name);
    if (reference != references.end()) { return link(name, reference->second, reason); }
    if (const char *text = built_in_file(name)) { return link(name, text, reason); }
    reason = where + "\"" + name + "\" is imported, but is not among the schema's references";
    return false;
}

// proto3 forbids it for the sake of JSON with other names than those of the fields, which is not what is written here;
// registries accept such schemas. So the later field gets another name until it is printed.
void cprotobuf_schema::avoid_conflicts(DescriptorProto &message, const std::string &scope) {
    const std::string full_name = scope.empty() ? message.name() : scope + "." + message.name();
    std::set<std::string> keys, names;
    for (FieldDescriptorProto &field : *message.mutable_field()) {
        field.clear_json_name();
        // The same name twice stays an error.
        if (keys.insert(conflict_key(field.name())).second || !names.insert(field.name()).second) {
            names.insert(field.name());
            continue;
        }
        std::string other = "field" + std::to_string(field.number());
        while (!keys.insert(conflict_key(other)).second) { other += "x"; }
        real_names[{full_name, field.number()}] = field.name();
        field.set_name(other);
    }
    for (DescriptorProto &nested : *message.mutable_nested_type()) { avoid_conflicts(nested, full_name); }
}

// Messages are numbered as the text declares them, in which a map is a field and no message. Some clients count the
// messages that stand for maps, too, so an index that is too high for the first way is theirs.
const Descriptor *cprotobuf_schema::nested(const Descriptor *scope, int index) const {
    int position = 0;
    for (int i = 0; i < scope->nested_type_count(); i++) {
        const Descriptor *message = scope->nested_type(i);
        if (!implied.count(message->full_name()) && position++ == index) { return message; }
    }
    return index >= 0 && index < scope->nested_type_count() ? scope->nested_type(index) : nullptr;
}

const Descriptor *cprotobuf_schema::message(const int32_t *indexes, size_t count, std::string &reason) const {
    const Descriptor *found = nullptr;
    for (size_t level = 0; level < count; level++) {
        const int index = indexes[level];
        const int available = found ? found->nested_type_count() : file->message_type_count();
        const Descriptor *next = nullptr;
        if (found) {
            next = nested(found, index);
        } else if (index >= 0 && index < available) {
            next = file->message_type(index);
        }
        if (!next) {
            const std::string scope = found ? "message \"" + found->full_name() + "\"" : "the schema";
            reason = "message index " + std::to_string(index) + " at level " + std::to_string(level + 1)
                + " does not exist: " + scope + " has " + std::to_string(available) + (found ? " nested" : "")
                + (available == 1 ? " message" : " messages");
            return nullptr;
        }
        found = next;
    }
    if (!found) { reason = "the path of message indexes is empty"; }
    return found;
}
