"""Pages: from an article page's bytes to its text, title, date and own address, and what a source changed later."""
