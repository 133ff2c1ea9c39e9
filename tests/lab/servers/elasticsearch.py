"""Elasticsearch, the vendor's own stripped distribution from Maven Central, with a plugin of ours.

It lacks most modules: no security, so no password; no scripts, reindexing, updates by query, ingest, ES|QL. The plugin
gives back what the official client and the product ask for: `GET /`, and analysers for English and Chinese.
"""

import shutil
import signal
import zipfile
from http import HTTPStatus
from pathlib import Path

from tests.lab import java, maven, probes
from tests.lab.cached import built
from tests.lab.programs import run
from tests.lab.server import HOST, Command, Place

VERSION = "9.5.3"
_OURS = Path(__file__).parents[1] / "elasticsearch"
_POM, _PLUGIN = _OURS / "pom.xml", _OURS / "src/magicai/lab/LabPlugin.java"
_RELEASE, _NEWEST_TRIED = 21, 25
_DESCRIPTOR = f"""name=lab
description=What the stripped distribution lacks: GET / and analysers
version=1
elasticsearch.version={VERSION}
java.version={_RELEASE}
classname=magicai.lab.LabPlugin
"""
# A small node that starts fast; the compiler's second stage would take longer than a test run gains from it.
_JAVA_OPTIONS = "-Xms256m -Xmx512m -XX:-AlwaysPreTouch -XX:TieredStopAtLevel=1"


class Elasticsearch:
    """One node, a cluster of its own, without security."""

    name = "elasticsearch"
    variable = "ELASTICSEARCH_URL"
    stop = signal.SIGTERM

    def fetch(self, cache: Path) -> None:
        """Fetch the distribution, and build the plugin into it."""
        _home(cache)

    def prepare(self, place: Place) -> None:
        """Write the configuration."""
        for name in ("config", "config/jvm.options.d", "data", "logs", "repo", "tmp"):
            (place.folder / name).mkdir()
        for name in ("jvm.options", "log4j2.properties"):
            shutil.copy(_home(place.cache) / "config" / name, place.folder / "config")
        (place.folder / "config" / "elasticsearch.yml").write_text(f"""cluster.name: magicai-lab
node.name: lab
discovery.type: single-node
network.host: {HOST}
http.port: {place.port}
transport.port: 0
path.data: {place.folder}/data
path.logs: {place.folder}/logs
path.repo: ["{place.folder}/repo"]
xpack.security.enabled: false
cluster.routing.allocation.disk.threshold_enabled: false
action.destructive_requires_name: false
""")

    def command(self, place: Place) -> Command:
        """The launcher, whose child is the server."""
        environment = {
            "ES_JAVA_HOME": str(_jdk()),
            "ES_JAVA_OPTS": _JAVA_OPTIONS,
            "ES_PATH_CONF": str(place.folder / "config"),
            "ES_TMPDIR": str(place.folder / "tmp"),
        }
        return Command([str(_home(place.cache) / "bin" / "elasticsearch")], environment)

    def healthy(self, place: Place) -> bool:
        """Whether it knows its own state."""
        return probes.http_status(place.port, "/_cluster/health?wait_for_status=yellow&timeout=2s") == HTTPStatus.OK

    def addresses(self, place: Place) -> dict[str, str]:
        """Without a password: this distribution has none."""
        return {self.variable: f"http://{HOST}:{place.port}"}


def _jdk() -> Path:
    return java.jdk(least=_RELEASE, best=_NEWEST_TRIED)


def _home(cache: Path) -> Path:
    jdk = _jdk()
    return built(cache, f"elasticsearch-{VERSION}", (_POM, _PLUGIN, Path(__file__)), lambda made: _build(made, jdk))


def _build(home: Path, jdk: Path) -> None:
    fetched, classes, plugin = home / "fetched", home / "classes", home / "plugins" / "lab"
    maven.copy_dependencies(_POM, fetched)
    _unpack(fetched / f"elasticsearch-{VERSION}.zip", home)
    plugin.mkdir(parents=True)
    for jar in fetched.glob("*.jar"):
        shutil.move(jar, plugin)
    path = f"{home}/lib/*:{plugin}/*"
    run([jdk / "bin/javac", "--release", str(_RELEASE), "-nowarn", "-cp", path, "-d", classes, _PLUGIN])
    run([jdk / "bin/jar", "cf", plugin / "lab.jar", "-C", classes, "."])
    (plugin / "plugin-descriptor.properties").write_text(_DESCRIPTOR)
    shutil.rmtree(fetched)
    shutil.rmtree(classes)


def _unpack(archive: Path, home: Path) -> None:
    """Unpack without the outermost folder, and with the files' modes, which `zipfile` leaves out."""
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(home)
        for entry in packed.infolist():
            (home / entry.filename).chmod((entry.external_attr >> 16) & 0o777 or 0o755)
    inner = home / f"elasticsearch-{VERSION}"
    for path in inner.iterdir():
        path.rename(home / path.name)
    inner.rmdir()
