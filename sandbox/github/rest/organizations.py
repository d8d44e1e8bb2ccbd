"""Organizations: who is in a team."""

from sandbox.github.errors import Refusal, not_found
from sandbox.github.wire.http import Answer, Call, route


@route("GET", "/orgs/{org}/teams/{team_slug}/memberships/{username}", "members=read")
def get_membership(call: Call) -> Answer:
    """`teams/get-membership-for-user-in-org`: 404 for no member and for no such team."""
    organization, slug = call.params["org"], call.params["team_slug"]
    _check(call, organization)
    team = call.github.teams.get((organization.lower(), slug.lower()))
    if team is None or call.params["username"].lower() not in team.members:
        raise not_found()
    url = f"{call.github.url}{call.path}"
    return Answer(200, {"url": url, "role": "member", "state": "active"})


def _check(call: Call, organization: str) -> None:
    """Let an App read the organizations that installed it, a person any that exists."""
    installation = call.actor.installation
    if installation is None:
        return
    if installation.account.login.lower() != organization.lower():
        raise not_found()
    if not any(call.route.granted(call.actor, need) for need in call.route.needs):
        raise Refusal(403, "Resource not accessible by integration")
