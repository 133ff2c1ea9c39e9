"""The compose file, as far as it can be checked without an engine."""

import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from deployments import passwords
from integrations.store_roles import ADDRESSES
from tests.lab.servers import elasticsearch, neo4j

ROOT = Path(__file__).parents[3]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deployments/compose.yaml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "deployments/Dockerfile").read_text(encoding="utf-8")
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
SERVERS = {"postgresql", "redis", "elasticsearch", "neo4j", "chroma"}
BASES: list[str] = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
# A version with at least a minor number; what follows it names the system inside.
EXACT = re.compile(r"[\w./-]+:\d+\.\d+(\.\d+)*(-[a-z]+)*")

DURATION: dict[str, Any] = {"type": "string", "pattern": r"^(\d+(ms|s|m|h))+$"}
STRINGS: dict[str, Any] = {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True}
SERVICE: dict[str, Any] = {
    "type": "object",
    "required": ["image", "healthcheck", "restart", "volumes"],
    "additionalProperties": False,
    "properties": {
        "image": {"type": "string"},
        "build": {
            "type": "object",
            "required": ["context", "dockerfile"],
            "additionalProperties": False,
            "properties": {"context": {"type": "string"}, "dockerfile": {"type": "string"}},
        },
        "command": {"type": "array", "items": {"type": "string"}},
        "environment": {"type": "object", "additionalProperties": {"type": "string"}},
        "restart": {"enum": ["unless-stopped"]},
        "init": {"type": "boolean"},
        "security_opt": STRINGS,
        "cap_drop": STRINGS,
        "shm_size": {"type": "string", "pattern": r"^\d+(kb|mb|gb)$"},
        "stop_grace_period": DURATION,
        "volumes": STRINGS,
        "ports": STRINGS,
        "depends_on": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["condition"],
                "additionalProperties": False,
                "properties": {"condition": {"enum": ["service_healthy"]}},
            },
        },
        "healthcheck": {
            "type": "object",
            "required": ["test", "interval", "timeout", "retries"],
            "additionalProperties": False,
            "properties": {
                "test": {"type": "array", "items": {"type": "string"}, "minItems": 2},
                "interval": DURATION,
                "timeout": DURATION,
                "start_period": DURATION,
                "retries": {"type": "integer", "minimum": 1},
            },
        },
    },
}
# What of the Compose specification is used here, and nothing else: a key that is mistyped is no key of it.
FILE: dict[str, Any] = {
    "type": "object",
    "required": ["name", "services", "volumes"],
    "additionalProperties": False,
    "patternProperties": {"^x-": {}},
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"},
        "services": {"type": "object", "additionalProperties": SERVICE},
        "volumes": {"type": "object", "additionalProperties": {"type": "null"}},
    },
}


def test_it_is_a_compose_file() -> None:
    jsonschema.validate(COMPOSE, FILE)


def test_a_mistyped_key_would_be_found() -> None:
    wrong = {**COMPOSE, "services": {"redis": {**SERVICES["redis"], "port": ["127.0.0.1:1:1"]}}}
    with pytest.raises(jsonschema.ValidationError, match="port"):
        jsonschema.validate(wrong, FILE)


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_published_is_so_on_loopback_alone(name: str) -> None:
    for port in SERVICES[name].get("ports", []):
        assert re.fullmatch(r"127\.0\.0\.1:(\d+|\$\{[A-Z_0-9]+:-\d+\}):\d+", port), port


@pytest.mark.parametrize("image", [*(service["image"] for service in SERVICES.values()), *BASES])
def test_images_are_exact(image: str) -> None:
    assert EXACT.fullmatch(image), image


@pytest.mark.parametrize("name", SERVICES)
def test_each_can_tell_that_it_is_healthy(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")


def test_the_product_waits_until_all_servers_are_healthy() -> None:
    assert set(SERVICES) == SERVERS | {"magicai"}
    assert set(SERVICES["magicai"]["depends_on"]) == SERVERS


def test_the_product_is_told_all_five_addresses_and_may_use_them() -> None:
    environment = SERVICES["magicai"]["environment"]
    roles = environment["MAGICAI_STORES_ACCEPTED"].split(",")
    assert {role for role, variable in ADDRESSES.items() if variable in environment} == set(roles)
    assert len(roles) == 5
    for role in roles:
        host = re.search(r"(?:@|//)([a-z0-9]+):\d+", environment[ADDRESSES[role]])
        assert host
        assert host[1] in SERVERS


def test_whatever_is_kept_is_in_a_volume_that_is_declared() -> None:
    used = {one.split(":")[0] for service in SERVICES.values() for one in service["volumes"]}
    assert used == set(COMPOSE["volumes"])


def test_no_password_is_in_it_and_each_that_it_asks_for_is_made() -> None:
    text = (ROOT / "deployments/compose.yaml").read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{(\w+_PASSWORD)", text))
    assert asked == set(passwords.NAMES)
    assert {name for name in asked if f"${{{name}:?" not in text} == set(), "asked for without saying where it is from"
    assert re.findall(r"PASSWORD: (?!\$\{)", text) == []


def test_servers_are_those_that_the_clients_and_the_lab_know() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    (chroma,) = (line.partition("==")[2] for line in extras["vectors"] if line.startswith("chromadb=="))
    assert SERVICES["chroma"]["image"] == f"chromadb/chroma:{chroma}"
    assert SERVICES["elasticsearch"]["image"].endswith(f":{elasticsearch.VERSION}")
    assert SERVICES["neo4j"]["image"] == f"neo4j:{neo4j.VERSION}-community"


def test_the_products_image_does_not_run_as_root() -> None:
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (\S+)$", last, re.MULTILINE) == ["magicai"]
    assert "--uid 10001" in last


def test_the_image_holds_no_password_and_all_that_is_copied_is_there() -> None:
    lines = (ROOT / "deployments/Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert [rule for rule in rules if rule.startswith("!") and not (ROOT / rule[1:]).exists()] == []
    assert "**/.env" in rules[rules.index("!deployments") :]
