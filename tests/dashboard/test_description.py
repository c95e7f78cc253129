"""The API's own description names every route that programs may call, and no other."""

import re


def described(staff):
    paths = staff.get("/api/v1/openapi.json").json["paths"]
    return {(verb.upper(), path) for path, verbs in paths.items() for verb in verbs if verb != "parameters"}


def for_programs(app):
    found = set()
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(("/api/", "/health", "/metrics", "/live.")):
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            found |= {(method, path) for method in rule.methods - {"HEAD", "OPTIONS"}}
    return found


def test_it_names_every_route_and_no_other(kiosk, staff):
    assert described(staff) == for_programs(kiosk.app)


def test_it_names_every_field_of_a_case(kiosk, staff, photo):
    schemas = staff.get("/api/v1/openapi.json").json["components"]["schemas"]
    case = staff.case(kiosk.has_case(photo))
    assert set(case) == set(schemas["Case"]["properties"])
