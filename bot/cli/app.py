"""`orchestra …`: every way to run the product."""

import os
import sys
from collections.abc import Callable, Iterable
from importlib import metadata
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

from bot.settings import Process, Settings, SettingsError

if TYPE_CHECKING:
    from bot.services import Services
    from jobs.operations.neighbours import Neighbour

app = typer.Typer(
    name="orchestra",
    help="Turns an issue's checklist into merged pull requests, one agent after another.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def about(
    version: Annotated[bool, typer.Option("--version", help="Say which version this is.")] = False,
) -> None:
    """Turn an issue's checklist into merged pull requests, one agent after another."""
    # What is stored is nobody else's to read, whichever command makes the file.
    os.umask(0o077)
    if version:
        typer.echo(f"orchestra {metadata.version('orchestra')}")
        raise typer.Exit


Port = Annotated[int, typer.Option(help="TCP port to listen on.", min=0, max=65535)]
Host = Annotated[str, typer.Option(help="Address to listen on.")]
# `orchestra up` has looked at the neighbours before it starts these.
Checked = Annotated[bool, typer.Option("--checked", hidden=True)]
Result = TypeVar("Result")
ASK_EVERY = 5.0  # seconds; the database knows whether a minute is over


def _settings(process: Process) -> Settings:
    """Read the environment, or end with every mistake named."""
    from bot import logs

    settings = _or_exit(lambda: Settings.from_environment(os.environ, process))
    try:
        logs.configure(
            level=settings.log_level,
            form=settings.log_format,
            directory=settings.log_directory,
            secrets=settings.secret_values(),
        )
    except OSError as error:
        directory, remedy = settings.log_directory, "name a directory of yours in LOG_DIR"
        typer.echo(f"{directory} cannot be written ({error.strerror}): {remedy}", err=True)
        raise typer.Exit(1) from None
    for warning in settings.warnings:
        typer.echo(f"warning: {warning}", err=True)
    return settings


def _local_settings(process: Process) -> Settings:
    """Read the environment as `orchestra up` does, and log only what is wrong, to stderr."""
    from bot import logs
    from jobs.local.up import local_environment

    environment = local_environment(os.environ)
    settings = _or_exit(lambda: Settings.from_environment(environment, process))
    logs.configure(level="ERROR", stream=sys.stderr, secrets=settings.secret_values())
    return settings


def _meet(found: "Iterable[Neighbour]") -> None:
    """Log each of the neighbours; end with 1 at the first without which nothing can work."""
    import structlog

    from jobs.operations.neighbours import Standing

    log = structlog.get_logger("orchestra")
    for one in found:
        if one.standing is Standing.WRONG:
            log.error(str(one))
            raise typer.Exit(1)
        (log.info if one.standing is Standing.GOOD else log.warning)(str(one))


def _exit_at(wrong: "Neighbour") -> NoReturn:
    typer.echo(str(wrong), err=True)
    raise typer.Exit(1) from None


def _or_exit(make: Callable[[], Result]) -> Result:
    try:
        return make()
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


@app.command()
def web(host: Host = "127.0.0.1", port: Port = 8000, checked: Checked = False) -> None:
    """Take webhooks in, and answer /health."""
    import uvicorn

    from bot.store import Store
    from bot.web.app import WebDependencies, create_app
    from jobs.operations.neighbours import look_at_stores

    settings = _settings("web")
    store = Store.open(settings, durable=False)
    if not checked:
        _meet(look_at_stores(store))
    dependencies = WebDependencies(
        database=store.database,
        redis=store.redis,
        github_webhook_secrets=tuple(
            secret.get_secret_value() for secret in settings.github_webhook_secrets
        ),
        webhook_secrets=tuple(secret.get_secret_value() for secret in settings.webhook_secrets),
    )
    uvicorn.run(create_app(dependencies), host=host, port=port, access_log=False, log_config=None)


@app.command()
def worker(checked: Checked = False) -> None:
    """Carry epics on; start as many as you like on the same database and queue."""
    from bot.services import Services
    from jobs import wiring
    from jobs.operations.neighbours import look_at_services, look_at_stores

    services = Services.make(_settings("worker"))
    if not checked:
        _meet(chain(look_at_stores(services), look_at_services(services)))
    wiring.run_worker(services)


