"""A topic: what seed articles teach, what a person wrote over it, and the names and words both draw on."""
