"""Which products of two places are one: candidates by index, evidence in an order, and what contradicts it."""
