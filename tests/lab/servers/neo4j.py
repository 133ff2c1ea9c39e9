"""Neo4j Community, whose jars are on Maven Central."""

import signal
from pathlib import Path

from tests.lab import java, maven, probes
from tests.lab.account import hand_over, identity
from tests.lab.cached import built
from tests.lab.programs import run
from tests.lab.server import HOST, Command, Place

VERSION = "5.26.30"
_POM = Path(__file__).parents[1] / "neo4j" / "pom.xml"
_OPENED = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
_JAVA_OPTIONS = [
    "-Xms256m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",  # it lives for minutes: compiling better code would take longer than it saves
    "-XX:+ExitOnOutOfMemoryError",
    "-Dfile.encoding=UTF-8",
    "-Dlog4j2.disable.jmx=true",
    "-Dio.netty.tryReflectionSetAccessible=true",
    *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENED),
]


class Neo4j:
    """Bolt alone, with a password; no web interface."""

    name = "neo4j"
    variable = "NEO4J_URL"
    stop = signal.SIGTERM

    def fetch(self, cache: Path) -> None:
        """Fetch the jars."""
        _java()
        _jars(cache)

    def prepare(self, place: Place) -> None:
        """Write the configuration, and set the password."""
        for name in ("conf", "data", "import", "logs", "plugins", "run"):
            (place.folder / name).mkdir()
        (place.folder / "conf" / "neo4j.conf").write_text(f"""server.default_listen_address={HOST}
server.bolt.listen_address={HOST}:{place.port}
server.bolt.advertised_address={HOST}:{place.port}
server.http.enabled=false
server.https.enabled=false
server.memory.heap.initial_size=256m
server.memory.heap.max_size=512m
server.memory.pagecache.size=64m
db.tx_log.preallocate=false
dbms.usage_report.enabled=false
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
internal.dbms.bolt.netty_server_shutdown_timeout=2s
""")
        hand_over(place.folder)
        admin = [_java(), "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{_jars(place.cache)}/*"]
        words = [*admin, "org.neo4j.server.startup.Neo4jAdminCommand", "dbms", "set-initial-password", place.password]
        environment = {"NEO4J_HOME": str(place.folder), "NEO4J_CONF": str(place.folder / "conf")}
        run(words, cwd=place.folder, environment=environment, who=identity())

    def command(self, place: Place) -> Command:
        """The JVM itself."""
        path = f"{place.folder}/conf:{_jars(place.cache)}/*"
        home = [f"--home-dir={place.folder}", f"--config-dir={place.folder}/conf"]
        return Command([str(_java()), *_JAVA_OPTIONS, "-cp", path, "org.neo4j.server.CommunityEntryPoint", *home])

    def healthy(self, place: Place) -> bool:
        """Whether it speaks Bolt."""
        return probes.speaks_bolt(place.port)

    def addresses(self, place: Place) -> dict[str, str]:
        """With user and password; `bolt`, so that a client goes to this address and not to one that it is told."""
        return {self.variable: f"bolt://neo4j:{place.password}@{HOST}:{place.port}"}


def _java() -> Path:
    return java.jdk(least=17, best=21) / "bin" / "java"


def _jars(cache: Path) -> Path:
    return built(cache, f"neo4j-{VERSION}", (_POM,), lambda made: maven.copy_dependencies(_POM, made))
