import Testing

@testable import Sink

@Suite("How columns find their values in a sample")
struct ColumnCoverageTests {
    @Test("mappings are read in every spelling, without constants and what comes from the blob")
    func spellings() throws {
        let columns = try #require(
            SampledColumn.columns(
                ofMapping: """
                    [{"column": "id", "path": "$.id", "datatype": "long"},
                     {"Column": "price", "Properties": {"Path": "$.item['unit price']"}},
                     {"columnName": "name", "Properties": {"Field": "full name"}},
                     {"column": "kind", "Properties": {"ConstValue": "a"}},
                     {"column": "line", "Properties": {"Path": "$.x", "Transform": "SourceLineNumber"}}]
                    """
            )
        )
        #expect(columns.map(\.name) == ["id", "price", "name"])
        #expect(columns.map(\.path) == ["$.id", "$.item['unit price']", "$['full name']"])
        #expect(SampledColumn.columns(ofMapping: "no mapping") == nil)
    }

    @Test("missing values, nulls and members that no column takes are counted by row")
    func counts() throws {
        let columns = ["$.id", "$.item.price", "$.tags[0]"].compactMap { SampledColumn(name: $0, path: $0) }
        var coverage = ColumnCoverage(columns, origin: "mapping M")
        for line in [
            #"{"id": 1, "item": {"price": 2}, "tags": ["a"], "more": 1}"#, #"{"id": null, "item": {}, "Id": 3}"#,
            #"[{"id": 3, "more": 2}, {"id": 4, "item": {"price": 5}, "tags": []}]"#, "not JSON",
        ] { coverage.count(Array(line.utf8)) }
        #expect(coverage.rows == 4)
        #expect(coverage.columns.map(\.missing) == [0, 2, 3])
        #expect(coverage.columns.map(\.null) == [1, 0, 0])
        #expect(coverage.others.map(\.name) == ["more", "Id"])
        #expect(coverage.others.map(\.rows) == [2, 1])
    }

    @Test("a column that takes whole rows leaves nothing over")
    func wholeRows() throws {
        var coverage = ColumnCoverage(try [#require(SampledColumn(name: "all", path: "$"))], origin: "mapping M")
        coverage.count(Array(#"{"a": 1}"#.utf8))
        #expect(coverage.others.isEmpty && coverage.columns[0].missing == 0)
    }
}
