internal import CCurl
internal import Synchronization

/// One exchange: libcurl's handle, what it sends and what comes back.
///
/// Unchecked because everything mutable but `isCancelled` is touched by the client's thread alone, from ``prepare(_:)`` on.
@safe
final class Transfer: @unchecked Sendable {
    /// Where the answer goes.
    enum Destination {
        case memory(CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>)
        case stream(ResponseStream)
    }

    let request: HTTPRequest
    /// Set by whoever gives the exchange up, at any time.
    let isCancelled = Atomic(false)
    private let destination: Destination
    private var handle: UnsafeMutableRawPointer?
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var connectTo: UnsafeMutablePointer<curl_slist>?
    private var errorBuffer: UnsafeMutablePointer<CChar>?
    private var proxy: HTTPClientConfiguration.Proxy?
    private var sent = 0
    private var head = HTTPResponseHead(status: 0)
    private var body: [UInt8] = []
    private var received = 0
    /// When the answer moved last, for a request with an idle limit.
    private var lastByte: ContinuousClock.Instant?
    /// Whether the reader holds the server back.
    private var isHeldBack = false
    /// Why a callback refused to go on; libcurl itself only knows that it did.
    private var refusal: HTTPError?

    init(_ request: HTTPRequest, to destination: Destination) {
        self.request = request
        self.destination = destination
    }

    deinit {
        // The handle uses the list and the buffer until it is gone.
        if let handle = unsafe handle { unsafe curl_easy_cleanup(handle) }
        unsafe curl_slist_free_all(headers)
        unsafe curl_slist_free_all(connectTo)
        unsafe errorBuffer?.deallocate()
    }

    // MARK: The client's thread

