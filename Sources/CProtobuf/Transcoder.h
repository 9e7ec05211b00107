#ifndef TRANSCODER_H
#define TRANSCODER_H

#include <forward_list>
#include <string>
#include <vector>

#include "Layout.h"
#include "Output.h"
#include "Wire.h"

/// Prints messages as JSON straight from their bytes, by the JSON mapping of proto3, with these differences:
///
/// - Fields have the names of the .proto file.
/// - A field without presence is always written; with presence it is written only if it was set. So a member of a oneof
///   that is not set, and an optional field that is not set, are not in the text.
/// - Integers of 64 bits are numbers, not strings.
/// - confluent.type.Decimal is a number.
/// - A message at the root is an object, even if its type has another form.
///
/// Fields may be on the wire in any order, several times, and in parts. So a message is gone through once to note where
/// each field's values are, and they are then printed in the order of the declaration. What is noted lies on stacks
/// whose memory is kept: a payload costs an allocation only when it is larger than those before, and never more than a
/// small multiple of its size. The same bytes are gone through at most once for each level of nesting, and twice for an
/// entry of a map.
class Transcoder {
  public:
    explicit Transcoder(Layouts &layouts) : layouts(layouts) {}

    /// Prints a payload; returns false when `fault()` says why not.
    bool print(Span payload, Layout &layout, Output &to);

    /// Why the payload cannot be printed: a sentence without anything of its data.
    std::string fault() const;

  private:
    /// What a field holds at one place: a number as it is on the wire, or bytes.
    struct Value {
        uint64_t number = 0;
        Span span;
    };

    /// One of several values of a field, or a run of them.
    struct Occurrence {
        Value value;
        uint32_t next;
        bool is_packed;
    };

    /// Where a field's values are in a message.
    struct Slot {
        /// The last one, of a field that is neither repeated nor a message.
        Value value;
        /// Of all others the first and the last among the occurrences.
        uint32_t first = 0, last = 0;
        uint32_t count = 0;
        /// Whether there was a value that is none of a closed enumeration.
        bool has_foreign = false;
    };

    /// An entry of a map: its key, as a text or a number, its place on the wire, and its bytes.
    struct Entry {
        Span text;
        int64_t number;
        uint32_t position;
        Span span;
    };

    /// The notes about one message, as long as it is being printed.
    class Frame {
      public:
        Frame(Transcoder &owner, const Layout &layout, Span span);
        ~Frame();
        Frame(const Frame &) = delete;
        Frame &operator=(const Frame &) = delete;

        /// Whether the bytes are a message.
        bool is_valid;

        /// The slot of the member at a place; a copy, since the stack may move.
        Slot slot(int place) const { return owner.slots[base + size_t(place)]; }
        /// The member of a oneof that is set, or -1.
        int set_member(int oneof) const { return int(owner.slots[base + members + size_t(oneof)].count) - 1; }

      private:
        Transcoder &owner;
        size_t base, members, occurrences;
    };

    Layouts &layouts;
    Output *output = nullptr;
    Span payload;
    int depth = 0;

    const char *reason = "";
    const uint8_t *fault_place = nullptr;
    // The fields on the way to what is wrong, the innermost first.
    std::vector<const std::string *> path;

    // Stacks: the top belongs to the innermost message.
    std::vector<Slot> slots;
    std::vector<Occurrence> occurrences;
    std::vector<Entry> entries;
    // Messages that are on the wire in parts, put together: their bytes one after the other are the whole.
    std::forward_list<std::vector<uint8_t>> joined;
    size_t joined_size = 0;

    bool fail(const char *why, const uint8_t *place = nullptr) {
        reason = why;
        fault_place = place;
        return false;
    }
    bool within(const Member &member) {
        path.push_back(&member.name);
        return false;
    }

    void settle();
    bool index(Span span, const Layout &layout, size_t base);
    void note(const Layout &layout, size_t base, int place, const Value &value, bool is_packed);
    bool whole(const Slot &slot, Span &span);

    bool message(Span span, Layout &layout);
    bool form(Span span, Layout &layout);
    bool members(const Frame &frame, Layout &layout, bool is_first);
    bool member(const Slot &slot, Member &member);
    bool array(const Slot &slot, Member &member);
    bool run(Span span, Member &member, bool &is_first);
    bool value(const Value &value, Member &member);
    void enumeration(int32_t number, const Member &member);
    bool map(const Slot &slot, Member &member);
    bool collect(const Slot &slot, Layout &layout);
    void sort(size_t begin);
    bool key(const Entry &entry, const Member &member);

    bool any(const Frame &frame, Layout &layout);
    bool content(Span type, Span bytes);
    bool timestamp(const Frame &frame, Layout &layout);
    bool duration(const Frame &frame, Layout &layout);
    void fraction(int32_t nanoseconds);
    bool field_mask(const Frame &frame, Layout &layout);
    bool mask_path(Span path);
    bool dynamic_value(const Frame &frame, Layout &layout);
    bool decimal(const Frame &frame, Layout &layout);
};

#endif
