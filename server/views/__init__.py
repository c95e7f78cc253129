"""One blueprint a noun."""

from server.views import cases, enrolments, health, updates

BLUEPRINTS = (cases.blueprint, enrolments.blueprint, health.blueprint, updates.blueprint)
"""Everything that answers."""
