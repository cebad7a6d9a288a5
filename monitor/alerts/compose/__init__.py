"""Builds the text of a message for each kind of channel. Pure; see `message.compose`."""

from monitor.alerts.compose.message import compose as compose
from monitor.alerts.compose.message import compose_notice as compose_notice
