#include "Transcoder.h"

#include <algorithm>
#include <cstring>

using google::protobuf::FieldDescriptor;

namespace {

const char too_deep[] = "messages are nested more deeply than 100 levels";

int32_t zigzag(uint32_t number) { return int32_t(number >> 1) ^ -int32_t(number & 1); }
int64_t zigzag(uint64_t number) { return int64_t(number >> 1) ^ -int64_t(number & 1); }

}  // namespace

bool Transcoder::print(Span payload, Layout &layout, Output &to) {
    this->payload = payload;
    output = &to;
    // After an exception there may be something left.
    settle();
    depth = 0;
    path.clear();
    bool is_printed;
    if (layout.form == Layout::Form::any || layout.form == Layout::Form::structure) {
        is_printed = message(payload, layout);
    } else {
        depth = 1;
        const Frame frame(*this, layout, payload);
        to.byte('{');
        is_printed = frame.is_valid && members(frame, layout, true);
        to.byte('}');
    }
    settle();
    return is_printed;
}

// One payload of many megabytes must not cost memory for ever.
void Transcoder::settle() {
    constexpr size_t most_kept = 4096;
    joined.clear();
    joined_size = 0;
    slots.clear();
    occurrences.clear();
    entries.clear();
    if (slots.capacity() > most_kept) { slots.shrink_to_fit(); }
    if (occurrences.capacity() > most_kept) { occurrences.shrink_to_fit(); }
    if (entries.capacity() > most_kept) { entries.shrink_to_fit(); }
}

std::string Transcoder::fault() const {
    std::string text;
    if (!path.empty()) {
        text += "field \"";
        for (size_t i = path.size(); i-- > 0;) {
            text += *path[i];
            if (i > 0) { text += '.'; }
        }
        text += '"';
    }
    // The bytes of a message that was put together are elsewhere.
    if (fault_place && fault_place >= payload.begin && fault_place <= payload.end) {
        text += (text.empty() ? "byte " : ", byte ") + std::to_string(fault_place - payload.begin);
    }
    return text.empty() ? reason : text + ": " + reason;
}

bool Transcoder::message(Span span, Layout &layout) {
    if (depth == CPROTOBUF_MAXIMUM_DEPTH) { return fail(too_deep, span.begin); }
    depth++;
    const bool is_printed = form(span, layout);
    depth--;
    return is_printed;
}

bool Transcoder::form(Span span, Layout &layout) {
    const Frame frame(*this, layout, span);
    if (!frame.is_valid) { return false; }
    switch (layout.form) {
        case Layout::Form::object:
            output->byte('{');
            if (!members(frame, layout, true)) { return false; }
            output->byte('}');
            return true;
        case Layout::Form::any: return any(frame, layout);
        case Layout::Form::timestamp: return timestamp(frame, layout);
        case Layout::Form::duration: return duration(frame, layout);
        case Layout::Form::field_mask: return field_mask(frame, layout);
        case Layout::Form::value: return dynamic_value(frame, layout);
        case Layout::Form::decimal: return decimal(frame, layout);
        case Layout::Form::structure: case Layout::Form::list: case Layout::Form::wrapper:
            return member(frame.slot(0), layout.members[0]);
    }
    return false;
}

bool Transcoder::members(const Frame &frame, Layout &layout, bool is_first) {
    for (size_t place = 0; place < layout.members.size(); place++) {
        Member &member = layout.members[place];
        const Slot slot = frame.slot(int(place));
        if (slot.count == 0 && member.is_optional) {
            if (!member.is_required) { continue; }
            return fail("the field is required, but is missing"), within(member);
        }
        if (!is_first) { output->byte(','); }
        is_first = false;
        output->text(member.key);
        if (!this->member(slot, member)) { return within(member); }
    }
    return true;
}

bool Transcoder::member(const Slot &slot, Member &member) {
    if (member.is_map) { return map(slot, member); }
    if (member.is_repeated) { return array(slot, member); }
    if (member.kind == Member::Kind::message) {
        Span span;
        return whole(slot, span) && message(span, layouts.of(member));
    }
    if (slot.count == 0) {
        output->text(member.absent);
        return true;
    }
    return value(slot.value, member);
}

bool Transcoder::array(const Slot &slot, Member &member) {
    output->byte('[');
    uint32_t place = slot.first;
    bool is_first = true;
    for (uint32_t i = 0; i < slot.count; i++) {
        const Occurrence occurrence = occurrences[place];
        place = occurrence.next;
        if (occurrence.is_packed) {
            if (!run(occurrence.value.span, member, is_first)) { return false; }
            continue;
        }
        if (!is_first) { output->byte(','); }
        is_first = false;
        if (!value(occurrence.value, member)) { return false; }
    }
    output->byte(']');
    return true;
}

