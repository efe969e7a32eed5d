"""Crontab has moved to `monitor.crontab`, below the configuration that checks it."""

from monitor.crontab import Cron, next_tick, parse_cron, previous_tick

__all__ = ["Cron", "next_tick", "parse_cron", "previous_tick"]
