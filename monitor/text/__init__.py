"""Pure helpers on text and addresses, below everything that uses them: folding, cleaning, languages, dates, URLs."""
