"""What is asked of Neo4j: fixed statements, in which values from outside are parameters.

Only the namespace is part of a statement's text, since Cypher takes no label as a parameter; settings hold it to
letters, digits and underscores. Relations are named by their subjects, so theirs is a property of the edge.
"""

from dataclasses import dataclass
from typing import LiteralString

_EDGE = "POINTS_AT"


@dataclass(frozen=True)
class Cypher:
    """The statements of one installation.

    A node is `NAMESPACE_Node`, and `NAMESPACE_Known` too if it is or was an entity: then it has a version, and is
    `gone` if it is a tombstone. Others stand there only because an entity points at them.

    Attributes:
        namespace: what the labels begin with.
    """

    namespace: LiteralString

    @property
    def node(self) -> LiteralString:
        """The label of every node."""
        return f"{self.namespace}_Node"

    @property
    def known(self) -> LiteralString:
        """The label of those that are or were entities."""
        return f"{self.namespace}_Known"

    @property
    def names(self) -> tuple[str, str]:
        """The indexes that the schema makes."""
        return (f"{self.namespace}_node", f"{self.namespace}_known")

    @property
    def schema(self) -> tuple[LiteralString, ...]:
        """What must be there before anything is written; may run again."""
        return (
            f"CREATE CONSTRAINT {self.namespace}_node IF NOT EXISTS FOR (n:{self.node}) REQUIRE n.id IS UNIQUE",
            f"CREATE INDEX {self.namespace}_known IF NOT EXISTS FOR (n:{self.known}) ON (n.kind, n.key)",
            "CALL db.awaitIndexes(30)",
        )

    @property
    def take(self) -> LiteralString:
        """Hold each row if it is newer than what is held, whosever that is, and answer the ids of those that were.

        The first SET locks the node, whatever it sets: the version is read after that.
        """
        return f"""
UNWIND $rows AS row
MERGE (n:{self.node} {{id: row.id}})
SET n.owner = row.owner, n.kind = row.kind, n.key = row.key
WITH n, row
WHERE coalesce(n.version, -1) < row.version AND NOT EXISTS {{
  MATCH (other:{self.known} {{kind: row.kind, key: row.key}})
  WHERE other.id <> row.id AND other.version >= row.version
}}
SET n:{self.known}, n.version = row.version, n.digest = row.digest, n.gone = row.gone,
    n.label = CASE WHEN row.gone THEN n.label ELSE row.label END, n.url = row.url, n.print = row.print
RETURN n.id AS id"""

    @property
    def former(self) -> LiteralString:
        """Answer the ids of what these rows were of another owner, such as one whose data were erased."""
        return f"""
UNWIND $rows AS row
MATCH (n:{self.known} {{kind: row.kind, key: row.key}}) WHERE n.id <> row.id
RETURN n.id AS id"""

    @property
    def cut(self) -> LiteralString:
        """Remove what points from these nodes, and answer where it pointed at."""
        return f"""
UNWIND $ids AS id
MATCH (n:{self.node} {{id: id}})-[edge]->(other:{self.node})
DELETE edge
RETURN DISTINCT other.id AS id"""

    @property
    def neighbours(self) -> LiteralString:
        """Let the nodes be there that others point at; the entity itself knows its name best."""
        return f"""
UNWIND $rows AS row
MERGE (n:{self.node} {{id: row.id}})
SET n.owner = row.owner, n.kind = row.kind, n.key = row.key,
    n.label = CASE WHEN n.version IS NULL OR n.gone THEN row.label ELSE n.label END"""

    @property
    def point(self) -> LiteralString:
        """Let nodes point at others."""
        return f"""
UNWIND $rows AS row
MATCH (a:{self.node} {{id: row[0]}})
MATCH (b:{self.node} {{id: row[2]}})
MERGE (a)-[:{_EDGE} {{relation: row[1]}}]->(b)"""

    @property
    def sweep(self) -> LiteralString:
        """Remove those of these nodes at which nothing points any more, and that are no entities; locked before."""
        return f"""
UNWIND $ids AS id
MATCH (n:{self.node} {{id: id}}) WHERE n.version IS NULL
SET n.id = id
WITH n WHERE NOT EXISTS {{ (n)--() }}
DELETE n"""

    @property
    def find(self) -> LiteralString:
        """Answer the ids of entities and tombstones by kind and key."""
        return f"""
UNWIND $keys AS key
MATCH (n:{self.known} {{kind: key[0], key: key[1]}})
RETURN n.id AS id"""

    @property
    def forget(self) -> LiteralString:
        """Make mere nodes of entities and tombstones."""
        return f"""
UNWIND $ids AS id
MATCH (n:{self.node} {{id: id}})
REMOVE n:{self.known}, n.version, n.digest, n.gone, n.url, n.print"""

    @property
    def _shown(self) -> LiteralString:
        """What is there of a node, whoever wrote it."""
        return f"""
WITH n ORDER BY n.kind, n.key LIMIT $limit
RETURN n.kind AS kind, n.key AS entity_id, n.version AS version, n.digest AS digest, n.print AS print, n.id AS id,
    n.owner AS owner, n.label AS label, n.url AS url, [(n)-[edge]->(end:{self.node}) |
        [coalesce(edge.relation, ''), end.id]] AS ends
ORDER BY kind, entity_id"""

    @property
    def held_of_kind(self) -> LiteralString:
        """A page of what lives, within the kind where the last page ended."""
        return f"""
MATCH (n:{self.known}) WHERE n.kind = $kind AND n.key > $key AND NOT coalesce(n.gone, false)
{self._shown}"""

    @property
    def held_of_later_kinds(self) -> LiteralString:
        """A page of what lives, of the kinds behind that one."""
        return f"""
MATCH (n:{self.known}) WHERE n.kind > $kind AND NOT coalesce(n.gone, false)
{self._shown}"""

    @property
    def shared(self) -> LiteralString:
        """What entities that point at one node share across at least so many groups."""
        return f"""
MATCH (:{self.node} {{id: $among}})<-[:{_EDGE} {{relation: $among_by}}]-(member:{self.node} {{kind: $kind}})
MATCH (member)-[:{_EDGE} {{relation: $relation}}]->(shared:{self.node})
MATCH (member)-[:{_EDGE} {{relation: $across}}]->(group:{self.node})
WITH shared, collect(DISTINCT group.label) AS groups, count(DISTINCT group) AS many,
     count(DISTINCT member) AS members
WHERE many >= $least
RETURN shared.key AS key, shared.label AS label, groups, members, many"""

    @property
    def check(self) -> LiteralString:
        """Write, read back and remove a node."""
        return f"""
CREATE (n:{self.namespace}_Check {{id: $id}})
WITH n, n.id AS id
DETACH DELETE n
RETURN id"""

    @property
    def count(self) -> LiteralString:
        """How many nodes and edges there are."""
        return f"""
MATCH (n:{self.node}) WITH count(n) AS nodes
OPTIONAL MATCH (:{self.node})-[edge]->()
RETURN nodes, count(edge) AS edges"""
