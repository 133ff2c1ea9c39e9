"""Run by Alembic, on the connection that `upgrade` hands over."""

from alembic import context

from integrations.records.migrations import VERSION_TABLE
from integrations.records.models import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    # SQLite can't alter a column: Alembic copies the table.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
