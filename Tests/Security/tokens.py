"""An identity provider: it gives out signed tokens, and the keys by which brokers check them."""

import base64
import collections
import http.server
import json
import secrets
import threading
import time
import urllib.parse

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

AUDIENCE, ISSUER = "kafka-of-the-tests", "https://provider.example"


class Provider:
    """Answers on a thread of its own: `/keys`, and `/token` for clients that it knows."""

    def __init__(self):
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        # The secrets that open a client's door, and for how long its tokens are good.
        self.clients, self.lifetimes = {}, {}
        # How many tokens were given for each secret, and how often a request was refused.
        self.given, self.refused = collections.Counter(), 0
        self._lock = threading.Lock()
        # Every token that was given, since none may appear in a log.
        self.tokens = []
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """One request."""

            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self._answer(*((200, provider.keys()) if self.path == "/keys" else (404, {})))

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                self._answer(*provider.reply(self.path, self.headers.get("Authorization") or "", body))

            def _answer(self, status, document):
                content = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def url(self, path):
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    def add(self, client, secret=None, lifetime=600):
        """Lets a client in; returns its secret."""
        secret = secret or f"pl4nted-oauth-{secrets.token_hex(8)}"
        with self._lock:
            self.clients[client], self.lifetimes[client] = secret, lifetime
        return secret

    def keys(self):
        """The public key, as RFC 7517 has it."""
        key = jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {"keys": [key | {"kid": "1", "use": "sig", "alg": "RS256"}]}

    def reply(self, path, authorization, body):
        """What a request for a token gets; the path says what is wrong with the token."""
        form = dict(urllib.parse.parse_qsl(body))
        kind, _, text = authorization.partition(" ")
        client, _, secret = base64.b64decode(text).decode().partition(":") if kind == "Basic" else ("", "", "")
        with self._lock:
            if self.clients.get(client) != secret or form.get("grant_type") != "client_credentials":
                self.refused += 1
                # Some providers quote what they were asked.
                return 401, {"error": "invalid_client", "error_description": f"no such client: {client} {secret} {body}"}
            now = int(time.time())
            claims = {
                "iss": ISSUER, "aud": "another" if path == "/token/another-audience" else AUDIENCE, "sub": client,
                "iat": now, "exp": now + self.lifetimes[client], "scope": form.get("scope") or "any", "jti": secrets.token_hex(8),
            }
            key = self._stranger if path == "/token/another-key" else self._key
            token = jwt.encode(claims, key, "RS256", headers={"kid": "1"})
            self.given[secret] += 1
            self.tokens.append(token)
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": self.lifetimes[client]}
