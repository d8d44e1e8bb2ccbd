"""What `doctor` found, in words: what was looked at, and how it is with its remedy."""

from bot.core.model.findings import FindingKind as Kind
from bot.core.text.prefix import PREFIX

WORDS: dict[Kind, tuple[str, str]] = {
    Kind.UNAVAILABLE: ("{topic}", "Could not look: {service} answered “{quote}”. {remedy}"),
    Kind.SUSPENDED: (
        "Installation",
        "The App is suspended on this account. An owner can unsuspend it under Settings → GitHub"
        " Apps.",
    ),
    Kind.NOT_SERVED: (
        "Installation",
        "This Orchestra server isn't enabled for {word}. Its operator can add the account to"
        " `ALLOWED_ACCOUNTS`.",
    ),
    Kind.PERMISSIONS_MISSING: (
        "Permissions",
        "Missing: {names}. Add them to the App's settings; an owner of the account then accepts"
        " them under Settings → GitHub Apps → Configure.",
    ),
    Kind.PERMISSIONS_GRANTED: ("Permissions", "All permissions granted."),
    Kind.EVENTS_MISSING: (
        "Webhooks",
        "Not subscribed to {names}. Subscribe in the App's settings, under Permissions & events.",
    ),
    Kind.EVENTS_SUBSCRIBED: ("Webhooks", "All events subscribed."),
    Kind.SETTINGS_MISTAKE: ("Settings file", "{mistake}"),
    Kind.SETTINGS_GOOD: ("Settings file", "No mistakes. Without the file, the defaults apply."),
    Kind.BASE_MISSING: (
        "Base branch",
        "There is no branch “{branch}”. Name another one: `start base=…`, or `base_branch` in the"
        " settings file.",
    ),
    Kind.NAME_TAKEN: (
        "Branch names",
        "The branch {branch} leaves no room for Orchestra's branches, whose names begin with"
        " `orchestra/`. Rename or delete it.",
    ),
    Kind.BRANCHES_ALLOWED: (
        "Branch names",
        "No branch or ruleset stands in the way of branches in `orchestra/`.",
    ),
    Kind.BRANCHES_REFUSED: (
        "Branch names",
        "Rulesets keep agents from making branches in `orchestra/` or pushing to them: {names}."
        " Exclude `orchestra/**/*` from them, or let this App and Cursor's bypass them; GitHub"
        " doesn't show who may.",
    ),
    Kind.BRANCHES_KEPT: (
        "Branch names",
        "A ruleset forbids deleting branches in `orchestra/`, so merged ones stay. Exclude"
        " `orchestra/**/*` from it, or set `merge.delete_branch: false`.",
    ),
    Kind.NAME_REFUSED: (
        "Branch names",
        "A ruleset wants other names than `orchestra/…`: {word}. Exclude `orchestra/**/*` from it.",
    ),
    Kind.NAME_PATTERN: (
        "Branch names",
        "Could not look: only GitHub can tell whether names like `orchestra/epic-7/task-1-1a2b3c`"
        " fit a ruleset's pattern: {word}.",
    ),
    Kind.BASE_RED: (
        "Base branch",
        "{names} failed on {branch}. Nothing is launched until they pass.",
    ),
    Kind.BASE_GREEN: ("Base branch", "{branch}. No check is failing on it."),
    Kind.CHECKS_REQUIRED: ("Checks", "Required on {branch}: {names}."),
    Kind.OWN_CHECK_REQUIRED: (
        "Checks",
        "{branch} requires {names}, which is Orchestra's own check and ends only after the merge."
        " Take it out of the required checks.",
    ),
    Kind.CHECK_APP_UNKNOWN: (
        "Checks",
        "{names} may be reported only by an App that has reported nothing here lately, so a merge"
        " could wait forever. Install that App, or let any App report the check.",
    ),
    Kind.CHECKS_OPTIONAL: (
        "Checks",
        "No check is required on {branch}. Those that run have to pass all the same.",
    ),
    Kind.ONLY_REVIEWS: (
        "Checks",
        "No check runs on {branch}, so reviews are the only safeguard.",
    ),
    Kind.UNPROTECTED: (
        "Checks",
        "{branch} has neither checks nor review rules, so pull requests would be merged"
        " unreviewed. Add some, or comment `set merge=approved`.",
    ),
    Kind.NO_MERGE_METHOD: (
        "Merge method",
        "The repository and its rules together allow no merge method. Allow one.",
    ),
    Kind.MERGE_METHOD_REFUSED: (
        "Merge method",
        "`merge.method` is {word}, but only {names} is allowed. Change one of them.",
    ),
    Kind.MERGE_METHOD: ("Merge method", "{word}."),
    Kind.MERGE_QUEUE: ("Merge queue", "Pull requests are merged through it."),
    Kind.MERGE_QUEUE_UNHEARD: (
        "Merge queue",
        "No workflow listens to `merge_group`, so the queue would wait in vain for {names}. Add"
        " `merge_group:` to the `on:` of the workflows that report it.",
    ),
    Kind.MERGE_QUEUE_UNCHECKED: (
        "Merge queue",
        "Could not look: {names} comes from no workflow of this repository. Make sure that it is"
        " also reported on the queue's branches, `gh-readonly-queue/…`.",
    ),
    Kind.WORKFLOWS_HIDDEN: ("Workflows", "Could not look: GitHub doesn't show the App files here."),
    Kind.NO_WORKFLOWS: ("Workflows", "None. Checks, if any, come from other Apps."),
    Kind.WORKFLOWS_LISTEN: ("Workflows", "Run for pull requests: {names}."),
    Kind.WORKFLOWS_DO_NOT_LISTEN: (
        "Workflows",
        "None of {names} runs for pull requests. Add `pull_request:` to the `on:` of those that"
        " check them.",
    ),
    Kind.CHECKS_STARTED: ("Workflows", "Checks ran on Orchestra's pull request {pull_request}."),
    Kind.CHECKS_NOT_STARTED: (
        "Workflows",
        "No check ran on Orchestra's pull request {pull_request}. If they should have, see whether"
        " Settings → Actions → General allows them, and where their `on:` limits branches.",
    ),
    Kind.CHECKS_AWAIT_APPROVAL: (
        "Workflows",
        "On Orchestra's pull request {pull_request} a person has to let these run: {names}. Change"
        " that under Settings → Actions → General.",
    ),
    Kind.APPROVALS: ("Reviews", "Approvals required before a merge: {count}."),
    Kind.OTHER_RULES: (
        "Other rules",
        "Only GitHub can check these, at the merge: {names}.",
    ),
    Kind.AGENT_KEY: ("Cursor", "The key “{word}” works."),
    Kind.LAUNCHES_MAY_DOUBLE: (
        "Cursor API",
        "v0 can't recognise a launch that was sent twice. v1 can, but has no webhooks. The"
        " operator of this server can switch with `CURSOR_API_VERSION=v1`.",
    ),
    Kind.REPOSITORY_REACHED: ("Cursor", "Reaches {word}."),
    Kind.REPOSITORY_NOT_REACHED: (
        "Cursor",
        "The key doesn't reach {word}. Give Cursor's GitHub App access to it, under Integrations"
        " in Cursor's dashboard.",
    ),
    Kind.REPOSITORIES_NOT_LISTED: (
        "Cursor",
        "Could not look whether it reaches this repository: {service} answered “{quote}”. It lists"
        " repositories only once a minute.",
    ),
    Kind.MODEL_OFFERED: ("Model", "{word} is available{as_model}."),
    Kind.MODEL_NOT_OFFERED: (
        "Model",
        "Cursor doesn't offer “{word}”. {replacement} instead. It offers {names}.",
    ),
    Kind.NO_PLANNER: (
        "Planning",
        "No key of a language model is set up here, so checklists are written by people.",
    ),
    Kind.PLANNER_UNAVAILABLE: (
        "Planning",
        "Could not look: {service} answered “{quote}”. The operator of this server can check its"
        " key. Epics with a checklist don't need it.",
    ),
    Kind.PLANNER_LISTED: ("Planning", "{service} takes the key and offers {word}."),
    Kind.PLANNER_NOT_LISTED: (
        "Planning",
        "{service} doesn't list {word}. Name another model in `plan.model`{models}.",
    ),
    Kind.WEBHOOKS_REACHABLE: ("Address", "`APP_URL` is https, so webhooks can reach this server."),
    Kind.NOT_HTTPS: (
        "Address",
        "`APP_URL` isn't https, so agents are polled instead of notifying this server. That is"
        " slower.",
    ),
    Kind.WEBHOOKS_ARRIVE: (
        "Deliveries",
        "All of the last {total} webhooks arrived, the newest at {at}.",
    ),
    Kind.WEBHOOKS_FAILED: (
        "Deliveries",
        "{count} of the last {total} webhooks arrived, the newest at {at}. The last that didn't:"
        " “{quote}”. Deliver it again in the App's settings, under Advanced.",
    ),
    Kind.WEBHOOKS_FAIL: (
        "Deliveries",
        "The newest webhook did not arrive, at {at}: “{quote}”. {count} of the last {total} did."
        " Check the App's Webhook URL and secret, and that this server runs.",
    ),
    Kind.NO_WEBHOOKS: (
        "Deliveries",
        "Could not look: GitHub lists no webhook of this account lately, among {total}. If"
        " something happened here in the last three days, check that the App's webhook is active.",
    ),
    Kind.CHECKLIST_MISTAKE: ("Checklist", "{mistake}"),
    Kind.NO_TASKS: ("Checklist", "No tasks. Add lines like `- [ ] First task`."),
    Kind.NO_SUB_ISSUES: ("Checklist", "No tasks. Add sub-issues to this issue on GitHub."),
    Kind.TASKS_TO_PLAN: (
        "Checklist",
        f"No tasks yet: `{PREFIX} start` has a language model propose them.",
    ),
    Kind.TASKS: ("Checklist", "{count} of {total} tasks are open."),
    Kind.COST: (
        "Cost",
        "About {cost} for {tasks}, at some {total} minutes each. The budget has {limit} left.",
    ),
    Kind.COST_ABOVE_BUDGET: (
        "Cost",
        "About {cost} for {tasks}, at some {total} minutes each, but the epic's budget has only"
        " {limit} left. It would pause. `budget +N` raises it.",
    ),
    Kind.COST_ABOVE_MONTH: (
        "Cost",
        "About {cost} for {tasks}, but only {limit} may still be spent this month. Raise"
        " `budget.month`, or start next month.",
    ),
    Kind.COST_NOT_COUNTED: ("Cost", "Not counted: the settings' model has no price."),
    Kind.BUDGET_TOO_SMALL: (
        "Cost",
        "A budget of {cost} is less than five minutes' worth at {limit} a minute, so no agent would"
        " be launched. Raise `budget.task` or `budget.epic`.",
    ),
    Kind.WHO_MAY: ("Who may {verb}", "{people}."),
}
