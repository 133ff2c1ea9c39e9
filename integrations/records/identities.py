"""The Identities port over any Database."""

from integrations.records import keys, schedules, sessions, users
from integrations.records.transactions import Rows, reading, writing, writing_now


class SqlIdentities(Rows):
    """Users, sessions and keys in an SQL database."""

    add_user = writing(users.add)
    user = reading(users.get)
    credentials = reading(users.credentials)
    change_user = writing_now(users.change)
    users = reading(users.listed)

    open_session = writing(sessions.open_session)
    session = reading(sessions.get)
    session_of = reading(sessions.of_token)
    rotate = writing_now(sessions.rotate)
    end_session = writing_now(sessions.end)

    add_key = writing_now(keys.add)
    key_of = reading(keys.of_digest)
    revoke_key = writing_now(keys.revoke)
    keys = reading(keys.of_user)

    bind_schedule = writing_now(schedules.bind)
    schedule_owners = reading(schedules.owners)
