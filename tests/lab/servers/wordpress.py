"""WordPress, Debian's package, with a MariaDB of its own, on PHP's built-in server."""

import shutil
import signal
from http import HTTPStatus
from pathlib import Path

from tests.lab import debian, probes
from tests.lab.account import identity
from tests.lab.programs import run
from tests.lab.server import HOST, Command, Place

_PACKAGES = ("wordpress", "mariadb-server", "php-cli", "php-mysql", "php-gd", "php-xml", "php-mbstring")
_SITE = Path("/usr/share/wordpress")
_OWN = Path(__file__).parents[1] / "wordpress"
_USER = "editor"
_UPLOADS = ("-d", "upload_max_filesize=32M", "-d", "post_max_size=32M")
# The database first; when one of the two ends, the other one does.
_SCRIPT = """
mariadbd --no-defaults --datadir="$LAB/data" --socket="$LAB/mysql.sock" --pid-file="$LAB/mysql.pid" --skip-networking \
    --init-file="$LAB/users.sql" --innodb-buffer-pool-size=32M --innodb-flush-log-at-trx-commit=1 &
database=$!
trap 'kill $web; kill $database; wait' TERM
until mariadb-admin --no-defaults --socket="$LAB/mysql.sock" --user=wordpress --password="$LAB_PASSWORD" ping \
    >/dev/null 2>&1; do kill -0 $database || exit 1; sleep 0.2; done
php "$LAB/install.php" || { kill $database; exit 1; }
PHP_CLI_SERVER_WORKERS=4 php "$@" &
web=$!
wait $web
kill $database
wait $database
"""


class WordPress:
    """With a user `editor`, whose application password is in its address."""

    name = "wordpress"
    variable = "WORDPRESS_URL"
    stop = signal.SIGTERM

    def fetch(self, cache: Path) -> None:  # noqa: ARG002 - the system keeps its packages itself
        """Install the packages where they are missing."""
        if not _SITE.is_dir() or not all(map(_program, ("mariadbd", "php"))):
            debian.install(*_PACKAGES)

    def prepare(self, place: Place) -> None:
        """Copy the site, which writes into its own folder, and make the database's files."""
        shutil.copytree(_SITE, place.folder / "site", ignore=shutil.ignore_patterns("wp-config.php", ".htaccess"))
        for name in ("router.php", "install.php"):
            shutil.copy(_OWN / name, place.folder)
        shutil.copy(_OWN / "wp-config.php", place.folder / "site")
        (place.folder / "users.sql").write_text(
            "CREATE DATABASE IF NOT EXISTS wordpress CHARACTER SET utf8mb4;\n"
            f"CREATE USER IF NOT EXISTS wordpress@localhost IDENTIFIED BY '{place.password}';\n"
            "GRANT ALL ON wordpress.* TO wordpress@localhost;\n"
        )
        words = ["--no-defaults", f"--datadir={place.folder / 'data'}", "--skip-test-db"]
        run(["mariadb-install-db", *words], cwd=place.folder, who=identity())

    def command(self, place: Place) -> Command:
        """A shell that has both as its children."""
        served = ["-S", f"{HOST}:{place.port}", "-t", str(place.folder / "site"), str(place.folder / "router.php")]
        environment = {"LAB": str(place.folder), "LAB_PASSWORD": place.password, "LAB_ADDRESS": _address(place)}
        return Command(["sh", "-c", _SCRIPT, "sh", *_UPLOADS, *served], environment)

    def healthy(self, place: Place) -> bool:
        """Whether its API answers."""
        return probes.http_status(place.port, "/wp-json/") == HTTPStatus.OK

    def addresses(self, place: Place) -> dict[str, str]:
        """With the user; the application password apart, since it has spaces."""
        found = (place.folder / "application-password").read_text()
        return {
            self.variable: _address(place),
            "WORDPRESS_USER": _USER,
            "WORDPRESS_PASSWORD": found,
        }


def _address(place: Place) -> str:
    return f"http://{HOST}:{place.port}"


def _program(name: str) -> str | None:
    return shutil.which(name, path="/usr/local/bin:/usr/bin:/usr/sbin")
