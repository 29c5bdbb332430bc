"""How every command is spoken to: lazily loaded, with the same global options everywhere."""

import importlib
import inspect
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from sumun.cli import language
from sumun.cli.failures import Failure
from sumun.cli.language import tr
from sumun.cli.output import Output
from sumun.cli.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


def _settings(context: click.Context) -> Settings:
    return context.ensure_object(Settings)


def _set(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def callback(context: click.Context, _: click.Parameter, value: Any) -> None:
        if value not in (None, False):
            setattr(_settings(context), name, value)

    return callback


def _set_language(_: click.Context, __: click.Parameter, value: language.Language | None) -> None:
    if value:
        language.choose(value)


class Option(click.Option):
    """An option whose help is in the language in use."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option's name and help."""
        english = self.help
        self.help = tr(english) if english else english
        try:
            return super().get_help_record(ctx)
        finally:
            self.help = english


class _GlobalOption(Option):
    """One that every command has."""


def global_options() -> list[click.Parameter]:
    """Return the options that may stand anywhere on the line."""
    return [
        _GlobalOption(
            ["--config"],
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            is_eager=True,
            expose_value=False,
            callback=_set("config_file"),
            help="The settings file. [env SUMUN_CONFIG; else ./sumun.toml]",
        ),
        _GlobalOption(
            ["--data-dir"],
            metavar="DIR",
            is_eager=True,
            expose_value=False,
            callback=_set("data_dir"),
            help="The data directory. [env SUMUN_DATA_DIR; else ./sumun-data]",
        ),
        _GlobalOption(
            ["--json"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_set("json"),
            help="Answer with one JSON document.",
        ),
        _GlobalOption(
            ["--lang"],
            type=click.Choice(language.LANGUAGES),
            is_eager=True,
            expose_value=False,
            callback=_set_language,
            help="The language of messages. [default: the locale's]",
        ),
        _GlobalOption(
            ["--debug"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_set("debug"),
            help="Show the traceback of an error.",
        ),
    ]


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a docstring, each as one line."""
    return [" ".join(part.split()) for part in inspect.cleandoc(text).split("\n\n")]


class _Spoken(click.Command):
    """What commands and groups have in common."""

    def __init__(self, *args: Any, examples: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(global_options())
        self.examples = inspect.cleandoc(examples)

    def get_short_help_str(self, limit: int = 60) -> str:  # noqa: ARG002 - click's signature
        """Return the first sentence of the help."""
        return tr(paragraphs(self.help or "")[0]).rstrip(".")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return ``--help``, in the language in use."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = tr("Show this help.")
        return option

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write usage, what it does, its options, and examples last, where the eye stays."""
        self.format_usage(ctx, formatter)
        self.format_help_text(ctx, formatter)
        self.format_options(ctx, formatter)
        self._format_global_options(ctx, formatter)
        if self.examples:
            with formatter.section(tr("Examples")):
                for line in self.examples.splitlines():
                    formatter.write(f"  {line}\n" if line else "\n")

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write how the command is called."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=tr("Usage: "))

    def format_help_text(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        """Write what the command does."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text("\n\n".join(map(tr, paragraphs(self.help or ""))))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the command's own options."""
        own = [each for each in self.get_params(ctx) if not isinstance(each, _GlobalOption)]
        records = [record for each in own if (record := each.get_help_record(ctx)) is not None]
        if records:
            with formatter.section(tr("Options")):
                formatter.write_dl(records)

    def _format_global_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [
            record
            for each in self.get_params(ctx)
            if isinstance(each, _GlobalOption) and (record := each.get_help_record(ctx)) is not None
        ]
        with formatter.section(tr("Everywhere")):
            formatter.write_dl(records)


class Command(_Spoken):
    """A command. ``examples`` are lines to copy, shown at the end of its help."""


class Group(_Spoken, click.Group):
    """A group of commands."""

    command_class = Command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the group's commands, then its options."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section(tr("Commands")):
            formatter.write_dl(
                [
                    (name, command.get_short_help_str())
                    for name, command in commands
                    if command is not None
                ]
            )
        super().format_options(ctx, formatter)


class LazyGroup(Group):
    """A group that imports a command's module only when the command is asked for.

    Parameters
    ----------
    lazy:
        What each command is called, and one line on it: the list must not load them all.

    """

    def __init__(self, *args: Any, package: str, lazy: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._package = package
        self._lazy = dict(lazy)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the commands in the order they are told of."""
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the command's module and return what it calls ``command``."""
        if cmd_name not in self._lazy:
            return None
        module = importlib.import_module(f"{self._package}.{cmd_name}_command")
        command: click.Command = module.command
        return command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands from the list, then the options."""
        with formatter.section(tr("Commands")):
            formatter.write_dl([(name, tr(line)) for name, line in self._lazy.items()])
        _Spoken.format_options(self, ctx, formatter)


def command(examples: str = "", **kwargs: Any) -> Callable[[Callable[..., Any]], Command]:
    """Make a command of a function; its docstring is the help."""
    return click.command(cls=Command, examples=examples, **kwargs)


def group(examples: str = "", **kwargs: Any) -> Callable[[Callable[..., Any]], Group]:
    """Make a group of a function; its docstring is the help."""
    return click.group(cls=Group, examples=examples, **kwargs)


def option(*names: str, **kwargs: Any) -> Callable[[F], F]:
    """Add an option."""
    return click.option(*names, cls=Option, **kwargs)


argument = click.argument


def current_settings() -> Settings:
    """Return the global options of this run."""
    return _settings(click.get_current_context())


def current_output() -> Output:
    """Return where this run's answer goes."""
    settings = current_settings()
    return Output(as_json=settings.json, color=use_color(os.environ))


def use_color(environ: Mapping[str, str]) -> bool | None:
    """Return whether to colour: ``None`` lets the terminal decide (https://no-color.org)."""
    return False if environ.get("NO_COLOR") or environ.get("TERM") == "dumb" else None


def confirm(question: str) -> None:
    """Ask before something is done that cannot be undone.

    Raises
    ------
    Failure
        If there is nobody to ask.
    click.Abort
        If the answer is no.

    """
    if not sys.stdin.isatty():
        raise Failure(tr("{question} Say so with --yes").format(question=question))
    click.confirm(question, abort=True, err=True)
