#ifndef LAYOUT_H
#define LAYOUT_H

#include <google/protobuf/descriptor.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "Schema.h"
#include "Wire.h"

struct Layout;

/// A field, prepared for reading and printing.
struct Member {
    /// How the field's bytes are to be understood.
    enum class Kind : uint8_t {
        signed32, signed64, unsigned32, unsigned64, zigzag32, zigzag64, float32, float64, boolean, enumeration, text,
        bytes, message
    };

    const google::protobuf::FieldDescriptor *field;
    /// The field's real name.
    std::string name;
    /// The name as it stands before a value: in quotes, with the colon.
    std::string key;
    /// What is written for a value that was not set: 0, false, "" or a symbol.
    std::string absent;
    Kind kind;
    WireType wire;
    bool is_repeated, is_map;
    /// Whether a repeated field may be one run of bytes.
    bool is_packable;
    /// Whether it is left out when it was not set.
    bool is_optional;
    bool is_required;
    /// Whether the enumeration's symbols are all values that there are.
    bool is_closed;
    /// Whether it is google.protobuf.NullValue.
    bool is_null;
    /// The field's oneof, or -1.
    int oneof;
    /// How the messages are printed that the field holds; made when the first one is printed.
    Layout *layout;
};

/// How messages of a type are read and printed.
struct Layout {
    /// The types that have a JSON form of their own.
    enum class Form { object, any, timestamp, duration, field_mask, structure, value, list, wrapper, decimal };

    const google::protobuf::Descriptor *descriptor;
    Form form;
    /// In the order of their declaration, then the extensions.
    std::vector<Member> members;
    size_t oneofs;

    /// The place among the members of the field of a number, or -1.
    int find(uint32_t number) const {
        if (number < low.size()) { return low[number]; }
        const auto found = high.find(number);
        return found == high.end() ? -1 : found->second;
    }

    /// Adds a member.
    void add(Member member);

  private:
    // By number: a table for small ones, which most have.
    std::vector<int> low;
    std::unordered_map<uint32_t, int> high;
};

/// The layouts of a reader, made when they are first needed.
class Layouts {
  public:
    explicit Layouts(const cprotobuf_schema &schema) : schema(schema) {}

    /// The layout of a type; it lives as long as this object.
    Layout &of(const google::protobuf::Descriptor *descriptor);

    /// The layout of what a member holds.
    Layout &of(Member &member) {
        if (!member.layout) { member.layout = &of(member.field->message_type()); }
        return *member.layout;
    }

    const cprotobuf_schema &schema;

  private:
    std::unordered_map<const google::protobuf::Descriptor *, std::unique_ptr<Layout>> made;
};

#endif
