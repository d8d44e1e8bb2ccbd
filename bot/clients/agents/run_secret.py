"""The webhook secret that belongs to one agent run alone."""

import hashlib
import hmac


def derive_run_secret(master: str, run_id: str) -> str:
    """Return the 64 hex digits with which Cursor signs the webhooks of `run_id`.

    Cursor accepts 32 to 256 characters (API reference, `webhook.secret`). Who learns one run's
    secret can sign for no other run.
    """
    message = f"cursor-webhook:{run_id}".encode()
    return hmac.new(master.encode(), message, hashlib.sha256).hexdigest()
