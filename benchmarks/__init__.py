"""Side by side with what users would pick instead, in one run: `python3 -m benchmarks DATA`."""
