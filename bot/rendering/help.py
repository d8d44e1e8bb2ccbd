"""The help: one line for each command."""

from bot.core.commands.parsing import COMMANDS
from bot.core.text.prefix import PREFIX

_SUMMARIES = {
    "add": "append a task to the checklist",
    "budget": "set what this epic's agents may cost together, or raise it by +N US dollars",
    "cancel": "end the epic: stop agents and cancel open tasks; open pull requests stay open",
    "doctor": "check permissions, rules, branch, settings and keys before anything is launched",
    "fix": "tell a task's agent what else to do",
    "help": "show the commands",
    "logs": "show the latest log lines; of a task, also the exact prompt its agent was given",
    "merge": "merge a task's pull request now, as far as GitHub's own rules allow",
    "pause": "stop the running agents; with `after`, let them finish first",
    "plan": "propose a checklist, or more tasks for it, with a language model; `accept` writes it",
    "restart": "start a task over: new agent, new branch, the old pull request is closed",
    "resume": "continue from the current state on GitHub and Cursor",
    "retry": "try a failed task again, or all of them",
    "set": "change this epic's model, priority, merge, on_failure or max_parallel",
    "skip": "leave a task out; its pull request stays open",
    "start": "start with the first task, now or at a given time",
    "status": "show the current state",
}


def help_text() -> str:
    """Return the commands as a table, made from the commands themselves."""
    rows = [
        f"| `{PREFIX} {_in_cell(command.usage)}` | {_SUMMARIES[command.verb]} |"
        for command in COMMANDS
    ]
    return "\n".join(
        [
            "| Command | What it does |",
            "|:--|:--|",
            *rows,
            "",
            "Write each command on a line of its own, in a new comment on the epic or on a task's"
            " pull request (there you can leave out the task's number).",
        ]
    )


def _in_cell(usage: str) -> str:
    return usage.replace("|", "\\|")
