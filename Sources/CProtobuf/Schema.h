#ifndef SCHEMA_H
#define SCHEMA_H

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <map>
#include <set>
#include <string>
#include <utility>

#include "CProtobuf.h"

/// What a schema consists of.
struct cprotobuf_schema {
    /// Texts that can be imported, by name.
    std::map<std::string, std::string> references;
    /// Falls back on the well-known types that are a part of the library.
    google::protobuf::DescriptorPool pool{google::protobuf::DescriptorPool::generated_pool()};
    /// The schema's own file.
    const google::protobuf::FileDescriptor *file = nullptr;
    /// Fields that had to be given another name, by the message's full name and the field's number: their real names.
    std::map<std::pair<std::string, int>, std::string> real_names;
    /// The full names of messages that no text declares, because they stand for fields `map<…>`.
    std::set<std::string> implied;

    /// Parses and links; returns false with a sentence.
    bool build(const std::string &text, std::string &reason);

    /// Finds the message type at a path of indexes; returns NULL with a sentence.
    const google::protobuf::Descriptor *message(const int32_t *indexes, size_t count, std::string &reason) const;

  private:
    // Files whose imports are being looked for, to find circles.
    std::set<std::string> open;

    const google::protobuf::Descriptor *nested(const google::protobuf::Descriptor *scope, int index) const;
    bool link(const std::string &name, const std::string &text, std::string &reason);
    bool import(const std::string &name, const std::string &importer, std::string &reason);
    void avoid_conflicts(google::protobuf::DescriptorProto &message, const std::string &scope);
};

#endif
