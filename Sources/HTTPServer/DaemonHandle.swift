internal import CMicroHTTPD
internal import Glibc

/// libmicrohttpd's daemon and its callbacks.
///
/// Unchecked because libmicrohttpd locks its daemon itself; ``stop()`` is called once, last.
@safe
final class DaemonHandle: @unchecked Sendable {
    /// The memory of a connection, which bounds a request's head and the size of a body's chunks.
    private static let connectionBytes = 128 << 10
    /// How many connections there may be beyond the configured number while those that make room are being closed.
    private static let spareConnections = 64

    private let daemon: OpaquePointer
    private let socket: ListeningSocket
    private let callbacks: Unmanaged<HTTPListener>

    init(socket: ListeningSocket, configuration: HTTPServerConfiguration, callbacks server: HTTPListener)
        throws(HTTPServerError)
    {
        self.socket = socket
        unsafe callbacks = Unmanaged.passRetained(server)
        var flags =
            MHD_USE_INTERNAL_POLLING_THREAD.rawValue | MHD_USE_EPOLL.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue
            | MHD_USE_ITC.rawValue
        if configuration.tls != nil { flags |= MHD_USE_TLS.rawValue }
        let started = unsafe microhttpd_start(
            flags,
            socket.descriptor,
            UInt32(clamping: configuration.maximumConnections + Self.spareConnections),
            UInt32(clamping: max(1, configuration.idleTimeout.components.seconds)),
            Self.connectionBytes,
            configuration.tls?.certificate,
            configuration.tls?.key,
            answer,
            targetSeen,
            requestCompleted,
            connectionChanged,
            callbacks.toOpaque()
        )
        guard let started = unsafe started else {
            unsafe callbacks.release()
            close(socket.descriptor)
            throw HTTPServerError(
                .startFailed,
                "the HTTP server on port \(socket.port) did not start; check the limit of open files"
                    + (configuration.tls == nil ? "" : " and that certificate and key are PEM and belong together")
            )
        }
        unsafe daemon = unsafe started
    }

    /// Takes no more connections.
    func quiesce() { unsafe _ = MHD_quiesce_daemon(daemon) }

    /// Closes all connections and ends the thread; blocks until it has.
    func stop() {
        unsafe MHD_stop_daemon(daemon)
        close(socket.descriptor)
        unsafe callbacks.release()
    }
}

private func server(_ context: UnsafeMutableRawPointer?) -> HTTPListener? {
    unsafe context.map { unsafe Unmanaged<HTTPListener>.fromOpaque($0).takeUnretainedValue() }
}

/// Called when a connection was accepted, and before its socket is closed.
private let connectionChanged:
    @convention(c) (
        UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
        MHD_ConnectionNotificationCode
    ) -> Void = { context, connection, _, change in
        guard let server = unsafe server(context), let connection = unsafe connection else { return }
        let descriptor = unsafe microhttpd_socket(connection)
        guard change == .CONNECTION_NOTIFY_STARTED else { return server.connections.remove(descriptor) }
        let address = unsafe microhttpd_client(connection).map { unsafe PeerAddress($0) } ?? PeerAddress(0)
        server.connections.open(descriptor, from: address)
    }

/// Called with the target as it was sent; libmicrohttpd keeps what it returns with the request.
private let targetSeen:
    @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?) -> UnsafeMutableRawPointer? = {
        _,
        target,
        connection in
        guard let target = unsafe target, let connection = unsafe connection else { return nil }
        let exchange = unsafe Exchange(
            target: String(cString: target),
            connection: connection,
            descriptor: microhttpd_socket(connection)
        )
        return unsafe Unmanaged.passRetained(exchange).toOpaque()
    }

private let requestCompleted:
    @convention(c) (
        UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
        MHD_RequestTerminationCode
    ) -> Void = { context, _, slot, _ in
        guard let pointer = unsafe slot?.pointee else { return }
        unsafe slot?.pointee = nil
        let exchange = unsafe Unmanaged<Exchange>.fromOpaque(pointer).takeRetainedValue()
        unsafe server(context)?.completed(exchange)
    }

/// Called when a request's head is read, for each piece of its body, and once at its end.
private let answer:
    @convention(c) (
        UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<CChar>?,
        UnsafePointer<CChar>?, UnsafeMutablePointer<Int>?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> MHD_Result = { context, connection, _, method, _, data, count, slot in
        guard let server = unsafe server(context), let pointer = unsafe slot?.pointee, let method = unsafe method else {
            return .NO
        }
        let exchange = unsafe Unmanaged<Exchange>.fromOpaque(pointer).takeUnretainedValue()
        let isHead = exchange.start {
            unsafe server.run($0, method: String(cString: method), headers: headers(of: connection))
        }
        // Answering here would refuse the body; the next call brings it.
        guard !isHead else { return .YES }
        switch unsafe exchange.offer(UnsafeRawBufferPointer(start: data, count: count?.pointee ?? 0)) {
        case .proceed:
            unsafe count?.pointee = 0
            return .YES
        case .suspended:
            return .YES
        case .respond(let response):
            return unsafe queue(response, on: connection)
        }
    }

private func headers(of connection: OpaquePointer?) -> [HTTPHeader] {
    var headers: [HTTPHeader] = []
    unsafe withUnsafeMutablePointer(to: &headers) { list in
        _ = unsafe MHD_get_connection_values(
            connection,
            .HEADER_KIND,
            { list, _, name, value in
                guard let name = unsafe name else { return .YES }
                unsafe list?.assumingMemoryBound(to: [HTTPHeader].self).pointee.append(
                    HTTPHeader(name: String(cString: name), value: value.map { unsafe String(cString: $0) } ?? "")
                )
                return .YES
            },
            list
        )
    }
    return headers
}

private func queue(_ answer: HTTPServerResponse, on connection: OpaquePointer?) -> MHD_Result {
    guard answer.cut != .unanswered, let response = unsafe ResponseBody.response(for: answer, on: connection) else {
        return .NO
    }
    defer { unsafe MHD_destroy_response(response) }
    for header in answer.headers where header.name.lowercased() != "content-length" {
        unsafe MHD_add_response_header(response, header.name, header.value)
    }
    return unsafe MHD_queue_response(connection, UInt32(answer.status), response)
}
