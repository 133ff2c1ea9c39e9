"""Every spelling of an address that is not public is refused, before and after resolution."""

import asyncio
import socket
from collections.abc import Sequence

import pytest

from integrations.fetcher.addresses import AddressRules, Target
from magicai.errors import Invalid, MagicError, Refused, Temporary
from tests.codes import says

LOOPBACK = [
    "http://127.0.0.1/",
    "http://127.1.2.3:8080/",
    "http://127.1/",
    "http://2130706433/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0x7f.0.0.1/",
    "http://0x7f000001/",
    "http://0X7F.1/",
    "http://127.0.0.1./",
    "http://0/",
    "http://0.0.0.0/",
    "http:127.0.0.1/",
    "http:\\\\127.0.0.1\\",
    "http:///127.0.0.1/",
    "http://%31%32%37.0.0.1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://１２７.０.０.１/",
    "http://127。0。0。1/",
    "http://127．0．0．1/",
    "ht\ntp://127.0.\t0.1/",
    "  http://127.0.0.1/  ",
    "\x00http://127.0.0.1/\x00",
    "http://127.1.1.1:80\\@127.2.2.2:80/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://shop.localhost/",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "http://localhost.localdomain/",
    "http://ip6-localhost/",
    "http://[::1]/",
    "http://[0000::1]/",
    "http://[::]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[0:0:0:0:0:ffff:7f00:1]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b:1::8.8.8.8]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:808:808:0:0:80ff:fffe]/",
    "http://[2600::5efe:127.0.0.1]/",
]
PRIVATE = [
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://3232235777/",
    "http://100.64.0.1/",
    "http://100.100.100.200/latest/meta-data/",
    "http://169.254.169.254/latest/meta-data/",
    "http://0251.00376.000251.0000376/",
    "http://0xA9FEA9FE/",
    "http://2852039166/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[100::1]/",
    "http://[2001:db8::1]/",
    "http://[3fff::1]/",
    "http://[64:ff9b::10.0.0.1]/",
    "http://192.0.0.192/latest/",
    "http://168.63.129.16/",
    "http://192.0.2.1/",
    "http://198.18.0.1/",
    "http://198.51.100.1/",
    "http://203.0.113.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://printer.local/",
    "http://router.home.arpa/",
]
NOT_ADDRESSES = [
    "",
    "shop.example",
    "//shop.example/",
    "http://",
    "http:///",
    "http://:80/",
    "http://shop.example:99999/",
    "http://shop.example:80:90/",
    "http://shop .example/",
    "http://shop\x00.example/",
    "http://127.0.0.1%00.shop.example/",
    "http://[::1/",
    "http://[fe80::1%25eth0]/",
    "http://0o177.0.0.1/",
    "http://425.510.425.510/",
    "http://7147006462/",
    "http://1.2.3.4.5/",
    "http://\ud800.example/",
    "http://user@shop.example/",
    "http://shop.example@127.0.0.1/",
    "http://127.0.0.1:80@shop.example/",
    "http://1.1.1.1 &@2.2.2.2# @3.3.3.3/",
    "http://" + "a." * 200 + "example/",
    "file:///etc/passwd",
    "ftp://shop.example/",
    "gopher://127.0.0.1:25/_MAIL",
    "dict://127.0.0.1:11211/stats",
    "jar:http://127.0.0.1!/",
    "data:text/html,hello",
    "javascript:alert(1)",
    "blob:http://127.0.0.1/1",
    "view-source:http://127.0.0.1/",
    "ws://shop.example/",
]


def answering(*addresses: str, allow: Sequence[str] = ()) -> AddressRules:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return addresses

    return AddressRules(allow, resolve=resolve)


@pytest.mark.parametrize("url", LOOPBACK + PRIVATE)
def test_refuses_every_spelling_of_an_address_that_is_not_public(url: str) -> None:
    with pytest.raises(Refused) as refused:
        AddressRules().target(url)
    assert "MAGICAI_CRAWL_ALLOW_HOSTS=" in refused.value.way_out


@pytest.mark.parametrize("url", NOT_ADDRESSES)
def test_refuses_what_is_no_http_address(url: str) -> None:
    with pytest.raises(Invalid):
        AddressRules().target(url)


@pytest.mark.parametrize("port", [22, 25, 110, 6667, 10080])
def test_refuses_ports_of_other_services(port: int) -> None:
    with pytest.raises(Refused, match=f"shop.example:{port} uses port {port}"):
        AddressRules().target(f"http://shop.example:{port}/")


