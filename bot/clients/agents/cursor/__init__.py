"""Cursor's Cloud Agents API: one interface, the two versions behind it are modules of their own."""

from bot.clients.agents.provider import AgentReport, CursorApi, DeliveryContext, LaunchRequest

__all__ = ["AgentReport", "CursorApi", "DeliveryContext", "LaunchRequest"]
