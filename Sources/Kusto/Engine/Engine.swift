internal import HTTP
internal import Identity
internal import JSON

/// Sends commands and queries with a token, and once more with a new token when that one is refused.
struct Engine: Sendable {
    let wire: Wire
    let tokens: TokenProvider
    /// Why nothing is sent at all: a URL of the configuration is none that a token may go to.
    var refusal: KustoError?

    /// Runs a management command (Kusto REST, `/v1/rest/mgmt`).
    func manage(_ command: KustoCommand, database: String, at url: String, leg: KustoLeg) async throws(KustoError)
        -> KustoTable
    {
        let place = url + "/v1/rest/mgmt"
        let body: JSONValue = ["db": .string(database), "csl": .string(command.text)]
        let response = try await post(body, to: place, operation: "execute_mgmt", leg: leg)
        return try ResultReader.managementTable(response.body, leg: leg, url: place)
    }

    /// Runs a query and returns its primary result (Kusto REST, `/v2/rest/query`).
    func query(
        _ query: KustoCommand,
        database: String,
        at url: String,
        options: JSONObject
    ) async throws(KustoError) -> KustoTable {
        let place = url + "/v2/rest/query"
        let properties: JSONValue = ["Options": .object(options)]
        let body: JSONValue = [
            "db": .string(database), "csl": .string(query.text),
            "properties": .string(String(decoding: properties.serialized(), as: UTF8.self)),
        ]
        let response = try await post(body, to: place, operation: "execute_query", leg: .query)
        return try ResultReader.primaryResult(response.body, url: place)
    }

    /// Sends rows and returns the answer's body.
    func stream(
        _ body: HTTPBody,
        to url: String,
        isCompressed: Bool,
        requestID: String
    ) async throws(KustoError) -> [UInt8] {
        var headers = [HTTPHeader("Content-Type", "application/octet-stream")]
        if isCompressed { headers.append(HTTPHeader("Content-Encoding", "gzip")) }
        return try await post(body, to: url, headers, requestID: requestID, leg: .streaming).body
    }

    private func token() async throws(KustoError) -> (value: AccessToken, generation: Int) {
        if let refusal { throw refusal }
        do throws(IdentityError) {
            return try await tokens.token()
        } catch {
            throw FailureClassifier.failure(error)
        }
    }

    private func post(
        _ body: JSONValue,
        to url: String,
        operation: String,
        leg: KustoLeg
    ) async throws(KustoError) -> HTTPResponse {
        try await post(
            .bytes(body.serialized()),
            to: url,
            [HTTPHeader("Content-Type", "application/json; charset=utf-8")],
            requestID: wire.requestID(of: operation),
            leg: leg
        )
    }

    private func post(
        _ body: HTTPBody,
        to url: String,
        _ headers: [HTTPHeader],
        requestID: String,
        leg: KustoLeg
    ) async throws(KustoError) -> HTTPResponse {
        var isSecond = false
        while true {
            let token = try await token()
            let response = try await wire.send(
                HTTPRequest(
                    method: .post,
                    url: url,
                    headers: wire.headers(token: token.value, requestID: requestID) + headers,
                    body: body,
                    timeout: .seconds(60),
                    maximumResponseBytes: 64 << 20
                ),
                leg: leg
            )
            if response.status == 200 { return response }
            guard response.status == 401, !isSecond else {
                throw FailureClassifier.failure(response, leg: leg, url: url)
            }
            isSecond = true
            await tokens.invalidate(generation: token.generation)
        }
    }
}
