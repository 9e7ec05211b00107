#include "Transcoder.h"

using google::protobuf::EnumDescriptor;

Transcoder::Frame::Frame(Transcoder &owner, const Layout &layout, Span span)
    : owner(owner), base(owner.slots.size()), members(layout.members.size()), occurrences(owner.occurrences.size()) {
    owner.slots.resize(base + members + layout.oneofs);
    is_valid = owner.index(span, layout, base);
}

Transcoder::Frame::~Frame() {
    owner.slots.resize(base);
    owner.occurrences.resize(occurrences);
}

bool Transcoder::index(Span span, const Layout &layout, size_t base) {
    Wire wire(span);
    while (!wire.is_at_end()) {
        uint32_t number;
        WireType type;
        Value value;
        if (const char *why = wire.tag(number, type)) { return fail(why, wire.place); }
        if (const char *why = wire.content(number, type, value.span, value.number)) { return fail(why, wire.place); }
        const int place = layout.find(number);
        if (place < 0) { continue; }
        const Member &member = layout.members[size_t(place)];
        if (type == member.wire) {
            note(layout, base, place, value, false);
        } else if (type == WireType::bytes && member.is_packable) {
            note(layout, base, place, value, true);
        }
        // A field of another wire type is one that the schema does not have.
    }
    return true;
}

void Transcoder::note(const Layout &layout, size_t base, int place, const Value &value, bool is_packed) {
    const Member &member = layout.members[size_t(place)];
    Slot &slot = slots[base + size_t(place)];
    if (member.is_closed && !is_packed && !member.field->enum_type()->FindValueByNumber(int32_t(value.number))) {
        slot.has_foreign = true;
        return;
    }
    if (member.oneof >= 0) {
        // Of a oneof only what was set last is there.
        Slot &choice = slots[base + layout.members.size() + size_t(member.oneof)];
        if (choice.count > 0 && choice.count != uint32_t(place) + 1) { slots[base + choice.count - 1].count = 0; }
        choice.count = uint32_t(place) + 1;
    }
    if (!member.is_repeated && member.kind != Member::Kind::message) {
        slot.value = value;
        slot.count = 1;
        return;
    }
    const auto added = uint32_t(occurrences.size());
    occurrences.push_back({value, 0, is_packed});
    if (slot.count > 0) {
        occurrences[slot.last].next = added;
    } else {
        slot.first = added;
    }
    slot.last = added;
    slot.count++;
}

// A message that is set again is merged with what it was, which is what its bytes one after the other mean.
bool Transcoder::whole(const Slot &slot, Span &span) {
    if (slot.count == 0) {
        span = Span();
        return true;
    }
    if (slot.count == 1) {
        span = occurrences[slot.first].value.span;
        return true;
    }
    size_t size = 0;
    uint32_t place = slot.first;
    for (uint32_t i = 0; i < slot.count; i++, place = occurrences[place].next) {
        size += occurrences[place].value.span.size();
    }
    // Parts within parts take the size of the payload for each level.
    constexpr size_t most_times = 8;
    joined_size += size;
    if (joined_size / most_times > payload.size()) { return fail("too many messages in parts are within each other"); }
    joined.emplace_front();
    std::vector<uint8_t> &bytes = joined.front();
    bytes.reserve(size);
    place = slot.first;
    for (uint32_t i = 0; i < slot.count; i++, place = occurrences[place].next) {
        const Span part = occurrences[place].value.span;
        bytes.insert(bytes.end(), part.begin, part.end);
    }
    span = {bytes.data(), bytes.data() + bytes.size()};
    return true;
}
