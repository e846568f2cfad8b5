"""The pages: they ask an action, read a query, and render; no SELECT, no commit, no rule."""
