#ifndef SCHEMA_TEXT_H
#define SCHEMA_TEXT_H

#include <google/protobuf/compiler/parser.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <set>
#include <string>

/// The name that the schema's own file has while it is built; no import can name it.
extern const char *const own_file_name;

/// One text of a schema as a FileDescriptorProto, and where in the text each part of it is.
class SchemaText : public google::protobuf::DescriptorPool::ErrorCollector {
  public:
    SchemaText(const std::string &name) : name(name) {}

    google::protobuf::FileDescriptorProto file;
    /// The full names of messages that the text does not declare, because they stand for its fields `map<…>`.
    std::set<std::string> implied;

    /// Parses the source of a .proto file, or a FileDescriptorProto in base64; returns false when `problem()` says why.
    bool parse(const std::string &text);

    /// The first problem, with its place; empty when there is none.
    const std::string &problem() const { return first_problem; }

    /// What the library calls for each problem that it finds while it links the file.
    void AddError(
        const std::string &, const std::string &element, const google::protobuf::Message *descriptor,
        ErrorLocation location, const std::string &message) override;

    /// Notes a problem, unless there is one; lines and columns count from 0, less is unknown.
    void note(int line, int column, const std::string &message);

  private:
    std::string name;
    std::string first_problem;
    google::protobuf::compiler::SourceLocationTable locations;

    bool parse_source(const std::string &text);
};

#endif
