"""The views: one blueprint a noun, its pages and its part of the API."""

from dashboard.views import (
    amendments,
    api,
    cases,
    events,
    faces,
    health,
    history,
    live,
    new,
    pairing,
    phones,
    screen,
    settings,
    subjects,
    twin,
)

BLUEPRINTS = tuple(
    view.blueprint
    for view in (
        pairing,
        api,
        events,
        live,
        health,
        phones,
        cases,
        amendments,
        faces,
        history,
        subjects,
        new,
        screen,
        settings,
        twin,
    )
)
