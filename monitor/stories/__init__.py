"""Stories: which reports tell of one event, who had it first, and what is new in one that goes on."""
