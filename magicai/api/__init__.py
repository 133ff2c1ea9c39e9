"""The gateway: HTTP, sockets and the page. It translates, and holds no rules."""
