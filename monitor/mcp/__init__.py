"""The MCP server: what an assistant can ask of the store, over stdio or at `/mcp` of the page.

It reads unless it is allowed to mark. What outlets wrote goes out as untrusted data: see `untrusted`. This room is
imported only where it is used, because the SDK is an extra.
"""
