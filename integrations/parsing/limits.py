"""What a document may be, so that no document fills the memory or takes for ever."""

MOST_BYTES = 100_000_000
# Unpacked, of those that are zips: DOCX, PPTX, XLSX.
MOST_UNPACKED = 300_000_000
MOST_PAGES = 10_000
MOST_CHARACTERS = 20_000_000
MOST_ROWS = 100_000
# Of all sheets of a workbook, from each row's first to its last: a cell says itself in which row and column it is.
MOST_CELLS = 10_000_000
MEMORY_BYTES = 1_500_000_000
PROCESSOR_S = 120
LIMIT_S = 180.0
# Of what a process says of a document: all its characters as JSON escapes them, and what stands around them.
MOST_ANSWERED = 300_000_000
