import os

# Before Prefect is imported: it would tell a terminal of its telemetry, which is off (environment.py).
os.environ.setdefault("DO_NOT_TRACK", "1")
