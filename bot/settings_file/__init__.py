"""The repository's settings file, `.github/orchestra.yml`: its text made into settings."""

from bot.settings_file.parse import parse_settings

__all__ = ["parse_settings"]
