#ifndef PRINTER_H
#define PRINTER_H

#include <google/protobuf/arena.h>

#include <string>
#include <vector>

#include "Layout.h"
#include "Output.h"

/// Prints a message as JSON, by the JSON mapping of proto3, with these differences:
///
/// - Fields have the names of the .proto file.
/// - A field without presence is always written; with presence it is written only if it was set. So a member of a oneof
///   that is not set, and an optional field that is not set, are not in the text.
/// - Integers of 64 bits are numbers, not strings.
/// - confluent.type.Decimal is a number.
/// - A message at the root is an object, even if its type has another form.
class Printer {
  public:
    Printer(Layouts &layouts, google::protobuf::Arena &arena, Output &output)
        : layouts(layouts), arena(arena), output(output) {}

    /// Prints the message at the root; returns false when `fault()` says why not.
    bool root(const google::protobuf::Message &message, Layout &layout);

    /// Why the message cannot be printed: a sentence without anything of its data.
    std::string fault() const;

  private:
    using Message = google::protobuf::Message;
    using Field = google::protobuf::FieldDescriptor;

    // An entry of a map: its key as a text or a number, its place on the wire, and the message that holds it.
    struct Entry {
        const std::string *text;
        int64_t number;
        int position;
        const Message *message;
    };

    Layouts &layouts;
    google::protobuf::Arena &arena;
    Output &output;
    int depth = 0;
    const char *reason = "";
    // The fields on the way to what is wrong, the innermost first.
    std::vector<const std::string *> path;
    // The entries of all maps that are being printed, those of the innermost last.
    std::vector<Entry> entries;

    bool fail(const char *why) {
        reason = why;
        return false;
    }
    bool within(const Member &member) {
        path.push_back(&member.name);
        return false;
    }

    bool message(const Message &message, Layout &layout);
    bool object(const Message &message, Layout &layout);
    bool members(const Message &message, Layout &layout, bool is_first);
    bool extensions(const Message &message, bool is_first);
    bool member(const Message &message, Member &member);
    bool array(const Message &message, Member &member);
    // The value of a field, or its element at an index that is not negative.
    bool value(const Message &message, Member &member, int index);
    void enumeration(const Field *field, int number);
    bool map(const Message &message, Member &member);
    void collect(const Message &message, Member &member, Layout &layout);
    bool key(const Entry &entry, const Field *field);

    bool any(const Message &message, Layout &layout);
    bool content(const Message &message, const std::string &type, const std::string &bytes);
    bool timestamp(const Message &message, Layout &layout);
    bool duration(const Message &message, Layout &layout);
    void fraction(int32_t nanoseconds);
    bool field_mask(const Message &message, Layout &layout);
    bool mask_path(const std::string &path);
    bool dynamic_value(const Message &message, Layout &layout);
    bool decimal(const Message &message, Layout &layout);
};

#endif