bool Transcoder::run(Span span, Member &member, bool &is_first) {
    Wire wire(span);
    while (!wire.is_at_end()) {
        Value element;
        if (const char *why = wire.content(0, member.wire, element.span, element.number)) {
            return fail(why, wire.place);
        }
        if (member.is_closed && !member.field->enum_type()->FindValueByNumber(int32_t(element.number))) { continue; }
        if (!is_first) { output->byte(','); }
        is_first = false;
        if (!value(element, member)) { return false; }
    }
    return true;
}

bool Transcoder::value(const Value &value, Member &member) {
    switch (member.kind) {
        case Member::Kind::signed32: output->integer(int64_t(int32_t(value.number))); return true;
        case Member::Kind::signed64: output->integer(int64_t(value.number)); return true;
        case Member::Kind::unsigned32: output->integer(uint64_t(uint32_t(value.number))); return true;
        case Member::Kind::unsigned64: output->integer(value.number); return true;
        case Member::Kind::zigzag32: output->integer(int64_t(zigzag(uint32_t(value.number)))); return true;
        case Member::Kind::zigzag64: output->integer(zigzag(value.number)); return true;
        case Member::Kind::float32: {
            const auto bits = uint32_t(value.number);
            float number;
            memcpy(&number, &bits, sizeof number);
            output->number(number);
            return true;
        }
        case Member::Kind::float64: {
            double number;
            memcpy(&number, &value.number, sizeof number);
            output->number(number);
            return true;
        }
        case Member::Kind::boolean: output->boolean(value.number != 0); return true;
        case Member::Kind::enumeration: enumeration(int32_t(value.number), member); return true;
        case Member::Kind::text:
            return output->string(value.span) || fail("the text is not valid UTF-8", value.span.begin);
        case Member::Kind::bytes: output->base64(value.span); return true;
        case Member::Kind::message: return message(value.span, layouts.of(member));
    }
    return false;
}

void Transcoder::enumeration(int32_t number, const Member &member) {
    if (member.is_null) {
        output->text("null");
        return;
    }
    const auto *symbol = member.field->enum_type()->FindValueByNumber(number);
    if (!symbol) {
        output->integer(int64_t(number));
        return;
    }
    output->byte('"');
    output->text(symbol->name());
    output->byte('"');
}

// On the wire a map is its entries, in any order, and of entries with the same key the last one counts. The entries are
// sorted, so that the same map is always the same text.
bool Transcoder::map(const Slot &slot, Member &member) {
    Layout &layout = layouts.of(member);
    const size_t begin = entries.size();
    if (!collect(slot, layout)) { return false; }
    sort(begin);
    const size_t end = entries.size();
    output->byte('{');
    for (size_t i = begin; i < end; i++) {
        const Entry entry = entries[i];
        if (i > begin) { output->byte(','); }
        output->byte('"');
        if (!key(entry, layout.members[0])) { return fail("a key of the map is not valid UTF-8", entry.text.begin); }
        output->text("\":");
        const Frame frame(*this, layout, entry.span);
        if (!frame.is_valid || !this->member(frame.slot(1), layout.members[1])) { return false; }
    }
    output->byte('}');
    entries.resize(begin);
    return true;
}

bool Transcoder::collect(const Slot &slot, Layout &layout) {
    uint32_t place = slot.first;
    for (uint32_t i = 0; i < slot.count; i++) {
        const Occurrence occurrence = occurrences[place];
        place = occurrence.next;
        const Frame frame(*this, layout, occurrence.value.span);
        if (!frame.is_valid) { return false; }
        // With a value that is none of a closed enumeration, the whole entry is unknown.
        const Slot held = frame.slot(1);
        if (held.count == 0 && held.has_foreign) { continue; }
        const Value key = frame.slot(0).value;
        Entry entry = {key.span, 0, i, occurrence.value.span};
        switch (layout.members[0].kind) {
            case Member::Kind::signed32: entry.number = int32_t(key.number); break;
            case Member::Kind::unsigned32: entry.number = uint32_t(key.number); break;
            case Member::Kind::zigzag32: entry.number = zigzag(uint32_t(key.number)); break;
            case Member::Kind::zigzag64: entry.number = zigzag(key.number); break;
            case Member::Kind::boolean: entry.number = key.number != 0; break;
            case Member::Kind::text: break;
            default: entry.number = int64_t(key.number);
        }
        entries.push_back(entry);
    }
    return true;
}

void Transcoder::sort(size_t begin) {
    const auto is_before = [](const Entry &one, const Entry &other) {
        if (one.number != other.number) { return one.number < other.number; }
        const size_t size = one.text.size(), size_of_other = other.text.size(), common = std::min(size, size_of_other);
        const int order = common ? memcmp(one.text.begin, other.text.begin, common) : 0;
        return order != 0 ? order < 0 : size < size_of_other;
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

bool Transcoder::key(const Entry &entry, const Member &member) {
    switch (member.kind) {
        case Member::Kind::text: return output->escaped(entry.text);
        case Member::Kind::boolean: output->boolean(entry.number != 0); break;
        case Member::Kind::unsigned64: output->integer(uint64_t(entry.number)); break;
        default: output->integer(entry.number);
    }
    return true;
}
