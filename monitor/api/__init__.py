"""What a program can ask, and its typed answers: one model for each kind of thing, and one function that makes it.

The commands print these models with ``--json``, the API of the page answers with them, and the MCP server does, too. So
one thing has the same names everywhere, and the OpenAPI document is made of the same models. A module holds the models
of one noun and what reads them from the store; it knows neither HTTP nor a terminal.
"""
