#include "Printer.h"

#include <algorithm>

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool Printer::root(const Message &message, Layout &layout) {
    switch (layout.form) {
        case Layout::Form::any: case Layout::Form::structure: return this->message(message, layout);
        default:
            depth = 1;
            return object(message, layout);
    }
}

std::string Printer::fault() const {
    if (path.empty()) { return reason; }
    std::string text = "field \"";
    for (size_t i = path.size(); i-- > 0;) {
        text += *path[i];
        if (i > 0) { text += '.'; }
    }
    return text + "\": " + reason;
}

bool Printer::message(const Message &message, Layout &layout) {
    if (depth == CPROTOBUF_MAXIMUM_DEPTH) { return fail("messages are nested more deeply than 100 levels"); }
    depth++;
    bool is_printed = false;
    switch (layout.form) {
        case Layout::Form::object: is_printed = object(message, layout); break;
        case Layout::Form::any: is_printed = any(message, layout); break;
        case Layout::Form::timestamp: is_printed = timestamp(message, layout); break;
        case Layout::Form::duration: is_printed = duration(message, layout); break;
        case Layout::Form::field_mask: is_printed = field_mask(message, layout); break;
        case Layout::Form::structure: is_printed = map(message, layout.members[0]); break;
        case Layout::Form::value: is_printed = dynamic_value(message, layout); break;
        case Layout::Form::list: is_printed = array(message, layout.members[0]); break;
        case Layout::Form::wrapper: is_printed = value(message, layout.members[0], -1); break;
        case Layout::Form::decimal: is_printed = decimal(message, layout); break;
    }
    depth--;
    return is_printed;
}

bool Printer::object(const Message &message, Layout &layout) {
    output.byte('{');
    if (!members(message, layout, true)) { return false; }
    output.byte('}');
    return true;
}

bool Printer::members(const Message &message, Layout &layout, bool is_first) {
    for (Member &member : layout.members) {
        if (member.has_presence && !layout.reflection->HasField(message, member.field)) { continue; }
        if (!is_first) { output.byte(','); }
        is_first = false;
        output.text(member.key);
        if (!this->member(message, member)) { return within(member); }
    }
    return !layout.has_extensions || extensions(message, is_first);
}

bool Printer::extensions(const Message &message, bool is_first) {
    std::vector<const FieldDescriptor *> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const FieldDescriptor *field : fields) {
        if (!field->is_extension()) { continue; }
        if (!is_first) { output.byte(','); }
        is_first = false;
        Member &extension = layouts.extension(field);
        output.text(extension.key);
        if (!member(message, extension)) { return within(extension); }
    }
    return true;
}

bool Printer::member(const Message &message, Member &member) {
    if (member.field->is_map()) { return map(message, member); }
    if (member.field->is_repeated()) { return array(message, member); }
    return value(message, member, -1);
}

bool Printer::array(const Message &message, Member &member) {
    output.byte('[');
    const int count = message.GetReflection()->FieldSize(message, member.field);
    for (int i = 0; i < count; i++) {
        if (i > 0) { output.byte(','); }
        if (!value(message, member, i)) { return false; }
    }
    output.byte(']');
    return true;
}

bool Printer::value(const Message &message, Member &member, int index) {
    const Reflection *from = message.GetReflection();
    const FieldDescriptor *field = member.field;
    const bool is_element = index >= 0;
    switch (field->cpp_type()) {
        case FieldDescriptor::CPPTYPE_INT32:
            output.integer(int64_t(
                is_element ? from->GetRepeatedInt32(message, field, index) : from->GetInt32(message, field)));
            return true;
        case FieldDescriptor::CPPTYPE_INT64:
            output.integer(int64_t(
                is_element ? from->GetRepeatedInt64(message, field, index) : from->GetInt64(message, field)));
            return true;
        case FieldDescriptor::CPPTYPE_UINT32:
            output.integer(uint64_t(
                is_element ? from->GetRepeatedUInt32(message, field, index) : from->GetUInt32(message, field)));
            return true;
        case FieldDescriptor::CPPTYPE_UINT64:
            output.integer(uint64_t(
                is_element ? from->GetRepeatedUInt64(message, field, index) : from->GetUInt64(message, field)));
            return true;
        case FieldDescriptor::CPPTYPE_DOUBLE:
            output.number(is_element ? from->GetRepeatedDouble(message, field, index) : from->GetDouble(message, field));
            return true;
        case FieldDescriptor::CPPTYPE_FLOAT:
            output.number(is_element ? from->GetRepeatedFloat(message, field, index) : from->GetFloat(message, field));
            return true;
        case FieldDescriptor::CPPTYPE_BOOL:
            output.boolean(is_element ? from->GetRepeatedBool(message, field, index) : from->GetBool(message, field));
            return true;
        case FieldDescriptor::CPPTYPE_ENUM:
            enumeration(
                field,
                is_element ? from->GetRepeatedEnumValue(message, field, index) : from->GetEnumValue(message, field));
            return true;
        case FieldDescriptor::CPPTYPE_STRING: {
            std::string scratch;
            const std::string &text = is_element ? from->GetRepeatedStringReference(message, field, index, &scratch)
                                                 : from->GetStringReference(message, field, &scratch);
            if (field->type() == FieldDescriptor::TYPE_BYTES) {
                output.base64(text);
                return true;
            }
            return output.string(text) || fail("the text is not valid UTF-8");
        }
        case FieldDescriptor::CPPTYPE_MESSAGE:
            return this->message(
                is_element ? from->GetRepeatedMessage(message, field, index)
                           : from->GetMessage(message, field, &layouts.schema.factory),
                layouts.of(member));
    }
    return fail("the type of the field is unknown");
}

