"""What a language model that the operator runs makes of a story, and what of that is believed."""
