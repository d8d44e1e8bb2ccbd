"""The records as GitHub's REST API and webhooks write them, one small function per schema."""
