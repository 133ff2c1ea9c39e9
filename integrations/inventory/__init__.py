"""Stock that shops outside count: their APIs and webhooks."""
