"""Real servers on this machine without Docker.

PostgreSQL, Redis, Elasticsearch, Neo4j, Chroma and an S3-compatible one, and servers that are published to: for tests,
and for trying the product on servers of its own. docs/how-to/test-servers.md tells how it is used.

    __main__.py   the command line
    lab.py        a lab: its servers, started side by side, stopped, disturbed
    server.py     what a server is
    servers/      one file per server
    process.py    processes by pid
    ports.py      free ports
    state.py      what its folder holds
    account.py    whom servers run as that refuse root
    programs.py   programs that are run to their end
    debian.py, maven.py, java.py, npm.py, cached.py   where programs come from; these need Python alone, no package
    probes.py     is it healthy?
"""
