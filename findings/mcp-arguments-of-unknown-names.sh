#!/usr/bin/env bash
# A tool of an MCP server takes `query`. A model that misspells it, or guesses another name, sends `querry`.
#
# One would expect: an error that names the argument, as for one of a wrong type; the model then corrects itself.
# Seen: the argument is dropped, and the tool runs with its defaults. The answer is to another question, and nothing tells.
#   The schema that the server lists does not say that there are no further arguments, so no client can refuse it either.
# Why: the model of the arguments is built without `extra="forbid"`, for which there is no setting.
# Source: the behaviour below; mcp/server/mcpserver/utilities/func_metadata.py, `ArgModelBase`.
# So: derive a model that forbids further arguments from the tool's own, and put its schema in place of the other.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet mcp==2.3.0
cat >"$scratch/try.py" <<'PY'
import asyncio
from importlib.metadata import version

from mcp import Client
from mcp.server.mcpserver import MCPServer

server = MCPServer("archive", log_level="ERROR")


@server.tool()
def search(query: str = "", limit: int = 10) -> str:
    """Words to look for; without any, the newest."""
    return f"looked for {query!r}, {limit} at most"


async def ask() -> None:
    async with Client(server) as client:
        [tool] = (await client.list_tools()).tools
        print("additionalProperties:", tool.input_schema.get("additionalProperties"))
        wrong = await client.call_tool("search", {"limit": "many"})
        told = await client.call_tool("search", {"querry": "memorandum"})
        print("a wrong type: error", wrong.is_error, "; a wrong name: error", told.is_error, "-", told.content[0].text)
        assert wrong.is_error
        assert not told.is_error and told.content[0].text == "looked for '', 10 at most", "it is refused now"
        assert "additionalProperties" not in tool.input_schema, "it says so now"


print("mcp", version("mcp"))
asyncio.run(ask())
print("as described: an argument of an unknown name is dropped")
PY
"$scratch/env/bin/python" "$scratch/try.py"