    /// Makes the handle.
    /// - Throws: ``HTTPError`` when there is no memory, the URL cannot be read, or a header field would become two.
    func prepare(_ settings: TransferSettings) throws(HTTPError) -> UnsafeMutableRawPointer {
        if let field = request.headers.first(where: { !$0.isOneLine }) {
            let shown = HTTPHeader.isName(field.name) ? field.name : "with a name that is none"
            throw HTTPError(
                .invalidConfiguration,
                "\(request.method) \(HTTPError.withoutQuery(request.url)): the header field \(shown) holds a line break or "
                    + "another control character; correct the property that it comes from",
                url: request.url
            )
        }
        guard let handle = unsafe curl_easy_init() else {
            throw HTTPError(.other, "libcurl cannot make a handle", url: request.url)
        }
        unsafe self.handle = unsafe handle
        let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe buffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        unsafe errorBuffer = unsafe buffer
        let this = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe settings.apply(to: handle)
        unsafe ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, buffer)
        unsafe ccurl_set_pointer(handle, CURLOPT_PRIVATE, this)
        let route = settings.serverName.flatMap { ServerRoute(url: request.url, serverName: $0) }
        unsafe ccurl_set_text(handle, CURLOPT_URL, route?.url ?? request.url)
        if let route {
            unsafe connectTo = curl_slist_append(nil, route.target)
            unsafe ccurl_set_pointer(handle, CURLOPT_CONNECT_TO, connectTo)
        }
        if request.acceptsCompression { unsafe ccurl_set_text(handle, CURLOPT_ACCEPT_ENCODING, "gzip") }
        if request.needsNewConnection { unsafe ccurl_set_long(handle, CURLOPT_FRESH_CONNECT, 1) }
        proxy = unsafe settings.applyProxy(for: request, to: handle)
        if let timeout = request.connectTimeout {
            unsafe ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, timeout.milliseconds)
        }
        if let timeout = request.timeout {
            unsafe ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, timeout.milliseconds)
        }
        if request.idleTimeout != nil { lastByte = .now }
        if let stall = request.stallTimeout {
            unsafe ccurl_set_long(handle, CURLOPT_LOW_SPEED_LIMIT, 1024)
            unsafe ccurl_set_long(handle, CURLOPT_LOW_SPEED_TIME, max(1, stall.milliseconds / 1000))
        }
        unsafe ccurl_set_transfer(handle, CURLOPT_HEADERFUNCTION, headerReceived)
        unsafe ccurl_set_pointer(handle, CURLOPT_HEADERDATA, this)
        unsafe ccurl_set_transfer(handle, CURLOPT_WRITEFUNCTION, bodyReceived)
        unsafe ccurl_set_pointer(handle, CURLOPT_WRITEDATA, this)
        unsafe setMethod(handle, this)
        unsafe setHeaders(handle, host: route?.host)
        return unsafe handle
    }

    private func setMethod(_ handle: UnsafeMutableRawPointer, _ this: UnsafeMutableRawPointer) {
        switch request.body {
        case _ where request.method == .head:
            unsafe ccurl_set_long(handle, CURLOPT_NOBODY, 1)
        case .bytes(let bytes) where !bytes.isEmpty:
            // libcurl sends a small body together with the head.
            unsafe ccurl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, bytes.count)
            unsafe bytes.withUnsafeBytes { bytes in
                _ = unsafe ccurl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress)
            }
        case .bytes, .empty:
            guard [.post, .put, .patch].contains(request.method) else { break }
            unsafe ccurl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, 0)
            unsafe ccurl_set_text(handle, CURLOPT_COPYPOSTFIELDS, "")
        case .source:
            unsafe ccurl_set_long(handle, CURLOPT_UPLOAD, 1)
            unsafe ccurl_set_size(handle, CURLOPT_INFILESIZE_LARGE, Int(request.body.count))
            // Large enough for a whole batch of the usual size; with libcurl's default of 64 KiB each batch takes several rounds.
            let bytes = min(max(request.body.count, 16 << 10), 256 << 10)
            unsafe ccurl_set_long(handle, CURLOPT_UPLOAD_BUFFERSIZE, bytes)
            unsafe ccurl_set_transfer(handle, CURLOPT_READFUNCTION, bodyWanted)
            unsafe ccurl_set_pointer(handle, CURLOPT_READDATA, this)
            unsafe ccurl_set_seek(handle, bodyRewound)
            unsafe ccurl_set_pointer(handle, CURLOPT_SEEKDATA, this)
        }
        unsafe ccurl_set_text(handle, CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    }

    private func setHeaders(_ handle: UnsafeMutableRawPointer, host: String?) {
        // Without this libcurl waits a second for servers that do not answer "100-continue".
        unsafe headers = curl_slist_append(nil, "Expect:")
        // It would also say that the body is a form.
        if request.headers.first("Content-Type") == nil {
            unsafe headers = unsafe curl_slist_append(headers, "Content-Type:")
        }
        if let host, request.headers.first("Host") == nil {
            unsafe headers = unsafe curl_slist_append(headers, "Host: \(host)")
        }
        for header in request.headers {
            // A field with an empty value is written with a semicolon; "Name:" would remove it.
            let line = header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)"
            unsafe headers = unsafe curl_slist_append(headers, line)
        }
        unsafe ccurl_set_pointer(handle, CURLOPT_HTTPHEADER, headers)
    }

    /// Hands the outcome to the task that waits for it.
    func finish(_ code: CURLcode) {
        let outcome: Result<Void, HTTPError> = code == CURLE_OK ? .success(()) : .failure(error(code))
        end(outcome)
    }

    /// When the exchange has been idle for too long, if nothing comes until then; `nil` for never.
    var idleDeadline: ContinuousClock.Instant? {
        guard !isHeldBack, let lastByte, let limit = request.idleTimeout else { return nil }
        return lastByte + limit
    }

    /// The error of an exchange that was idle for too long.
    var idleError: HTTPError {
        HTTPError(
            .timedOut,
            "\(request.method) \(HTTPError.withoutQuery(request.url)): the server sent nothing for "
                + "\(request.idleTimeout ?? .zero)",
            url: request.url
        )
    }

    /// Lets idle time count again, after the reader has held the server back.
    func resumed() {
        isHeldBack = false
        noteByte()
    }

    private func noteByte() {
        if lastByte != nil { lastByte = .now }
    }

    /// Ends the exchange without an answer.
    func fail(_ error: HTTPError) { end(.failure(error)) }

    private func end(_ outcome: Result<Void, HTTPError>) {
        switch destination {
        case .memory(let continuation):
            continuation.resume(
                returning: outcome.map { HTTPResponse(status: head.status, headers: head.headers, body: body) }
            )
        case .stream(let stream):
            stream.finish(outcome)
        }
    }

    private func error(_ code: CURLcode) -> HTTPError {
        if let refusal { return refusal }
        let kind = HTTPError.Code(code)
        let detail = unsafe errorBuffer.map { unsafe String(cString: $0) } ?? ""
        let reason = unsafe detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
        let place = "\(request.method) \(HTTPError.withoutQuery(request.url))"
        if let proxy, let failure = proxyFailure(code, reason) {
            return HTTPError(
                failure.code,
                "\(place): the proxy \(proxy.place) \(failure.reason); \(failure.remedy(proxy))",
                url: request.url
            )
        }
        if let sentence = PortFailure.sentence(code, reason, url: request.url) {
            return HTTPError(kind, "\(place): \(sentence)", url: request.url)
        }
        return HTTPError(kind, "\(place): \(reason)" + (kind.remedy.map { "; \($0)" } ?? ""), url: request.url)
    }

    private func proxyFailure(_ code: CURLcode, _ reason: String) -> ProxyFailure? {
        guard let proxy, let handle = unsafe handle else { return nil }
        return ProxyFailure(
            code,
            reason,
            of: proxy,
            tunnelStatus: unsafe ccurl_get_long(handle, CURLINFO_HTTP_CONNECTCODE),
            isTunnel: request.url.lowercased().hasPrefix("https://"),
            isNew: unsafe ccurl_get_long(handle, CURLINFO_NUM_CONNECTS) > 0
        )
    }

    // MARK: Callbacks of libcurl

    fileprivate func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard case .source(let source) = request.body, sent < source.count else { return 0 }
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(source.count - sent, buffer.count)])
        do {
            let count = unsafe try source.read(at: sent, into: room)
            guard count > 0 else { throw HTTPError(.unreadableBody, "its body ended early") }
            sent += count
            return count
        } catch {
            refusal = HTTPError(
                .unreadableBody,
                "\(request.method) \(HTTPError.withoutQuery(request.url)): the request's body cannot be read: \(error)",
                url: request.url,
                cause: error
            )
            return ccurl_read_abort
        }
    }

    fileprivate func seek(to offset: Int) -> Bool {
        guard (0...request.body.count).contains(offset) else { return false }
        sent = offset
        return true
    }

    fileprivate func receive(header bytes: UnsafeRawBufferPointer) {
        noteByte()
        var line = unsafe bytes[...]
        while let last = unsafe line.last, last == 0x0A || last == 0x0D { unsafe line.removeLast() }
        if unsafe line.isEmpty {
            // Status 1xx is followed by another head.
            if head.status >= 200, case .stream(let stream) = destination { stream.begin(head) }
        } else if unsafe line.starts(with: "HTTP/".utf8) {
            let status = unsafe line.split(separator: 0x20, maxSplits: 2).dropFirst().first
            head = unsafe HTTPResponseHead(
                status: status.flatMap { unsafe Int(String(decoding: $0, as: UTF8.self)) } ?? 0
            )
        } else if let colon = unsafe line.firstIndex(of: UInt8(ascii: ":")) {
            let value = unsafe line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
            unsafe head.headers.append(
                HTTPHeader(
                    name: unsafe String(decoding: line[..<colon], as: UTF8.self),
                    value: String(decoding: value, as: UTF8.self)
                )
            )
        }
    }

    /// Takes bytes of the body; returns how many, or libcurl's number for a pause.
    fileprivate func receive(body bytes: UnsafeRawBufferPointer) -> Int {
        guard received + bytes.count <= request.maximumResponseBytes else {
            refusal = HTTPError(
                .responseTooLarge,
                "\(request.method) \(HTTPError.withoutQuery(request.url)): the answer is larger than "
                    + "\(request.maximumResponseBytes) bytes",
                url: request.url
            )
            return 0
        }
        switch destination {
        case .memory:
            unsafe body.append(contentsOf: bytes)
        case .stream(let stream):
            guard unsafe stream.add(bytes) else {
                isHeldBack = true
                return ccurl_write_pause
            }
        }
        noteByte()
        received += bytes.count
        return bytes.count
    }
}

private typealias TransferCallback =
    @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int

private func transfer(_ pointer: UnsafeMutableRawPointer?) -> Transfer? {
    unsafe pointer.map { unsafe Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
}

private let bodyWanted: TransferCallback = { buffer, size, count, this in
    unsafe transfer(this)?.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
        ?? ccurl_read_abort
}

private let headerReceived: TransferCallback = { bytes, size, count, this in
    unsafe transfer(this)?.receive(header: UnsafeRawBufferPointer(start: bytes, count: size * count))
    return size * count
}

private let bodyReceived: TransferCallback = { bytes, size, count, this in
    unsafe transfer(this)?.receive(body: UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
}

private let bodyRewound: @convention(c) (UnsafeMutableRawPointer?, curl_off_t, Int32) -> Int32 = {
    this,
    offset,
    origin in
    guard origin == SEEK_SET, unsafe transfer(this)?.seek(to: Int(offset)) == true else {
        return CURL_SEEKFUNC_CANTSEEK
    }
    return CURL_SEEKFUNC_OK
}
