"""Stories: which reports are of one event, who had it first, and what is new in a story that goes on."""
