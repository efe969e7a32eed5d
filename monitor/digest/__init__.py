"""Digests and alerts: gather what is new, compose the edition, hand it to the channels, and keep the ledger."""
