"""The service's web page: stories with their receipts, editions, feeds, watches and search; and endpoints for programs.

Pages are made on the server and work without a script. `server` listens, `routes` holds the addresses, `access` decides
who may see and change what, `request` is what every page function is given. A module whose name ends in ``page`` or
``pages`` holds page functions. This room is imported only where a page is configured.
"""