@app.command()
def clock(checked: Checked = False) -> None:
    """Wake what has fallen due, and find what got lost; one must be running."""
    from functools import partial

    from bot.clients.agents.cursor.transport import make_http
    from bot.services import operator_provider
    from bot.store import Store
    from bot.web.background import Periodic
    from jobs import provider_health
    from jobs.engine import clock as clocks
    from jobs.operations.neighbours import look_at_stores

    settings = _settings("clock")
    store = Store.open(settings, durable=False)
    if not checked:
        _meet(look_at_stores(store))
    has_key = bool(settings.cursor_api_key.get_secret_value())
    provider = operator_provider(settings, make_http()) if has_key else None
    # On a thread of its own: an answer may take longer than the clock may stand still.
    asking = Periodic("ask-cursor", ASK_EVERY, partial(provider_health.ask, store, provider))
    asking.start()
    clocks.run(store)


@app.command()
def doctor(
    repository: Annotated[
        str | None, typer.Argument(help="owner/repo, to examine it as `/orchestra doctor` does.")
    ] = None,
) -> None:
    """Say who answers: database, queue, GitHub and Cursor; ends with 1 if one cannot work.

    With a repository: what would keep its epics from being done; ends with 1 at a fault.
    """
    from bot.services import Services
    from jobs.operations.neighbours import Standing, look_at_services, look_at_stores

    services = Services.make(_local_settings("up"))
    if repository is not None:
        _examine(services, repository)
    found = [*look_at_stores(services), *look_at_services(services)]
    for one in found:
        typer.echo(f"{one.standing.upper():5} {one}")
    raise typer.Exit(int(any(one.standing is Standing.WRONG for one in found)))


def _examine(services: "Services", repository: str) -> NoReturn:
    from bot.clients.errors import ClientError
    from bot.core.model.findings import Health
    from bot.rendering.doctor import doctor_lines
    from jobs.operations.check import UnknownRepositoryError, check

    try:
        found = check(services, repository)
    except (ClientError, UnknownRepositoryError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    for line in doctor_lines(found):
        typer.echo(line)
    raise typer.Exit(int(any(one.health is Health.BAD for one in found)))


@app.command()
def why(
    epic: Annotated[str, typer.Argument(help="owner/repo#issue, or the issue's address.")],
) -> None:
    """Say why an epic stands still, and what would move it."""
    from bot.store import Store
    from jobs.operations.neighbours import Standing, look_at_database
    from jobs.operations.why import UnknownEpicError, explain

    store = Store.open(_local_settings("clock"))
    found = look_at_database(store.database)
    if found.standing is Standing.WRONG:
        _exit_at(found)
    try:
        typer.echo(explain(store, epic))
    except UnknownEpicError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    from jobs.operations.neighbours import newer_database, unreachable_database
    from storage.database import Database, DatabaseAwayError
    from storage.migrate import NewerSchemaError
    from storage.migrate import migrate as bring_up_to_date

    database = Database(_settings("migrate").database_url.get_secret_value())
    try:
        revision = bring_up_to_date(database)
    except DatabaseAwayError as error:
        _exit_at(unreachable_database(database, error))
    except NewerSchemaError:
        _exit_at(newer_database(database))
    typer.echo(f"database is at revision {revision}")


@app.command()
def up(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(help="How many workers.", min=1)] = 3,
) -> None:
    """Run everything on this machine: web, workers, clock, with its own queue and database."""
    from jobs.local.up import CannotStartError, run_all
    from jobs.local.valkey import ValkeyError

    try:
        code = _or_exit(lambda: run_all(os.environ, workers=workers, host=host, port=port))
    except (CannotStartError, ValkeyError) as error:
        typer.echo(str(error), err=True)
        code = 1
    raise typer.Exit(code)


@app.command()
def sandbox(
    github_port: Port = 8101,
    cursor_port: Port = 8102,
    llm_port: Port = 8103,
    webhook_url: Annotated[
        str, typer.Option(help="Where GitHub's webhooks are sent.")
    ] = "http://127.0.0.1:8000/webhooks/github",
    directory: Annotated[
        Path | None,
        typer.Option(help="An empty directory for repositories, key and environment.json."),
    ] = None,
) -> None:
    """Run fakes of GitHub, Cursor and a language model here, and print what the bot needs."""
    from sandbox.standalone import run

    run(
        github_port=github_port,
        cursor_port=cursor_port,
        llm_port=llm_port,
        webhook_url=webhook_url,
        directory=directory,
        manifest=Path(__file__).parents[2] / "app.yml",
    )


@app.command()
def demo(
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave everything running at the end.")
    ] = False,
    scenario: Annotated[str, typer.Option(help="What to show; a wrong name lists them.")] = "happy",
) -> None:
    """Show an epic from its label to merged commits, all on this machine."""
    from sandbox.demo import play

    raise typer.Exit(play(keep=keep, scenario=scenario))


if __name__ == "__main__":
    sys.exit(app())
