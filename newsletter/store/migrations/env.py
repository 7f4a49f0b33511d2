"""How Alembic runs our versions: on the connection it is given, in that connection's transaction."""

from alembic import context

from newsletter.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True)
context.run_migrations()
