"""Webhooks that were sent to the App, as GitHub lists them."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.webhooks import Webhook

# No other record's numbers: what else exists keeps its own, however many webhooks it brought about.
FIRST_ID = 30_000_000_001


@dataclass(frozen=True)
class Delivery:
    """One attempt to bring a webhook to the App; a further one has the same GUID."""

    id: int
    webhook: Webhook
    at: datetime
    redelivery: bool = False

    @property
    def payload(self) -> dict[str, Any]:
        """What was sent."""
        sent: dict[str, Any] = json.loads(self.webhook.body)
        return sent
