import HTTP
import Kusto
import Synchronization

/// Answers requests by a script and remembers them.
final class ScriptedTransport: HTTPTransport {
    typealias Answer = Result<HTTPResponse, HTTPError>

    private let requests = Mutex<[HTTPRequest]>([])
    private let script: @Sendable (HTTPRequest, Int) -> Answer?

    /// Creates a transport.
    /// - Parameter script: Gets a request and how many of its method and path there were before; `nil` leaves the
    ///   answer to a cluster where all goes well.
    init(_ script: @escaping @Sendable (HTTPRequest, Int) -> Answer? = { _, _ in nil }) { self.script = script }

    /// All requests so far.
    var sent: [HTTPRequest] { requests.withLock { $0 } }

    /// The requests whose URL contains `text`.
    func sent(to text: String) -> [HTTPRequest] { sent.filter { $0.url.contains(text) } }

    func execute(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let before = requests.withLock { requests in
            defer { requests.append(request) }
            return requests.count { $0.method == request.method && Self.path($0) == Self.path(request) }
        }
        // A real transfer suspends too.
        await Task.yield()
        return try (script(request, before) ?? .success(Self.good(request))).get()
    }

    private static func path(_ request: HTTPRequest) -> String { HTTPError.withoutQuery(request.url) }

    static func json(_ text: String, status: Int = 200) -> Answer {
        .success(HTTPResponse(status: status, body: Array(text.utf8)))
    }

    /// The text of a request's body.
    static func body(_ request: HTTPRequest) -> String {
        switch request.body {
        case .empty: return ""
        case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
        case .source(let source):
            var bytes = [UInt8](repeating: 0, count: source.count)
            let count = unsafe bytes.withUnsafeMutableBytes { unsafe (try? source.read(at: 0, into: $0)) ?? 0 }
            return String(decoding: bytes[..<count], as: UTF8.self)
        }
    }

    private static func good(_ request: HTTPRequest) -> HTTPResponse {
        let body = body(request)
        if request.url.hasSuffix("/v1/rest/auth/metadata") {
            return answer(
                """
                {"AzureAD":{"LoginEndpoint":"https://login.example/","LoginMfaRequired":false,\
                "KustoServiceResourceId":"https://kusto.example"}}
                """
            )
        }
        if request.url.contains("/oauth2/v2.0/token") {
            return answer(#"{"token_type":"Bearer","expires_in":3600,"access_token":"T0KEN"}"#)
        }
        if body.contains(".get ingestion resources") {
            return answer(
                table(
                    ["ResourceTypeName", "StorageRoot"],
                    [
                        ["TempStorage", "https://a1.blob.example/c1?sig=S%2BA1"],
                        ["TempStorage", "https://a2.blob.example/c2?sig=SA2"],
                        ["SecuredReadyForAggregationQueue", "https://a1.queue.example/q1?sig=SQ1"],
                        ["SecuredReadyForAggregationQueue", "https://a2.queue.example/q2?sig=SQ2"],
                        ["IngestionsStatusTable", "https://a1.table.example/t1?tn=t1&sig=ST1"],
                        ["IngestionsStatusTable", "https://a2.table.example/t2?tn=t2&sig=ST2"],
                        ["SomethingNew", "https://a1.other.example/x?sig=1"],
                    ]
                )
            )
        }
        if body.contains(".get kusto identity token") { return answer(table(["AuthorizationContext"], [["IDENT1TY"]])) }
        if request.url.contains("/v2/rest/query") {
            return answer(
                #"[{"FrameType":"DataTable","TableKind":"PrimaryResult","Columns":[{"ColumnName":"Result"}],"Rows":[["OK"]]}]"#
            )
        }
        if body.contains(".show principal access") {
            return answer(table(["Type", "Name", "Access", "HasAccess"], [["AadApp", "app", "ingest", "true"]]))
        }
        if request.url.contains("/v1/rest/ingest/") {
            return answer(table(["ConsumedRecordsCount", "UpdatePolicyStatus"], [["0", "Inactive"]]))
        }
        if request.url.contains(".table.example") {
            return request.method == .get ? answer(#"{"value":[]}"#) : HTTPResponse(status: 204)
        }
        if request.url.contains("/v1/rest/mgmt") { return answer(table(["Name"], [["m1"]])) }
        return HTTPResponse(status: 201)
    }

    private static func answer(_ text: String) -> HTTPResponse { HTTPResponse(status: 200, body: Array(text.utf8)) }

    static func table(_ columns: [String], _ rows: [[String]]) -> String {
        let heads = columns.map { "{\"ColumnName\":\"\($0)\",\"DataType\":\"String\"}" }.joined(separator: ",")
        let lines = rows.map { "[" + $0.map { "\"\($0)\"" }.joined(separator: ",") + "]" }.joined(separator: ",")
        return "{\"Tables\":[{\"TableName\":\"Table_0\",\"Columns\":[\(heads)],\"Rows\":[\(lines)]}]}"
    }
}
