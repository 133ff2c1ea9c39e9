"""The Identities port over any Database."""

from collections.abc import Collection

from sqlalchemy import Connection

from integrations.records import external_identities, keys, schedules, sessions, users, workspaces
from integrations.records.transactions import Rows, reading, reading_now, writing, writing_now
from magicai.accounts.identity import Role, User


def _change_user(
    connection: Connection,
    now: int,
    user_id: str,
    *,
    role: Role | None = None,
    enabled: bool | None = None,
    password_hash: str | None = None,
    keep_keys: Collection[str] = (),
) -> User:
    changed = users.change(
        connection, now, user_id, role=role, enabled=enabled, password_hash=password_hash, keep_keys=keep_keys
    )
    if enabled is False:
        workspaces.check_others_administer(connection, user_id)
    return changed


class SqlIdentities(Rows):
    """Users, sessions and keys in an SQL database."""

    add_user = writing(users.add)
    user = reading(users.get)
    credentials = reading(users.credentials)
    change_user = writing_now(_change_user)
    user_of_email = reading(users.of_email)
    set_email = writing_now(users.set_email)
    users = reading(users.listed)

    open_session = writing(sessions.open_session)
    session = reading(sessions.get)
    session_of = reading(sessions.of_token)
    rotate = writing_now(sessions.rotate)
    end_session = writing_now(sessions.end)
    end_other_sessions = writing_now(sessions.end_others)
    note_session_use = writing_now(sessions.note_use)
    sessions = reading_now(sessions.of_user)

    external_user = reading(external_identities.user_of)
    email_taken = reading(external_identities.email_taken)
    add_external_user = writing_now(external_identities.add_user)
    link_external = writing_now(external_identities.link)
    unlink_external = writing(external_identities.unlink)
    external = reading(external_identities.of_user)

    add_key = writing_now(keys.add)
    key_of = reading(keys.of_digest)
    revoke_key = writing_now(keys.revoke)
    keys = reading(keys.of_user)

    bind_schedule = writing_now(schedules.bind)
    schedule_owners = reading(schedules.owners)
