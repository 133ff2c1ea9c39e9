"""The gateway. It comes with its page; until then runs are started from the command line, Prefect's page and schedules."""
