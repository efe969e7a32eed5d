"""Alembic migrations; `upgrade` runs them when a store is opened."""
