#ifndef LAYOUT_H
#define LAYOUT_H

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "Schema.h"

struct Layout;

/// A field, prepared for printing.
struct Member {
    const google::protobuf::FieldDescriptor *field;
    /// The field's real name.
    std::string name;
    /// The name as it stands before a value: in quotes, with the colon.
    std::string key;
    /// Whether it is known whether the field was set; if it was not, nothing is written.
    bool has_presence;
    /// How the messages are printed that the field holds; made when the first one is printed.
    Layout *layout;
};

/// How messages of a type are printed.
struct Layout {
    /// The types that have a JSON form of their own.
    enum class Form { object, any, timestamp, duration, field_mask, structure, value, list, wrapper, decimal };

    const google::protobuf::Descriptor *descriptor;
    const google::protobuf::Reflection *reflection;
    Form form;
    /// In the order of their declaration.
    std::vector<Member> members;
    bool has_extensions;
    /// Whether the type, or one that it holds, has required fields.
    bool has_required;
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

    /// A field that extends a message, prepared for printing; it lives as long as this object.
    Member &extension(const google::protobuf::FieldDescriptor *field);

    const cprotobuf_schema &schema;

  private:
    std::unordered_map<const google::protobuf::FieldDescriptor *, Member> extensions;
    std::unordered_map<const google::protobuf::Descriptor *, std::unique_ptr<Layout>> made;
};

#endif