void Printer::enumeration(const FieldDescriptor *field, int number) {
    if (field->enum_type()->full_name() == "google.protobuf.NullValue") {
        output.text("null");
        return;
    }
    const auto *symbol = field->enum_type()->FindValueByNumber(number);
    if (!symbol) {
        output.integer(int64_t(number));
        return;
    }
    output.byte('"');
    output.text(symbol->name());
    output.byte('"');
}

// On the wire a map is its entries, in any order, and of entries with the same key the last one counts. The entries are
// sorted, so that the same map is always the same text.
bool Printer::map(const Message &message, Member &member) {
    Layout &layout = layouts.of(member);
    Member &held = layout.members[1];
    const size_t begin = entries.size();
    collect(message, member, layout);
    const size_t end = entries.size();
    output.byte('{');
    for (size_t i = begin; i < end; i++) {
        if (i > begin) { output.byte(','); }
        const Entry entry = entries[i];
        output.byte('"');
        if (!key(entry, layout.members[0].field)) { return fail("a key of the map is not valid UTF-8"); }
        output.text("\":");
        if (!value(*entry.message, held, -1)) { return false; }
    }
    output.byte('}');
    entries.resize(begin);
    return true;
}

void Printer::collect(const Message &message, Member &member, Layout &layout) {
    const Reflection *from = message.GetReflection();
    const FieldDescriptor *key = layout.members[0].field;
    const size_t begin = entries.size();
    const int count = from->FieldSize(message, member.field);
    std::string unused;
    for (int i = 0; i < count; i++) {
        const Message &held = from->GetRepeatedMessage(message, member.field, i);
        Entry entry = {nullptr, 0, i, &held};
        switch (key->cpp_type()) {
            case FieldDescriptor::CPPTYPE_STRING:
                entry.text = &layout.reflection->GetStringReference(held, key, &unused);
                break;
            case FieldDescriptor::CPPTYPE_INT32: entry.number = layout.reflection->GetInt32(held, key); break;
            case FieldDescriptor::CPPTYPE_INT64: entry.number = layout.reflection->GetInt64(held, key); break;
            case FieldDescriptor::CPPTYPE_UINT32: entry.number = layout.reflection->GetUInt32(held, key); break;
            case FieldDescriptor::CPPTYPE_UINT64: entry.number = int64_t(layout.reflection->GetUInt64(held, key)); break;
            default: entry.number = layout.reflection->GetBool(held, key);
        }
        entries.push_back(entry);
    }
    const auto is_before = [](const Entry &one, const Entry &other) {
        return one.text ? *one.text < *other.text : one.number < other.number;
    };
    const auto first = entries.begin() + ptrdiff_t(begin);
    // Most maps are written in order, or have one entry.
    if (std::adjacent_find(first, entries.end(), [&](const Entry &one, const Entry &other) {
            return !is_before(one, other);
        }) == entries.end()) {
        return;
    }
    std::sort(first, entries.end(), [&](const Entry &one, const Entry &other) {
        return is_before(one, other) || (!is_before(other, one) && one.position < other.position);
    });
    auto last = first;
    for (auto entry = first + 1; entry != entries.end(); ++entry) {
        if (is_before(*last, *entry)) { ++last; }
        *last = *entry;
    }
    entries.erase(last + 1, entries.end());
}

bool Printer::key(const Entry &entry, const FieldDescriptor *field) {
    switch (field->cpp_type()) {
        case FieldDescriptor::CPPTYPE_STRING: return output.escaped(*entry.text);
        case FieldDescriptor::CPPTYPE_BOOL: output.boolean(entry.number != 0); break;
        case FieldDescriptor::CPPTYPE_UINT64: output.integer(uint64_t(entry.number)); break;
        default: output.integer(entry.number);
    }
    return true;
}
