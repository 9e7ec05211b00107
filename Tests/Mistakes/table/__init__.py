"""All mistakes, by theme."""

from table import (
    accepted, adx, command_line, converters, dead_letters, files, identity, kafka, mapping, operator, process, properties,
    security,
)

THEMES = (
    command_line, files, properties, mapping, converters, identity, kafka, security, adx, dead_letters, process, operator,
    accepted,
)
MISTAKES = [mistake for theme in THEMES for mistake in theme.MISTAKES]
