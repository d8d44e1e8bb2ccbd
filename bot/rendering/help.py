from bot.core.commands import COMMANDS, PREFIX


def help_text() -> str:
    """Return the commands as a table, made from the commands themselves."""
    rows = [f"| `{PREFIX} {_in_cell(command.usage)}` | {command.summary} |" for command in COMMANDS]
    return "\n".join(
        [
            "| Command | What it does |",
            "|:--|:--|",
            *rows,
            "",
            "Each on a line of its own, in a new comment on the epic or on a task's pull request"
            " (where the task's number may be left out).",
        ]
    )


def _in_cell(usage: str) -> str:
    return usage.replace("|", "\\|")
