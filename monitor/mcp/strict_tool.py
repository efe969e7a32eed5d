"""A tool that refuses what it does not take, in a sentence. The SDK drops arguments whose names it does not know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp_types import ToolAnnotations
from pydantic import ConfigDict, ValidationError

from monitor.api.wrong_values import advice


class StrictTool(Tool):
    """A misspelt "query" would otherwise give the newest stories as if they were what was asked for."""

    @classmethod
    def of(cls, function: Callable[..., Any], annotations: ToolAnnotations) -> StrictTool:
        """The tool that a function is, with its signature as what it takes."""
        made = cls.from_function(function, annotations=annotations)
        lax = made.fn_metadata.arg_model
        taken: Any = type(lax.__name__, (lax,), {"model_config": ConfigDict(extra="forbid"), "__module__": __name__})
        made.fn_metadata.arg_model = taken
        made.parameters = taken.model_json_schema(by_alias=True)
        return made  # type: ignore[return-value]  # the SDK says Tool for every subclass

    async def run(self, arguments: dict[str, Any], context: Any, convert_result: bool = False) -> Any:
        """What the tool answers. Raises ToolError."""
        try:
            return await super().run(arguments, context, convert_result)
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            said = sentence_of(error.__cause__, f"{self.name} takes {', '.join(self.parameters['properties'])}")
            raise ToolError(said) from error


def sentence_of(error: ValidationError, takes: str = "") -> str:
    """What cannot be taken, and why. takes: said where there is no argument of a name."""
    unknown = f"there is no such argument; {takes}" if takes else "there is no such argument"
    return "; ".join(
        f"{'.'.join(map(str, each['loc']))}: {advice(each, unknown)}"
        for each in error.errors(include_url=False, include_input=False)
    )
