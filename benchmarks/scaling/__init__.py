"""Whether readers of foreign text stay linear: processor time at 10 kB, 100 kB and 1 MB of what is hard to read.

`python3 -m benchmarks.scaling [--only NAME ...]` prints a row for each reader and shape; the status is 1 where ten
times the text takes more than thirty times the work. Times vary with the machine, ratios little. A reader that is never
given 1 MB is measured at a hundredth, a tenth and all of what it is given.
"""
