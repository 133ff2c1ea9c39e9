"""The queue: who runs next, what became of runs whose process died, and what may be resumed."""
