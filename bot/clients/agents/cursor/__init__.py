"""Cursor's Cloud Agents API: two versions behind the one contract of agent providers."""
