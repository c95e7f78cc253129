"""Alembic's way in: migrations run on the connection that the caller hands over."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=False)
context.run_migrations()
