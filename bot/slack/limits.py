"""What Slack accepts: one table, kept by the renderer and held against the Block Kit by the tests (CHAT.md 2.2)."""

from __future__ import annotations

MAX_MESSAGE_BLOCKS = 50
MAX_VIEW_BLOCKS = 100
MAX_MESSAGE_TEXT = 10_000
"""Our own aim for all texts of a message, escaped: no limit is documented, 13,200 was refused (bolt-js#2509), and
once 11,341 in many small blocks (bolt-js#2867).
"""
MAX_BLOCK_TEXT = 3000
"""Of one text object; for rich text it is our own aim, so that a message is cut at a good place."""
MAX_SUMMARY = 400
"""Our own aim for the text of notifications; a chat.update takes 4,000 bytes of it."""
MAX_COMMENT = 3000
"""Our own aim for the text of a file; what is longer is shown as a message."""

MAX_ACTIONS = 25
MAX_BUTTON_LABEL = 75
MAX_CONFIRM_TITLE = 100
MAX_CONFIRM_TEXT = 300
MAX_CONFIRM_LABEL = 30

MAX_TABLE_ROWS = 100
"""The heading is one of them; a message has one table."""
MAX_TABLE_COLUMNS = 20
MAX_TABLE_TEXT = 9000
"""The documented limit is 10,000; a tenth is left for what stands around it in MAX_MESSAGE_TEXT."""

MAX_VIEW_TITLE = 24
"""Its submit and close labels, too."""
MAX_VIEW_BYTES = 240_000
"""Of a view as JSON in ASCII; Slack takes 250,000, and a few are around the blocks."""
MAX_METADATA = 3000
MAX_INPUT_LABEL = 2000
MAX_INPUT_TEXT = 3000
MAX_PLACEHOLDER = 150
MAX_OPTIONS = 100
MAX_OPTION_TEXT = 75
MAX_OPTION_VALUE = 150
