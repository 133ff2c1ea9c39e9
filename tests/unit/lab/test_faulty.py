"""The proxy that tests of faults stand on, before a small server of the tests' own."""

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.faulty import Faulty

ANSWER = b'{"version": "9.5.3", "words": "' + b"x" * 100_000 + b'"}'


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        pass


@pytest.fixture
def proxy() -> Iterator[Faulty]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    with Faulty(f"http://user:word@127.0.0.1:{server.server_port}/path?a=1") as made:
        yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(proxy: Faulty) -> Iterator[http.client.HTTPConnection]:
    made = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=60)
    yield made
    made.close()


def ask(client: http.client.HTTPConnection) -> tuple[int, bytes]:
    client.request("POST", "/", body=b"asked" * 1000)
    answer = client.getresponse()
    return answer.status, answer.read()


def test_it_is_faithful_until_told_otherwise(proxy: Faulty, client: http.client.HTTPConnection) -> None:
    assert proxy.url == f"http://user:word@127.0.0.1:{proxy.port}/path?a=1"
    assert [ask(client) for _ in range(3)] == [(200, ANSWER)] * 3
    assert proxy.connections == 1


def test_refused_until_healed(proxy: Faulty, client: http.client.HTTPConnection) -> None:
    ask(client)
    proxy.refuse()
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        ask(client)
    client.close()
    with pytest.raises(ConnectionRefusedError):
        ask(client)
    proxy.heal()
    client.close()
    assert ask(client) == (200, ANSWER)


def test_dropped_once(proxy: Faulty, client: http.client.HTTPConnection) -> None:
    ask(client)
    proxy.drop()
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        ask(client)
    client.close()
    assert ask(client) == (200, ANSWER)


def test_cut_in_the_middle_of_an_answer_also_on_an_open_connection(
    proxy: Faulty, client: http.client.HTTPConnection
) -> None:
    ask(client)
    proxy.cut(after=50_000)
    with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
        ask(client)
    client.close()
    with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
        ask(client)


def test_each_answer_is_late(proxy: Faulty, client: http.client.HTTPConnection) -> None:
    proxy.delay(0.2)
    began = time.monotonic()
    assert [ask(client) for _ in range(2)] == [(200, ANSWER)] * 2
    assert time.monotonic() - began >= 0.4


def test_silent_it_takes_and_never_answers(proxy: Faulty, client: http.client.HTTPConnection) -> None:
    proxy.silent()
    client.timeout = 0.3
    with pytest.raises(TimeoutError):
        ask(client)


def test_garbage_instead_of_the_answer(proxy: Faulty, client: http.client.HTTPConnection) -> None:
    proxy.garbage(b"\x00\xff not HTTP\r\n\r\n")
    with pytest.raises(http.client.BadStatusLine):
        ask(client)


def test_another_version_in_the_answer(proxy: Faulty, client: http.client.HTTPConnection) -> None:
    proxy.rewrite(b'"9.5.3"', b'"7.1.0"')
    assert ask(client) == (200, ANSWER.replace(b"9.5.3", b"7.1.0"))


def test_a_password_refused_in_the_servers_stead(proxy: Faulty, client: http.client.HTTPConnection) -> None:
    proxy.http(401, {"error": "who are you?"})
    assert [ask(client) for _ in range(2)] == [(401, b'{"error": "who are you?"}')] * 2
    proxy.heal()
    assert ask(client) == (200, ANSWER)


def test_ended_nothing_listens(proxy: Faulty) -> None:
    with Faulty(proxy.url) as chained:
        with socket.create_connection(("127.0.0.1", chained.port)):
            pass
        chained.refuse()
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", chained.port)):
        pass
