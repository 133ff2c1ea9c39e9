"""The gateway. It comes with its page; until then runs start from the command line, Prefect's page and schedules."""
