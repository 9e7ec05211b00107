"""A proxy that wants a password and leads every host to one port: nobody else knows where these hosts are."""

import base64
import contextlib
import socket
import socketserver
import ssl
import threading


class TunnelProxy:
    """An HTTP proxy for CONNECT, in threads of this process; with a certificate it speaks TLS itself."""

    def __init__(self, port, user, password, certificate=None, key=None):
        expected = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        self.targets, self.refusals = [], 0
        context = None
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
        proxy = self

        class Handler(socketserver.BaseRequestHandler):
            """One connection of a client."""

            def handle(self):
                with contextlib.suppress(OSError):
                    client = context.wrap_socket(self.request, server_side=True) if context else self.request
                    proxy._serve(client, port, expected)

        class Server(socketserver.ThreadingTCPServer):
            """Its threads end with the process."""

            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, client, port, expected):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = client.recv(1)
            if not byte:
                return
            head += byte
        lines = head.decode().split("\r\n")
        fields = (line.split(": ", 1) for line in lines[1:] if ": " in line)
        if expected not in [value for name, value in fields if name.lower() == "proxy-authorization"]:
            self.refusals += 1
            client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n")
            return
        self.targets.append(lines[0].split(" ")[1])
        with socket.create_connection(("127.0.0.1", port)) as server:
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=self._copy, args=(server, client), daemon=True)
            back.start()
            self._copy(client, server)
            back.join()

    @staticmethod
    def _copy(source, target):
        """Copies until one side ends, and tells the other."""
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)
