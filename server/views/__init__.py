"""One blueprint a noun."""

from server.views import cases, description, enrolments, health, metrics, updates, uploads

BLUEPRINTS = (
    cases.blueprint,
    description.blueprint,
    enrolments.blueprint,
    health.blueprint,
    metrics.blueprint,
    updates.blueprint,
    uploads.blueprint,
)
"""Everything that answers."""
