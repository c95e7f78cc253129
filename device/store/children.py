"""Rows that belong to cases, fetched for many cases at once."""

import sqlite3
from collections.abc import Sequence

Children = dict[str, list[sqlite3.Row]]

_IDS_A_QUERY = 500  # SQLite before 3.32 takes 999 values at most


def by_case(connection: sqlite3.Connection, query: str, ids: Sequence[str]) -> Children:
    """The rows of a query over these cases, by case; ``{}`` in it stands for the ids."""
    found: Children = {}
    for start in range(0, len(ids), _IDS_A_QUERY):
        part = ids[start : start + _IDS_A_QUERY]
        for row in connection.execute(query.format(", ".join("?" * len(part))), part):
            found.setdefault(row["case_id"], []).append(row)
    return found
