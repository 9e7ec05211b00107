"""nginx in front of the schema registry: passwords, tokens, certificates, and outages."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess

from broker import free_ports
from planted import PLANTED
from processes import RunError
from registry import await_url

USER, PASSWORD, TOKEN, STORE_PASSWORD, KEY_PASSWORD = (
    "reader", *(PLANTED[f"the schema registry's {kind}"] for kind in ("password", "token", "key store", "key"))
)
# A registry that knows no GUIDs gets them here: the last digits are the schema's number, in decimal.
GUID_PREFIX = "c0ffee00-0000-4000-8000-"

CONFIGURATION = """\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 512; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  proxy_read_timeout 60s;
  map $http_authorization $has_token {{ default 0; "Bearer {token}" 1; }}
  server {{ listen 127.0.0.1:{plain}; {locations} }}
  server {{ listen 127.0.0.1:{basic}; auth_basic "registry"; auth_basic_user_file {folder}/users; {locations} }}
  server {{ listen 127.0.0.1:{bearer}; if ($has_token = 0) {{ return 401; }} {locations} }}
  server {{
    listen 127.0.0.1:{tls} ssl; ssl_certificate {folder}/server.crt; ssl_certificate_key {folder}/server.key; {locations}
  }}
  server {{
    listen 127.0.0.1:{mutual} ssl; ssl_certificate {folder}/server.crt; ssl_certificate_key {folder}/server.key;
    ssl_client_certificate {folder}/ca.crt; ssl_verify_client on; {locations}
  }}
  server {{
    listen 127.0.0.1:{wrong_name} ssl; ssl_certificate {folder}/other.crt; ssl_certificate_key {folder}/other.key; {locations}
  }}
}}
"""

LOCATIONS = """
    location ~ ^{path}/schemas/guids/{guid}0*(?<number>[0-9]+)$ {{
      proxy_pass http://{host}{path}/schemas/ids/$number$is_args$args;
    }}
    location / {{ proxy_pass http://{host}; }}
"""
NAMES = ("plain", "basic", "bearer", "tls", "mutual", "wrong_name")


class Proxy:
    """One nginx with a port for each way in. It runs as the user of the tests, and is ended by its process id."""

    def __init__(self, children, folder, registry):
        if shutil.which("nginx") is None:
            raise RunError("no nginx on PATH; install it (apt install nginx-light)")
        os.makedirs(folder)
        self._children, self._folder, self._registry = children, folder, registry
        self._ports = dict(zip(NAMES, free_ports(len(NAMES))))
        self._make_certificates()
        self.set_password(PASSWORD)
        locations = LOCATIONS.format(host=registry.host, path=registry.path, guid=GUID_PREFIX)
        with open(self.file("nginx.conf"), "w") as file:
            file.write(CONFIGURATION.format(folder=folder, locations=locations, token=TOKEN, **self._ports))
        self.process = None
        self.start()

    def file(self, name):
        return os.path.join(self._folder, name)

    def url(self, name="plain", user=""):
        """The registry's address by one of the ways in; `user` goes in front of the host."""
        scheme = "https" if name in ("tls", "mutual", "wrong_name") else "http"
        host = "localhost" if scheme == "https" else "127.0.0.1"
        return f"{scheme}://{user}{host}:{self._ports[name]}{self._registry.path}"

    def start(self):
        program, configuration = shutil.which("nginx"), self.file("nginx.conf")
        self.process = self._children.start("nginx", [program, "-e", "stderr", "-p", self._folder, "-c", configuration])
        await_url(self.url(), self.process)

    def kill(self):
        """From now on connections are refused."""
        self.process.signal(signal.SIGKILL)
        self.process.wait(10)

    @contextlib.contextmanager
    def silent(self):
        """While this lasts, after `kill`, connections to `plain` are taken and nobody answers."""
        with socket.create_server(("127.0.0.1", self._ports["plain"]), backlog=128):
            yield

    def set_password(self, password):
        """Changes the password that `basic` takes, from the next request on."""
        text = self._openssl("passwd", "-apr1", "-stdin", text=password)
        with open(self.file("users.new"), "w") as file:
            file.write(f"{USER}:{text.strip()}\n")
        os.replace(self.file("users.new"), self.file("users"))

    def asked(self, text):
        """How many requests have come whose path holds this text."""
        with open(self.file("access.log"), errors="replace") as file:
            return sum(text in line for line in file)

    # Certificates

    def _make_certificates(self):
        """An authority, a server, a server of another name, and a client, with what Java calls stores."""
        self._openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=Authority of the tests", "-keyout", self.file("ca.key"), "-out", self.file("ca.crt"),
        )
        self.issue("server", "DNS:localhost,IP:127.0.0.1")
        self.issue("other", "DNS:registry.example")
        self.issue("client", "DNS:client.example")
        with open(self.file("client.pem"), "w") as output:
            for part in ("client.key", "client.crt"):
                with open(self.file(part)) as file:
                    output.write(file.read())
        self._openssl(
            "pkcs12", "-export", "-inkey", self.file("client.key"), "-in", self.file("client.crt"),
            "-passout", f"pass:{STORE_PASSWORD}", "-out", self.file("client.p12"),
        )
        for name in ("ca", "other"):
            self._openssl(
                "pkcs12", "-export", "-nokeys", "-in", self.file(f"{name}.crt"), "-passout", f"pass:{STORE_PASSWORD}",
                "-out", self.file(f"{name}.p12"),
            )
        self._keytool(
            "-importcert", "-noprompt", "-alias", "ca", "-file", self.file("ca.crt"), "-storetype", "JKS",
            "-keystore", self.file("ca.jks"), "-storepass", STORE_PASSWORD,
        )
        self._keytool(
            "-importkeystore", "-noprompt", "-srckeystore", self.file("client.p12"), "-srcstoretype", "PKCS12",
            "-srcstorepass", STORE_PASSWORD, "-srcalias", "1", "-destkeystore", self.file("client.jks"),
            "-deststoretype", "JKS", "-deststorepass", STORE_PASSWORD, "-destkeypass", KEY_PASSWORD,
        )

    def issue(self, name, names):
        """Makes the certificate NAME.crt with the key NAME.key."""
        self._openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", f"/CN={name}", "-addext", f"subjectAltName={names}", "-addext", "basicConstraints=critical,CA:FALSE",
            "-CA", self.file("ca.crt"), "-CAkey", self.file("ca.key"),
            "-keyout", self.file(f"{name}.key"), "-out", self.file(f"{name}.crt"),
        )

    def _openssl(self, *arguments, text=None):
        return self._run("openssl", arguments, text)

    def _keytool(self, *arguments):
        return self._run("keytool", arguments)

    @staticmethod
    def _run(program, arguments, text=None):
        outcome = subprocess.run(
            [program, *arguments], input=text, capture_output=True, text=True, timeout=60, check=False
        )
        if outcome.returncode != 0:
            # A JDK's tool tells what failed on its standard output.
            raise RunError(f"{program} {arguments[0]} failed: {outcome.stderr}{outcome.stdout}")
        return outcome.stdout
