"""`monitor template`: the templates, which of them are a person's own, and a copy to change; notes for `check`."""

from __future__ import annotations

from collections.abc import Iterator

import click

from monitor.cli.common import readable_config_of
from monitor.config import Config
from monitor.deliver.registry import template_folders
from monitor.render.own_templates import OwnTemplate, copy_template, own_templates, shipped_templates, stamp

_LAG = frozenset({"behind", "unknown"})  # of those that are the same nothing is missing yet
_MANY = 3  # notes of `monitor check`; what are more is listed by this command


@click.command("template", epilog="Example: monitor --config config template digest.html")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.pass_context
def template_command(ctx: click.Context, names: tuple[str, ...]) -> None:
    """List the templates, or copy each NAME into your own folder of templates, to change it there.

    Of one that is yours, the list says whether it lags behind the shipped one, and how to compare them.
    """
    config = readable_config_of(ctx)
    shipped = shipped_templates(template_folders())
    folder = config.templates or config.folder.parent / "templates"
    if unknown := [name for name in names if name not in shipped]:
        raise click.UsageError(f"there is no template {unknown[0]!r}; `monitor template` lists them")
    if there := [name for name in names if (folder / name).exists()]:
        raise click.UsageError(f"{folder / there[0]} is there already; move it away first (nothing was written)")
    for name in names:
        copy_template(shipped[name], folder / name)
        click.echo(f"written: {folder / name}")
    if not names:
        own = {each.shipped: each for each in own_templates(folder, shipped)}
        for name, path in shipped.items():
            click.echo(f"{name}: {_told(own[path]) if path in own else 'shipped'}")


def lagging(config: Config) -> Iterator[str]:
    """Notes on a person's own templates that lack what changed in the shipped ones; many at once are only counted."""
    shipped = shipped_templates(template_folders())
    for folder in dict.fromkeys((config.templates, *config.own_templates().values())):
        found = [each for each in own_templates(folder, shipped) if each.state in _LAG] if folder else []
        if len(found) > _MANY:
            yield (
                f"{len(found)} templates of {folder} lack, or may lack, what changed in the shipped ones since; delete "
                "those that you did not change (`monitor template` lists them, and says how to compare them)"
            )
        else:
            yield from map(_told, found)


def _told(own: OwnTemplate) -> str:
    """What stands in a person's own template, and what there is to do."""
    if own.state == "same":
        return f"{own.path} is a plain copy of the shipped one; delete it, so that later mends reach you"
    if own.state == "made from":
        return f"{own.path}, made from the shipped one as it is now"
    lacks = "lacks what changed" if own.state == "behind" else "may lack what changed"
    return (
        f"{own.path} {lacks} in the shipped one since it was copied; see `diff {own.path} {own.shipped}`, take over "
        f"what you want, and write '{stamp(own.shipped)}' into a comment of yours; or delete it"
    )
