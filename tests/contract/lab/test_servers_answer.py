"""Each server of the lab, asked by its vendor's own client."""

from contextlib import closing
from urllib.parse import urlsplit

import pytest

from tests.servers import address, namespace, value


def test_postgresql_answers() -> None:
    url = address("postgresql")
    with pytest.importorskip("psycopg").connect(url) as connection:
        assert connection.execute("select current_user, current_database()").fetchone() == ("magicai", "magicai")
        (version,) = connection.execute("show server_version_num").fetchone()
        assert int(version) >= 150000


def test_postgresql_refuses_another_password() -> None:
    parts = urlsplit(address("postgresql"))
    psycopg = pytest.importorskip("psycopg")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(parts._replace(netloc=f"magicai:wrong@127.0.0.1:{parts.port}").geturl())


def test_redis_answers() -> None:
    key = namespace()
    with pytest.importorskip("redis").Redis.from_url(address("redis"), decode_responses=True) as redis:
        assert redis.set(key, "1", ex=60)
        assert redis.get(key) == "1"


def test_redis_refuses_another_password() -> None:
    redis = pytest.importorskip("redis")
    url = urlsplit(address("redis"))
    with (
        redis.Redis.from_url(url._replace(netloc=f":wrong@127.0.0.1:{url.port}").geturl()) as other,
        pytest.raises(redis.AuthenticationError),
    ):
        other.ping()


@pytest.mark.parametrize(
    ("analyser", "text", "terms"),
    [
        ("english", "the running shoes", ["run", "shoe"]),
        ("cjk", "无线耳机", ["无线", "线耳", "耳机"]),
        ("smartcn", "无线耳机", ["无线", "耳机"]),
        ("icu_analyzer", "Ünï 无线", ["ünï", "无线"]),
    ],
)
def test_elasticsearch_answers(analyser: str, text: str, terms: list[str]) -> None:
    with pytest.importorskip("elasticsearch").Elasticsearch(address("elasticsearch")) as search:
        assert search.info()["version"]["number"].startswith("9.")
        assert [token["token"] for token in search.indices.analyze(analyzer=analyser, text=text)["tokens"]] == terms


def test_neo4j_answers() -> None:
    url = urlsplit(address("neo4j"))
    neo4j = pytest.importorskip("neo4j")
    with neo4j.GraphDatabase.driver(f"bolt://127.0.0.1:{url.port}", auth=(url.username, url.password)) as driver:
        assert driver.execute_query("RETURN 1 AS one").records[0]["one"] == 1


def test_chroma_answers() -> None:
    url, name = urlsplit(address("chroma")), namespace()
    client = pytest.importorskip("chromadb").HttpClient(host=url.hostname, port=url.port)
    # chromadb 1.5.9 leaves the connections of a client that was closed open.
    with client, closing(client._server._session), closing(client._admin_client._server._session):
        collection = client.create_collection(name, embedding_function=None)
        collection.add(ids=["a"], embeddings=[[1.0, 0.0]])
        assert collection.count() == 1
        client.delete_collection(name)


def test_s3_answers() -> None:
    url, key = urlsplit(address("s3")), namespace()
    s3 = pytest.importorskip("boto3").client(
        "s3",
        endpoint_url=value("s3", "AWS_ENDPOINT_URL"),
        aws_access_key_id=value("s3", "AWS_ACCESS_KEY_ID"),
        aws_secret_access_key=value("s3", "AWS_SECRET_ACCESS_KEY"),
        region_name=value("s3", "AWS_REGION"),
    )
    s3.put_object(Bucket=url.hostname, Key=key, Body=b"kept")
    assert s3.get_object(Bucket=url.hostname, Key=key)["Body"].read() == b"kept"
    s3.delete_object(Bucket=url.hostname, Key=key)
