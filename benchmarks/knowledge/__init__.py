"""How well questions are answered from documents, measured: `python -m benchmarks.knowledge DATA`."""
