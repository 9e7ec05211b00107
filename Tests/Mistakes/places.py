"""Everything that runs during the tests, and the names by which mistakes speak of it."""

import concurrent.futures
import http.server
import os
import secrets
import socket
import threading

from acls import Grants
from adx import EmulatorProcess
from broker import free_ports
from kafka import Kafka
from keys import Keys
from planted import PLANTED
from processes import Children, executable

from confluent_kafka.admin import NewTopic

APPLICATION = "11111111-0000-0000-0000-000000000001"
EXPIRED = "11111111-0000-0000-0000-000000000002"
POWERLESS = "11111111-0000-0000-0000-000000000003"
SECRET = PLANTED["the application of the mistakes"]
TOPICS = ("orders", "payments", "in-denied", "orders-errors", "orders-letters")
# What a sink does with topics and its group.
RIGHTS = {
    "topic": (("TOPIC", "orders", "READ"), ("TOPIC", "orders", "DESCRIBE")),
    "group": (("GROUP", "connect-", "READ"),),
    "errors": (("TOPIC", "orders-", "CREATE"), ("TOPIC", "orders-", "WRITE")),
}
USERS = ("sink", *(f"no-{kind}" for kind in RIGHTS))

TABLES = """\
.create table Orders (id: long, item: string, price: decimal, placed: datetime)
.create table Orders ingestion json mapping 'OrdersMapping' '[{"column":"id","path":"$.id"},{"column":"item","path":"$.item"}]'
.create table Orders ingestion csv mapping 'OrdersCsv' '[{"column":"id","Ordinal":0},{"column":"item","Ordinal":1}]'
.create table Payments (id: long)
.create table Payments ingestion json mapping 'PaymentsMapping' '[{"column":"id","path":"$.id"}]'
.create table Blocked (id: long)
""".splitlines()

LISTENERS = """\
listeners=PLAINTEXT://{address},SASL://{sasl},TLS://{tls},MUTUAL://{mutual},ELSEWHERE://{elsewhere},CONTROLLER://{controller}
advertised.listeners=PLAINTEXT://{address},SASL://{sasl},TLS://{tls},MUTUAL://{mutual},ELSEWHERE://{dead}
listener.security.protocol.map=\
PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SSL,MUTUAL:SSL,ELSEWHERE:PLAINTEXT
listener.name.sasl.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512
listener.name.sasl.plain.sasl.jaas.config=\
org.apache.kafka.common.security.plain.PlainLoginModule required {users};
listener.name.sasl.scram-sha-512.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.tls.ssl.keystore.type=PEM
listener.name.tls.ssl.keystore.location={certificate}
listener.name.mutual.ssl.keystore.type=PEM
listener.name.mutual.ssl.keystore.location={certificate}
listener.name.mutual.ssl.client.auth=required
listener.name.mutual.ssl.truststore.type=PEM
listener.name.mutual.ssl.truststore.location={authority}
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
ssl.principal.mapping.rules=RULE:^CN=([^,]+).*$/$1/
"""


class Broker(Grants, Kafka):
    """A Kafka with a listener for each way of being reached, some of which are mistakes; nobody's name is everybody's right."""

    def __init__(self, children, folder, keys, password, dead):
        self.sasl, self.tls, self.mutual, self.elsewhere = (f"127.0.0.1:{port}" for port in free_ports(4))
        self.controller = None

        def listeners(address, controller):
            self.controller = controller
            return LISTENERS.format(
                address=address, sasl=self.sasl, tls=self.tls, mutual=self.mutual, elsewhere=self.elsewhere,
                controller=controller, dead=dead, certificate=keys.file("server.pem"), authority=keys.file("ca.crt"),
                users=" ".join(f'user_{name}="{password}"' for name in USERS),
            )

        super().__init__(children, folder, extra=listeners)
        for answer in self.admin.create_topics([NewTopic(name, 1, 1) for name in TOPICS], request_timeout=60).values():
            answer.result(90)
        for user in USERS:
            rights = [right for kind, group in RIGHTS.items() if user != f"no-{kind}" for right in group]
            self.grant(user, *rights)


class Page(http.server.BaseHTTPRequestHandler):
    """A web server that knows nothing of Kafka, of ADX or of schemas: below `/locked` it wants a password."""

    def do_GET(self):
        """Answers as web servers do."""
        self._answer(401 if self.path.startswith("/locked") else 404)

    def do_POST(self):
        """Answers likewise."""
        self._answer(404)

    def _answer(self, status):
        body = b"<html><head><title>nginx</title></head><body><h1>nothing here</h1></body></html>"
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Says nothing."""


class WebServer(http.server.ThreadingHTTPServer):
    """Serves pages; whoever hangs up before the end of one is no fault."""

    def handle_error(self, *_):
        """Says nothing."""


class Places:
    """The peers; leaving the context ends all that was started."""

    def __init__(self, folder):
        self.folder = folder
        self.children = Children(folder)

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self):
        self.web = WebServer(("127.0.0.1", 0), Page)
        threading.Thread(target=self.web.serve_forever, daemon=True).start()
        self.taken = socket.create_server(("127.0.0.1", 0))
        self.password = f"pl4nted-plain-{secrets.token_hex(8)}"
        dead, = free_ports(1)
        with concurrent.futures.ThreadPoolExecutor() as pool:
            adx = pool.submit(self._start_emulator)
            keys = Keys(self.file("keys"))
            broker = Broker(self.children, self.file("kafka"), keys, self.password, f"127.0.0.1:{dead}")
            self.adx = adx.result()
        self.names = {
            "broker": broker.address, "sasl": broker.sasl, "tls": broker.tls, "mutual": broker.mutual,
            "elsewhere": broker.elsewhere, "controller": broker.controller, "dead": f"127.0.0.1:{dead}",
            "web": f"127.0.0.1:{self.web.server_port}", "taken": f"127.0.0.1:{self.taken.getsockname()[1]}",
            "ingestion": self.adx.ingestion_url, "query": self.adx.query_url, "password": self.password,
            "keys": self.file("keys"), "store-password": keys.store_password, "token": self.adx.token,
            "secret": SECRET,
        }

    def _start_emulator(self):
        program = executable("kusto-emulator", "KUSTO_EMULATOR")
        return EmulatorProcess(self.children, program, self.file("adx"), "shop", TABLES, [
            "--split-endpoints", "--tenant", "contoso.example", "--application", f"{APPLICATION}={SECRET}",
            "--expired-secret", f"{EXPIRED}={SECRET}", "--application", f"{POWERLESS}={SECRET}", "--deny-ingest", POWERLESS,
        ])

    def __exit__(self, *_):
        self.children.__exit__()
        self.web.shutdown()

    def file(self, *parts):
        return os.path.join(self.folder, *parts)

    def put(self, text, names):
        """The text with the places in it by their addresses."""
        for name, value in (self.names | names).items():
            text = text.replace(f"@{name}@", value)
        return text
