import http.client
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from magicai.errors import Conflict
from magicai.shops.sample import SampleShop, truth
from magicai.shops.sample.__main__ import main
from magicai.shops.sample.faults import Faults

BUSY = "/kitchen/p/olive-wood-board"
BROKEN = "/lighting/harbour-lantern.html"
Ask = Callable[..., Any]


def test_it_binds_to_loopback_alone(shop: SampleShop) -> None:
    assert shop.host.startswith("127.0.0.1:")
    assert shop.url == f"http://{shop.host}/"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "evil.example:80"])
def test_a_foreign_host_is_refused(ask: Ask, host: str) -> None:
    answer = ask("/", headers={"Host": host})
    assert answer.status == 421
    assert b"Tern" not in answer.body


def test_a_foreign_address_in_the_request_line_is_refused(ask: Ask) -> None:
    assert ask("http://evil.example/").status == 421


def test_an_address_that_is_none_is_refused(shop: SampleShop) -> None:
    host, _, port = shop.host.partition(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(f"GET http://[ HTTP/1.1\r\nHost: {shop.host}\r\n\r\n".encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 400 ")


def test_localhost_is_its_name_too(shop: SampleShop, ask: Ask) -> None:
    port = shop.host.rpartition(":")[2]
    assert ask("/", headers={"Host": f"LOCALHOST:{port}"}).status == 200


def test_scripts_of_other_sites_are_refused_and_its_own_are_not(shop: SampleShop, ask: Ask) -> None:
    for origin in ("http://evil.example", "null", "https://" + shop.host):
        assert ask("/api/outlet.json", headers={"Origin": origin}).status == 403
    assert ask("/api/outlet.json", headers={"Origin": f"http://{shop.host}"}).status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_it_can_only_be_looked_at(ask: Ask, method: str) -> None:
    answer = ask("/", method=method)
    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD"


def test_head_tells_the_length_and_sends_nothing(shop: SampleShop, ask: Ask) -> None:
    length = len(ask("/").body)
    host, _, port = shop.host.partition(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection, connection.makefile("rb") as answer:
        connection.sendall(f"HEAD / HTTP/1.1\r\nHost: {shop.host}\r\nConnection: close\r\n\r\n".encode())
        head, _, body = answer.read().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert f"Content-Length: {length}".encode() in head
    assert body == b""


def test_a_busy_page_is_there_for_who_waits_as_told(ask: Ask, clock: Any) -> None:
    first = ask(BUSY)
    assert (first.status, first.headers["Retry-After"]) == (429, "1")
    clock.now += 0.5
    assert ask(BUSY).status == 429, "asked too early"
    clock.now += 0.5
    assert ask(BUSY).status == 200
    assert ask(BUSY).status == 200


def test_a_broken_page_works_the_third_time(ask: Ask) -> None:
    assert [ask(BROKEN).status for _ in range(4)] == [500, 500, 200, 200]


def test_a_new_day_fails_anew(shop: SampleShop, ask: Ask) -> None:
    for _ in range(3):
        ask(BROKEN)
    shop.day = 2
    assert ask(BROKEN).status == 500


def test_slow_pages_wait_and_others_do_not() -> None:
    faults = Faults(slow_s=3)
    assert faults.delay("/kitchen/p/lidded-casserole") == 3
    assert faults.delay("/kitchen/") == 0


def test_what_has_not_changed_is_not_sent_again(ask: Ask) -> None:
    page = ask("/kitchen/")
    tag, date = page.headers["ETag"], page.headers["Last-Modified"]
    for headers in ({"If-None-Match": tag}, {"If-None-Match": f'"x", W/{tag}'}, {"If-Modified-Since": date}):
        answer = ask("/kitchen/", headers=headers)
        assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", tag)
    assert ask("/kitchen/", headers={"If-None-Match": '"x"', "If-Modified-Since": date}).status == 200, (
        "the tag decides"
    )
    assert ask("/kitchen/", headers={"If-Modified-Since": "yesterday"}).status == 200


def test_on_the_second_day_only_what_changed_is_sent_again(shop: SampleShop, ask: Ask) -> None:
    paths = ("/kitchen/p/carbon-steel-skillet", "/kitchen/p/loaf-tin-long", "/about/")
    first = {path: ask(path) for path in paths}
    shop.day = 2
    statuses = [ask(path, headers={"If-None-Match": first[path].headers["ETag"]}).status for path in paths]
    assert statuses == [200, 304, 304]
    dates = [parsedate_to_datetime(ask(path).headers["Last-Modified"]).day for path in paths]
    assert dates == [9, 2, 2]


def test_session_ids_are_new_each_time_and_do_not_count_as_a_change(ask: Ask) -> None:
    first, second = ask("/lighting/"), ask("/lighting/")
    assert b"sid=" in first.body
    assert first.body != second.body
    assert first.headers["ETag"] == second.headers["ETag"]
    assert ask("/lighting/", headers={"If-None-Match": first.headers["ETag"]}).status == 304


def test_the_day_can_be_switched_while_it_runs(shop: SampleShop, ask: Ask) -> None:
    assert b"$64.00" in ask("/kitchen/p/carbon-steel-skillet").body
    assert ask("/kitchen/p/butter-dish").status == 404
    shop.day = 2
    assert shop.day == 2
    assert b"$69.00" in ask("/kitchen/p/carbon-steel-skillet").body
    assert ask("/kitchen/p/butter-dish").status == 200
    changes = truth(2).changes
    assert changes
    statuses = {ask(change.url).status for change in changes.gone if change.identity.startswith(("gtin", "sku"))}
    assert statuses == {404, 410}


@pytest.mark.parametrize("day", [0, -1])
def test_days_begin_with_the_first(shop: SampleShop, day: int) -> None:
    with pytest.raises(ValueError, match=str(day)):
        SampleShop(day=day)
    with pytest.raises(ValueError, match=str(day)):
        shop.day = day
    assert shop.day == 1


def test_it_tells_what_it_was_asked(shop: SampleShop, ask: Ask, clock: Any) -> None:
    clock.now = 7
    ask("/about/?a=1", headers={"User-Agent": "MagicAI/1", "If-None-Match": '"x"'})
    ask("/nothing", method="HEAD")
    first, second = shop.requests
    assert (first.at, first.method, first.path, first.status) == (7, "GET", "/about/?a=1", 200)
    assert first.headers == {"user-agent": "MagicAI/1", "if-none-match": '"x"'}
    assert (second.method, second.status) == ("HEAD", 404)
    assert shop.forget_requests() == (first, second)
    assert shop.requests == ()


def test_many_can_ask_at_once(shop: SampleShop, ask: Ask) -> None:
    threads = [threading.Thread(target=ask, args=(f"/outdoor/?n={n}",)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {asked.path for asked in shop.requests} == {f"/outdoor/?n={n}" for n in range(20)}


def test_it_ends_while_a_slow_page_and_an_idle_connection_are_open(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = threading.Event()

    def delay(_faults: Faults, path: str) -> float:
        if path != "/slow":
            return 0
        waiting.set()
        return 3600

    monkeypatch.setattr(Faults, "delay", delay)
    with SampleShop() as shop:
        host, _, port = shop.host.partition(":")
        idle = http.client.HTTPConnection(shop.host, timeout=60)
        idle.request("GET", "/about/")
        idle.getresponse().read()
        slow = http.client.HTTPConnection(shop.host, timeout=60)
        slow.request("GET", "/slow")
        assert waiting.wait(30)
    with closing(idle), closing(slow):
        with pytest.raises((http.client.HTTPException, ConnectionError)):
            slow.getresponse()
        assert idle.sock.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=5)


def test_outside_its_with_block_it_says_so() -> None:
    with pytest.raises(RuntimeError, match="with block"):
        _ = SampleShop().url


def test_a_taken_port_is_named_with_the_way_out(shop: SampleShop, capsys: pytest.CaptureFixture[str]) -> None:
    port = shop.host.rpartition(":")[2]
    with pytest.raises(Conflict, match=port), SampleShop(port=int(port)):
        pass
    assert main(["--port", port]) == 2
    message = capsys.readouterr().err
    assert port in message
    assert "--port" in message


def test_the_command_serves_until_ctrl_c() -> None:
    command = [sys.executable, "-m", "magicai.shops.sample", "--day", "2", "--port", "0"]
    # A shell has what it starts in the background ignore Ctrl-C, and children inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        assert process.stderr
        line = process.stderr.readline()
        host = line.split("http://")[1].split("/")[0]
        connection = http.client.HTTPConnection(host, timeout=60)
        connection.request("GET", "/kitchen/p/butter-dish")
        assert connection.getresponse().status == 200
        connection.close()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert process.stderr.read() == ""
