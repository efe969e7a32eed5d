"""Fills a template; an error in it names its file and line."""

from __future__ import annotations

import re

import jinja2

from monitor.errors import ConfigError, Problem, as_clause

_CLASS = re.compile(r"'?\bmonitor(?:\.\w+)+ object'?")  # which means nothing to whoever writes a template
# How a template, which is a person's program, may fail: what jinja2 says, and what its expressions raise
_FAILURES = (
    jinja2.TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    RuntimeError,
    MemoryError,
)


def fill(environment: jinja2.Environment, name: str, /, **values: object) -> str:
    """The template ``name`` with ``values``. Raises ConfigError when the template fails."""
    try:
        return environment.get_template(name).render(values)
    except _FAILURES as error:
        raise ConfigError((_problem(error, environment, name),)) from error


def _problem(error: Exception, environment: jinja2.Environment, name: str) -> Problem:
    """Where in a template the error arose. Raises it again where it arose elsewhere, because that is a bug."""
    files = {environment.get_template(each).filename for each in environment.list_templates()}
    place: tuple[str, int] | None = None
    trace = error.__traceback__
    # The last frame of a template is the closest to the fault; the frames behind it are jinja2's or ours.
    while trace:
        if trace.tb_frame.f_code.co_filename in files:
            place = (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    if place is None and isinstance(error, jinja2.TemplateNotFound):
        place = (str(error.name or name), 0)
    if place is None:
        raise error
    missing = isinstance(error, jinja2.TemplateNotFound)
    said = f"there is no template {error}" if missing else as_clause(_CLASS.sub("what stands there", str(error)))
    return Problem(*place, f"{said}; docs/reference/templates.md lists what a template is given")
