"""What all tables belong to."""

from sqlalchemy import MetaData, text

metadata = MetaData(
    naming_convention={"pk": "pk_%(table_name)s", "fk": "fk_%(table_name)s_%(referred_table_name)s"},
)

# Partial indexes: the next addresses, or items, cost the same at any size, and counting does not read the rows.
PENDING = text("state = 'pending'")
