"""ADX behind a proxy that wants a password, and with a certificate of an authority that no system knows."""

import os
import urllib.parse

import pytest

from adx import EmulatorProcess
from processes import wait_until
from proxy import STORE_PASSWORD
from sink import DONE, SERVICE_AWAY, STRING
from topics import Record
from tunnel import TunnelProxy

HOST = "adx.corp.example"
USER, PASSWORD = "way-out", "pr0xy:p%ss/+"
APPLICATION, SECRET = "app", "pl4nted-client-s3cret-of-the-proxy-tests"


class Behind(EmulatorProcess):
    """An emulator whose addresses name a host that only the proxy knows."""

    def __init__(self, rig, name, table):
        rig.proxy.issue(name, f"DNS:{HOST},IP:127.0.0.1")
        super().__init__(
            rig.children, rig.emulator, os.path.join(rig.folder, name), "shop", [f".create table {table} (id: long)"],
            ["--certificate", rig.proxy.file(f"{name}.crt"), "--key", rig.proxy.file(f"{name}.key"),
             "--application", f"{APPLICATION}={SECRET}"],
            authority=rig.proxy.file("ca.crt"),
        )
        self.port = urllib.parse.urlsplit(self.query_url).port
        self.ingestion_url = self.query_url = f"https://{HOST}"
        self._table = f"shop.{table}"

    def count(self):
        return self.ask("GET", f"{self.control_url}/state")["tables"][self._table]["rows"]


def sink(rig, name, cluster, table, **changes):
    topic = rig.topic(name)
    rig.kafka.write(topic, [Record(None, str(number).encode()) for number in range(20)])
    return rig.sink(name, [{"topic": topic, "table": table, "format": "csv"}], STRING, cluster, **{
        "kusto__endpoint__trust": HOST, "aad__auth__strategy": "application", "aad__auth__appid": APPLICATION,
        "aad__auth__appkey": SECRET, "aad__auth__authority": "tenant",
    } | changes)


@pytest.mark.parametrize("kind", ["http", "https"])
def test_a_proxy_with_a_password(rig, kind):
    """By the environment in plain text, and by properties over TLS: everything for Azure goes through it."""
    name = f"proxy-{kind}"
    table = name.replace("-", "_").capitalize()
    cluster = Behind(rig, name, table)
    files = [rig.proxy.file(f"{name}.{end}") for end in ("crt", "key")] if kind == "https" else []
    with TunnelProxy(cluster.port, USER, PASSWORD, *files) as proxy:
        if kind == "https":
            worker = sink(rig, name, cluster, table, **{
                "proxy__host": "127.0.0.1", "proxy__port": proxy.port, "proxy__protocol": "https", "proxy__username": USER,
                "proxy__password": PASSWORD, "kusto__ssl__truststore__location": rig.proxy.file("ca.p12"),
                "kusto__ssl__truststore__password": STORE_PASSWORD,
            }).start()
        else:
            user = f"{USER}:{urllib.parse.quote(PASSWORD, safe='')}"
            worker = sink(rig, name, cluster, table).start({
                "HTTPS_PROXY": f"http://{user}@127.0.0.1:{proxy.port}", "NO_PROXY": "other.example,::1",
                "SSL_CERT_FILE": rig.proxy.file("ca.crt"),
            })
        wait_until(lambda: cluster.count() == 20, "the rows are there", 120, alive=[worker.process])
        worker.await_done()
        assert worker.stop() == DONE
        assert set(proxy.targets) == {f"{HOST}:443"} and proxy.refusals == 0
    assert PASSWORD not in worker.text() and SECRET not in worker.text()


def test_a_proxy_that_refuses_us(rig):
    """The line names the proxy and the variable, and not the password."""
    cluster = Behind(rig, "proxy-refused", "Proxy_refused")
    with TunnelProxy(cluster.port, USER, PASSWORD) as proxy:
        worker = sink(rig, "proxy-refused", cluster, "Proxy_refused", startup__timeout__ms=3000).start({
            "https_proxy": f"http://{USER}:wrong-pr0xy-password@127.0.0.1:{proxy.port}", "NO_PROXY": "", "no_proxy": "",
            "SSL_CERT_FILE": rig.proxy.file("ca.crt"),
        })
        assert worker.await_end(60) == SERVICE_AWAY
        text = worker.text()
        assert f"the proxy 127.0.0.1:{proxy.port} refuses the user or the password (status 407)" in text
        assert "belong to https_proxy" in text and "wrong-pr0xy-password" not in text and proxy.targets == []
    assert cluster.count() == 0