@pytest.mark.parametrize(
    ("url", "host", "port", "shown"),
    [
        ("https://Shop.Example", "shop.example", 443, "https://shop.example/"),
        ("http://shop.example:8080/a/../b?q=ü#top", "shop.example", 8080, "http://shop.example:8080/b?q=%C3%BC"),
        ("https://bücher.example/", "xn--bcher-kva.example", 443, "https://xn--bcher-kva.example/"),
        ("https://shop.example./x", "shop.example", 443, "https://shop.example/x"),
        ("http://134744072/", "8.8.8.8", 80, "http://8.8.8.8/"),
        ("http://[2606:4700::1111]/", "2606:4700::1111", 80, "http://[2606:4700::1111]/"),
        ("http://[::ffff:8.8.8.8]/", "::ffff:808:808", 80, "http://[::ffff:808:808]/"),
        ("http://[64:ff9b::8.8.8.8]/", "64:ff9b::808:808", 80, "http://[64:ff9b::808:808]/"),
    ],
)
def test_reads_public_addresses_as_a_browser_does(url: str, host: str, port: int, shown: str) -> None:
    target = AddressRules().target(url)
    assert (target.host, target.port, target.url) == (host, port, shown)


def test_allows_exactly_the_listed_host_and_port() -> None:
    rules = AddressRules(["127.0.0.1:8080", "[::1]:9090", "Intern.local:80"])
    assert rules.target("http://127.0.0.1:8080/").listed
    assert rules.target("http://2130706433:8080/").listed
    assert rules.target("http://[::1]:9090/").listed
    assert rules.target("http://intern.local/").listed
    for url in ("http://127.0.0.1:8081/", "http://127.0.0.2:8080/", "http://localhost:8080/", "http://[::1]:8080/"):
        with pytest.raises(Refused):
            rules.target(url)


async def test_a_name_that_resolves_to_a_listed_address_is_not_listed() -> None:
    rules = answering("127.0.0.1", allow=["127.0.0.1:8080"])
    with pytest.raises(Refused, check=says("address_not_public", address="evil.example:8080")):
        await rules.addresses(rules.target("http://evil.example:8080/"))


async def test_a_listed_name_may_lead_inside() -> None:
    rules = answering("10.0.0.7", allow=["shop.internal:8080"])
    assert await rules.addresses(rules.target("http://shop.internal:8080/")) == ["10.0.0.7"]


@pytest.mark.parametrize("entry", ["127.0.0.1", "http://127.0.0.1:80", "::1:80", "a@b:80", "host:0", "host:x", ":80"])
def test_names_a_setting_that_is_not_host_and_port(entry: str) -> None:
    with pytest.raises(Invalid, check=says("host_port_invalid", setting="MAGICAI_CRAWL_ALLOW_HOSTS")):
        AddressRules([entry])


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fe80::1%eth0", "64:ff9b::a00:1"]
)
async def test_refuses_names_that_resolve_to_private_addresses(address: str) -> None:
    rules = answering(address)
    with pytest.raises(Refused, check=says("address_not_public")) as refused:
        await rules.addresses(rules.target("http://shop.example/"))
    assert address.split("%", maxsplit=1)[0] not in str(refused.value), "it tells nothing of the network inside"


async def test_connects_only_to_the_public_ones_of_mixed_addresses() -> None:
    rules = answering("10.0.0.1", "93.184.216.34", "::1")
    assert await rules.addresses(rules.target("http://shop.example/")) == ["93.184.216.34"]


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), Invalid, "There is no host named"),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure"), Temporary, "could not be looked up"),
        (UnicodeError("label empty or too long"), Invalid, "is not a host"),
        (OSError("no network"), Temporary, "could not be looked up"),
    ],
)
async def test_translates_what_the_system_says_of_a_name(fault: Exception, kind: type[MagicError], words: str) -> None:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        raise fault

    rules = AddressRules(resolve=resolve)
    with pytest.raises(kind, match=words):
        await rules.addresses(rules.target("http://shop.example/"))


async def test_the_systems_resolver_knows_this_machine() -> None:
    rules = AddressRules(["localhost:80"])
    target: Target = rules.target("http://localhost/")
    async with asyncio.timeout(60):
        assert set(await rules.addresses(target)) & {"127.0.0.1", "::1"}
