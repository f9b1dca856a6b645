"""The running node: a Django project with accounts, projections of the record, and the server."""
