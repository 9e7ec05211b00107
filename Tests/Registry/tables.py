"""The emulated ADX: tables that are made while it runs, their rows, and uploads that nobody has read yet."""

import base64
import decimal
import gzip
import json
import threading
import urllib.parse

from azure.kusto.data import KustoClient, KustoConnectionStringBuilder
from azure.storage.blob import BlobClient
from azure.storage.queue import QueueClient

from adx import EmulatorProcess
from processes import wait_until

DATABASE = "registry"
KINDS = {"multijson": "json", "singlejson": "json", "apacheavro": "avro"}


class Cluster(EmulatorProcess):
    """An emulator of these tests."""

    def __init__(self, children, executable, folder, options=()):
        super().__init__(children, executable, folder, DATABASE, [], ["--split-endpoints", *options])
        self._lock = threading.Lock()

    def command(self, text):
        """A management command, by the official client."""
        with self._lock, self._client(self.query_url) as client:
            return [list(row) for row in client.execute_mgmt(self.database, text).primary_results[0]]

    def _client(self, url):
        return KustoClient(
            KustoConnectionStringBuilder.with_aad_application_token_authentication(url, self.token)
        )

    def create(self, table, columns="id: long, doc: dynamic", format="json", paths=None, streaming=False):
        """Makes a table, with the mapping `rows` for that format if `paths` says where each column comes from."""
        self.command(f".create table {table} ({columns})")
        if paths:
            rules = json.dumps([{"column": name, "Properties": {"Path": path}} for name, path in paths.items()])
            self.command(f".create table {table} ingestion {KINDS.get(format, format)} mapping 'rows' '{rules}'")
        if streaming:
            self.command(f".alter table {table} policy streamingingestion enable")

    def count(self, table):
        """How many rows a table has."""
        return self.ask("GET", f"{self.control_url}/state")["tables"][f"{self.database}.{table}"]["rows"]

    def await_count(self, table, count, timeout, alive=()):
        """Waits until a table has so many rows."""
        wait_until(lambda: self.count(table) >= count, f"{table} has {count} rows", timeout, 0.1, alive)

    def exact_rows(self, table, columns=("id", "doc")):
        """The rows with numbers as they are: whole ones as integers, others as decimals."""
        url = f"{self.control_url}/rows?database={self.database}&table={table}&columns={','.join(columns)}"
        with self._answer("GET", url, timeout=120) as response:
            return [json.loads(line, parse_float=decimal.Decimal) for line in response]

    def poison(self, table, text, is_at_once):
        """A fault: ADX rejects for good what goes into a table and holds this text, at once or after it was queued."""
        endpoint = "streaming" if is_at_once else "ingestion"
        return {"endpoint": endpoint, "contains": f"/{table}", "kind": "reject", "data": text, "permanent": True}

    def struck(self, identifier):
        """How often a fault struck, or None when it is used up."""
        for fault in self.ask("GET", f"{self.control_url}/faults"):
            if fault["id"] == identifier:
                return fault["struck"]
        return None


class Upload:
    """One blob that the worker uploaded and queued, as ADX would find it."""

    def __init__(self, message):
        self.message = message
        self.path = message["BlobPath"]
        self.name = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path.rpartition("/")[2])
        self.table = message["TableName"]
        self.size = message.get("RawDataSize")
        properties = message.get("AdditionalProperties", {})
        self.format = properties.get("format")
        self.mapping = properties.get("ingestionMappingReference")
        self.mapping_kind = properties.get("ingestionMappingType")
        self.bytes = BlobClient.from_blob_url(self.path).download_blob().readall()

    @property
    def content(self):
        """The bytes, unpacked when the name says that they are packed."""
        return gzip.decompress(self.bytes) if self.name.endswith(".gz") else self.bytes


class Uploads:
    """Takes what was queued at an emulator that reads nothing itself (`--discard`)."""

    def __init__(self, cluster):
        with cluster._client(cluster.ingestion_url) as client:
            rows = client.execute_mgmt(None, ".get ingestion resources").primary_results[0]
            urls = [row["StorageRoot"] for row in rows if row["ResourceTypeName"] == "SecuredReadyForAggregationQueue"]
        self._queues = [QueueClient.from_queue_url(url) for url in urls]
        self.taken = []

    def take(self):
        """All uploads so far."""
        for queue in self._queues:
            for message in queue.receive_messages(messages_per_page=32, visibility_timeout=3600):
                self.taken.append(Upload(json.loads(base64.b64decode(message.content))))
        return self.taken

    def of(self, table):
        """The uploads for one table."""
        return [each for each in self.take() if each.table == table]
